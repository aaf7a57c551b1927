// Whether an event as it is shown says what its sealed entry says, field by field.
import type { AuditEvent } from '@/shared/api/types';
import { readPersonal, type Entry, type FieldName } from './entry';

export const fieldWords: Record<FieldName, string> = {
  organizationId: 'organization',
  id: 'entry id',
  occurredAt: 'time',
  code: 'event',
  outcome: 'outcome',
  riskLevel: 'risk',
  controls: 'controls',
  sentence: 'sentence',
  actorId: 'who',
  actorOrganizationId: 'whose person',
  actorName: 'name',
  actorEmail: 'email',
  actorRole: 'role',
  targetType: 'kind of thing',
  targetId: 'what',
  targetName: 'name of the thing',
  sessionId: 'session',
  clientIp: 'address',
  userAgent: 'browser',
  requestId: 'request',
  policyIds: 'policies',
  details: 'details',
};

function shownOf(event: AuditEvent): Record<FieldName, unknown> {
  return {
    organizationId: event.organizationId,
    id: event.id,
    occurredAt: event.occurredAt,
    code: event.code,
    outcome: event.outcome,
    riskLevel: event.riskLevel,
    controls: event.controls,
    sentence: event.sentence,
    actorId: event.actor?.id,
    actorOrganizationId: event.actor?.organizationId,
    actorName: event.actor?.name,
    actorEmail: event.actor?.email,
    actorRole: event.actor?.role,
    targetType: event.target?.type,
    targetId: event.target?.id,
    targetName: event.target?.name,
    sessionId: event.sessionId,
    clientIp: event.clientIp,
    userAgent: event.userAgent,
    requestId: event.requestId,
    policyIds: event.policyIds,
    details: event.details,
  };
}

export interface Comparison {
  differ: FieldName[];
  /** Personal detail that was erased from the entry: there is nothing to compare with. */
  erased: FieldName[];
}

export function compare(event: AuditEvent, entry: Entry): Comparison {
  const differ: FieldName[] = [];
  const erased: FieldName[] = [];
  for (const [key, shown] of Object.entries(shownOf(event))) {
    const name = key as FieldName;
    const sealed = entry[name];
    const personal = readPersonal(sealed);
    if (personal !== undefined && 'commitment' in personal) erased.push(name);
    else if (!alike(name, shown ?? null, personal === undefined ? (sealed ?? null) : personal.value)) differ.push(name);
  }
  return { differ, erased };
}

function alike(name: FieldName, shown: unknown, sealed: unknown): boolean {
  if (name === 'details') return typeof sealed === 'string' ? sameJson(shown, parsed(sealed)) : sealed === null && sameJson(shown, {});
  if (name === 'occurredAt') return typeof shown === 'string' && typeof sealed === 'string' && sameInstant(shown, sealed);
  return sameJson(shown, sealed);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** To the microsecond, however many digits each has. */
function sameInstant(one: string, other: string): boolean {
  const digits = (text: string) => (/\.(\d+)/.exec(text)?.[1] ?? '').padEnd(9, '0');
  const seconds = (text: string) => Math.floor(Date.parse(text) / 1000);
  return seconds(one) === seconds(other) && digits(one) === digits(other);
}

function sameJson(one: unknown, other: unknown): boolean {
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return one === other;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const [names, others] = [Object.keys(one), Object.keys(other)];
  return names.length === others.length && names.every((name) => name in other && sameJson((one as Record<string, unknown>)[name], (other as Record<string, unknown>)[name]));
}
