'use client';
// Invites a person; the link is shown once, here.
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { useCustomerOptions } from '@/shared/api/lookups';
import type { Role, UserInvitation } from '@/shared/api/types';
import { exactTime } from '@/shared/lib/time';
import { customerRoles, providerRoles, roleHints, roleWords } from '@/shared/lib/words';
import { useSession } from '@/shared/session/SessionProvider';
import { CopyButton } from '@/shared/ui/CopyButton';
import { FormDialog, SelectInput, TextInput, fieldErrors } from '@/shared/ui/form';
import { useCreateUser } from './api';

interface Props {
  /** Fixed when the dialog was opened within one. */
  organization?: { id: string; name: string };
  onClose: () => void;
}

export function InviteDialog({ organization, onClose }: Props) {
  const { profile, isProvider } = useSession();
  const customers = useCustomerOptions(organization === undefined);
  const create = useCreateUser();
  const [organizationId, setOrganizationId] = useState(organization?.id ?? '');
  const [email, setEmail] = useState('');
  const [displayName, setDisplayName] = useState('');
  const [role, setRole] = useState<Role | ''>('');
  const wrong = fieldErrors(create.error);

  if (create.data !== undefined) return <InvitationLinkDialog invitation={create.data} onClose={onClose} />;
  const roles = isProvider && organizationId === profile.organization.id ? providerRoles : customerRoles;
  const chooseOrganization = (id: string) => {
    setOrganizationId(id);
    setRole('');
  };
  return (
    <FormDialog
      title={organization === undefined ? 'Invite a person' : `Invite a person to ${organization.name}`}
      intro="You get a link to hand over. It works once, and the person sets their own password with it."
      action="Create invitation"
      pending={create.isPending}
      error={create.error}
      fields={['organizationId', 'email', 'displayName', 'role']}
      disabled={organizationId === '' || email.trim() === '' || displayName.trim() === '' || role === ''}
      onSubmit={() => { if (role !== '') create.mutate({ organizationId, email: email.trim(), displayName: displayName.trim(), role }); }}
      onClose={onClose}
    >
      {organization === undefined && (
        <SelectInput
          label="Organization"
          value={organizationId}
          onChange={chooseOrganization}
          options={[{ value: profile.organization.id, label: profile.organization.name, hint: 'The provider' }, ...customers]}
          error={wrong.organizationId}
        />
      )}
      <TextInput label="Name" value={displayName} onChange={setDisplayName} autoComplete="off" autoFocus={organization !== undefined} error={wrong.displayName} />
      <TextInput label="Email" type="email" value={email} onChange={setEmail} autoComplete="off" error={wrong.email} />
      <SelectInput
        label="Role"
        value={role}
        onChange={setRole}
        options={roles.map((each) => ({ value: each, label: roleWords[each], hint: roleHints[each] }))}
        disabled={organizationId === ''}
        error={wrong.role}
      />
    </FormDialog>
  );
}

export function InvitationLinkDialog({ invitation, onClose }: { invitation: UserInvitation; onClose: () => void }) {
  return (
    <Dialog open onClose={(_event, why) => { if (why !== 'backdropClick') onClose(); }} aria-labelledby="invitation-title" maxWidth="sm" fullWidth>
      <DialogTitle id="invitation-title">Invitation for {invitation.user.displayName}</DialogTitle>
      <DialogContent sx={{ display: 'grid', gap: 4 }}>
        <Typography variant="body2" color="textSecondary">
          It is on its way to <Box component="strong" sx={{ color: 'text.primary', fontWeight: 560, overflowWrap: 'anywhere' }}>{invitation.user.email}</Box>. The link works once, until {exactTime(invitation.invitationExpiresAt)}. If the mail cannot be read there, hand the link over by a way that only {invitation.user.displayName} reads.
        </Typography>
        <Box component="output" aria-label="Invitation link" className="mono" sx={{ display: 'block', p: 3, border: 1, borderColor: 'neutral.5', borderRadius: '8px', bgcolor: 'neutral.2', overflowWrap: 'anywhere', fontSize: '0.8125rem', userSelect: 'all' }}>
          {invitation.invitationUrl}
        </Box>
        <Alert severity="warning">The link is not shown again. If it is lost, make a new one on the person’s page.</Alert>
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>Done</Button>
        <CopyButton variant="button" what="link" text={invitation.invitationUrl} />
      </DialogActions>
    </Dialog>
  );
}
