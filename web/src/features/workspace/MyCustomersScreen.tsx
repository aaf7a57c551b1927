'use client';
// A technician's home: find a machine, be in it. Cards per customer, one search across all of them.
import BusinessOutlined from '@mui/icons-material/BusinessOutlined';
import SearchOutlined from '@mui/icons-material/SearchOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import OutlinedInput from '@mui/material/OutlinedInput';
import Skeleton from '@mui/material/Skeleton';
import Link from 'next/link';
import { useDeferredValue, useMemo, useRef, useState } from 'react';
import { useShortcut } from '@/shared/frame/useShortcut';
import { plural } from '@/shared/lib/time';
import { paths } from '@/shared/paths';
import { useSession } from '@/shared/session/SessionProvider';
import { EmptyState } from '@/shared/ui/EmptyState';
import { ErrorState } from '@/shared/ui/ErrorState';
import { PageHeader } from '@/shared/ui/PageHeader';
import { useMyAssets, useMyGrants } from './api';
import { CustomerCard } from './CustomerCard';
import { myCustomers } from './customers';
import { LiveStrip } from './LiveStrip';
import { MachineSearch } from './MachineSearch';

export function MyCustomersScreen() {
  const { profile } = useSession();
  const grants = useMyGrants(profile.id);
  const assets = useMyAssets();
  const [text, setText] = useState('');
  const q = useDeferredValue(text.trim());
  const input = useRef<HTMLInputElement>(null);
  const results = useRef<HTMLDivElement>(null);
  useShortcut('/', () => input.current?.focus());
  const customers = useMemo(() => myCustomers(grants.data ?? [], assets.data?.items ?? []), [assets.data, grants.data]);
  const ready = grants.data !== undefined;

  return (
    <>
      <PageHeader title="My customers" intro={ready && customers.length > 0 ? `You have access to ${plural(customers.length, 'customer')}. Every session is recorded.` : undefined} />
      <OutlinedInput
        fullWidth
        autoFocus
        type="search"
        value={text}
        inputRef={input}
        placeholder="Find a machine, Enter connects"
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') setText('');
          if (event.key === 'ArrowDown') results.current?.querySelector<HTMLElement>('[data-row]')?.focus();
          // Only to what was found for just this text: an older answer may still be in sight.
          if (event.key === 'Enter' && q === text.trim()) results.current?.querySelector<HTMLElement>('[aria-busy=false] [data-row]:first-of-type [data-connect] button')?.click();
        }}
        startAdornment={<SearchOutlined aria-hidden sx={{ color: 'neutral.7', mr: 2 }} />}
        slotProps={{ input: { 'aria-label': 'Find a machine', 'aria-keyshortcuts': '/' } }}
        sx={{ mb: 5, maxWidth: 720, height: 44, '& .MuiOutlinedInput-input': { fontSize: '0.9375rem', pl: 0 } }}
      />
      {q !== '' ? (
        <Box ref={results}><MachineSearch q={q} /></Box>
      ) : (
        <>
          <LiveStrip />
          {grants.isError && !ready && <ErrorState error={grants.error} onRetry={() => void grants.refetch()} />}
          {ready && customers.length === 0 && (
            <Box sx={{ border: 1, borderColor: 'neutral.5', borderRadius: '8px' }}>
              <EmptyState icon={<BusinessOutlined />} title="No customer is open to you" action={<Button variant="contained" component={Link} href={paths.requests()}>Ask for access</Button>}>The customer stands here as soon as somebody grants it.</EmptyState>
            </Box>
          )}
          <Box sx={{ display: 'grid', gap: 4, gridTemplateColumns: 'repeat(auto-fill, minmax(min(100%, 360px), 1fr))' }}>
            {grants.isPending && [0, 1, 2].map((each) => <Skeleton key={each} variant="rounded" height={220} />)}
            {customers.map((customer) => <CustomerCard key={customer.id} customer={customer} loadingAssets={assets.isPending} />)}
          </Box>
        </>
      )}
    </>
  );
}
