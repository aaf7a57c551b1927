// The words a person enters in the dialog, and what goes to the server.
import type { AccessLevel, Grant } from '@/shared/api/types';
import { hoursFields, hoursForm, toHours, type HoursForm } from '@/shared/lib/hours';
import type { GrantTerms } from './api';

export type Lasting = '1h' | '8h' | '1d' | '7d' | '30d' | 'none' | 'at' | 'keep';

export const EMERGENCY_MINUTES = 60;

/** The fields that show their own error. */
export function termFields({ hours }: TermsForm): string[] {
  return ['accessLevel', 'startsAt', 'expiresAt', 'ipRanges', 'services', 'reason', 'notes', ...hoursFields(hours)];
}

/** What stays as it is while a grant is changed; the server refuses anything else. */
export interface Fixed {
  startsAt: string | null;
  expiresAt: string | null;
}

/** Everybody was told of an emergency's level and times when it began. */
export function fixedOf({ accessLevel, startsAt, grantedAt, expiresAt }: Pick<Grant, 'accessLevel' | 'startsAt' | 'grantedAt' | 'expiresAt'>): Fixed | undefined {
  return accessLevel === 'emergency' ? { startsAt: startsAt ?? grantedAt, expiresAt: expiresAt ?? null } : undefined;
}

export interface TermsForm {
  accessLevel: AccessLevel;
  lasting: Lasting;
  /** For `at`, in the reader's zone as the field gives it. */
  until: string;
  /** Empty: at once. */
  from: string;
  emergencyMinutes: string;
  ipRanges: string;
  services: 'all' | 'ssh' | 'keep';
  hours: HoursForm;
  reason: string;
  notes: string;
}

const HOURS: Record<'1h' | '8h' | '1d' | '7d' | '30d', number> = { '1h': 1, '8h': 8, '1d': 24, '7d': 168, '30d': 720 };

export const lastingWords: Record<Exclude<Lasting, 'keep'>, string> = {
  '1h': '1 hour',
  '8h': '8 hours, a working day',
  '1d': '24 hours',
  '7d': '7 days',
  '30d': '30 days',
  none: 'Until revoked',
  at: 'Until a date…',
};

export const emptyTerms: TermsForm = {
  accessLevel: 'full_access',
  lasting: '7d',
  until: '',
  from: '',
  emergencyMinutes: String(EMERGENCY_MINUTES),
  ipRanges: '',
  services: 'all',
  hours: hoursForm(),
  reason: '',
  notes: '',
};

export function termsOf(grant: Grant): TermsForm {
  return {
    ...emptyTerms,
    accessLevel: grant.accessLevel,
    lasting: 'keep',
    ipRanges: grant.ipRanges.join('\n'),
    services: grant.services.length === 0 ? 'all' : grant.services.join() === 'ssh' ? 'ssh' : 'keep',
    hours: hoursForm(grant.hours),
    reason: grant.reason,
    notes: grant.notes,
  };
}

function expiresAt(form: TermsForm, now: number): string | null | undefined {
  if (form.accessLevel === 'emergency' && form.lasting !== 'keep') {
    const minutes = Math.min(EMERGENCY_MINUTES, Math.max(1, Number(form.emergencyMinutes) || EMERGENCY_MINUTES));
    return new Date(now + minutes * 60_000).toISOString();
  }
  switch (form.lasting) {
    case 'keep':
      return undefined;
    case 'none':
      return null;
    case 'at':
      return form.until === '' ? null : new Date(form.until).toISOString();
    case '1h':
    case '8h':
    case '1d':
    case '7d':
    case '30d':
      return new Date(now + HOURS[form.lasting] * 3_600_000).toISOString();
  }
}

export function toTerms(form: TermsForm, now: number): GrantTerms {
  // An emergency begins now.
  const from = form.accessLevel === 'emergency' ? '' : form.from;
  // A length counts from the start, not from the moment of granting.
  const until = expiresAt(form, from === '' ? now : new Date(from).getTime());
  return {
    accessLevel: form.accessLevel,
    ...(until === undefined ? {} : { expiresAt: until }),
    ...(from === '' ? {} : { startsAt: new Date(from).toISOString() }),
    ipRanges: form.ipRanges.split(/[\s,;]+/).filter((range) => range !== ''),
    ...(form.services === 'keep' ? {} : { services: form.services === 'all' ? [] : [form.services] }),
    hours: form.accessLevel === 'emergency' ? null : toHours(form.hours),
    reason: form.reason.trim(),
    notes: form.notes.trim(),
  };
}

/** What is missing before it can be sent. */
export function incomplete(form: TermsForm): boolean {
  return form.reason.trim() === '' || (form.lasting === 'at' && form.accessLevel !== 'emergency' && form.until === '');
}
