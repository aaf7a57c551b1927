'use client';
// The heading that the pages of access share, and the way from one to the other.
import Tab from '@mui/material/Tab';
import Tabs from '@mui/material/Tabs';
import Box from '@mui/material/Box';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import type { ReactNode } from 'react';
import { mayOpen } from '@/shared/frame/nav';
import { paths } from '@/shared/paths';
import { useSession } from '@/shared/session/SessionProvider';
import { PageHeader } from '@/shared/ui/PageHeader';

const pages = [
  { href: paths.accessMatrix(), label: 'Matrix' },
  { href: paths.grants(), label: 'List' },
  { href: paths.unusedAccess(), label: 'Unused' },
  { href: paths.proposals(), label: 'Proposals' },
  { href: paths.accessHistory(), label: 'History' },
] as const;

export function AccessHeader({ actions }: { actions?: ReactNode }) {
  const { profile } = useSession();
  const pathname = usePathname();
  const shown = pages.filter(({ href }) => mayOpen(profile, href));
  return (
    <>
      <PageHeader title="Access" intro="Which technician may enter which customer’s network, how far, and until when. A change holds within a second, also in sessions that are open." actions={actions} />
      {shown.length > 1 && (
        <Box component="nav" aria-label="Views of access" sx={{ mb: 4, mt: -2 }}>
          <Tabs value={shown.find(({ href }) => href === pathname)?.href ?? false} variant="scrollable" scrollButtons={false} role="presentation" slotProps={{ list: { role: 'presentation' } }}>
            {shown.map(({ href, label }) => (
              <Tab key={href} value={href} label={label} component={Link} href={href} prefetch={false} role={undefined} aria-selected={undefined} aria-current={href === pathname ? 'page' : undefined} tabIndex={0} />
            ))}
          </Tabs>
        </Box>
      )}
    </>
  );
}
