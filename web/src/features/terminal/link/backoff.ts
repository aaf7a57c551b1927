// How long to wait before the next try to come back.

const STEPS_MS = [250, 500, 1000, 2000, 3000, 5000];

/** @param chance 0 to 1: spreads the tries of many browsers that lost the same server. */
export function backoffMs(failures: number, chance: number): number {
  const step = STEPS_MS[Math.min(failures, STEPS_MS.length - 1)] ?? 5000;
  return Math.round(step * (0.75 + chance * 0.5));
}
