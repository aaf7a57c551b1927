'use client';
// Takes many grants away at once: sessions that stand on them end within a second.
import { useState } from 'react';
import { plural } from '@/shared/lib/time';
import { TextInput, fieldErrors } from '@/shared/ui/form';
import { revokeMany } from './changes';
import { PreviewDialog } from './PreviewDialog';

interface Props {
  grantIds: string[];
  /** What stands in the field at first. */
  reason?: string;
  onDone?: () => void;
  onClose: () => void;
}

export function RevokeManyDialog({ grantIds, reason = '', onDone, onClose }: Props) {
  const [why, setWhy] = useState(reason);
  return (
    <PreviewDialog
      title={`Revoke ${plural(grantIds.length, 'grant')}?`}
      intro="Open sessions that stand on them freeze and close within a second, with your reason on the screen."
      action={grantIds.length === 1 ? 'Revoke access' : `Revoke ${plural(grantIds.length, 'grant')}`}
      danger
      typed={({ revoked }) => `revoke ${revoked}`}
      disabled={why.trim() === ''}
      change={revokeMany({ grantIds, reason: why.trim() })}
      fields={['reason']}
      onDone={onDone}
      onClose={onClose}
    >
      {(error) => <TextInput label="Reason" value={why} onChange={setWhy} multiline autoFocus error={fieldErrors(error).reason} hint="The customers and the technicians see this." />}
    </PreviewDialog>
  );
}
