// Which rows and columns are drawn while one scrolls: as many as fit and some more, always as many, so that the place of one
// that goes out of sight shows the one that comes into it. To draw a cell anew costs much more than to change what it shows.

/** A place in the document and the row (or column) that it shows. */
export interface Slot {
  key: number;
  at: number;
}

export interface Strip {
  first: number;
  last: number;
  slots: readonly Slot[];
}

export const NO_STRIP: Strip = { first: 0, last: -1, slots: [] };

export interface Axis {
  /** Of one row or column, in pixels. */
  size: number;
  /** How many come into sight together. */
  step: number;
  /** How many are drawn out of sight, on either side. */
  more: number;
}

/** The first and the last that are drawn. */
export function spanOf(offset: number, room: number, count: number, { size, step, more }: Axis): [number, number] {
  const drawn = Math.min(count, Math.ceil(Math.max(0, room) / size) + 2 * more + step);
  const wanted = Math.floor((Math.floor(offset / size) - more) / step) * step;
  const first = Math.max(0, Math.min(wanted, count - drawn));
  return [first, first + drawn - 1];
}

/** The same places for another span, in the order in which they are: none is moved. The strip itself when nothing changes. */
export function turned(strip: Strip, [first, last]: [number, number]): Strip {
  if (first === strip.first && last === strip.last) return strip;
  const within = ({ at }: Slot) => at >= first && at <= last;
  const shown = new Set(strip.slots.filter(within).map(({ at }) => at));
  const coming: number[] = [];
  for (let at = first; at <= last; at += 1) if (!shown.has(at)) coming.push(at);
  const kept = strip.slots.flatMap((slot): Slot[] => {
    if (within(slot)) return [slot];
    const at = coming.shift();
    return at === undefined ? [] : [{ key: slot.key, at }];
  });
  const key = Math.max(-1, ...strip.slots.map((slot) => slot.key)) + 1;
  return { first, last, slots: [...kept, ...coming.map((at, index) => ({ key: key + index, at }))] };
}

/** The places in the order of what they show, as it is read by whoever does not see it. */
export function inOrder(strip: Strip): Strip {
  if (strip.slots.every(({ at }, place) => at === strip.first + place)) return strip;
  return { ...strip, slots: [...strip.slots].sort((a, b) => a.at - b.at) };
}

/** How far to scroll so that one is in sight. */
export function offsetOf(at: number, offset: number, room: number, size: number): number {
  return Math.min(at * size, Math.max(offset, (at + 1) * size - room));
}
