'use client';
// The name of a step that took the place of another. The button that led here is gone: keyboard and screen reader go on here.
import Typography from '@mui/material/Typography';
import { useEffect, useRef, type ReactNode } from 'react';

export function NextHeading({ children, mb }: { children: ReactNode; mb?: number }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return <Typography variant="h1" ref={heading} tabIndex={-1} sx={{ mb, '&&:focus-visible': { outline: 'none' } }}>{children}</Typography>;
}
