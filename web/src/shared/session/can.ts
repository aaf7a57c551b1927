// What the server says this person may do, and the words when it says no.
import type { Can } from '@/shared/api/types';
import type { Action } from './actions';

export type Allowed = true | string;

const UNKNOWN = 'Your role does not include this.';

/** True, or the sentence that says why not. */
export function allowed(can: Can | undefined, action: Action): Allowed {
  const answer = can?.[action] ?? UNKNOWN;
  return answer === false ? UNKNOWN : answer;
}

/** For what is hidden rather than disabled, such as an entry of the rail. */
export function may(can: Can | undefined, action: Action): boolean {
  return allowed(can, action) === true;
}
