// Changing many grants at once: every act can be looked at before it is done, and undone after.
import { useAct } from '@/shared/api/act';
import { api, data } from '@/shared/api/client';
import type { AccessChanges, AssignAccess, BulkRevokeAccess, HandOff } from '@/shared/api/types';
import { messageOf } from '@/shared/api/error';
import { useToast } from '@/shared/ui/toast';
import { changed } from './api';

/** `plan`: what the preview found, for those acts that can be held to it. */
export type Change = (preview: boolean, plan?: string | null) => Promise<AccessChanges>;

export function assign(body: AssignAccess): Change {
  return (preview, plan) => data(api.POST('/api/access-management/assign', { body: { ...body, preview, ...(plan == null ? {} : { plan }) } }));
}

export function revokeMany(body: BulkRevokeAccess): Change {
  return (preview) => data(api.POST('/api/access-management/bulk-revoke', { body: { ...body, preview } }));
}

export function handOff(body: HandOff): Change {
  return (preview) => data(api.POST('/api/access-management/handoff', { body: { ...body, preview } }));
}

/** Looks, and then does: what is shown before is asked of the same change, and held against what is there by then. */
export function useChange(change: Change) {
  return {
    preview: useAct({ inline: true, ask: () => change(true) }),
    apply: useAct({ inline: true, ask: (plan: string | null | undefined) => change(false, plan), renew: changed, renewRefused: true }),
  };
}

/** Takes a batch back, and says so. It outlives the dialog that made the batch. */
export function useUndo() {
  const toast = useToast();
  const undo = useAct({
    inline: true,
    ask: (batchId: string) => data(api.POST('/api/access-management/batches/{batchId}/undo', { params: { path: { batchId } } })),
    renew: changed,
  });
  return (batchId: string) =>
    undo.mutate(batchId, {
      onSuccess: () => toast.done('Undone. Everything is as it was before.'),
      onError: (error) => toast.error(`Not undone. ${messageOf(error)}`),
    });
}
