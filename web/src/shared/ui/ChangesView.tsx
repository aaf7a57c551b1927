'use client';
// What a change of many grants will do, or did: counts, a word of warning for live sessions, and each cell.
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import type { AccessChange, AccessChanges } from '@/shared/api/types';
import { actionWords, changeWords, countWords, isEmpty } from '@/shared/lib/changeWords';
import { plural } from '@/shared/lib/time';
import { useNow } from '@/shared/lib/useNow';
import { CustomerTag } from '@/shared/ui/CustomerTag';

const order: Record<AccessChange['action'], number> = { revoke: 0, update: 1, create: 2, keep: 3, none: 4 };
const looks = {
  create: { sign: '+', color: 'ok.text' },
  update: { sign: '~', color: 'severity.low.text' },
  revoke: { sign: '−', color: 'severity.critical.text' },
  keep: { sign: '=', color: 'text.secondary' },
  none: { sign: '·', color: 'text.secondary' },
} as const satisfies Record<AccessChange['action'], unknown>;

/** More are counted, not listed. */
const SHOWN = 200;

export function ChangesView({ changes }: { changes: AccessChanges }) {
  const now = useNow();
  const rows = [...changes.changes].sort((a, b) => order[a.action] - order[b.action] || a.technicianName.localeCompare(b.technicianName) || a.customerOrgName.localeCompare(b.customerOrgName));
  return (
    <Box sx={{ display: 'grid', gap: 3, gridTemplateColumns: 'minmax(0, 1fr)' }}>
      <Box role="status" sx={{ fontSize: '0.875rem', fontWeight: 560 }}>{countWords(changes)}{isEmpty(changes) && changes.unchanged > 0 ? ': nothing to do.' : '.'}</Box>
      {changes.liveSessions > 0 && (
        <Alert severity="warning">
          {plural(changes.liveSessions, 'live session stands', 'live sessions stand')} on access that is taken away or narrowed here. {changes.liveSessions === 1 ? 'It ends' : 'They end'} within a second, with your reason on the screen.
        </Alert>
      )}
      {rows.length > 0 && (
        // It scrolls by itself, so the keyboard must reach it.
        <Box tabIndex={0} role="region" aria-label="What will change" sx={{ maxHeight: 'min(44vh, 420px)', overflow: 'auto', border: 1, borderColor: 'neutral.5', borderRadius: '8px' }}>
          <Box component="table" aria-label="Changes" sx={{ width: '100%', borderCollapse: 'collapse', tableLayout: 'fixed', fontSize: '0.8125rem', '& td, & th': { px: 3, py: '7px', textAlign: 'left', verticalAlign: 'top', borderTop: 1, borderColor: 'neutral.4' }, '& thead th': { position: 'sticky', top: 0, zIndex: 1, borderTop: 0, bgcolor: 'neutral.2', fontSize: '0.75rem', fontWeight: 520, color: 'text.secondary' } }}>
            <thead>
              <tr>
                <Box component="th" scope="col" sx={{ width: 108 }}>What</Box>
                <th scope="col">Technician and customer</th>
                <Box component="th" scope="col" sx={{ display: { xs: 'none', sm: 'table-cell' }, width: '46%' }}>Terms</Box>
              </tr>
            </thead>
            <tbody>
              {rows.slice(0, SHOWN).map((change) => <Row key={`${change.technicianId} ${change.customerOrgId} ${change.grantId ?? ''} ${change.action}`} change={change} now={now} />)}
            </tbody>
          </Box>
          {rows.length > SHOWN && <Box sx={{ px: 3, py: 2, fontSize: '0.8125rem', color: 'text.secondary', borderTop: 1, borderColor: 'neutral.4' }}>And {plural(rows.length - SHOWN, 'cell')} more.</Box>}
        </Box>
      )}
    </Box>
  );
}

function Row({ change, now }: { change: AccessChange; now: number }) {
  const { sign, color } = looks[change.action];
  const words = changeWords(change, now);
  return (
    <tr>
      <Box component="td" sx={{ whiteSpace: 'nowrap', color }}>
        <Box component="span" aria-hidden className="mono" sx={{ display: 'inline-block', width: 14, fontWeight: 700 }}>{sign}</Box>
        {actionWords[change.action]}
      </Box>
      <td>
        <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: '4px 8px', minWidth: 0, overflowWrap: 'anywhere' }}>
          {change.technicianName}
          <CustomerTag id={change.customerOrgId} name={change.customerOrgName} />
        </Box>
        <Box sx={{ display: { sm: 'none' }, color: 'text.secondary', overflowWrap: 'anywhere' }}>{words}</Box>
      </td>
      <Box component="td" sx={{ display: { xs: 'none', sm: 'table-cell' }, color: change.action === 'none' ? 'text.secondary' : undefined, overflowWrap: 'anywhere' }}>
        {words}
        {change.action === 'keep' && change.why !== null && <Box sx={{ color: 'text.secondary' }}>{change.why}</Box>}
      </Box>
    </tr>
  );
}
