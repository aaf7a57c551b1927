'use client';
// One customer: how far I may go, for how long, and the machines I was on last.
import Box from '@mui/material/Box';
import Link from '@mui/material/Link';
import Skeleton from '@mui/material/Skeleton';
import { useTheme } from '@mui/material/styles';
import Typography from '@mui/material/Typography';
import NextLink from 'next/link';
import type { Asset } from '@/shared/api/types';
import { plural } from '@/shared/lib/time';
import { paths } from '@/shared/paths';
import { ConnectButton } from '@/shared/ui/ConnectButton';
import { CustomerTag, customerColor } from '@/shared/ui/CustomerTag';
import { LevelChip } from '@/shared/ui/LevelChip';
import { OpenHours } from '@/shared/ui/OpenHours';
import { RelativeTime } from '@/shared/ui/RelativeTime';
import { TimeLeft } from '@/shared/ui/TimeLeft';
import type { MyCustomer } from './customers';

const SHOWN = 3;

export function CustomerCard({ customer, loadingAssets }: { customer: MyCustomer; loadingAssets: boolean }) {
  const theme = useTheme();
  const [grant] = customer.grants;
  const scheduled = grant?.status === 'scheduled';
  return (
    <Box
      component="section"
      aria-label={customer.name}
      sx={{ display: 'flex', flexDirection: 'column', border: 1, borderColor: 'neutral.5', borderRadius: '8px', overflow: 'hidden', minWidth: 0, '&::before': { content: '""', height: 3, backgroundColor: 'currentColor', ...customerColor(theme, customer.id) } }}
    >
      <Box sx={{ p: 4, pb: 3 }}>
        <Typography component="h2" sx={{ display: 'flex', minWidth: 0 }}><CustomerTag id={customer.id} name={customer.name} size="large" /></Typography>
        <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 3, mt: 3, fontSize: '0.8125rem' }}>
          {grant !== undefined && <LevelChip level={grant.accessLevel} />}
          {scheduled ? <Box component="span" sx={{ color: 'text.secondary' }}>Starts <RelativeTime at={grant.startsAt} ahead /></Box> : <TimeLeft until={grant?.expiresAt} none="Until revoked" />}
          <Box component="span" sx={{ color: 'text.secondary', ml: { sm: 'auto' } }}>
            {customer.lastUsed === null ? 'Access not used yet' : <>Access used <RelativeTime at={customer.lastUsed} /></>}
          </Box>
        </Box>
        {grant?.hours == null ? null : <Box role="note" sx={{ mt: 2, fontSize: '0.8125rem' }}><OpenHours grant={grant} /></Box>}
        {grant?.notes ? <Box sx={{ mt: 2, fontSize: '0.8125rem', color: 'text.secondary' }}>{grant.notes}</Box> : null}
      </Box>
      <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0, flex: 1 }}>
        {loadingAssets && [0, 1].map((row) => <Box component="li" key={row} sx={{ px: 4, py: 3 }}><Skeleton variant="rounded" height={18} /></Box>)}
        {customer.assets.slice(0, SHOWN).map((asset) => <MachineLine key={asset.id} asset={asset} />)}
        {!loadingAssets && customer.assets.length === 0 && <Box component="li" sx={{ px: 4, py: 3, borderTop: 1, borderColor: 'neutral.4', fontSize: '0.8125rem', color: 'text.secondary' }}>{scheduled ? 'Its machines show when your access starts.' : 'No machines have been added yet.'}</Box>}
      </Box>
      {customer.assets.length > SHOWN && (
        <Box sx={{ px: 4, py: 2.5, borderTop: 1, borderColor: 'neutral.4', fontSize: '0.8125rem' }}>
          <Link component={NextLink} href={paths.assets({ organizationId: customer.id })} prefetch={false}>All {plural(customer.assets.length, 'machine')}</Link>
        </Box>
      )}
    </Box>
  );
}

function MachineLine({ asset }: { asset: Asset }) {
  return (
    <Box component="li" sx={{ display: 'flex', alignItems: 'center', gap: 3, px: 4, py: '7px', borderTop: 1, borderColor: 'neutral.4' }}>
      <Box sx={{ flex: 1, minWidth: 0 }}>
        <Box component={NextLink} href={paths.asset(asset.id)} prefetch={false} sx={{ display: 'block', fontSize: '0.8125rem', fontWeight: 560, color: 'text.primary', textDecoration: 'none', overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap', '&:hover': { textDecoration: 'underline' } }} title={asset.name}>
          {asset.name}
        </Box>
        <Box className="mono" sx={{ fontSize: '0.75rem', color: 'text.secondary', overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>{asset.address}</Box>
      </Box>
      <ConnectButton asset={asset} />
    </Box>
  );
}
