'use client';
// The log in numbers, over the log: how much, how much was refused, how risky, and when. A number narrows the log to its rows.
import Box from '@mui/material/Box';
import ButtonBase from '@mui/material/ButtonBase';
import Skeleton from '@mui/material/Skeleton';
import type { AuditStats } from '@/shared/api/types';
import type { RiskLevel } from '@/shared/api/types';
import { numberWords } from '@/shared/lib/time';
import { ErrorState } from '@/shared/ui/ErrorState';
import { SeverityChip } from '@/shared/ui/SeverityChip';
import { useAuditStats, type Span } from './api';
import { Histogram } from './Histogram';
import { betweenOf } from './spans';

interface Props {
  span: Span;
  onFilter: (key: 'between' | 'riskLevel' | 'outcome' | 'code', value: string) => void;
}

const levels = ['critical', 'high', 'medium', 'low', 'info'] as const satisfies readonly RiskLevel[];

export function AuditOverview({ span, onFilter }: Props) {
  const query = useAuditStats(span);
  const stats = query.data;
  return (
    <Box component="section" aria-label="Events over time" aria-busy={stats === undefined} sx={{ border: 1, borderColor: 'neutral.5', borderRadius: '8px', p: 4, mb: 4, minHeight: 168 }}>
      {stats === undefined && query.isError && <ErrorState dense error={query.error} onRetry={() => void query.refetch()} />}
      {stats === undefined && !query.isError && <Skeleton variant="rounded" height={132} />}
      {stats !== undefined && (
        <Box sx={{ display: 'grid', gap: { xs: 4, lg: 6 }, gridTemplateColumns: { lg: 'minmax(0, 1fr) 300px' }, opacity: query.isPlaceholderData ? 0.6 : 1 }}>
          <Box sx={{ minWidth: 0 }}>
            <Totals stats={stats} onFilter={onFilter} />
            <Histogram stats={stats} onPick={(start, end) => onFilter('between', betweenOf(start, end))} />
          </Box>
          <Risks stats={stats} onFilter={onFilter} />
        </Box>
      )}
    </Box>
  );
}

function Totals({ stats, onFilter }: { stats: AuditStats; onFilter: Props['onFilter'] }) {
  return (
    <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'baseline', columnGap: 5, rowGap: 1, mb: 3, fontSize: '0.8125rem', color: 'text.secondary' }}>
      <span><Box component="b" className="tabular" sx={{ fontSize: '1.25rem', fontWeight: 620, color: 'text.primary', letterSpacing: '-0.014em' }}>{numberWords(stats.total)}</Box> events</span>
      <ButtonBase onClick={() => onFilter('outcome', 'refused')} sx={{ font: 'inherit', gap: '6px', borderRadius: '4px', '&:hover': { textDecoration: 'underline' } }}>
        <Box component="span" aria-hidden sx={{ width: 9, height: 9, bgcolor: 'severity.high.main', borderRadius: '2px' }} />
        <Box component="span" className="tabular" sx={{ color: 'text.primary', fontWeight: 560 }}>{numberWords(stats.refused)}</Box> refused
      </ButtonBase>
      <Box component="span" sx={{ display: 'inline-flex', alignItems: 'center', gap: '6px' }}>
        <Box component="span" aria-hidden sx={{ width: 9, height: 9, bgcolor: 'severity.critical.main', borderRadius: '2px' }} />
        <Box component="span" className="tabular" sx={{ color: 'text.primary', fontWeight: 560 }}>{numberWords(stats.byRiskLevel.high + stats.byRiskLevel.critical)}</Box> of high risk
      </Box>
      <span><Box component="span" className="tabular" sx={{ color: 'text.primary', fontWeight: 560 }}>{numberWords(stats.complianceRelevant)}</Box> are evidence</span>
    </Box>
  );
}

function Risks({ stats, onFilter }: { stats: AuditStats; onFilter: Props['onFilter'] }) {
  const most = Math.max(1, ...levels.map((level) => stats.byRiskLevel[level]));
  return (
    <Box component="ul" aria-label="By risk" sx={{ listStyle: 'none', m: 0, p: 0, display: 'grid', alignContent: 'start', gap: '2px', fontSize: '0.8125rem' }}>
      {levels.map((level) => (
        <li key={level}>
          <ButtonBase onClick={() => onFilter('riskLevel', level)} sx={{ display: 'grid', gridTemplateColumns: '84px minmax(0, 1fr) 64px', alignItems: 'center', gap: 3, width: '100%', minHeight: 26, px: 1, font: 'inherit', textAlign: 'left', borderRadius: '4px', '&:hover': { bgcolor: 'neutral.3' } }}>
            <SeverityChip level={level} />
            <Box component="span" aria-hidden sx={{ height: 6, borderRadius: 3, bgcolor: 'neutral.3', overflow: 'hidden' }}>
              <Box component="span" sx={{ display: 'block', height: '100%', width: `${(stats.byRiskLevel[level] / most) * 100}%`, bgcolor: `severity.${level}.main` }} />
            </Box>
            <Box component="span" className="tabular" sx={{ textAlign: 'right' }}>{numberWords(stats.byRiskLevel[level])}</Box>
          </ButtonBase>
        </li>
      ))}
    </Box>
  );
}
