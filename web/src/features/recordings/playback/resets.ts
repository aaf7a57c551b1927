// Places where the screen begins anew whatever was before: the start, and each full reset that the target sent.
// From there a replay is exact.

export interface ResetPoint {
  at: number;
  /** Where to go on: this event of this chunk, less the first bytes of its output. */
  chunk: number;
  event: number;
  skip: number;
  cols: number;
  rows: number;
}

/** Behind the last full reset (ESC c) in the bytes; -1 without one. An escape ends any other sequence, so nothing can hide it. */
export function behindReset(bytes: Uint8Array): number {
  for (let at = bytes.length - 2; at >= 0; at -= 1) {
    if (bytes[at] === 0x1b && bytes[at + 1] === 0x63) return at + 2;
  }
  return -1;
}

export class ResetPoints {
  readonly #points: ResetPoint[];

  constructor(cols: number, rows: number) {
    this.#points = [{ at: 0, chunk: 0, event: 0, skip: 0, cols, rows }];
  }

  /** Points may come in any order and more than once. */
  add(point: ResetPoint): void {
    const at = this.#points.findIndex((known) => !isBefore(known, point));
    const same = this.#points[at];
    if (same?.chunk === point.chunk && same.event === point.event) return;
    this.#points.splice(at < 0 ? this.#points.length : at, 0, point);
  }

  /** The last at or before the time. */
  before(ms: number): ResetPoint {
    const point = this.#points.findLast((known) => known.at <= ms) ?? this.#points[0];
    if (point === undefined) throw new RangeError('The start is a point too');
    return point;
  }
}

export function isBefore(a: { chunk: number; event: number }, b: { chunk: number; event: number }): boolean {
  return a.chunk < b.chunk || (a.chunk === b.chunk && a.event < b.event);
}
