'use client';
// Access in numbers, each of which opens its rows.
import Box from '@mui/material/Box';
import { plural } from '@/shared/lib/time';
import { paths } from '@/shared/paths';
import { Tile } from '@/shared/ui/Tile';
import { useAccessSummary } from './api';

export function AccessTiles() {
  const query = useAccessSummary();
  const summary = query.data;
  const common = { error: query.isError, dense: true };
  return (
    <Box role="region" aria-label="Access in numbers" sx={{ display: 'grid', gap: 3, gridTemplateColumns: { xs: '1fr 1fr', md: 'repeat(3, 1fr)', xl: 'repeat(6, 1fr)' }, mb: 4 }}>
      <Tile {...common} label="Active" value={summary?.activeGrants} href={paths.grants({ status: 'active' })} note={summary && `${plural(summary.techniciansWithAccess, 'technician')}, ${plural(summary.customersWithAccess, 'customer')}`} />
      <Tile {...common} label="Emergency" value={summary?.byLevel.emergency} href={paths.grants({ status: 'active', accessLevel: 'emergency' })} note={summary && (summary.byLevel.emergency === 0 ? 'None stands' : 'Standing now')} alarm={(summary?.byLevel.emergency ?? 0) > 0} />
      <Tile {...common} label="Ending within 7 days" value={summary?.expiringWithin7Days} href={paths.grants({ status: 'active', sort: 'expiresAt' })} note={summary && `${summary.expiredLast30Days.toLocaleString()} ended in the last 30 days`} />
      <Tile {...common} label="Scheduled" value={summary?.scheduledGrants} href={paths.grants({ status: 'scheduled' })} />
      <Tile {...common} label="Unused for 30 days" value={summary?.unused.days30} href={paths.unusedAccess()} note={summary && `${summary.unused.days90.toLocaleString()} for 90 days`} />
      <Tile {...common} label="Live sessions" value={summary?.liveSessions} href={paths.sessions({ status: 'live' })} note={summary && `${plural(summary.customersWithout, 'customer')} without any technician`} />
    </Box>
  );
}
