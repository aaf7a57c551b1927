// The steps of taking in a customer, and what each still lacks. All of it follows from what the server has, so that one can
// leave and come back, also as another manager. Any step but the first may be skipped.
import type { Organization } from '@/shared/api/types';

export const stepKeys = ['organization', 'admin', 'machines', 'technicians', 'summary'] as const;
export type StepKey = (typeof stepKeys)[number];

export const stepWords: Record<StepKey, string> = {
  organization: 'Organization',
  admin: 'First administrator',
  machines: 'Machines',
  technicians: 'Technicians',
  summary: 'Summary',
};

export interface StepState {
  key: StepKey;
  label: string;
  done: boolean;
  lacks?: string;
  closed: boolean;
}

export interface Known {
  organization: Organization | undefined;
  admins: number;
}

export function stepsOf({ organization, admins }: Known): StepState[] {
  const lacks: Record<Exclude<StepKey, 'summary'>, string | undefined> = {
    organization: organization === undefined ? 'Not added yet' : undefined,
    admin: admins > 0 ? undefined : 'Nobody is invited yet',
    machines: (organization?.counts.assets ?? 0) > 0 ? undefined : 'None yet',
    technicians: (organization?.counts.activeGrants ?? 0) > 0 ? undefined : 'Nobody has access yet',
  };
  const ready = Object.values(lacks).every((each) => each === undefined);
  const all = { ...lacks, summary: ready ? undefined : 'Something is still missing' };
  return stepKeys.map((key) => ({ key, label: stepWords[key], done: all[key] === undefined, lacks: all[key], closed: key !== 'organization' && organization === undefined }));
}

/** Where to go on: the first that lacks something. */
export function firstOpen(steps: readonly StepState[]): StepKey {
  return steps.find(({ done, closed }) => !done && !closed)?.key ?? 'summary';
}

export function nextOf(step: StepKey): StepKey {
  return stepKeys[stepKeys.indexOf(step) + 1] ?? 'summary';
}
