'use client';
// Each control of a standard with what stands behind it: checks, counts, and entries of the log. To read, to print, to hand on.
import DownloadOutlined from '@mui/icons-material/DownloadOutlined';
import PrintOutlined from '@mui/icons-material/PrintOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import MenuItem from '@mui/material/MenuItem';
import Select from '@mui/material/Select';
import Skeleton from '@mui/material/Skeleton';
import ToggleButton from '@mui/material/ToggleButton';
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup';
import type { ComplianceReport, ComplianceStandard } from '@/shared/api/types';
import { useCustomerOptions } from '@/shared/api/lookups';
import { exactTime, plural } from '@/shared/lib/time';
import { useSession } from '@/shared/session/SessionProvider';
import { useListState } from '@/shared/table/useListState';
import { EmptyState } from '@/shared/ui/EmptyState';
import { ErrorState } from '@/shared/ui/ErrorState';
import { PageHeader } from '@/shared/ui/PageHeader';
import { useComplianceReport } from './api';
import { ControlCard, ControlStateChip, standardWords } from './ControlCard';
import { download } from './download';
import { DownloadPdf } from './DownloadPdf';
import { PrintStyles } from './PrintStyles';
import { betweenOf, chosenSpan } from './spans';
import { SpanPicker } from './SpanPicker';

const standards = ['soc2', 'iso27001'] as const satisfies readonly ComplianceStandard[];
const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'long' });

export function ComplianceScreen() {
  const { profile, isProvider } = useSession();
  const state = useListState({ filters: ['standard', 'organizationId', 'span', 'from', 'to'] });
  const standard = standards.find((each) => each === state.filters.standard);
  const organizationId = isProvider ? state.filters.organizationId : profile.organization.id;
  const asked = { standard, organizationId, ...chosenSpan(state.filters, '90') };
  const query = useComplianceReport(asked);
  const customers = useCustomerOptions(isProvider);
  const report = query.data;
  const save = () => {
    if (report === undefined) return;
    const name = `sallyport-compliance-${standard ?? 'all'}-${report.to.slice(0, 10)}.json`;
    download(new Blob([JSON.stringify(report, null, 2)], { type: 'application/json' }), name);
  };
  return (
    <Box className="on-paper">
      <PrintStyles />
      <PageHeader
        title="Compliance"
        heading={<>Compliance<Box component="span" sx={{ display: 'none', displayPrint: 'inline' }}> report</Box></>}
        intro={<Box component="span" sx={{ displayPrint: 'none' }}>What the log proves of each control, and what somebody should look at. A report tells what happened here; it certifies nothing.</Box>}
        actions={
          <Box className="not-on-paper" sx={{ display: 'flex', flexWrap: 'wrap', gap: 2 }}>
            <Button variant="outlined" startIcon={<DownloadOutlined />} disabled={report === undefined} onClick={save}>JSON</Button>
            <Button variant="outlined" startIcon={<PrintOutlined />} disabled={report === undefined} onClick={() => window.print()}>Print</Button>
            <DownloadPdf query={asked} disabled={report === undefined} />
          </Box>
        }
      />
      <Box className="not-on-paper" role="search" aria-label="Narrow the report" sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 3, mb: 4 }}>
        <ToggleButtonGroup exclusive size="small" value={standard ?? 'all'} aria-label="Standard" onChange={(_event, next: string | null) => { if (next !== null) state.setFilter('standard', next === 'all' ? null : next); }}>
          <ToggleButton value="all" sx={{ px: 3, py: 1, fontSize: '0.8125rem', textTransform: 'none' }}>Both</ToggleButton>
          {standards.map((each) => <ToggleButton key={each} value={each} sx={{ px: 3, py: 1, fontSize: '0.8125rem', textTransform: 'none' }}>{standardWords[each]}</ToggleButton>)}
        </ToggleButtonGroup>
        {isProvider && (
          <Select size="small" displayEmpty value={customers.some(({ value }) => value === organizationId) ? organizationId : ''} onChange={(event) => state.setFilter('organizationId', event.target.value === '' ? null : event.target.value)} SelectDisplayProps={{ 'aria-label': 'Organization' }} MenuProps={{ slotProps: { paper: { style: { maxHeight: 360 } } } }} sx={{ minWidth: 180, maxWidth: 260, height: 34, fontSize: '0.8125rem' }}>
            <MenuItem value="">All organizations</MenuItem>
            {customers.map(({ value, label }) => <MenuItem key={value} value={value}>{label}</MenuItem>)}
          </Select>
        )}
        <SpanPicker state={state} usual="90" />
      </Box>
      {report === undefined && query.isError && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {report === undefined && !query.isError && <Box sx={{ display: 'grid', gap: 4 }}>{[0, 1, 2].map((each) => <Skeleton key={each} variant="rounded" height={140} />)}</Box>}
      {report !== undefined && <Report report={report} stale={query.isPlaceholderData} />}
    </Box>
  );
}

function Report({ report, stale }: { report: ComplianceReport; stale: boolean }) {
  const shown = standards.filter((standard) => report.controls.some((control) => control.standard === standard));
  return (
    <Box aria-busy={stale} sx={{ opacity: stale ? 0.6 : 1, display: 'grid', gap: 6, gridTemplateColumns: 'minmax(0, 1fr)' }}>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: '8px 24px', p: 4, border: 1, borderColor: 'neutral.5', borderRadius: '8px' }}>
        <Box sx={{ flex: '1 1 260px', fontSize: '0.8125rem', color: 'text.secondary' }}>
          <Box sx={{ fontSize: '0.9375rem', fontWeight: 580, color: 'text.primary', overflowWrap: 'anywhere' }}>{report.organizationName ?? 'All organizations'}</Box>
          {day.formatRange(new Date(report.from), new Date(report.to))}. Written {exactTime(report.generatedAt)}.
        </Box>
        <Count state="met" count={report.met} />
        <Count state="attention" count={report.attention} />
        <Count state="no_evidence" count={report.noEvidence} />
      </Box>
      {shown.length === 0 && <EmptyState title="No control is reported">There is nothing for this choice.</EmptyState>}
      {shown.map((standard) => {
        const controls = report.controls.filter((control) => control.standard === standard);
        return (
          <Box key={standard} component="section" aria-labelledby={`standard-${standard}`}>
            <Box sx={{ display: 'flex', alignItems: 'baseline', gap: 3, mb: 3 }}>
              <Box component="h2" id={`standard-${standard}`} sx={{ m: 0, fontSize: '0.9375rem', fontWeight: 620 }}>{standardWords[standard]}</Box>
              <Box sx={{ fontSize: '0.75rem', color: 'text.secondary' }}>{plural(controls.length, 'control')}</Box>
            </Box>
            <Box sx={{ display: 'grid', gap: 3, gridTemplateColumns: 'minmax(0, 1fr)' }}>
              {controls.map((control) => <ControlCard key={control.id} control={control} organizationId={report.organizationId ?? undefined} between={betweenOf(report.from, report.to)} />)}
            </Box>
          </Box>
        );
      })}
    </Box>
  );
}

function Count({ state, count }: { state: 'met' | 'attention' | 'no_evidence'; count: number }) {
  return (
    <Box sx={{ display: 'grid', justifyItems: 'start' }}>
      <Box className="tabular" sx={{ fontSize: '1.25rem', fontWeight: 620, lineHeight: 1.3 }}>{count.toLocaleString()}</Box>
      <Box sx={{ fontSize: '0.8125rem' }}><ControlStateChip state={state} /></Box>
    </Box>
  );
}
