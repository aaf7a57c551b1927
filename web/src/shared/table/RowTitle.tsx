'use client';
// The first cell of a row as the real link or button that the keyboard and screen readers find.
import Box from '@mui/material/Box';
import ButtonBase from '@mui/material/ButtonBase';
import Link from 'next/link';
import type { ReactNode } from 'react';

interface Props<T> {
  row: T;
  rowHref?: (row: T) => string;
  onOpen?: (row: T) => void;
  children: ReactNode;
}

const look = { font: 'inherit', fontWeight: 560, color: 'text.primary', textDecoration: 'none', textAlign: 'left', borderRadius: '3px', maxWidth: '100%', verticalAlign: 'middle' } as const;

export function RowTitle<T>({ row, rowHref, onOpen, children }: Props<T>) {
  if (rowHref !== undefined) {
    return (
      <Box component={Link} href={rowHref(row)} prefetch={false} sx={{ ...look, '&:hover': { textDecoration: 'underline' } }}>
        {children}
      </Box>
    );
  }
  if (onOpen !== undefined) {
    return (
      <ButtonBase onClick={() => onOpen(row)} sx={{ ...look, display: 'inline-flex', justifyContent: 'flex-start', overflow: 'hidden', '&:hover': { textDecoration: 'underline' } }}>
        <Box component="span" sx={{ minWidth: 0, overflow: 'hidden', textOverflow: 'ellipsis' }}>{children}</Box>
      </ButtonBase>
    );
  }
  return <Box component="span" sx={look}>{children}</Box>;
}
