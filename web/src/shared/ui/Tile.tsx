'use client';
// A number that opens its rows.
import Box from '@mui/material/Box';
import Skeleton from '@mui/material/Skeleton';
import Link from 'next/link';
import { numberWords } from '@/shared/lib/time';

interface Props {
  label: string;
  value: number | undefined;
  error: boolean;
  href: string;
  note?: string;
  alarm?: boolean;
  /** In a row of many. */
  dense?: boolean;
}

export function Tile({ label, value, error, href, note, alarm = false, dense = false }: Props) {
  return (
    <Box
      component={Link}
      href={href}
      prefetch={false}
      sx={{ display: 'block', p: dense ? 3 : 4, border: 1, borderColor: 'neutral.5', borderRadius: '8px', color: 'text.primary', textDecoration: 'none', minHeight: dense ? 84 : 104, '&:hover': { borderColor: 'neutral.6', bgcolor: 'neutral.2' } }}
    >
      <Box sx={{ fontSize: '0.8125rem', color: 'text.secondary' }}>{label}</Box>
      <Box className="tabular" sx={{ fontSize: dense ? '1.25rem' : '1.625rem', fontWeight: 620, letterSpacing: '-0.021em', lineHeight: 1.4 }}>
        {value === undefined ? error ? <span title="Could not be loaded">–</span> : <Skeleton width={48} /> : numberWords(value)}
      </Box>
      {note !== undefined && <Box sx={{ fontSize: '0.75rem', color: alarm ? 'severity.critical.text' : 'text.secondary', fontWeight: alarm ? 580 : 420 }}>{note}</Box>}
    </Box>
  );
}
