// The frame's outline while the profile is read; the same measures, so that nothing jumps.
import Box from '@mui/material/Box';
import Skeleton from '@mui/material/Skeleton';
import { railWidth, topBarHeight } from './measures';

export function FrameSkeleton() {
  return (
    <Box aria-busy="true" sx={{ display: 'flex', minHeight: '100dvh' }}>
      <Box sx={{ display: { xs: 'none', md: 'block' }, width: railWidth.open, flex: 'none', borderRight: 1, borderColor: 'neutral.5', p: 4 }}>
        <Skeleton variant="rounded" width={120} height={24} sx={{ mb: 7 }} />
        {[0, 1, 2, 3, 4].map((row) => (
          <Skeleton key={row} variant="rounded" height={18} width={`${58 + ((row * 37) % 36)}%`} sx={{ mb: 4 }} />
        ))}
      </Box>
      <Box component="main" sx={{ flex: 1, bgcolor: 'background.paper' }}>
        <span className="visually-hidden">Loading Sallyport</span>
        <Box sx={{ height: topBarHeight, borderBottom: 1, borderColor: 'neutral.5' }} />
      </Box>
    </Box>
  );
}
