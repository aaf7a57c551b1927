// A person as initials, in quiet neutrals: colour belongs to customers and to severity.
import Box from '@mui/material/Box';
import { initialsOf } from '@/shared/lib/hash';

export function PersonAvatar({ name, size = 24 }: { name: string; size?: number }) {
  return (
    <Box
      component="span"
      aria-hidden
      sx={{
        flex: 'none', display: 'inline-grid', placeItems: 'center', width: size, height: size, borderRadius: '50%', bgcolor: 'neutral.4', color: 'neutral.9',
        fontSize: size * 0.4, fontWeight: 600, letterSpacing: '0.01em', userSelect: 'none',
      }}
    >
      {initialsOf(name)}
    </Box>
  );
}
