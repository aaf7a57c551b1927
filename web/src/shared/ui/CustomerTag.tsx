'use client';
// Whose environment this is: the customer's initials and name on its own colour, the same on every screen.
import Box from '@mui/material/Box';
import { useTheme, type Theme } from '@mui/material/styles';
import Link from 'next/link';
import { mayOpen } from '@/shared/frame/nav';
import { initialsOf } from '@/shared/lib/hash';
import { hueSlot } from '@/shared/lib/hues';
import { paths } from '@/shared/paths';
import { useSession } from '@/shared/session/SessionProvider';
import { customerHues, darkNeutral } from '@/shared/theme/scale';

interface Props {
  id: string;
  name: string;
  /** Leads to the organization's page, for those who may open it. */
  link?: boolean;
  size?: 'small' | 'large';
}

/** The customer's colour in both schemes. */
export function customerHue(id: string) {
  return customerHues[hueSlot(id, customerHues.length)] ?? customerHues[0];
}

/** For borders and bars drawn elsewhere in the customer's colour. */
export function customerColor(theme: Theme, id: string) {
  const hue = customerHue(id);
  return { color: hue.light.main, ...theme.applyStyles('dark', { color: hue.dark.main }) };
}

export function CustomerTag({ id, name, link: wanted = false, size = 'small' }: Props) {
  const theme = useTheme();
  const { profile } = useSession();
  const link = wanted && mayOpen(profile, paths.organization(id));
  const hue = customerHue(id);
  const large = size === 'large';
  return (
    <Box
      component={link ? Link : 'span'}
      {...(link ? { href: paths.organization(id), prefetch: false } : {})}
      title={name}
      sx={{
        display: 'inline-flex', alignItems: 'center', gap: '6px', maxWidth: '100%', minWidth: 0,
        height: large ? 26 : 22, pl: '3px', pr: large ? '10px' : '8px', borderRadius: '5px', textDecoration: 'none',
        fontSize: large ? '0.8125rem' : '0.75rem', fontWeight: 560, verticalAlign: 'middle',
        bgcolor: hue.light.soft, color: hue.light.text,
        ...theme.applyStyles('dark', { backgroundColor: hue.dark.soft, color: hue.dark.text }),
        '&:hover': link ? { textDecoration: 'underline' } : {},
      }}
    >
      <Box
        component="span"
        aria-hidden
        sx={{
          flex: 'none', display: 'inline-grid', placeItems: 'center', minWidth: large ? 22 : 18, height: large ? 20 : 16, px: '2px', borderRadius: '3px', fontSize: large ? '0.6875rem' : '0.625rem',
          fontWeight: 700, letterSpacing: '0.02em', lineHeight: 1, bgcolor: hue.light.main, color: '#ffffff', ...theme.applyStyles('dark', { backgroundColor: hue.dark.main, color: darkNeutral[2] }),
        }}
      >
        {initialsOf(name)}
      </Box>
      <Box component="span" sx={{ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>
        {name}
      </Box>
    </Box>
  );
}
