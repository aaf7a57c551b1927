// The address at the door: kept on this device if its owner wants that, and carried over a visit to an identity provider.
import { useSyncExternalStore } from 'react';

const KEPT = 'sallyport.address';
const CARRIED = 'sallyport.address.carried';

/** A browser may refuse to keep anything: then nothing is kept. */
function quietly<T>(work: () => T, otherwise: T): T {
  try {
    return work();
  } catch {
    return otherwise;
  }
}

export function keptAddress(): string {
  return quietly(() => localStorage.getItem(KEPT) ?? '', '');
}

export function keepAddress(email: string | null): void {
  quietly(() => (email === null ? localStorage.removeItem(KEPT) : localStorage.setItem(KEPT, email)), undefined);
}

/** For the way back, in this tab alone. */
export function carryAddress(email: string): void {
  quietly(() => sessionStorage.setItem(CARRIED, email), undefined);
}

export function carriedAddress(): string {
  return quietly(() => sessionStorage.getItem(CARRIED) ?? '', '');
}

const never = () => () => undefined;

/** What the field begins with; on the way back from an identity provider the address that was taken there. */
export function useKnownAddress(wayBack: boolean): { known: string; kept: boolean } {
  const kept = useSyncExternalStore(never, keptAddress, () => '');
  const carried = useSyncExternalStore(never, carriedAddress, () => '');
  return { known: wayBack && carried !== '' ? carried : kept, kept: kept !== '' };
}
