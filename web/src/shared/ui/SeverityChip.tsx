// Five steps of risk: bars that rise, and the word.
import Box from '@mui/material/Box';
import type { RiskLevel } from '@/shared/api/types';

const words: Record<RiskLevel, string> = { info: 'Info', low: 'Low', medium: 'Medium', high: 'High', critical: 'Critical' };
const steps: Record<RiskLevel, number> = { info: 0, low: 1, medium: 2, high: 3, critical: 4 };

export function SeverityChip({ level, quiet = false }: { level: RiskLevel; quiet?: boolean }) {
  return (
    <Box component="span" title={quiet ? `${words[level]} risk` : undefined} sx={{ display: 'inline-flex', alignItems: 'center', gap: '7px', color: `severity.${level}.text`, whiteSpace: 'nowrap' }}>
      <Box component="span" aria-hidden sx={{ display: 'inline-flex', alignItems: 'flex-end', gap: '2px', height: 11 }}>
        {[1, 2, 3, 4].map((step) => (
          <Box key={step} component="span" sx={{ width: 3, height: 2 + step * 2.25, borderRadius: '1px', bgcolor: step <= steps[level] ? `severity.${level}.main` : 'neutral.5' }} />
        ))}
      </Box>
      <span className={quiet ? 'visually-hidden' : undefined}>{words[level]}</span>
    </Box>
  );
}
