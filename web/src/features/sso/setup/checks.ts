// What a test looks at, in its order, and what is known of each. The words are the server's once it has answered.
import type { SsoCheck, SsoConnection, SsoProtocol } from '../api';

export interface CheckLine {
  code: string;
  what: string;
  state: 'waiting' | 'running' | 'passed' | 'failed';
  detail?: string;
}

const SIGNED_IN = 'signed_in';

const planned: Record<SsoProtocol, readonly (readonly [code: string, what: string])[]> = {
  oidc: [
    ['provider_read', 'The identity provider describes itself'],
    ['provider_fits', 'It offers the code flow and the signature algorithm'],
    ['unsigned_refused', 'An unsigned answer is refused'],
    ['forged_refused', 'An answer with a made-up signature is refused'],
    ['shared_refused', 'An answer signed with the client’s secret is refused'],
    [SIGNED_IN, 'Somebody signed in there and was believed here'],
  ],
  saml: [
    ['provider_read', 'The identity provider describes itself'],
    ['provider_fits', 'It has a certificate for signing that is valid now, and an address to sign in at'],
    ['genuine_accepted', 'An answer as it should be is accepted'],
    ['unsigned_refused', 'An unsigned answer is refused'],
    ['wrapped_refused', 'A forged assertion beside a signed one is refused'],
    ['changed_refused', 'An answer that was changed after it was signed is refused'],
    ['forged_refused', 'An answer signed by somebody else is refused'],
    ['expired_refused', 'An answer of another time is refused'],
    [SIGNED_IN, 'Somebody signed in there and was believed here'],
  ],
};

interface Run {
  protocol: SsoProtocol;
  /** Of the run on this page: what was looked at from here. */
  seen: readonly SsoCheck[] | undefined;
  /** How many of them are shown by now. */
  shown: number;
  /** Whether the server is looking now. */
  looking: boolean;
  /** Whether somebody is about to sign in there. */
  awaited: boolean;
  /** How the last test that ended went; of this run only when it ended after it began. */
  ended: SsoConnection['lastTest'];
}

function lineOf({ code, what, passed, detail }: SsoCheck): CheckLine {
  return { code, what, state: passed ? 'passed' : 'failed', detail: detail ?? undefined };
}

export function linesOf({ protocol, seen, shown, looking, awaited, ended }: Run): CheckLine[] {
  const waiting = planned[protocol].map(([code, what]): CheckLine => ({ code, what, state: 'waiting' }));
  if (looking) return waiting.map((line, at) => (at === 0 ? { ...line, state: 'running' } : line));
  if (seen === undefined) return ended == null ? waiting : ended.checks.map(lineOf);
  const known = new Map([...(ended?.checks ?? []), ...seen].map((check) => [check.code, check]));
  const codes = new Map([...waiting.map(({ code, what }) => [code, what] as const), ...seen.map(({ code, what }) => [code, what] as const)]);
  // The sign-in is the last, whatever else a server looks at.
  const order = [...[...codes.keys()].filter((code) => code !== SIGNED_IN), SIGNED_IN];
  return order.map((code, at): CheckLine => {
    const check = known.get(code);
    if (check !== undefined && at < shown) return lineOf(check);
    const next = at === shown && (check !== undefined || awaited);
    return { code, what: check?.what ?? codes.get(code) ?? code, state: next || (code === SIGNED_IN && awaited && at <= shown) ? 'running' : 'waiting' };
  });
}
