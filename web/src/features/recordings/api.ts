'use client';
// Recordings: found, opened, read piece by piece, verified.
import { useQuery } from '@tanstack/react-query';
import { useAct } from '@/shared/api/act';
import { api, apiFetch, data } from '@/shared/api/client';
import { useList } from '@/shared/api/list';
import type { FetchRange } from './playback/chunks';

export function useRecordings(query: Record<string, string | number | undefined>) {
  return useList('recordings', '/api/recordings', query);
}

export function useRecording(id: string) {
  return useQuery({
    queryKey: ['recordings', 'detail', id],
    queryFn: ({ signal }) => data(api.GET('/api/recordings/{id}', { params: { path: { id } }, signal })),
  });
}

/** Asking for it is playing it, and is kept in the audit: once an opening of the player. */
export function useRecordingIndex(id: string) {
  return useQuery({
    queryKey: ['recordings', 'index', id],
    queryFn: ({ signal }) => data(api.GET('/api/recordings/{id}/index', { params: { path: { id } }, signal })),
    staleTime: Infinity,
    gcTime: 0,
    refetchOnReconnect: false,
  });
}

export function useTranscript(id: string, enabled: boolean) {
  return useQuery({
    queryKey: ['recordings', 'transcript', id],
    queryFn: ({ signal }) => data(api.GET('/api/recordings/{id}/transcript', { params: { path: { id } }, signal })),
    enabled,
    staleTime: Infinity,
  });
}

export function useVerifyRecording(id: string) {
  return useAct({ ask: () => data(api.POST('/api/recordings/{id}/verify', { params: { path: { id } } })) });
}

export function fetchRangeOf(id: string): FetchRange {
  return async (offset, length) => {
    const response = await apiFetch(new Request(`/api/recordings/${id}/data`, { headers: { Range: `bytes=${offset}-${offset + length - 1}` } }));
    const bytes = new Uint8Array(await response.arrayBuffer());
    // Something between may have ignored the range and given all of it.
    return response.status === 206 ? bytes : bytes.subarray(offset, offset + length);
  };
}

export function asciicastPath(id: string): string {
  return `/api/recordings/${id}/asciicast`;
}
