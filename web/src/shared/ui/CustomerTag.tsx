'use client';
// Whose environment this is: the customer's name on its own colour, the same on every screen.
import Box from '@mui/material/Box';
import { useTheme, type Theme } from '@mui/material/styles';
import Link from 'next/link';
import { hashOf } from '@/shared/lib/hash';
import { paths } from '@/shared/paths';
import { customerHues } from '@/shared/theme/scale';

interface Props {
  id: string;
  name: string;
  /** Leads to the organization's page. */
  link?: boolean;
  size?: 'small' | 'large';
}

/** The customer's colour in both schemes. */
export function customerHue(id: string) {
  return customerHues[hashOf(id) % customerHues.length] ?? customerHues[0];
}

/** For borders and bars drawn elsewhere in the customer's colour. */
export function customerColor(theme: Theme, id: string) {
  const hue = customerHue(id);
  return { color: hue.light.main, ...theme.applyStyles('dark', { color: hue.dark.main }) };
}

export function CustomerTag({ id, name, link = false, size = 'small' }: Props) {
  const theme = useTheme();
  const hue = customerHue(id);
  const large = size === 'large';
  return (
    <Box
      component={link ? Link : 'span'}
      {...(link ? { href: paths.organization(id), prefetch: false } : {})}
      title={name}
      sx={{
        display: 'inline-flex', alignItems: 'center', gap: '6px', maxWidth: '100%', minWidth: 0,
        height: large ? 26 : 22, px: large ? '10px' : '8px', borderRadius: '5px', textDecoration: 'none',
        fontSize: large ? '0.8125rem' : '0.75rem', fontWeight: 560, verticalAlign: 'middle',
        bgcolor: hue.light.soft, color: hue.light.text,
        ...theme.applyStyles('dark', { backgroundColor: hue.dark.soft, color: hue.dark.text }),
        '&:hover': link ? { textDecoration: 'underline' } : {},
      }}
    >
      <Box
        component="span"
        aria-hidden
        sx={{ flex: 'none', width: 7, height: 7, borderRadius: '2px', bgcolor: hue.light.main, ...theme.applyStyles('dark', { backgroundColor: hue.dark.main }) }}
      />
      <Box component="span" sx={{ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>
        {name}
      </Box>
    </Box>
  );
}
