// What tokens can be made for, in the order of the screen: by the noun that a scope begins with.
import type { Can, Scope } from '@/shared/api/types';
import { sentence } from '@/shared/lib/words';

export interface ScopeGroup {
  label: string;
  scopes: Scope[];
}

const labels: Record<string, string> = {
  organization: 'Organizations',
  user: 'People',
  member: 'People',
  grant: 'Access',
  asset: 'Machines',
  credential: 'Accounts on machines',
  session: 'Sessions',
  recording: 'Recordings',
  audit: 'Audit',
  activity: 'Audit',
};

/** The server's words are for one thing that somebody may not do; a token is for all of a kind. */
const ofAll: Record<string, string> = {
  'organization.read': 'see organizations',
  'organization.update': 'change organizations and their limits',
  'member.list': 'see who belongs to an organization',
  'session.end': 'end sessions',
  'recording.play': 'play recordings',
  'activity.read': 'see what happened lately',
};

export function wordsOf(name: string, known: readonly Scope[] | undefined): string {
  return ofAll[name] ?? known?.find(({ scope }) => scope === name)?.words ?? name;
}

const noun = (scope: string) => scope.split('.')[0] ?? scope;

/** Those of one kind together. A kind that this page does not know stands by itself at the end. */
export function grouped(scopes: readonly Scope[]): ScopeGroup[] {
  const groups = new Map<string, Scope[]>();
  for (const scope of scopes) {
    const label = labels[noun(scope.scope)] ?? 'Others';
    groups.set(label, [...(groups.get(label) ?? []), scope]);
  }
  const others = groups.get('Others');
  groups.delete('Others');
  return [...groups, ...(others === undefined ? [] : [['Others', others] as const])].map(([label, of]) => ({ label, scopes: of }));
}

/** A token may never do more than its person: what they may do nowhere is not worth asking for. */
export function forPerson(scopes: readonly Scope[], can: Can): { offered: Scope[]; beyond: Scope[] } {
  const offered = scopes.filter(({ scope }) => (can[scope] ?? true) === true);
  return { offered, beyond: scopes.filter((scope) => !offered.includes(scope)) };
}

const reading = new Set(['read', 'list', 'play']);

/** Whether it changes nothing. */
export function onlyReads({ scope }: Scope): boolean {
  return reading.has(scope.split('.')[1] ?? '');
}

/** "See machines, read the audit log and 3 more". */
export function scopeSentence(names: readonly string[], known: readonly Scope[] | undefined, most = 3): string {
  const words = names.map((name) => wordsOf(name, known));
  const shown = words.length <= most + 1 ? words : words.slice(0, most);
  const rest = words.length - shown.length;
  if (rest > 0) return sentence(`${shown.join(', ')} and ${rest} more`);
  return sentence([shown.slice(0, -1).join(', '), shown.at(-1)].filter((part) => part !== '').join(' and '));
}
