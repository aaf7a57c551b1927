'use client';
// One proposal: why, how each of its grants stands now, and what one may do about it.
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Skeleton from '@mui/material/Skeleton';
import { useState } from 'react';
import { plural } from '@/shared/lib/time';
import { allowed, may } from '@/shared/session/can';
import { useSession } from '@/shared/session/SessionProvider';
import { AllowedButton } from '@/shared/ui/AllowedButton';
import { ConfirmDialog } from '@/shared/ui/ConfirmDialog';
import { DetailDrawer } from '@/shared/ui/DetailDrawer';
import { ErrorState } from '@/shared/ui/ErrorState';
import { Fact, Facts } from '@/shared/ui/Facts';
import { RelativeTime } from '@/shared/ui/RelativeTime';
import { useToast } from '@/shared/ui/toast';
import { ApproveProposalDialog } from './ApproveProposalDialog';
import { useProposal, useRefuseProposal, useWithdrawProposal, type Proposal, type ProposalDetail } from './api';
import { ProposalItems } from './ProposalItems';
import { ProposalState } from './ProposalState';
import { proposalWords, reachWords, standWords } from './words';

export function ProposalDrawer({ id, onClose }: { id: string | null; onClose: () => void }) {
  const query = useProposal(id);
  const proposal = query.data;
  return (
    <DetailDrawer
      open={id !== null}
      onClose={onClose}
      width={680}
      title={proposal === undefined ? 'Proposal to revoke' : `${proposal.proposedByName} proposes to revoke ${plural(proposal.grants, 'grant')}`}
      subtitle={proposal && <>Proposed <RelativeTime at={proposal.createdAt} /></>}
      actions={proposal?.status === 'pending' ? <Actions key={proposal.id} proposal={proposal} /> : undefined}
    >
      {proposal === undefined && query.isError && <ErrorState dense error={query.error} onRetry={() => void query.refetch()} />}
      {proposal === undefined && !query.isError && <Skeleton variant="rounded" height={280} />}
      {proposal !== undefined && <Detail proposal={proposal} />}
    </DetailDrawer>
  );
}

function Detail({ proposal }: { proposal: ProposalDetail }) {
  const { status, reason, decidedByName, decidedAt, decisionReason, items } = proposal;
  const said = decisionReason == null || decisionReason === '' ? '.' : `: ${decisionReason}`;
  return (
    <Box sx={{ display: 'grid', gap: 5, gridTemplateColumns: 'minmax(0, 1fr)' }}>
      {status === 'pending' && <Alert severity="info">Waits for a super admin. {standWords(items)}</Alert>}
      {(status === 'approved' || status === 'refused') && <Alert severity={status === 'approved' ? 'success' : 'error'}>{proposalWords[status].word} <RelativeTime at={decidedAt} /> by {decidedByName ?? 'somebody'}{said}</Alert>}
      <Facts>
        {status === 'withdrawn' && <Fact name="Status"><ProposalState status={status} /> <Box component="span" sx={{ color: 'text.secondary' }}><RelativeTime at={decidedAt} none="" /></Box></Fact>}
        <Fact name="Reason"><span style={{ whiteSpace: 'pre-wrap' }}>{reason}</span></Fact>
        <Fact name="Reaches">{reachWords(proposal)}</Fact>
      </Facts>
      <ProposalItems items={items} status={status} />
    </Box>
  );
}

function Actions({ proposal }: { proposal: Proposal }) {
  const { profile } = useSession();
  const toast = useToast();
  const refuse = useRefuseProposal(proposal);
  const withdraw = useWithdrawProposal(proposal);
  const [dialog, setDialog] = useState<'approve' | 'refuse' | 'withdraw' | null>(null);
  const close = () => setDialog(null);
  const decides = profile.role === 'super_admin';
  return (
    <>
      {decides && <AllowedButton allowed={allowed(proposal.can, 'access_proposal.approve')} variant="contained" onClick={() => setDialog('approve')}>Approve…</AllowedButton>}
      {decides && <AllowedButton allowed={allowed(proposal.can, 'access_proposal.refuse')} variant="outlined" color="error" onClick={() => setDialog('refuse')}>Refuse…</AllowedButton>}
      {may(proposal.can, 'access_proposal.withdraw') && <AllowedButton allowed variant="outlined" sx={{ ml: 'auto' }} onClick={() => setDialog('withdraw')}>Withdraw…</AllowedButton>}
      {!decides && !may(proposal.can, 'access_proposal.withdraw') && <Box sx={{ fontSize: '0.8125rem', color: 'text.secondary' }}>Super admins decide, and {proposal.proposedByName} can withdraw it.</Box>}
      {dialog === 'approve' && <ApproveProposalDialog proposal={proposal} onClose={close} />}
      {dialog === 'refuse' && (
        <ConfirmDialog title={`Refuse ${proposal.proposedByName}’s proposal?`} action="Refuse" danger reason={{ label: 'Why not?', required: true }} pending={refuse.isPending} error={refuse.error} onClose={close} onConfirm={(reason) => refuse.mutate(reason, { onSuccess: () => { toast.done(`${proposal.proposedByName} is told that it was refused.`); close(); } })}>
          All {plural(proposal.grants, 'grant')} stay as they are. {proposal.proposedByName} gets a mail with your reason.
        </ConfirmDialog>
      )}
      {dialog === 'withdraw' && (
        <ConfirmDialog title="Withdraw the proposal?" action="Withdraw" danger pending={withdraw.isPending} error={withdraw.error} onClose={close} onConfirm={() => withdraw.mutate(undefined, { onSuccess: () => { toast.done('The proposal is withdrawn.'); close(); } })}>
          Nobody decides it any more, and its grants can be proposed again.
        </ConfirmDialog>
      )}
    </>
  );
}
