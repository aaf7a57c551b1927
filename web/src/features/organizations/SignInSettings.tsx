'use client';
// How the people of an organization sign in: whether the password is enough.
import Box from '@mui/material/Box';
import Switch from '@mui/material/Switch';
import Tooltip from '@mui/material/Tooltip';
import Typography from '@mui/material/Typography';
import { useId, useState } from 'react';
import type { Organization } from '@/shared/api/types';
import { allowed } from '@/shared/session/can';
import { ConfirmDialog } from '@/shared/ui/ConfirmDialog';
import { SectionCard } from '@/shared/ui/SectionCard';
import { useToast } from '@/shared/ui/toast';
import { useRequireFactors } from './api';

const ALWAYS = 'The provider’s people reach customers: they always sign in with a second factor.';

export function SignInSettings({ organization }: { organization: Organization }) {
  const toast = useToast();
  const require = useRequireFactors(organization.id);
  const [asking, setAsking] = useState(false);
  const titleId = useId();
  const noteId = useId();
  const { name, mfaRequired: on } = organization;
  const may = organization.type === 'mss_provider' && on ? ALWAYS : allowed(organization.can, 'organization_security.update');
  const change = () =>
    require.mutate(!on, {
      onSuccess: () => {
        setAsking(false);
        toast.done(on ? `The people of ${name} may sign in by password alone.` : `The people of ${name} sign in with a second factor from now on.`);
      },
    });
  const control = (
    <Switch
      checked={on}
      onChange={() => { if (may === true) { require.reset(); setAsking(true); } }}
      sx={may === true ? undefined : { opacity: 0.55, '& .MuiSwitch-switchBase, & input': { cursor: 'not-allowed' } }}
      slotProps={{ input: { role: 'switch', 'aria-labelledby': titleId, 'aria-describedby': noteId, 'aria-disabled': may !== true } }}
    />
  );
  return (
    <SectionCard title="Sign-in" padded={false}>
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 4, p: 4 }}>
        <Box sx={{ flex: 1 }}>
          <Typography id={titleId} component="h3" sx={{ fontSize: '0.8125rem', fontWeight: 580 }}>Require a second factor</Typography>
          <Typography id={noteId} variant="body2" color="textSecondary">
            {may === ALWAYS ? ALWAYS : 'Everyone signs in with a code of an authenticator app besides the password. Who has none adds one at the next sign-in.'}
          </Typography>
        </Box>
        {may === true || may === ALWAYS ? control : <Tooltip title={may}>{control}</Tooltip>}
      </Box>
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 4, p: 4, borderTop: 1, borderColor: 'neutral.4' }}>
        <Typography component="h3" sx={{ flex: 1, fontSize: '0.8125rem', fontWeight: 580 }}>Single sign-on</Typography>
        <Typography variant="body2" color="textSecondary">{organization.ssoEnabled ? 'On' : 'Off'}</Typography>
      </Box>
      {asking && (
        <ConfirmDialog
          title={on ? `Let ${name} sign in by password alone?` : `Require a second factor at ${name}?`}
          action={on ? 'Stop requiring it' : 'Require it'}
          danger={on}
          pending={require.isPending}
          error={require.error}
          onClose={() => setAsking(false)}
          onConfirm={change}
        >
          {on
            ? 'Who has a second factor goes on being asked for it, and may now remove it. Whoever else learns a password of theirs can sign in with nothing more.'
            : 'At the next sign-in, whoever has no authenticator app yet adds one by scanning a QR code. Nobody is signed out now.'}
        </ConfirmDialog>
      )}
    </SectionCard>
  );
}
