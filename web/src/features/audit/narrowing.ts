// What the log can be narrowed to: the names in the address of the page, what may be typed, and the words of it.
import { sinceOptions } from '@/shared/lib/since';
import { outcomeWords } from '@/shared/lib/words';
import type { AuditEvent, AuditOutcome } from '@/shared/api/types';
import type { FilterOption } from '@/shared/table/types';
import { codeWords } from './labels';
import { betweenWords } from './spans';

export const logFilters = ['organizationId', 'from', 'between', 'outcome', 'riskLevel', 'code', 'actorId', 'sessionId', 'targetId', 'clientIp', 'requestId', 'control'] as const;

/** What an entry offers to show all with. */
export type SharedBy = 'actorId' | 'code' | 'targetId' | 'clientIp' | 'requestId' | 'sessionId';

const OCTET = '(25[0-5]|2[0-4]\\d|1?\\d?\\d)';
const V4 = new RegExp(`^${OCTET}(\\.${OCTET}){3}$`);
const V6 = new RegExp(`^[0-9a-f:]*:[0-9a-f:]*(:${OCTET}(\\.${OCTET}){3})?$`, 'i');
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What is wrong with an address, as far as the page can tell; the server tells the rest. */
export function addressError(text: string): string | undefined {
  if (text.includes('/')) return 'One address, not a range.';
  return V4.test(text) || V6.test(text) ? undefined : 'An address looks like 203.0.113.7 or 2001:db8::7.';
}

export function idError(text: string): string | undefined {
  return ID.test(text) ? undefined : 'An id has five parts of digits and letters. Copy it from an entry.';
}

/** The end of an id is what tells it from others. */
export function shortId(id: string): string {
  return `…${id.slice(-8)}`;
}

/** By name, where an entry in sight has it. */
export function targetOptions(rows: readonly AuditEvent[], chosen: string | undefined): FilterOption[] {
  if (chosen === undefined) return [];
  const named = rows.find(({ target }) => target?.id === chosen)?.target;
  return [{ value: chosen, label: named == null || named.name === '' ? shortId(chosen) : named.name }];
}

type Narrowed = Partial<Record<(typeof logFilters)[number], string>>;

/** What an export holds, in words. */
export function narrowedWords(filters: Narrowed, q: string, organizationName: (id: string) => string): string[] {
  const { organizationId, from, between, outcome, riskLevel, code, actorId, sessionId, targetId, clientIp, requestId, control } = filters;
  return [
    organizationId === undefined ? '' : organizationName(organizationId),
    between === undefined ? (sinceOptions.find(({ value }) => value === from)?.label.toLowerCase() ?? '') : betweenWords(between),
    outcome === undefined ? '' : (outcomeWords[outcome as AuditOutcome] as string | undefined ?? outcome).toLowerCase(),
    riskLevel === undefined ? '' : `${riskLevel} risk`,
    code === undefined ? '' : codeWords(code),
    actorId === undefined ? '' : 'one person',
    sessionId === undefined ? '' : 'one session',
    targetId === undefined ? '' : 'one target',
    clientIp === undefined ? '' : `from ${clientIp}`,
    requestId === undefined ? '' : 'one request',
    control === undefined ? '' : `evidence for ${control}`,
    q === '' ? '' : `“${q}”`,
  ].filter((word) => word !== '');
}
