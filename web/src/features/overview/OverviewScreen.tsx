'use client';
// The provider's home: what is going on now, what ends soon, what stood out.
import Box from '@mui/material/Box';
import { may } from '@/shared/session/can';
import { useSession } from '@/shared/session/SessionProvider';
import { paths } from '@/shared/paths';
import { PageHeader } from '@/shared/ui/PageHeader';
import { Tile } from '@/shared/ui/Tile';
import { useLiveSessions, useTotal } from './api';
import { EndingAccess, LiveNow, Notable } from './Panels';

export function OverviewScreen() {
  const { profile } = useSession();
  const reads = may(profile.can, 'audit.read');
  const live = useLiveSessions();
  const customers = useTotal('organizations', '/api/organizations', { type: 'customer', status: 'active' });
  const suspended = useTotal('organizations', '/api/organizations', { type: 'customer', status: 'suspended' });
  const machines = useTotal('assets', '/api/assets', {});
  const grants = useTotal('grants', '/api/technician-access', { status: 'active' });
  const emergencies = useTotal('grants', '/api/technician-access', { status: 'active', accessLevel: 'emergency' });
  return (
    <>
      <PageHeader title="Overview" intro={`${profile.organization.name}, as it stands now.`} />
      <Box sx={{ display: 'grid', gap: 4, gridTemplateColumns: { xs: '1fr 1fr', lg: 'repeat(4, 1fr)' }, mb: 5 }}>
        <Tile label="Live sessions" value={live.data?.total} error={live.isError} href={paths.sessions({ status: 'live' })} />
        <Tile
          label="Technicians’ access"
          value={grants.data}
          error={grants.isError}
          href={paths.grants({ status: 'active' })}
          note={emergencies.data === undefined ? undefined : emergencies.data === 0 ? 'None is emergency access' : `${emergencies.data} emergency`}
          alarm={(emergencies.data ?? 0) > 0}
        />
        <Tile label="Customers" value={customers.data} error={customers.isError} href={paths.organizations()} note={suspended.data === undefined ? undefined : suspended.data === 0 ? 'None is suspended' : `${suspended.data} suspended`} />
        <Tile label="Machines" value={machines.data} error={machines.isError} href={paths.assets()} />
      </Box>
      <Box sx={{ display: 'grid', gap: 5, gridTemplateColumns: { lg: 'minmax(0, 3fr) minmax(0, 2fr)' }, alignItems: 'start' }}>
        <Box sx={{ display: 'grid', gap: 5, minWidth: 0 }}>
          <LiveNow query={live} />
          {reads && <Notable />}
        </Box>
        <EndingAccess />
      </Box>
    </>
  );
}
