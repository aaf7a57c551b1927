'use client';
// Has another key sign from the next checkpoint on. What the old one signed stays as good as it was.
import { ConfirmDialog } from '@/shared/ui/ConfirmDialog';
import { useToast } from '@/shared/ui/toast';
import { useRotateAuditKey } from './api';

export function RotateKeyDialog({ onClose }: { onClose: () => void }) {
  const toast = useToast();
  const rotate = useRotateAuditKey();
  return (
    <ConfirmDialog
      title="Have another key sign?"
      action="Rotate key"
      reason={{ label: 'Why?', required: true }}
      pending={rotate.isPending}
      error={rotate.error}
      onClose={onClose}
      onConfirm={(reason) => rotate.mutate(reason, { onSuccess: () => { toast.done('Another key signs from the next checkpoint on.'); onClose(); } })}
    >
      From the next checkpoint on a new key signs every log, and the old one never signs again. What it signed stays good. Everybody who verifies logs needs the new key besides the old one, by a way that they trust: tell your customers.
    </ConfirmDialog>
  );
}
