// A test on this page: what can be seen from here at once, shown one after the other; then a sign-in in another window,
// whose end is heard from that window, or else read from the server.
import { useEffect, useEffectEvent, useState } from 'react';
import { hearOtherWindows, openWindow } from '@/shared/session/otherWindow';
import { useConnection, useTestConnection, type SsoConnection } from '../api';
import { linesOf } from './checks';

const BETWEEN_MS = 260;
const ASK_MS = 2_500;

export function useTestRun(connection: SsoConnection) {
  const look = useTestConnection(connection.id);
  const [shown, setShown] = useState(0);
  /** The end of the last test when somebody went to sign in: a later one ends the waiting. */
  const [since, setSince] = useState<string | null>();
  const [blocked, setBlocked] = useState(false);
  const awaited = since !== undefined && (connection.lastTest?.at ?? null) === since;
  const query = useConnection(connection.id, awaited ? ASK_MS : false);

  const seen = look.data?.checks;
  const total = (seen?.length ?? 0) + 1;
  useEffect(() => {
    if (seen === undefined || shown >= total) return;
    const timer = setTimeout(() => setShown(shown + 1), BETWEEN_MS);
    return () => clearTimeout(timer);
  }, [seen, shown, total]);

  const heard = useEffectEvent((id: string) => {
    if (id === connection.id) void query.refetch();
  });
  useEffect(() => hearOtherWindows((word) => { if (word.kind === 'tested') heard(word.connectionId); }), []);

  const url = look.data?.url ?? null;
  const over = since !== undefined && !awaited;
  const failedHere = seen?.some(({ passed }) => !passed) === true;
  const state = look.isPending ? 'looking' : failedHere && shown >= total ? 'failed' : url === null ? 'idle' : over ? 'over' : shown < total - 1 ? 'looking' : awaited ? 'awaited' : 'ready';
  return {
    state: state,
    error: look.error,
    blocked,
    // Until this run has ended, what an earlier one ended with is not its own.
    lines: linesOf({ protocol: connection.protocol, seen, shown, looking: look.isPending, awaited, ended: seen === undefined || over ? connection.lastTest : null }),
    begin: () => {
      setShown(0);
      setSince(undefined);
      look.mutate();
    },
    signIn: () => {
      if (url === null) return;
      const opened = openWindow(url);
      setBlocked(!opened);
      if (opened) setSince(connection.lastTest?.at ?? null);
    },
    /** In this window instead: the end shows itself there. */
    url,
  };
}
