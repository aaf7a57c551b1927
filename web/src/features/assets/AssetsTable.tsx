'use client';
// Machines, of one organization or of all that this person may see.
import AddOutlined from '@mui/icons-material/AddOutlined';
import DnsOutlined from '@mui/icons-material/DnsOutlined';
import Box from '@mui/material/Box';
import { useRouter } from 'next/navigation';
import { useCustomerOptions } from '@/shared/api/lookups';
import type { Asset, Can } from '@/shared/api/types';
import { useCommand } from '@/shared/frame/useCommand';
import { paths } from '@/shared/paths';
import { allowed, may } from '@/shared/session/can';
import { useSession } from '@/shared/session/SessionProvider';
import { DataTable } from '@/shared/table/DataTable';
import type { Column } from '@/shared/table/types';
import { useListState } from '@/shared/table/useListState';
import { AllowedButton } from '@/shared/ui/AllowedButton';
import { ConnectButton } from '@/shared/ui/ConnectButton';
import { CustomerTag } from '@/shared/ui/CustomerTag';
import { EmptyState } from '@/shared/ui/EmptyState';
import { RelativeTime } from '@/shared/ui/RelativeTime';
import { Tags } from '@/shared/ui/Tags';
import { useAssets } from './api';
import { AssetDialog } from './AssetDialog';
import { HostKeyState } from './HostKeyState';

interface Props {
  organization?: { id: string; name: string; can: Can };
}

export function AssetsTable({ organization }: Props) {
  const { profile, isProvider } = useSession();
  const router = useRouter();
  const across = organization === undefined && isProvider;
  const state = useListState({ filters: across ? ['organizationId', 'tag'] : ['tag'] });
  const query = useAssets({ ...state.query, ...(organization === undefined ? {} : { organizationId: organization.id }) });
  const customers = useCustomerOptions(across);
  const [adding, setAdding] = useCommand('add');
  const connects = may(profile.can, 'session.start');
  const tags = [...new Set((query.data?.items ?? []).flatMap((asset) => asset.tags).concat(state.filters.tag ?? []))].sort();
  const mayAdd = allowed((organization ?? profile).can, 'asset.create');
  const add = (
    <AllowedButton allowed={mayAdd} variant="contained" startIcon={<AddOutlined />} onClick={() => setAdding(true)}>
      Add a machine
    </AllowedButton>
  );
  return (
    <>
      <DataTable
        label="Machines"
        columns={columns(across, connects)}
        rowKey={(row) => row.id}
        query={query}
        state={state}
        filters={[
          ...(across ? [{ key: 'organizationId', label: 'Customer', options: customers }] : []),
          ...(tags.length > 0 ? [{ key: 'tag', label: 'Tag', options: tags.map((tag) => ({ value: tag, label: tag })) }] : []),
        ]}
        searchLabel="Search name, address, tag"
        rowHref={(row) => paths.asset(row.id)}
        end={isProvider ? add : undefined}
        empty={
          <EmptyState icon={<DnsOutlined />} title="No machines yet" action={isProvider ? add : undefined}>
            {isProvider ? 'Add one with its address, confirm its host key and store an account for it.' : 'Your provider adds the machines that it looks after. You see each of them here.'}
          </EmptyState>
        }
      />
      {adding && mayAdd === true && <AssetDialog organization={organization} onClose={() => setAdding(false)} onSaved={(asset) => router.push(paths.asset(asset.id))} />}
    </>
  );
}

function columns(across: boolean, connects: boolean): Column<Asset>[] {
  return [
    { id: 'name', header: 'Machine', cell: (row) => row.name },
    ...(across ? [{ id: 'customer', header: 'Customer', cell: (row: Asset) => <CustomerTag id={row.organizationId} name={row.organizationName} link /> }] : []),
    { id: 'address', header: 'Address', cell: (row) => <span className="mono">{row.address}{row.port === 22 ? '' : `:${row.port}`}</span> },
    { id: 'key', header: 'Host key', cell: (row) => <HostKeyState hostKey={row.hostKey} /> },
    { id: 'accounts', header: 'Accounts', from: 'lg', align: 'right', cell: (row) => <Box component="span" sx={{ color: row.accounts.length === 0 ? 'severity.medium.text' : undefined }}>{row.accounts.length === 0 ? 'None' : row.accounts.length}</Box> },
    { id: 'tags', header: 'Tags', from: 'lg', phone: 'none', cell: (row) => <Tags tags={row.tags} /> },
    { id: 'visit', header: 'Last session', from: 'md', cell: (row) => (row.liveSessions > 0 ? <Box component="span" sx={{ color: 'ok.text', fontWeight: 580 }}>Live now</Box> : <RelativeTime at={row.lastSessionAt} none="Never" />) },
    ...(connects ? [{ id: 'connect', header: 'Connect', align: 'right' as const, phone: 'aside' as const, cell: (row: Asset) => <ConnectButton asset={row} /> }] : []),
  ];
}
