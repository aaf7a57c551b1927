'use client';
// What is left of a session that is over, as the server says: its recording, and another session on the same machine.
import { useQuery } from '@tanstack/react-query';
import { api, data } from '@/shared/api/client';
import type { EndCode, Session } from '@/shared/api/types';
import { may } from '@/shared/session/can';
import { readSession } from './api';

export interface WaysOn {
  play: boolean;
  again: boolean;
}

const NONE: WaysOn = { play: false, again: false };

/** Ends that took the technician’s way in with them: asking for more would only be refused, and logged as a try. */
const shut: readonly EndCode[] = ['grant_revoked', 'grant_expired', 'outside_hours', 'user_disabled', 'organization_suspended', 'signed_out'];

export function useWaysOn(session: Session, code: EndCode | null, own: boolean, over: boolean): WaysOn {
  const ask = over && !(own && code !== null && shut.includes(code));
  const { data: ways } = useQuery({
    queryKey: ['sessions', 'ways-on', session.id],
    enabled: ask,
    retry: false,
    queryFn: async ({ signal }): Promise<WaysOn> => {
      const [after, asset] = await Promise.allSettled([
        readSession(session.id),
        own ? data(api.GET('/api/assets/{id}', { params: { path: { id: session.assetId } }, signal })) : undefined,
      ]);
      return {
        play: after.status === 'fulfilled' && after.value.status !== 'refused' && may(after.value.can, 'recording.play'),
        again: asset.status === 'fulfilled' && may(asset.value?.can, 'session.start'),
      };
    },
  });
  return (ask ? ways : undefined) ?? NONE;
}
