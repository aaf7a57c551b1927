'use client';
// What stands around the forms outside of the gate: the gate itself, drawn, and a place for the form.
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import type { ReactNode } from 'react';
import { LogoMark, Wordmark } from '@/shared/ui/Logo';

export function DoorFrame({ children }: { children: ReactNode }) {
  return (
    <Box sx={{ minHeight: '100dvh', display: 'grid', gridTemplateColumns: { xs: '1fr', md: 'minmax(440px, 5fr) 6fr' }, bgcolor: 'background.paper' }}>
      <Box component="main" sx={{ display: 'flex', flexDirection: 'column', p: { xs: 6, sm: 10 } }}>
        <Box sx={{ display: 'flex', alignItems: 'center', gap: 2.5 }}>
          <LogoMark size={28} />
          <Wordmark />
        </Box>
        <Box sx={{ flex: 1, display: 'grid', alignContent: 'center', width: '100%', maxWidth: 380, mx: 'auto', py: 10 }}>{children}</Box>
      </Box>
      <Gate />
    </Box>
  );
}

const arches = [0, 1, 2, 3, 4, 5, 6, 7];

function Gate() {
  return (
    <Box
      component="aside"
      aria-label="About Sallyport"
      sx={{
        display: { xs: 'none', md: 'grid' }, position: 'relative', overflow: 'hidden', bgcolor: '#071513', color: '#e9f5f2',
        backgroundImage: 'radial-gradient(90% 70% at 50% 100%, rgb(32 138 122 / 0.55), rgb(10 40 36 / 0.4) 55%, transparent 80%)', alignContent: 'space-between', p: 12,
      }}
    >
      <Box component="svg" aria-hidden viewBox="0 0 800 900" preserveAspectRatio="xMidYMax slice" sx={{ position: 'absolute', inset: 0, width: '100%', height: '100%' }}>
        {arches.map((each) => {
          const half = 46 + each * 48;
          const top = 560 - each * 62;
          const opacity = 0.95 - each * 0.105;
          return (
            <path
              key={each}
              d={`M${400 - half} 900V${top + half}a${half} ${half} 0 0 1 ${half * 2} 0V900`}
              fill={each === 0 ? '#c9fff4' : 'none'}
              fillOpacity={each === 0 ? 0.92 : undefined}
              stroke="#66d6c4"
              strokeOpacity={opacity * 0.62}
              strokeWidth={1.25}
            />
          );
        })}
      </Box>
      <Box sx={{ position: 'relative', maxWidth: 440 }}>
        <Typography component="p" sx={{ fontSize: '1.625rem', lineHeight: 1.28, fontWeight: 580, letterSpacing: '-0.021em' }}>
          One guarded gate into every customer’s network.
        </Typography>
        <Typography component="p" sx={{ mt: 3, color: 'rgb(233 245 242 / 0.76)' }}>
          Each session is granted, limited and recorded. No technician ever holds a customer’s password.
        </Typography>
      </Box>
    </Box>
  );
}
