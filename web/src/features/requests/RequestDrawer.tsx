'use client';
// One request: what is asked for, who approved it, whom it waits for, and what one may do about it.
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Skeleton from '@mui/material/Skeleton';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { exactTime } from '@/shared/lib/time';
import { allowed } from '@/shared/session/can';
import { AllowedButton } from '@/shared/ui/AllowedButton';
import { ConfirmDialog } from '@/shared/ui/ConfirmDialog';
import { DetailDrawer } from '@/shared/ui/DetailDrawer';
import { ErrorState } from '@/shared/ui/ErrorState';
import { FormDialog, fieldErrors } from '@/shared/ui/form';
import { RelativeTime } from '@/shared/ui/RelativeTime';
import { useToast } from '@/shared/ui/toast';
import { useSession } from '@/shared/session/SessionProvider';
import { useAccessRequest, useChangeRequest, useRefuse, useWithdraw, type AccessRequest } from './api';
import { ApproveDialog } from './ApproveDialog';
import { RequestState } from './RequestState';
import { Terms } from './Terms';
import { termsOfWish, wishFields, wishOf } from './wish';
import { WishFields } from './WishFields';
import { waitsFor } from './words';

export function RequestDrawer({ id, onClose }: { id: string | null; onClose: () => void }) {
  const query = useAccessRequest(id);
  const request = query.data;
  return (
    <DetailDrawer
      open={id !== null}
      onClose={onClose}
      title={request === undefined ? 'Request for access' : `${request.technicianName} asks for access to ${request.customerOrgName}`}
      subtitle={request && <>Asked <RelativeTime at={request.createdAt} /></>}
      actions={request?.status === 'pending' ? <Actions request={request} /> : undefined}
    >
      {query.isError && <ErrorState dense error={query.error} onRetry={() => void query.refetch()} />}
      {request === undefined && !query.isError && <Skeleton variant="rounded" height={240} />}
      {request !== undefined && <Facts request={request} />}
    </DetailDrawer>
  );
}

function Facts({ request }: { request: AccessRequest }) {
  const { status, needs, approvals, decidedByName, decidedAt, decisionReason, expiresOn } = request;
  return (
    <Box sx={{ display: 'grid', gap: 5, gridTemplateColumns: 'minmax(0, 1fr)' }}>
      {status === 'pending' && <Alert severity="info">{waitsFor(needs)}. Undecided, it lapses {exactTime(expiresOn)}.</Alert>}
      {status === 'refused' && <Alert severity="error">Refused <RelativeTime at={decidedAt} /> by {decidedByName ?? 'somebody'}{decisionReason == null ? '.' : `: ${decisionReason}`}</Alert>}
      {status !== 'pending' && status !== 'refused' && <Box sx={{ fontSize: '0.8125rem' }}><RequestState status={status} /> <Box component="span" sx={{ color: 'text.secondary' }}><RelativeTime at={decidedAt} none="" /></Box></Box>}
      <Terms request={request} />
      {approvals.length > 0 && (
        <Box component="section" aria-label="Approvals">
          <Typography component="h3" sx={{ fontSize: '0.8125rem', fontWeight: 580, mb: 2 }}>Approved by</Typography>
          <Box component="ul" sx={{ m: 0, pl: 4, fontSize: '0.8125rem' }}>
            {approvals.map(({ byId, byName, side, at }) => <li key={`${byId}${side}`}>{byName}, for {side === 'provider' ? 'the provider' : 'the customer'}, <RelativeTime at={at} /></li>)}
          </Box>
        </Box>
      )}
    </Box>
  );
}

function Actions({ request }: { request: AccessRequest }) {
  const { profile } = useSession();
  const toast = useToast();
  const refuse = useRefuse(request.id);
  const withdraw = useWithdraw(request.id);
  const [dialog, setDialog] = useState<'approve' | 'refuse' | 'edit' | 'withdraw' | null>(null);
  const close = () => setDialog(null);
  const own = request.technicianId === profile.id;
  return (
    <>
      {own ? (
        <>
          <AllowedButton allowed={allowed(request.can, 'access_request.update')} variant="outlined" onClick={() => setDialog('edit')}>Change</AllowedButton>
          <AllowedButton allowed={allowed(request.can, 'access_request.withdraw')} variant="outlined" color="error" sx={{ ml: 'auto' }} onClick={() => setDialog('withdraw')}>Withdraw</AllowedButton>
        </>
      ) : (
        <>
          <AllowedButton allowed={allowed(request.can, 'access_request.approve')} variant="contained" onClick={() => setDialog('approve')}>Approve…</AllowedButton>
          <AllowedButton allowed={allowed(request.can, 'access_request.refuse')} variant="outlined" color="error" sx={{ ml: 'auto' }} onClick={() => setDialog('refuse')}>Refuse…</AllowedButton>
        </>
      )}
      {dialog === 'approve' && <ApproveDialog request={request} onClose={close} />}
      {dialog === 'edit' && <ChangeDialog request={request} onClose={close} />}
      {dialog === 'refuse' && (
        <ConfirmDialog title={`Refuse ${request.technicianName}’s request?`} action="Refuse" danger reason={{ label: 'Why not?', required: true }} pending={refuse.isPending} error={refuse.error} onClose={close} onConfirm={(reason) => refuse.mutate(reason, { onSuccess: () => { toast.done(`${request.technicianName} is told that it was refused.`); close(); } })}>
          They get a mail with your reason, and may ask again.
        </ConfirmDialog>
      )}
      {dialog === 'withdraw' && (
        <ConfirmDialog title="Withdraw the request?" action="Withdraw" danger pending={withdraw.isPending} error={withdraw.error} onClose={close} onConfirm={() => withdraw.mutate(undefined, { onSuccess: () => { toast.done('The request is withdrawn.'); close(); } })}>
          Nobody decides it any more. You may ask again at any time.
        </ConfirmDialog>
      )}
    </>
  );
}

function ChangeDialog({ request, onClose }: { request: AccessRequest; onClose: () => void }) {
  const toast = useToast();
  const change = useChangeRequest(request);
  const [wish, setWish] = useState(() => wishOf(request));
  return (
    <FormDialog
      title={`Change your request for ${request.customerOrgName}`}
      intro={request.approvals.length > 0 ? 'It was approved in part. A change makes every approval void, for it was of other terms.' : undefined}
      action="Save"
      wide
      pending={change.isPending}
      error={change.error}
      fields={wishFields(wish)}
      disabled={wish.reason.trim() === ''}
      onSubmit={() => change.mutate(termsOfWish(wish, Date.now()), { onSuccess: () => { toast.done('The request was changed.'); onClose(); } })}
      onClose={onClose}
    >
      <WishFields wish={wish} onChange={setWish} wrong={fieldErrors(change.error)} standing />
    </FormDialog>
  );
}
