'use client';
// What stands around the forms outside of the gate: the gate itself, drawn, and a place for the form.
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import type { ReactNode } from 'react';
import { LogoMark, Wordmark } from '@/shared/ui/Logo';

export function DoorFrame({ children }: { children: ReactNode }) {
  return (
    <Box sx={{ minHeight: '100dvh', display: 'grid', gridTemplateColumns: { xs: 'minmax(0, 1fr)', md: 'minmax(440px, 5fr) 6fr' }, bgcolor: 'background.paper' }}>
      <Box component="main" sx={{ display: 'flex', flexDirection: 'column', p: { xs: 6, sm: 10 } }}>
        <Box sx={{ display: 'flex', alignItems: 'center', gap: 2.5 }}>
          <LogoMark size={28} />
          <Wordmark />
        </Box>
        <Box sx={{ flex: 1, display: 'grid', gridTemplateColumns: 'minmax(0, 1fr)', alignContent: { xs: 'start', sm: 'center' }, width: '100%', maxWidth: 380, mx: 'auto', py: 10 }}>{children}</Box>
      </Box>
      <Gate />
    </Box>
  );
}

const arches = [1, 2, 3, 4, 5, 6, 7];
const GROUND = 730;

function arch(half: number, rise: number): string {
  return `M${400 - half} ${GROUND}V${GROUND - rise}a${half} ${half} 0 0 1 ${half * 2} 0V${GROUND}`;
}

function Gate() {
  return (
    <Box
      component="aside"
      aria-label="About Sallyport"
      sx={{ display: { xs: 'none', md: 'block' }, position: 'relative', overflow: 'hidden', bgcolor: '#06110f', color: '#e9f5f2', p: 12 }}
    >
      <Box component="svg" aria-hidden viewBox="0 0 800 900" preserveAspectRatio="xMidYMax slice" sx={{ position: 'absolute', inset: 0, width: '100%', height: '100%' }}>
        <defs>
          <radialGradient id="gate-glow" cx="400" cy={GROUND} r="440" gradientUnits="userSpaceOnUse">
            <stop offset="0" stopColor="#2fb6a1" stopOpacity="0.5" />
            <stop offset="0.45" stopColor="#16705f" stopOpacity="0.22" />
            <stop offset="1" stopColor="#0a2b26" stopOpacity="0" />
          </radialGradient>
          <linearGradient id="gate-door" x1="0" y1="0" x2="0" y2="1">
            <stop offset="0" stopColor="#8fe3d4" />
            <stop offset="0.55" stopColor="#d3fbf2" />
            <stop offset="1" stopColor="#ffffff" />
          </linearGradient>
          <linearGradient id="gate-floor" x1="0" y1="0" x2="0" y2="1">
            <stop offset="0" stopColor="#b9f5e9" stopOpacity="0.55" />
            <stop offset="1" stopColor="#2fb6a1" stopOpacity="0" />
          </linearGradient>
        </defs>
        <rect width="800" height="900" fill="url(#gate-glow)" />
        {arches.map((each) => (
          <path key={each} d={arch(52 + each * 40, 118 + each * 14)} fill="#4fd0bb" fillOpacity={0.035} stroke="#6fdccb" strokeOpacity={0.66 - each * 0.082} strokeWidth={1.2} />
        ))}
        <path d={arch(52, 118)} fill="url(#gate-door)" />
        <path d={`M348 ${GROUND}h104l150 170h-404z`} fill="url(#gate-floor)" />
        <path d={`M0 ${GROUND}h348M452 ${GROUND}h348`} stroke="#6fdccb" strokeOpacity="0.22" strokeWidth="1.2" />
      </Box>
      <Box sx={{ position: 'relative', maxWidth: 460 }}>
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
