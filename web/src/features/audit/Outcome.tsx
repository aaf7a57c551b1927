// How an act ended; what was refused or failed stands out.
import Box from '@mui/material/Box';
import type { AuditOutcome } from '@/shared/api/types';
import { outcomeWords } from '@/shared/lib/words';

const outcomeColors: Record<AuditOutcome, string> = {
  success: 'text.secondary',
  attempt: 'text.secondary',
  refused: 'severity.high.text',
  failed: 'severity.critical.text',
};

export function Outcome({ outcome }: { outcome: AuditOutcome }) {
  return <Box component="span" sx={{ color: outcomeColors[outcome], fontWeight: outcome === 'refused' || outcome === 'failed' ? 580 : 440 }}>{outcomeWords[outcome]}</Box>;
}
