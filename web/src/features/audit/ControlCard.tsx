'use client';
// One control: its state, what was checked, and the entries that show it.
import CheckCircleOutlined from '@mui/icons-material/CheckCircleOutlined';
import HelpOutlined from '@mui/icons-material/HelpOutlined';
import WarningAmberOutlined from '@mui/icons-material/WarningAmberOutlined';
import Box from '@mui/material/Box';
import Link from '@mui/material/Link';
import NextLink from 'next/link';
import type { ComplianceControl, ComplianceStandard, ControlState } from '@/shared/api/types';
import { plural, stampTime } from '@/shared/lib/time';
import { paths } from '@/shared/paths';
import { around } from './spans';

export const standardWords: Record<ComplianceStandard, string> = { soc2: 'SOC 2', iso27001: 'ISO/IEC 27001:2022' };

const states = {
  met: { word: 'Met', Icon: CheckCircleOutlined, color: 'ok.text' },
  attention: { word: 'Needs attention', Icon: WarningAmberOutlined, color: 'severity.high.text' },
  no_evidence: { word: 'No evidence', Icon: HelpOutlined, color: 'text.secondary' },
} as const satisfies Record<ControlState, unknown>;

export function ControlStateChip({ state }: { state: ControlState }) {
  const { word, Icon, color } = states[state];
  return (
    <Box component="span" sx={{ display: 'inline-flex', alignItems: 'center', gap: '6px', height: 20, color, fontWeight: 560, lineHeight: '20px', whiteSpace: 'nowrap', verticalAlign: 'bottom' }}>
      <Icon aria-hidden sx={{ fontSize: 16 }} />
      {word}
    </Box>
  );
}

interface Props {
  control: ComplianceControl;
  organizationId: string | undefined;
  /** The span of the report, as the log's address has it. */
  between: string;
}

export function ControlCard({ control, organizationId, between }: Props) {
  const titleId = `control-${control.standard}-${control.id}`;
  return (
    <Box component="article" aria-labelledby={titleId} sx={{ border: 1, borderColor: 'neutral.5', borderRadius: '8px', breakInside: 'avoid' }}>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'start', lineHeight: '20px', gap: '2px 14px', px: 4, py: 3, borderBottom: 1, borderColor: 'neutral.4' }}>
        <Box component="h3" id={titleId} sx={{ m: 0, flex: '1 1 260px', fontSize: '0.875rem', fontWeight: 580, lineHeight: '20px', overflowWrap: 'anywhere' }}>
          <Box component="span" className="mono" sx={{ mr: 2, color: 'text.secondary' }}>{control.id}</Box>
          {control.title}
        </Box>
        <Box sx={{ fontSize: '0.8125rem' }}><ControlStateChip state={control.state} /></Box>
      </Box>
      <Box sx={{ px: 4, py: 3, display: 'grid', gap: 3, gridTemplateColumns: 'minmax(0, 1fr)', fontSize: '0.8125rem' }}>
        {control.checks.length > 0 && (
          <Box component="ul" aria-label={`Checks of ${control.id}`} sx={{ listStyle: 'none', m: 0, p: 0, display: 'grid', gap: 2 }}>
            {control.checks.map((check) => (
              <Box component="li" key={check.name} sx={{ display: 'grid', gridTemplateColumns: { xs: 'minmax(0, 1fr)', sm: '140px minmax(0, 1fr)' }, gap: '2px 12px', alignItems: 'start', lineHeight: '20px' }}>
                <ControlStateChip state={check.state} />
                <Box sx={{ overflowWrap: 'anywhere' }}>{check.sentence}</Box>
              </Box>
            ))}
          </Box>
        )}
        <Box sx={{ color: 'text.secondary' }}>
          {control.events === 0 ? 'No entries' : <Link component={NextLink} underline="always" color="inherit" prefetch={false} href={paths.audit({ organizationId, control: control.id, between })}>{plural(control.events, 'entry', 'entries')}</Link>} of evidence, {control.refused.toLocaleString()} refused, {control.highRisk.toLocaleString()} of high risk.
        </Box>
        {control.evidence.length > 0 && (
          <Box component="ul" aria-label={`Evidence for ${control.id}`} sx={{ m: 0, pl: 4, display: 'grid', gap: '4px' }}>
            {control.evidence.map((entry) => (
              <Box component="li" key={entry.id} sx={{ overflowWrap: 'anywhere' }}>
                <Link component={NextLink} underline="always" prefetch={false} href={paths.audit({ organizationId, code: entry.code, between: around(entry.occurredAt), open: entry.id })}>{entry.sentence}</Link>
                <Box component="time" dateTime={entry.occurredAt} sx={{ color: 'text.secondary', ml: 2 }}>{stampTime(entry.occurredAt)}</Box>
              </Box>
            ))}
          </Box>
        )}
      </Box>
    </Box>
  );
}
