'use client';
// What each step has: its name, what it is for, and the way onward at its end.
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { useEffect, useRef, type ReactNode } from 'react';

interface Props {
  title: string;
  intro?: ReactNode;
  /** What leads onward, the one thing to do first. */
  actions?: ReactNode;
  children: ReactNode;
}

export function StepFrame({ title, intro, actions, children }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  // The button that led here is gone or far away: keyboard and screen reader go on at the step's name.
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return (
    <>
      <Typography ref={heading} tabIndex={-1} variant="h3" component="h2" sx={{ fontSize: '1.0625rem', '&&:focus-visible': { outline: 'none' } }}>{title}</Typography>
      {intro !== undefined && <Typography component="div" variant="body2" color="textSecondary" sx={{ mt: 1, textWrap: 'pretty' }}>{intro}</Typography>}
      <Box sx={{ display: 'grid', gap: 4, mt: 5 }}>{children}</Box>
      {actions !== undefined && <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 2, mt: 6, pt: 4, borderTop: 1, borderColor: 'neutral.4' }}>{actions}</Box>}
    </>
  );
}
