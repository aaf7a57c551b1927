// Which of the customers' colours is whose: by the hash of the id, unless another customer seen here has it or one like it.
import { hashOf } from './hash';

const KEY = 'sallyport.hues';

/** Far around the ring, and through all of it: no divisor of the number of colours. */
const STRIDE = 5;

export type Slots = Readonly<Record<string, number>>;

/** The customers under their hashes: what stays in the browser names nobody. */
export function keyOf(id: string): string {
  return hashOf(id).toString(36);
}

/** The slots with one for this customer, as long as any is free, and not beside one that is taken while that can be; what was given stays. */
export function withSlot(slots: Slots, key: string, count: number): Slots {
  if (slots[key] !== undefined) return slots;
  const taken = new Set(Object.values(slots));
  const first = preferred(key, count);
  const free = Array.from({ length: count }, (_, step) => (first + step * STRIDE) % count).filter((slot) => !taken.has(slot));
  const apart = free.find((slot) => !taken.has((slot + 1) % count) && !taken.has((slot + count - 1) % count));
  const slot = apart ?? free[0];
  return slot === undefined ? slots : { ...slots, [key]: slot };
}

export function slotOf(slots: Slots, key: string, count: number): number {
  return slots[key] ?? preferred(key, count);
}

function preferred(key: string, count: number): number {
  return parseInt(key, 36) % count;
}

let known: Slots | undefined;

/** Kept by the browser, so that a customer has the same colour after a reload. */
export function hueSlot(id: string, count: number): number {
  const before = (known ??= stored(count));
  const key = keyOf(id);
  known = withSlot(before, key, count);
  if (known !== before) keep(known);
  return slotOf(known, key, count);
}

function stored(count: number): Slots {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    const entries = Object.entries(value ?? {}).filter(([, slot]) => Number.isInteger(slot) && slot >= 0 && slot < count);
    return Object.fromEntries(entries);
  } catch {
    return {};
  }
}

function keep(slots: Slots): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(slots));
  } catch {
    // A browser that keeps nothing: the colours hold until the next load.
  }
}
