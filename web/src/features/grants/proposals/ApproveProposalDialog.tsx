'use client';
// Approves a proposal after a look at what it revokes by now: what was used or changed since is kept.
import { useState } from 'react';
import { plural } from '@/shared/lib/time';
import { TextInput, fieldErrors } from '@/shared/ui/form';
import { PreviewDialog } from '../PreviewDialog';
import { approve, type Proposal } from './api';

export function ApproveProposalDialog({ proposal, onClose }: { proposal: Proposal; onClose: () => void }) {
  const [why, setWhy] = useState('');
  return (
    <PreviewDialog
      title={`Approve ${proposal.proposedByName}’s proposal?`}
      intro={`It revokes ${plural(proposal.grants, 'grant')}, but for those that were used or changed since. Open sessions that stand on them freeze and close within a second, with the reason on the screen.`}
      action="Approve and revoke"
      danger
      typed={({ revoked }) => `revoke ${revoked}`}
      disabled={false}
      change={approve(proposal, why.trim())}
      fields={['reason']}
      onClose={onClose}
    >
      {(error) => <TextInput label="Reason" required={false} value={why} onChange={setWhy} multiline autoFocus placeholder={proposal.reason} error={fieldErrors(error).reason} hint="The customers and the technicians see this. Empty: the reason of the proposal." />}
    </PreviewDialog>
  );
}
