'use client';
// The steps of a verification, each with what it found; the hashes to compare with by hand open below.
import CancelOutlined from '@mui/icons-material/CancelOutlined';
import CheckCircleOutlined from '@mui/icons-material/CheckCircleOutlined';
import HelpOutlined from '@mui/icons-material/HelpOutlined';
import Box from '@mui/material/Box';
import { Unseen } from '@/shared/ui/Unseen';
import type { CheckStep, StepKey, StepState } from './check';

const titles: Record<StepKey, string> = {
  shown: 'What you see is what was sealed',
  leaf: 'The leaf is the hash of the entry',
  path: 'The leaf leads to the root',
  log: 'The root is of the right log',
  signature: 'The root is signed',
};

export const stateLooks = {
  holds: { word: 'Holds', Icon: CheckCircleOutlined, color: 'ok.text' },
  fails: { word: 'Fails', Icon: CancelOutlined, color: 'severity.critical.text' },
  open: { word: 'Not checked', Icon: HelpOutlined, color: 'text.secondary' },
} as const satisfies Record<StepState, unknown>;

export function CheckSteps({ steps }: { steps: readonly CheckStep[] }) {
  return (
    <Box component="ol" aria-label="Steps of the verification" sx={{ listStyle: 'none', m: 0, p: 0, border: 1, borderColor: 'neutral.5', borderRadius: '8px', overflow: 'hidden' }}>
      {steps.map((step) => <Step key={step.key} step={step} />)}
    </Box>
  );
}

function Step({ step: { key, state, words, hashes = [], path = [] } }: { step: CheckStep }) {
  const { word, Icon, color } = stateLooks[state];
  return (
    <Box component="li" data-step={key} data-state={state} sx={{ display: 'flex', gap: 3, px: 3, py: '10px', borderTop: 1, borderColor: 'neutral.4', '&:first-of-type': { borderTop: 0 } }}>
      <Icon aria-hidden sx={{ flex: 'none', mt: '1px', color }} />
      <Box sx={{ flex: 1, minWidth: 0, fontSize: '0.8125rem', overflowWrap: 'anywhere' }}>
        <Box sx={{ fontWeight: 560 }}>{titles[key]}<Unseen>: {word}</Unseen></Box>
        <Box sx={{ color: state === 'fails' ? 'severity.critical.text' : 'text.secondary' }}>{words}</Box>
        {(hashes.length > 0 || path.length > 0) && (
          <Box component="details" sx={{ mt: 1, '& summary': { cursor: 'pointer', color: 'text.secondary', width: 'fit-content', borderRadius: '4px' } }}>
            <summary>{path.length > 0 ? 'Hashes on the way' : 'Hashes'}</summary>
            <Box component="dl" sx={{ m: 0, mt: 2, display: 'grid', gap: 2, gridTemplateColumns: 'minmax(0, 1fr)', '& dt': { color: 'text.secondary', fontSize: '0.75rem' }, '& dd': { m: 0, fontSize: '0.75rem', lineHeight: 1.5 } }}>
              {path.map(({ side, beside, hash }, at) => (
                <div key={hash}>
                  <dt>{at + 1}. With {side === 'left' ? 'what stands to its left' : 'what stands to its right'}</dt>
                  <dd className="mono">{beside}</dd>
                  <dt>gives</dt>
                  <dd className="mono">{hash}</dd>
                </div>
              ))}
              {hashes.map(({ name, hash }) => (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd className="mono">{hash}</dd>
                </div>
              ))}
            </Box>
          </Box>
        )}
      </Box>
    </Box>
  );
}
