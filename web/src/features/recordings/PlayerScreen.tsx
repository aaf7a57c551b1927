'use client';
// The player's page: the recording's facts, then the player, or why there is nothing to play.
import { useSearchParams } from 'next/navigation';
import Skeleton from '@mui/material/Skeleton';
import { useCrumbs } from '@/shared/frame/Crumbs';
import type { Recording } from '@/shared/api/types';
import { EmptyState } from '@/shared/ui/EmptyState';
import { ErrorState } from '@/shared/ui/ErrorState';
import { useRecording, useRecordingIndex } from './api';
import { Player } from './Player';
import { PlayerHeader } from './PlayerHeader';

export function PlayerScreen() {
  const params = useSearchParams();
  const id = params.get('id') ?? '';
  const query = useRecording(id);
  const recording = query.data;
  useCrumbs([recording === undefined ? undefined : { label: recording.organizationName, customerId: recording.organizationId }, { label: recording?.assetName ?? 'Recording' }]);
  if (recording === undefined) return query.isError ? <ErrorState error={query.error} onRetry={() => void query.refetch()} /> : <Skeleton variant="rounded" height={420} />;
  return <Opened key={id} recording={recording} at={Number(params.get('at')) || 0} q={params.get('q') ?? ''} />;
}

function Opened({ recording, at, q }: { recording: Recording; at: number; q: string }) {
  const index = useRecordingIndex(recording.id);
  if (recording.status === 'deleted') {
    return (
      <>
        <PlayerHeader recording={recording} />
        <EmptyState title="This recording is deleted">The time that recordings are kept was over. That it was, and when it was deleted, stands in the audit.</EmptyState>
      </>
    );
  }
  if (index.data === undefined) {
    return (
      <>
        <PlayerHeader recording={recording} />
        {index.isError ? <ErrorState error={index.error} onRetry={() => void index.refetch()} /> : <Skeleton variant="rounded" height={420} />}
      </>
    );
  }
  if (index.data.chunks.length === 0) {
    return (
      <>
        <PlayerHeader recording={recording} />
        <EmptyState title="Nothing was written yet">The session has just begun, or it never got to a screen.</EmptyState>
      </>
    );
  }
  return <Player recording={recording} index={index.data} startAt={at} q={q} refreshing={index.isFetching} onRefresh={() => void index.refetch()} />;
}
