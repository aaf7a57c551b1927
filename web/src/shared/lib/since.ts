// "The last so many hours" as a filter: the URL keeps the hours, the server gets a time.
import type { FilterOption } from '@/shared/table/types';

export const sinceOptions: readonly FilterOption[] = [
  { value: '1', label: 'Last hour' },
  { value: '24', label: 'Last 24 hours' },
  { value: '168', label: 'Last 7 days' },
  { value: '720', label: 'Last 30 days' },
];

/** Cut to the minute, so that the same question keeps the same answer in the cache. */
export function hoursAgo(hours: string): string | undefined {
  const count = Number(hours);
  if (!(count > 0)) return undefined;
  const minute = 60_000;
  return new Date(Math.floor(Date.now() / minute) * minute - count * 60 * minute).toISOString();
}
