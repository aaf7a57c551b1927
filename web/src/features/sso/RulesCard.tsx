'use client';
// Who must come by single sign-on, and who may use a password all the same.
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import FormControlLabel from '@mui/material/FormControlLabel';
import Radio from '@mui/material/Radio';
import RadioGroup from '@mui/material/RadioGroup';
import Skeleton from '@mui/material/Skeleton';
import { useId, useState } from 'react';
import type { Allowed } from '@/shared/session/can';
import { AllowedSwitch } from '@/shared/ui/AllowedSwitch';
import { ConfirmDialog } from '@/shared/ui/ConfirmDialog';
import { ErrorState } from '@/shared/ui/ErrorState';
import { SectionCard } from '@/shared/ui/SectionCard';
import { useToast } from '@/shared/ui/toast';
import { messageOf } from '@/shared/api/error';
import { useConnections, useSsoSettings, useUpdateSsoSettings, type SsoFallback } from './api';
import { fallbackWords } from './words';

interface Props {
  organization: { id: string; name: string };
  may: Allowed;
}

export function RulesCard({ organization, may }: Props) {
  const settings = useSsoSettings(organization.id);
  const connections = useConnections(organization.id);
  const error = settings.error ?? connections.error;
  return (
    <SectionCard title="Must people use single sign-on?" padded={false}>
      {error !== null && <ErrorState dense error={error} onRetry={() => { void settings.refetch(); void connections.refetch(); }} />}
      {error === null && (settings.data === undefined || connections.data === undefined) && <Box sx={{ p: 4 }}><Skeleton variant="rounded" height={120} /></Box>}
      {settings.data !== undefined && connections.data !== undefined && (
        <Rules organization={organization} may={may} required={settings.data.required} fallback={settings.data.fallback} ready={connections.data.some(({ state, tested }) => state === 'active' && tested)} />
      )}
    </SectionCard>
  );
}

interface RulesProps extends Props {
  required: boolean;
  fallback: SsoFallback;
  /** Whether a connection is on, and tested as it is. */
  ready: boolean;
}

const NOT_READY = 'No identity provider is switched on and tested: nobody could sign in. Set one up first.';

function Rules({ organization, may, required, fallback, ready }: RulesProps) {
  const toast = useToast();
  const update = useUpdateSsoSettings(organization.id);
  const [asking, setAsking] = useState(false);
  const groupId = useId();
  const mayRequire = may !== true ? may : !required && !ready ? NOT_READY : true;
  const change = () =>
    update.mutate({ required: !required, fallback }, {
      onSuccess: () => {
        setAsking(false);
        toast.done(required ? `${organization.name}: passwords are good again.` : `${organization.name}: single sign-on is required.`);
      },
    });
  const choose = (next: SsoFallback) => update.mutate({ required, fallback: next }, { onSuccess: () => toast.done('The choice is kept.') });
  return (
    <>
      <AllowedSwitch title="Require single sign-on" checked={required} allowed={mayRequire} onChange={() => { update.reset(); setAsking(true); }}>
        {required ? 'Everyone signs in at the identity provider; a password is only for whom you choose below.' : 'People may choose between their password and the identity provider.'}
      </AllowedSwitch>
      <Box sx={{ p: 4, borderTop: 1, borderColor: 'neutral.4' }}>
        <Box id={groupId} sx={{ fontSize: '0.8125rem', fontWeight: 580 }}>Who may use a password all the same</Box>
        <Box sx={{ fontSize: '0.8125rem', color: 'text.secondary', mb: 2 }}>For the day when the identity provider is down. {required ? 'It counts now.' : 'It counts once single sign-on is required.'}</Box>
        <RadioGroup aria-labelledby={groupId} value={fallback} onChange={(_event, next) => choose(next as SsoFallback)} sx={{ gap: 1 }}>
          {(['nobody', 'admins', 'everyone'] as const).map((value) => (
            <FormControlLabel
              key={value}
              value={value}
              disabled={may !== true || update.isPending}
              control={<Radio size="small" sx={{ mt: '-3px' }} />}
              label={
                <Box>
                  <Box sx={{ fontSize: '0.8125rem', fontWeight: 540 }}>{fallbackWords[value].title}</Box>
                  <Box sx={{ fontSize: '0.8125rem', color: 'text.secondary', textWrap: 'pretty' }}>{fallbackWords[value].means}</Box>
                </Box>
              }
              sx={{ alignItems: 'flex-start', ml: '-6px', mr: 0 }}
            />
          ))}
        </RadioGroup>
        {update.isError && !asking && <Alert severity="error" sx={{ mt: 3 }}>{messageOf(update.error)}</Alert>}
        {may !== true && <Box sx={{ mt: 2, fontSize: '0.8125rem', color: 'text.secondary' }}>{may}</Box>}
      </Box>
      {asking && (
        <ConfirmDialog
          title={required ? `Let ${organization.name} sign in by password again?` : `Require single sign-on at ${organization.name}?`}
          action={required ? 'Stop requiring it' : 'Require it'}
          danger={required}
          pending={update.isPending}
          error={update.error}
          onClose={() => setAsking(false)}
          onConfirm={change}
        >
          {required
            ? 'Whoever has a password can use it again beside the identity provider. Nobody is signed out.'
            : `Passwords open nothing any more${fallback === 'nobody' ? '. Not even for administrators: if your identity provider fails, nobody of yours comes in.' : fallback === 'admins' ? ', but for administrators.' : ' where a person could use the identity provider — but your choice below lets everyone use one all the same.'} Nobody is signed out now.`}
        </ConfirmDialog>
      )}
    </>
  );
}
