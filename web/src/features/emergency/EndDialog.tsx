'use client';
// Ends it before its time. Always possible at once, for it only takes access away.
import { useSession } from '@/shared/session/SessionProvider';
import { ConfirmDialog } from '@/shared/ui/ConfirmDialog';
import { useToast } from '@/shared/ui/toast';
import { useEnd, type Emergency } from './api';

export function EndDialog({ emergency, onClose }: { emergency: Emergency; onClose: () => void }) {
  const { profile } = useSession();
  const toast = useToast();
  const end = useEnd(emergency.id);
  const own = emergency.technicianId === profile.id;
  return (
    <ConfirmDialog
      title={own ? 'End your emergency access now?' : `End ${emergency.technicianName}’s emergency access now?`}
      action="End now"
      danger
      reason={{ label: 'Why now?', required: true }}
      pending={end.isPending}
      error={end.error}
      onClose={onClose}
      onConfirm={(reason) => end.mutate(reason, { onSuccess: (ended) => { toast.done(`Emergency access to ${ended.customerOrgName} is over. It waits for its review.`); onClose(); } })}
    >
      Sessions at {emergency.customerOrgName} that stand on it end at once. The recordings stay, and the 24 hours for the review begin.
    </ConfirmDialog>
  );
}
