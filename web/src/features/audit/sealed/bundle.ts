// Takes a bundle home: counts its entries as they come, and does not take one that broke off for whole.
import { apiFetch } from '@/shared/api/client';
import { ApiError } from '@/shared/api/error';

export interface BundleProgress {
  entries: number;
  bytes: number;
}

const NEWLINE = 10;

/** The last line closes the tree; a bundle without it broke off. */
export function isWhole(tail: string): boolean {
  return /(^|\n)\{"right":\[[^\n]*\]\}\n$/.test(tail);
}

export async function readBundle(organizationId: string, signal: AbortSignal, onProgress: (progress: BundleProgress) => void): Promise<Blob> {
  const response = await apiFetch(new Request(`/api/audit/organizations/${organizationId}/bundle`, { signal }));
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let [lines, bytes] = [0, 0];
  const reader = response.body?.getReader();
  for (;;) {
    const next = await reader?.read();
    if (next === undefined || next.done) break;
    parts.push(next.value);
    bytes += next.value.length;
    for (const byte of next.value) if (byte === NEWLINE) lines += 1;
    // The first line is the header.
    onProgress({ entries: Math.max(0, lines - 1), bytes });
  }
  const file = new Blob(parts, { type: 'application/x-ndjson' });
  // A footer holds a hash for each bit of the size at most.
  if (!isWhole(await file.slice(-8192).text())) throw new ApiError(0, 'broke_off', 'The bundle broke off before its last line. Take it again.');
  return file;
}

export function bundleName(organizationId: string): string {
  return `sallyport-audit-${organizationId}.ndjson`;
}

export function checkpointName(organizationId: string, size: number): string {
  return `sallyport-checkpoint-${organizationId}-${size}.txt`;
}
