'use client';
// What the search found, over all customers; arrows walk, Enter connects.
import Box from '@mui/material/Box';
import Skeleton from '@mui/material/Skeleton';
import type { KeyboardEvent } from 'react';
import type { Asset } from '@/shared/api/types';
import { paths } from '@/shared/paths';
import { ConnectButton } from '@/shared/ui/ConnectButton';
import { CustomerTag } from '@/shared/ui/CustomerTag';
import { EmptyState } from '@/shared/ui/EmptyState';
import { ErrorState } from '@/shared/ui/ErrorState';
import { Tags } from '@/shared/ui/Tags';
import NextLink from 'next/link';
import { useAssetSearch } from './api';

export function MachineSearch({ q }: { q: string }) {
  const query = useAssetSearch(q);
  const items = query.data?.items;
  if (query.isError && items === undefined) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <Box aria-busy={query.isPlaceholderData || items === undefined} sx={{ border: 1, borderColor: 'neutral.5', borderRadius: '8px', overflow: 'hidden' }}>
      <span role="status" className="visually-hidden">{items === undefined ? 'Searching' : `${items.length} found`}</span>
      {items === undefined && <Box sx={{ p: 4 }}><Skeleton variant="rounded" height={20} /></Box>}
      {items?.length === 0 && <EmptyState dense title="No machine by that name">It may belong to a customer that you have no access to.</EmptyState>}
      <Box component="ul" aria-label="Machines found" sx={{ listStyle: 'none', m: 0, p: 0 }}>
        {items?.map((asset) => <Found key={asset.id} asset={asset} />)}
      </Box>
    </Box>
  );
}

function Found({ asset }: { asset: Asset }) {
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.target !== event.currentTarget) return;
    const to = event.key === 'ArrowDown' ? event.currentTarget.nextElementSibling : event.key === 'ArrowUp' ? event.currentTarget.previousElementSibling : null;
    if (to instanceof HTMLElement) {
      event.preventDefault();
      to.focus();
    }
    if (event.key === 'Enter') event.currentTarget.querySelector<HTMLElement>('[data-connect] button')?.click();
  };
  return (
    <Box
      component="li"
      data-row
      tabIndex={-1}
      onKeyDown={onKeyDown}
      sx={{ display: 'grid', gridTemplateColumns: { xs: 'minmax(0, 1fr) auto', md: 'minmax(0, 1fr) 170px 240px 136px' }, alignItems: 'center', columnGap: 4, rowGap: 2, px: 4, py: '8px', borderTop: 1, borderColor: 'neutral.4', outlineOffset: '-2px !important', '&:first-of-type': { borderTop: 0, bgcolor: 'neutral.2' }, '&:focus': { bgcolor: 'accent.soft' } }}
    >
      <Box sx={{ minWidth: 0 }}>
        <Box component={NextLink} href={paths.asset(asset.id)} prefetch={false} sx={{ fontSize: '0.875rem', fontWeight: 560, color: 'text.primary', textDecoration: 'none', overflowWrap: 'anywhere', '&:hover': { textDecoration: 'underline' } }}>{asset.name}</Box>
        <Box className="mono" sx={{ fontSize: '0.75rem', color: 'text.secondary' }}>{asset.address}</Box>
      </Box>
      <Box sx={{ display: { xs: 'none', md: 'block' } }}><Tags tags={asset.tags} /></Box>
      <Box sx={{ minWidth: 0, display: 'flex', gridRow: { xs: 2, md: 'auto' }, gridColumn: { xs: '1 / -1', md: 'auto' } }}><CustomerTag id={asset.organizationId} name={asset.organizationName} /></Box>
      <Box data-connect sx={{ justifySelf: 'end' }}><ConnectButton asset={asset} /></Box>
    </Box>
  );
}
