'use client';
// The audit of all organizations, or the activity in one's own: in numbers over time, then entry by entry.
import DownloadOutlined from '@mui/icons-material/DownloadOutlined';
import SendOutlined from '@mui/icons-material/SendOutlined';
import VerifiedOutlined from '@mui/icons-material/VerifiedOutlined';
import Button from '@mui/material/Button';
import Link from 'next/link';
import { useCustomerOptions } from '@/shared/api/lookups';
import { useCommand } from '@/shared/frame/useCommand';
import { paths } from '@/shared/paths';
import { allowed, may } from '@/shared/session/can';
import { useSession } from '@/shared/session/SessionProvider';
import { useListState, type ListState } from '@/shared/table/useListState';
import { AllowedButton } from '@/shared/ui/AllowedButton';
import { PageHeader } from '@/shared/ui/PageHeader';
import { AuditOverview } from './AuditOverview';
import { AuditTable } from './AuditTable';
import { ExportDialog } from './ExportDialog';
import { logFilters, narrowedWords } from './narrowing';
import { spanOf } from './spans';

export function AuditScreen() {
  const { profile, isProvider } = useSession();
  // The same address as the table's: what is chosen here narrows it.
  const state = useListState({ filters: logFilters });
  const [exporting, setExporting] = useCommand('export');
  const mayExport = allowed(profile.can, 'audit.export');
  const span = spanOf(state.filters);
  return (
    <>
      <PageHeader
        title={isProvider ? 'Audit' : 'Activity'}
        intro={isProvider ? 'Everything that was done and everything that was refused, written together with the act itself.' : `Everything that was done and refused at ${profile.organization.name}, by your people and by the provider.`}
        actions={
          <>
            <Button variant="outlined" startIcon={<VerifiedOutlined />} component={Link} href={paths.verifyLog(isProvider ? state.filters.organizationId : undefined)} prefetch={false}>Verify the log</Button>
            {may(profile.can, 'audit_destination.read') && <Button variant="outlined" startIcon={<SendOutlined />} component={Link} href={paths.logDestinations()} prefetch={false}>Forwarding</Button>}
            <AllowedButton allowed={mayExport} variant="outlined" startIcon={<DownloadOutlined />} onClick={() => setExporting(true)}>Export</AllowedButton>
          </>
        }
      />
      <AuditOverview
        span={{ organizationId: state.filters.organizationId, ...span }}
        onFilter={(key, value) => {
          if (key === 'between') state.setFilter('from', null);
          state.setFilter(key, value);
        }}
      />
      <AuditTable />
      {exporting && mayExport === true && <Exporting state={state} onClose={() => setExporting(false)} />}
    </>
  );
}

function Exporting({ state, onClose }: { state: ListState; onClose: () => void }) {
  const { isProvider } = useSession();
  const customers = useCustomerOptions(isProvider);
  const { from, between, ...filters } = state.filters;
  const words = narrowedWords(state.filters, state.q, (id) => customers.find(({ value }) => value === id)?.label ?? 'one organization');
  return <ExportDialog filters={{ ...filters, q: state.q, ...spanOf({ from, between }) }} words={words} onClose={onClose} />;
}
