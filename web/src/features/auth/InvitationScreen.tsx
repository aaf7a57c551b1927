'use client';
// Accepts an invitation. The token comes in the fragment, which no server and no log ever sees, and leaves the address at once.
import Skeleton from '@mui/material/Skeleton';
import Typography from '@mui/material/Typography';
import { messageOf } from '@/shared/api/error';
import { roleWords } from '@/shared/lib/words';
import { RelativeTime } from '@/shared/ui/RelativeTime';
import { useAcceptInvitation, useInvitation } from './api';
import { ChoosePassword } from './ChoosePassword';
import { DoorFrame } from './DoorFrame';
import { BrokenLink, DoorDone } from './DoorNotes';
import { useFragmentToken } from './useFragmentToken';

export function InvitationScreen() {
  const token = useFragmentToken('Invitation');
  const invitation = useInvitation(token);
  const accept = useAcceptInvitation();
  if (accept.isSuccess) return <DoorFrame><DoorDone email={invitation.data?.email} /></DoorFrame>;
  return (
    <DoorFrame>
      {token === '' && <BrokenLink message="This page needs the whole link from your invitation. Open the link again, or ask for a new one." />}
      {invitation.isError && <BrokenLink message={messageOf(invitation.error)} />}
      {token !== '' && !invitation.isError && invitation.data === undefined && <Skeleton variant="rounded" height={240} />}
      {token !== undefined && invitation.data !== undefined && (
        <>
          <Typography variant="h1">Welcome, {invitation.data.displayName}</Typography>
          <Typography color="textSecondary" sx={{ mt: 1.5, mb: 7 }}>
            You join {invitation.data.organizationName} as {roleWords[invitation.data.role].toLowerCase()}. Choose a password for {invitation.data.email}. The link runs out <RelativeTime at={invitation.data.expiresAt} ahead />.
          </Typography>
          <ChoosePassword about={invitation.data} action="Create my account" pending={accept.isPending} error={accept.error} onChoose={(password) => accept.mutate({ token, password })} />
        </>
      )}
    </DoorFrame>
  );
}
