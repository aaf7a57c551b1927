'use client';
// The fields of a secret by its kind.
import type { CredentialKind } from '@/shared/api/types';
import { TextInput } from '@/shared/ui/form';
import type { Secret } from './api';

interface Props {
  kind: CredentialKind;
  secret: Secret;
  onChange: (secret: Secret) => void;
  wrong: Record<string, string | undefined>;
}

export function SecretFields({ kind, secret, onChange, wrong }: Props) {
  if (kind === 'password') {
    return <TextInput label="Password" type="password" autoComplete="off" value={secret.password ?? ''} onChange={(password) => onChange({ password })} error={wrong.password} hint="Of the account on the machine." />;
  }
  return (
    <>
      <TextInput label="Private key" mono multiline minRows={4} autoComplete="off" value={secret.privateKey ?? ''} onChange={(privateKey) => onChange({ ...secret, privateKey })} placeholder="-----BEGIN OPENSSH PRIVATE KEY-----" error={wrong.privateKey} />
      <TextInput label="Passphrase of the key" required={false} type="password" autoComplete="off" value={secret.passphrase ?? ''} onChange={(passphrase) => onChange({ ...secret, passphrase })} error={wrong.passphrase} />
      {kind === 'certificate' && (
        <TextInput label="Certificate" mono multiline autoComplete="off" value={secret.certificate ?? ''} onChange={(certificate) => onChange({ ...secret, certificate })} placeholder="ssh-ed25519-cert-v01@openssh.com AAAA…" error={wrong.certificate} />
      )}
    </>
  );
}

export const SECRET_FIELDS = ['password', 'privateKey', 'passphrase', 'certificate'] as const;

/** Only the fields of this kind, and no empty passphrase. */
export function secretOf(kind: CredentialKind, secret: Secret): Secret {
  if (kind === 'password') return { password: secret.password ?? '' };
  return {
    privateKey: secret.privateKey ?? '',
    ...(secret.passphrase ? { passphrase: secret.passphrase } : {}),
    ...(kind === 'certificate' ? { certificate: (secret.certificate ?? '').trim() } : {}),
  };
}

export function secretMissing(kind: CredentialKind, secret: Secret): boolean {
  if (kind === 'password') return (secret.password ?? '') === '';
  return (secret.privateKey ?? '').trim() === '' || (kind === 'certificate' && (secret.certificate ?? '').trim() === '');
}
