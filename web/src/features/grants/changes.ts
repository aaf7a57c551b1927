// Changing many grants at once: every act can be looked at before it is done, and undone after.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, data } from '@/shared/api/client';
import type { AccessChanges, AssignAccess, BulkRevokeAccess, HandOff } from '@/shared/api/types';
import { messageOf } from '@/shared/api/error';
import { useToast } from '@/shared/ui/toast';

export type Change = (preview: boolean) => Promise<AccessChanges>;

export function assign(body: AssignAccess): Change {
  return (preview) => data(api.POST('/api/access-management/assign', { body: { ...body, preview } }));
}

export function revokeMany(body: BulkRevokeAccess): Change {
  return (preview) => data(api.POST('/api/access-management/bulk-revoke', { body: { ...body, preview } }));
}

export function handOff(body: HandOff): Change {
  return (preview) => data(api.POST('/api/access-management/handoff', { body: { ...body, preview } }));
}

export function useRefreshAccess() {
  const client = useQueryClient();
  return () => Promise.all(['grants', 'organizations', 'sessions'].map((key) => client.invalidateQueries({ queryKey: [key] })));
}

/** Takes a batch back, and says so. It outlives the dialog that made the batch. */
export function useUndo() {
  const toast = useToast();
  const refresh = useRefreshAccess();
  return useMutation({
    meta: { inline: true },
    mutationFn: (batchId: string) => data(api.POST('/api/access-management/batches/{batchId}/undo', { params: { path: { batchId } } })),
    onSuccess: () => {
      toast.done('Undone. Everything is as it was before.');
      void refresh();
    },
    onError: (error) => toast.error(`Not undone. ${messageOf(error)}`),
  });
}
