// What a technician enters, and what goes to the server.
import { hoursFields, hoursForm, toHours, type HoursForm } from '@/shared/lib/hours';
import type { AccessRequest, ChangedAccessRequest, NewAccessRequest } from './api';

export type Lasting = '1' | '7' | '30' | '90' | 'none' | 'keep';

export const lastingWords: Record<Exclude<Lasting, 'keep'>, string> = { '1': '24 hours', '7': '7 days', '30': '30 days', '90': '90 days', none: 'Until revoked' };

export interface Wish {
  lasting: Lasting;
  /** Empty: at once. In the reader's zone, as the field gives it. */
  from: string;
  ipRanges: string;
  services: 'all' | 'ssh' | 'keep';
  hours: HoursForm;
  reason: string;
}

export const emptyWish: Wish = { lasting: '7', from: '', ipRanges: '', services: 'all', hours: hoursForm(), reason: '' };

/** The fields that show their own error. */
export function wishFields({ hours }: Wish): string[] {
  return ['startsAt', 'expiresAt', 'ipRanges', 'services', 'reason', ...hoursFields(hours)];
}

export function wishOf(request: AccessRequest): Wish {
  return {
    lasting: 'keep',
    from: '',
    ipRanges: request.ipRanges.join(' '),
    services: request.services.length === 0 ? 'all' : request.services.join() === 'ssh' ? 'ssh' : 'keep',
    hours: hoursForm(request.hours),
    reason: request.reason,
  };
}

/** A length counts from the beginning, not from the moment of asking. */
export function termsOfWish({ lasting, from, ipRanges, services, hours, reason }: Wish, now: number): Omit<NewAccessRequest, 'customer' | 'accessLevel'> & ChangedAccessRequest {
  const begin = from === '' ? now : new Date(from).getTime();
  return {
    ...(lasting === 'keep' ? {} : { expiresAt: lasting === 'none' ? null : new Date(begin + Number(lasting) * 86_400_000).toISOString() }),
    ...(from === '' ? {} : { startsAt: new Date(from).toISOString() }),
    ipRanges: ipRanges.split(/[\s,;]+/).filter((range) => range !== ''),
    ...(services === 'keep' ? {} : { services: services === 'all' ? [] : [services] }),
    hours: toHours(hours),
    reason: reason.trim(),
  };
}
