// Reads a streamed export: counts the events as they come, and gives the file when all is here.
import { apiFetch } from '@/shared/api/client';
import { nameOf } from './download';

export type ExportFormat = 'csv' | 'ndjson' | 'ocsf';

export interface ExportProgress {
  events: number;
  /** What the server promised; undefined when it did not say. */
  total: number | undefined;
  bytes: number;
}

export const formats: Record<ExportFormat, { label: string; hint: string; ending: string; type: string }> = {
  csv: { label: 'CSV', hint: 'For a spreadsheet. Formulas in it do nothing.', ending: 'csv', type: 'text/csv' },
  ndjson: { label: 'NDJSON', hint: 'One event per line, with everything that is known of it.', ending: 'ndjson', type: 'application/x-ndjson' },
  ocsf: { label: 'OCSF', hint: 'One event per line in the open schema that a SIEM reads.', ending: 'ocsf.ndjson', type: 'application/x-ndjson' },
};

const NEWLINE = 10;
const QUOTE = 34;

/** Counts the records of a stream cut anywhere. A line break within quotes of a CSV is no end of a record. */
export class RecordCounter {
  private quoted = false;
  private ends = 0;
  constructor(private readonly format: ExportFormat) {}

  add(bytes: Uint8Array): void {
    const csv = this.format === 'csv';
    for (const byte of bytes) {
      // A doubled quote closes and opens again, which comes to the same.
      if (csv && byte === QUOTE) this.quoted = !this.quoted;
      else if (byte === NEWLINE && !this.quoted) this.ends += 1;
    }
  }

  /** The first line of a CSV names the columns. */
  get records(): number {
    return this.format === 'csv' ? Math.max(0, this.ends - 1) : this.ends;
  }
}

export function exportAddress(format: ExportFormat, filters: Record<string, string | undefined>): string {
  const params = new URLSearchParams({ format });
  for (const [key, value] of Object.entries(filters)) if (value !== undefined && value !== '') params.set(key, value);
  return `/api/audit/export?${params.toString()}`;
}

export async function readExport(format: ExportFormat, filters: Record<string, string | undefined>, signal: AbortSignal, onProgress: (progress: ExportProgress) => void): Promise<{ file: Blob; name: string; progress: ExportProgress }> {
  const response = await apiFetch(new Request(exportAddress(format, filters), { signal }));
  const promised = Number(response.headers.get('Sallyport-Total-Events') ?? NaN);
  const total = Number.isFinite(promised) ? promised : undefined;
  const counter = new RecordCounter(format);
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  const reader = response.body?.getReader();
  for (;;) {
    const next = await reader?.read();
    if (next === undefined || next.done) break;
    parts.push(next.value);
    bytes += next.value.length;
    counter.add(next.value);
    onProgress({ events: counter.records, total, bytes });
  }
  return { file: new Blob(parts, { type: formats[format].type }), name: nameOf(response, `sallyport-audit.${formats[format].ending}`), progress: { events: counter.records, total, bytes } };
}
