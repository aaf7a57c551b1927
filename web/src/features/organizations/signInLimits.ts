// The bounds of the sign-in limits, as the server has them (crates/server/src/organizations/model.rs).
import type { Organization } from '@/shared/api/types';

export const signInLimits = {
  signInIdleMinutes: { least: 5, most: 480 },
  signInMaxHours: { least: 1, most: 24 },
  maxSignIns: { least: 1, most: 50 },
} as const;

export type LimitName = keyof typeof signInLimits;
export const limits = ['signInIdleMinutes', 'signInMaxHours', 'maxSignIns'] as const satisfies readonly LimitName[];

/** What is wrong with what was typed; nothing when it can be saved. */
export function limitError(name: LimitName, typed: string): string | undefined {
  const { least, most } = signInLimits[name];
  const value = Number(typed);
  return typed.trim() !== '' && Number.isInteger(value) && value >= least && value <= most ? undefined : `Enter a whole number from ${least} to ${most}.`;
}

/** Only what differs: the rest stays whoever else changes it. */
export function changesOf(now: Pick<Organization, LimitName>, typed: Record<LimitName, string>): Partial<Record<LimitName, number>> {
  return Object.fromEntries(limits.filter((name) => Number(typed[name]) !== now[name]).map((name) => [name, Number(typed[name])]));
}
