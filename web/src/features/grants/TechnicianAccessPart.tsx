'use client';
// On a technician's page: where they may go, and handing that over to another.
import Box from '@mui/material/Box';
import Link from '@mui/material/Link';
import Skeleton from '@mui/material/Skeleton';
import Typography from '@mui/material/Typography';
import NextLink from 'next/link';
import { useState } from 'react';
import type { User } from '@/shared/api/types';
import { mayOpen } from '@/shared/frame/nav';
import { paths } from '@/shared/paths';
import { allowed } from '@/shared/session/can';
import { useSession } from '@/shared/session/SessionProvider';
import { AllowedButton } from '@/shared/ui/AllowedButton';
import { CustomerTag } from '@/shared/ui/CustomerTag';
import { ErrorState } from '@/shared/ui/ErrorState';
import { LevelChip } from '@/shared/ui/LevelChip';
import { TimeLeft } from '@/shared/ui/TimeLeft';
import { HandOverDialog } from './HandOverDialog';
import { useTechnicianGrants } from './matrix/api';

const SHOWN = 6;

export function TechnicianAccessPart({ user }: { user: User }) {
  const { profile } = useSession();
  return user.role === 'technician' && mayOpen(profile, paths.accessMatrix()) ? <Part user={user} /> : null;
}

function Part({ user }: { user: User }) {
  const { profile } = useSession();
  const query = useTechnicianGrants(user.id);
  const [handing, setHanding] = useState(false);
  const grants = query.data;
  const may = allowed(profile.can, 'grant.create');
  return (
    <Box component="section" aria-label="Access">
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 2, mb: 2 }}>
        <Typography component="h3" sx={{ fontSize: '0.8125rem', fontWeight: 580, flex: 1 }}>Access</Typography>
        <AllowedButton size="small" variant="outlined" allowed={may !== true ? may : grants?.length === 0 ? 'There is no access to hand over.' : true} onClick={() => setHanding(true)}>Hand over…</AllowedButton>
      </Box>
      {query.isPending && <Skeleton variant="rounded" height={64} />}
      {query.isError && <ErrorState dense error={query.error} onRetry={() => void query.refetch()} />}
      {grants?.length === 0 && <Box sx={{ fontSize: '0.8125rem', color: 'text.secondary' }}>No customer is open to {user.displayName}.</Box>}
      <Box component="ul" aria-label="Customers" sx={{ listStyle: 'none', m: 0, p: 0 }}>
        {grants?.slice(0, SHOWN).map((grant) => (
          <Box component="li" key={grant.id} sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 2, py: '6px', borderTop: 1, borderColor: 'neutral.4', fontSize: '0.8125rem' }}>
            <Box sx={{ flex: '1 1 140px', minWidth: 0, display: 'flex' }}><CustomerTag id={grant.customerOrgId} name={grant.customerOrgName} /></Box>
            <LevelChip level={grant.accessLevel} />
            <TimeLeft until={grant.expiresAt} />
          </Box>
        ))}
      </Box>
      {grants !== undefined && grants.length > SHOWN && <Link component={NextLink} href={paths.grants({ technicianId: user.id })} prefetch={false} sx={{ fontSize: '0.8125rem' }}>All {grants.length} of them</Link>}
      {handing && <HandOverDialog from={user.id} onClose={() => setHanding(false)} />}
    </Box>
  );
}
