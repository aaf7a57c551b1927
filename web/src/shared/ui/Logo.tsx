// The mark: a gate within a gate.
import Box from '@mui/material/Box';

export function LogoMark({ size = 24 }: { size?: number }) {
  return (
    <Box component="svg" aria-hidden viewBox="0 0 32 32" sx={{ width: size, height: size, flex: 'none', display: 'block' }}>
      <Box component="rect" width="32" height="32" rx="7" sx={{ fill: '#0d7468' }} />
      <path d="M8 25V14a8 8 0 0 1 16 0v11" fill="none" stroke="#fff" strokeWidth="2.6" strokeLinecap="round" />
      <path d="M13 25V15a3 3 0 0 1 6 0v10" fill="none" stroke="#8fe0d3" strokeWidth="2.4" strokeLinecap="round" />
    </Box>
  );
}

export function Wordmark() {
  return (
    <Box component="span" sx={{ fontSize: '1rem', fontWeight: 640, letterSpacing: '-0.02em' }}>
      Sallyport
    </Box>
  );
}
