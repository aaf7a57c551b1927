// In which order the command palette shows what it found: by how well a name fits what was typed, whatever kind of thing it is.

export interface Ranked {
  group: string;
  label: string;
}

/** On equal fit: what is here at once, then organizations before people, for one who types a customer's name means the customer. */
export const groups = ['Go to', 'Do', 'Organizations', 'People', 'Machines', 'Sessions'] as const;

/** Without accents and capitals, and without the dots of what asks before it does anything. */
function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').replace(/…$/, '').trim().toLowerCase();
}

/** 3: it is its name; 2: its name begins so; 1: a word of it does; 0: it fits in another way. */
export function fitOf(label: string, typed: string): number {
  const [name, sought] = [plain(label), plain(typed)];
  if (sought === '') return 0;
  if (name === sought) return 3;
  if (name.startsWith(sought)) return 2;
  return name.split(/[^\p{L}\p{N}]+/u).some((word) => word.startsWith(sought)) ? 1 : 0;
}

/** The best fit first, with its kind around it; of each kind the best first, up to so many. */
export function ranked<T extends Ranked>(entries: readonly T[], typed: string, most: Readonly<Record<string, number>>): T[] {
  const kinds = groups.map((group) => {
    const fitting = entries.filter((entry) => entry.group === group).map((entry) => ({ entry, fit: fitOf(entry.label, typed) }));
    // Sorting is stable: what fits alike stays as it was found.
    const sorted = fitting.sort((a, b) => b.fit - a.fit).slice(0, most[group]);
    return { best: sorted[0]?.fit ?? 0, entries: sorted.map(({ entry }) => entry) };
  });
  return kinds.sort((a, b) => b.best - a.best).flatMap((kind) => kind.entries);
}
