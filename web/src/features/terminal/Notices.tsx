'use client';
// Short words over the top of a live screen: input is stopped, an end is near, keys may be lost.
import AcUnitOutlined from '@mui/icons-material/AcUnitOutlined';
import HourglassBottomOutlined from '@mui/icons-material/HourglassBottomOutlined';
import KeyboardOutlined from '@mui/icons-material/KeyboardOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { keyframes } from '@mui/material/styles';
import type { ReactNode } from 'react';
import { clockDuration } from '@/shared/lib/time';
import { useNow } from '@/shared/lib/useNow';
import { endWords } from '@/shared/lib/words';
import type { LinkState, Warning } from './link/state';

interface Props {
  state: LinkState;
  onSure: () => void;
}

export function Notices({ state, onSure }: Props) {
  const { phase, frozen, warning, unsure, refusals, mode } = state;
  if (phase.kind !== 'live') return null;
  return (
    <Box aria-live="assertive" sx={{ position: 'absolute', zIndex: 4, insetInline: 0, top: 0, display: 'grid', gap: 1 }}>
      {frozen !== null && (
        <Notice tone="critical" icon={<AcUnitOutlined />} nudge={refusals}>
          <strong>{mode === 'watch' ? 'Frozen' : 'Your keys are stopped'}: {endWords[frozen.code]}.</strong> {frozen.message}
        </Notice>
      )}
      {frozen === null && warning !== null && <Soon warning={warning} />}
      {unsure && (
        <Notice tone="medium" icon={<KeyboardOutlined />} action={<Button size="small" variant="outlined" onClick={onSure}>I have looked</Button>}>
          You typed just as the line broke. The last keys may not have arrived: look before you go on.
        </Notice>
      )}
    </Box>
  );
}

function Soon({ warning }: { warning: Warning }) {
  const now = useNow('second');
  return (
    <Notice tone="high" icon={<HourglassBottomOutlined />}>
      {warning.message} <strong className="tabular">{clockDuration(warning.at - now)}</strong>
    </Notice>
  );
}

const shake = keyframes({ '0%, 100%': { transform: 'none' }, '25%': { transform: 'translateX(-4px)' }, '75%': { transform: 'translateX(4px)' } });

interface NoticeProps {
  tone: 'medium' | 'high' | 'critical';
  icon: ReactNode;
  action?: ReactNode;
  /** Moves the notice each time it rises. */
  nudge?: number;
  children: ReactNode;
}

function Notice({ tone, icon, action, nudge = 0, children }: NoticeProps) {
  return (
    <Box
      sx={{ display: 'flex', alignItems: 'center', gap: 3, px: 4, py: 2, minHeight: 40, fontSize: '0.8125rem', bgcolor: `severity.${tone}.soft`, color: `severity.${tone}.text`, borderBottom: 1, borderColor: `severity.${tone}.line` }}
    >
      <Box key={nudge} aria-hidden sx={{ display: 'flex', ...(nudge > 0 ? { animation: `${shake} 140ms` } : {}) }}>{icon}</Box>
      <Box sx={{ flex: 1, minWidth: 0 }}>{children}</Box>
      {action}
    </Box>
  );
}
