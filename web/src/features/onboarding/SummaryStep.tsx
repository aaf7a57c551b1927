'use client';
// What is there now, what is missing, and what comes next.
import CheckCircleOutlined from '@mui/icons-material/CheckCircleOutlined';
import RadioButtonUncheckedOutlined from '@mui/icons-material/RadioButtonUncheckedOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import MuiLink from '@mui/material/Link';
import Link from 'next/link';
import type { Organization } from '@/shared/api/types';
import { plural } from '@/shared/lib/time';
import { paths } from '@/shared/paths';
import { StepFrame } from '@/shared/ui/StepFrame';
import { useAdmins } from './api';
import type { StepKey, StepState } from './steps';

export function SummaryStep({ organization, steps, onOpen }: { organization: Organization; steps: readonly StepState[]; onOpen: (step: StepKey) => void }) {
  const admins = useAdmins(organization.id).data?.items ?? [];
  const { assets, activeGrants } = organization.counts;
  const said: Record<Exclude<StepKey, 'summary'>, string> = {
    organization: organization.name,
    admin: admins.length === 0 ? 'Nobody is invited' : admins.map(({ displayName, status }) => `${displayName}${status === 'invited' ? ' (invited)' : ''}`).join(', '),
    machines: assets === 0 ? 'No machine' : plural(assets, 'machine'),
    technicians: activeGrants === 0 ? 'Nobody may come in' : plural(activeGrants, 'active grant'),
  };
  const done = steps.every((step) => step.done);
  return (
    <StepFrame
      title={done ? `${organization.name} is ready` : 'Nearly there'}
      intro={done ? 'Everything that is needed is there.' : 'What is missing can be added now or at any time later.'}
      actions={<Button variant="contained" component={Link} href={paths.organization(organization.id)}>Open {organization.name}</Button>}
    >
      <Box component="ul" aria-label="What is there" sx={{ listStyle: 'none', m: 0, p: 0, border: 1, borderColor: 'neutral.5', borderRadius: '8px' }}>
        {steps.map(({ key, label, done: has }) => key !== 'summary' && (
          <Box component="li" key={key} sx={{ display: 'flex', alignItems: 'center', gap: 3, px: 4, py: 3, borderTop: 1, borderColor: 'neutral.4', fontSize: '0.8125rem', '&:first-of-type': { borderTop: 0 } }}>
            {has ? <CheckCircleOutlined titleAccess="Done" sx={{ color: 'ok.text' }} /> : <RadioButtonUncheckedOutlined titleAccess="Missing" sx={{ color: 'neutral.7' }} />}
            <Box sx={{ flex: 1, minWidth: 0 }}>
              <Box sx={{ fontWeight: 560 }}>{label}</Box>
              <Box sx={{ color: 'text.secondary', overflowWrap: 'anywhere' }}>{said[key]}</Box>
            </Box>
            <Button size="small" variant={has ? 'text' : 'outlined'} aria-label={`${has ? 'Look at' : 'Add'}: ${label}`} onClick={() => onOpen(key)}>{has ? 'Look' : 'Add'}</Button>
          </Box>
        ))}
      </Box>
      {assets > 0 && (
        <Box sx={{ fontSize: '0.8125rem', color: 'text.secondary', textWrap: 'pretty' }}>
          Before a technician can open a session, each machine needs its host key confirmed and an account: <MuiLink component={Link} href={paths.organization(organization.id, 'machines')} underline="always">to the machines</MuiLink>.
        </Box>
      )}
    </StepFrame>
  );
}
