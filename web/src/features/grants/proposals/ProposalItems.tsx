'use client';
// The grants of a proposal, each with how it stands now, or what became of it; what an approval keeps stands first.
import Box from '@mui/material/Box';
import Link from '@mui/material/Link';
import Typography from '@mui/material/Typography';
import NextLink from 'next/link';
import { plural } from '@/shared/lib/time';
import { paths } from '@/shared/paths';
import { CustomerTag } from '@/shared/ui/CustomerTag';
import { LevelChip } from '@/shared/ui/LevelChip';
import { RelativeTime } from '@/shared/ui/RelativeTime';
import type { Proposal, ProposalItem } from './api';
import { ItemState } from './ProposalState';
import { inOrder } from './words';

/** More are counted, not listed. */
const SHOWN = 200;

/** What was refused or withdrawn left each as it was, so nothing is told of it. */
export function ProposalItems({ items, status }: { items: readonly ProposalItem[]; status: Proposal['status'] }) {
  const approved = status === 'approved';
  const shown = inOrder(items).slice(0, SHOWN);
  return (
    <Box component="section" aria-label="Grants">
      <Typography component="h3" sx={{ fontSize: '0.8125rem', fontWeight: 580, mb: 2 }}>{plural(items.length, 'grant')}</Typography>
      <Box component="ul" aria-label="Grants of the proposal" sx={{ listStyle: 'none', m: 0, p: 0, border: 1, borderColor: 'neutral.5', borderRadius: '8px', fontSize: '0.8125rem' }}>
        {shown.map((item) => (
          <Box component="li" key={item.grantId} sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: '4px 12px', px: 3, py: 2, borderTop: 1, borderColor: 'neutral.4', '&:first-of-type': { borderTop: 0 } }}>
            <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: '4px 8px', flex: '1 1 260px', minWidth: 0 }}>
              <Link component={NextLink} href={paths.grants({ open: item.grantId })} prefetch={false} color="text.primary" sx={{ fontWeight: 540, overflowWrap: 'anywhere' }}>{item.technicianName}</Link>
              <CustomerTag id={item.customerOrgId} name={item.customerOrgName} />
              <LevelChip level={item.accessLevel} />
            </Box>
            <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: '4px 12px', color: 'text.secondary' }}>
              <span>{item.lastUsedAt == null ? 'Never used' : <>Last used <RelativeTime at={item.lastUsedAt} /></>}</span>
              {(approved || status === 'pending') && <Box component="span" sx={{ minWidth: 112, color: 'text.primary' }}><ItemState stands={item.stands} approved={approved} /></Box>}
            </Box>
          </Box>
        ))}
        {items.length > SHOWN && <Box component="li" sx={{ px: 3, py: 2, borderTop: 1, borderColor: 'neutral.4', color: 'text.secondary' }}>And {plural(items.length - SHOWN, 'grant')} more.</Box>}
      </Box>
    </Box>
  );
}
