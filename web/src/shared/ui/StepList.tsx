'use client';
// The steps, each with its state in words; on a phone as one row that scrolls.
import CheckOutlined from '@mui/icons-material/CheckOutlined';
import Box from '@mui/material/Box';
import ButtonBase from '@mui/material/ButtonBase';
import { useEffect, useRef, type Ref } from 'react';

export interface ListedStep<Key extends string> {
  key: Key;
  label: string;
  done: boolean;
  /** What it lacks, in words. */
  lacks?: string;
  /** Cannot be opened yet. */
  closed: boolean;
}

interface Props<Key extends string> {
  steps: readonly ListedStep<Key>[];
  open: Key;
  onOpen: (step: Key) => void;
}

export function StepList<Key extends string>({ steps, open, onOpen }: Props<Key>) {
  const current = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    current.current?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [open]);
  return (
    <Box component="nav" aria-label="Steps" sx={{ position: { md: 'sticky' }, top: { md: 72 }, mx: { xs: -4, md: 0 }, overflowX: { xs: 'auto', md: 'visible' }, borderBottom: { xs: 1, md: 0 }, borderColor: { xs: 'neutral.4', md: 'transparent' } }}>
      <Box component="ol" sx={{ listStyle: 'none', m: 0, p: 0, px: { xs: 4, md: 0 }, pb: { xs: 2, md: 0 }, display: { xs: 'flex', md: 'grid' }, gap: { xs: 1, md: '2px' }, width: { xs: 'max-content', md: 'auto' } }}>
        {steps.map((step, at) => <StepItem key={step.key} step={step} number={at + 1} current={step.key === open} buttonRef={step.key === open ? current : undefined} onOpen={onOpen} />)}
      </Box>
    </Box>
  );
}

interface ItemProps<Key extends string> {
  step: ListedStep<Key>;
  number: number;
  current: boolean;
  buttonRef?: Ref<HTMLButtonElement>;
  onOpen: (step: Key) => void;
}

function StepItem<Key extends string>({ step: { key, label, done, lacks, closed }, number, current, buttonRef, onOpen }: ItemProps<Key>) {
  return (
    <li>
      <ButtonBase
        ref={buttonRef}
        disabled={closed}
        aria-current={current ? 'step' : undefined}
        onClick={() => onOpen(key)}
        sx={{
          width: '100%', justifyContent: 'flex-start', alignItems: 'flex-start', gap: 2.5, px: 2.5, py: 2, borderRadius: '6px', textAlign: 'left', fontFamily: 'inherit',
          bgcolor: current ? 'neutral.4' : 'transparent', '&:hover': { bgcolor: current ? 'neutral.4' : 'neutral.3' }, color: closed ? 'neutral.8' : 'text.primary',
        }}
      >
        <Box
          component="span"
          aria-hidden
          sx={{
            flex: 'none', display: 'grid', placeItems: 'center', width: 20, height: 20, mt: '1px', borderRadius: '50%', fontSize: '0.6875rem', fontWeight: 620, border: '1.5px solid',
            borderColor: done ? 'primary.main' : current ? 'text.primary' : 'neutral.7', bgcolor: done ? 'primary.main' : 'transparent', color: done ? 'primary.contrastText' : 'inherit',
          }}
        >
          {done ? <CheckOutlined sx={{ fontSize: 14 }} /> : number}
        </Box>
        <Box component="span" sx={{ minWidth: 0, whiteSpace: { xs: 'nowrap', md: 'normal' } }}>
          <Box component="span" sx={{ display: 'block', fontSize: '0.8125rem', fontWeight: current ? 600 : 500, lineHeight: '22px' }}>{label}</Box>
          <Box component="span" sx={{ display: { xs: 'none', md: 'block' }, fontSize: '0.75rem', color: 'text.secondary' }}>{lacks ?? 'Done'}</Box>
        </Box>
      </ButtonBase>
    </li>
  );
}
