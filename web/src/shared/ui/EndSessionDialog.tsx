'use client';
// Ends a session for everyone: one's own by a word, another's with a reason that they read on their screen.
import { useAct } from '@/shared/api/act';
import { api, data } from '@/shared/api/client';
import type { Session } from '@/shared/api/types';
import { useSession } from '@/shared/session/SessionProvider';
import { ConfirmDialog } from './ConfirmDialog';
import { useToast } from './toast';

interface Props {
  session: Session;
  /** The screen itself shows the end: no word of it in a corner. */
  shown?: boolean;
  onClose: () => void;
}

export function EndSessionDialog({ session, shown = false, onClose }: Props) {
  const { profile } = useSession();
  const toast = useToast();
  const own = session.technicianId === profile.id;
  const end = useAct({
    inline: true,
    ask: (reason: string) =>
      data(api.POST('/api/sessions/{id}/end', { params: { path: { id: session.id } }, body: reason === '' ? {} : { reason } })),
    renew: [['sessions', 'list']],
  });
  const done = () => {
    onClose();
    if (!shown) toast.done(`The session on ${session.assetName} is ended.`);
  };
  return (
    <ConfirmDialog
      title={`End the session on ${session.assetName}?`}
      action="End session"
      danger
      reason={own ? undefined : { label: `Reason, which ${session.technicianName} sees`, required: true }}
      pending={end.isPending}
      error={end.error}
      onClose={onClose}
      onConfirm={(reason) => end.mutate(reason, { onSuccess: done })}
    >
      {own ? 'Programs that run in this shell are closed with it. The recording stays.' : `${session.technicianName} is working there now. Their shell closes at once, with your reason on the screen.`}
    </ConfirmDialog>
  );
}
