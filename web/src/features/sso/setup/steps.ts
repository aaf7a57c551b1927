// The steps of the set-up, and what each still lacks. They follow from what the server knows, so that one can leave and
// come back, also as another administrator.
import type { SsoConnection, SsoDomain, SsoProtocol } from '../api';

export const stepKeys = ['provider', 'register', 'connect', 'test', 'roles', 'domain', 'activate'] as const;
export type StepKey = (typeof stepKeys)[number];

export const stepWords: Record<StepKey, string> = {
  provider: 'Choose the provider',
  register: 'Register Sallyport there',
  connect: 'Connect',
  test: 'Test',
  roles: 'Groups and roles',
  domain: 'Mail domain',
  activate: 'Switch on',
};

export interface StepState {
  key: StepKey;
  done: boolean;
  /** What it lacks, in words; for what is done or cannot be begun yet as well. */
  lacks?: string;
  /** Cannot be opened before there is a connection. */
  closed: boolean;
}

interface Known {
  chosen: boolean;
  protocol: SsoProtocol;
  connection: SsoConnection | undefined;
  domains: readonly SsoDomain[] | undefined;
}

/** Whether anybody could come in, and with what. */
export function rolesLack(connection: SsoConnection): string | undefined {
  if (connection.groups.length > 0 || connection.defaultRole != null) return undefined;
  return connection.createsUsers ? 'No group is mapped and there is no role for others: nobody new comes in.' : undefined;
}

export function stepsOf({ chosen, protocol, connection, domains }: Known): StepState[] {
  const made = connection !== undefined;
  // With SAML there is a draft, with addresses of its own, before anything is known of the provider.
  const described = made && connection.issuer !== '';
  const lacks: Record<StepKey, string | undefined> = {
    provider: chosen || made ? undefined : 'Not chosen yet',
    register: described ? undefined : 'Still to be done',
    connect: described ? undefined : made ? 'Its metadata are missing' : 'Address and client are missing',
    test: made && !described ? 'Not connected yet' : connection?.tested === true ? undefined : connection?.lastTest?.passed === false ? 'The last test failed' : made && connection.lastTest != null ? 'Changed since its test' : 'Not tested yet',
    roles: made ? (rolesLack(connection) === undefined ? undefined : 'Nobody new comes in') : 'Not set yet',
    domain: domains?.some(({ verifiedAt }) => verifiedAt != null) === true ? undefined : 'No domain is proven',
    activate: connection?.state === 'active' ? undefined : 'Not switched on',
  };
  return stepKeys.map((key) => ({
    key,
    done: lacks[key] === undefined,
    lacks: lacks[key],
    closed: key === 'provider' || key === 'register' ? false : key === 'connect' ? !made && !(chosen && protocol === 'oidc') : key === 'test' ? !described : !made,
  }));
}

/** Where to go on: the first that is not done and can be opened. */
export function firstOpen(steps: readonly StepState[]): StepKey {
  return steps.find(({ done, closed }) => !done && !closed)?.key ?? 'activate';
}

