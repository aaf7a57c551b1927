// The command that verifies a bundle: with every key that ever signed, for an old checkpoint was signed by an old one.
import { bundleName } from './bundle';
import type { PublicKey } from './check';

export function verifyCommand(organizationId: string, keys: readonly Pick<PublicKey, 'publicKey'>[]): string {
  const given = keys.length === 0 ? ['KEY'] : keys.map(({ publicKey }) => publicKey);
  return ['sallyport audit verify-bundle', bundleName(organizationId), ...given.map((key) => `--key ${key}`)].join(' ');
}
