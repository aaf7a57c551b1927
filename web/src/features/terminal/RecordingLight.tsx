// Says that what happens here is kept, or that it no longer is.
import Box from '@mui/material/Box';
import Tooltip from '@mui/material/Tooltip';
import { keyframes } from '@mui/material/styles';

const breathe = keyframes({ '0%, 100%': { opacity: 1 }, '50%': { opacity: 0.45 } });

export function RecordingLight({ on }: { on: boolean }) {
  return (
    <Tooltip title={on ? 'Everything on this screen and everything typed is recorded.' : 'Nothing is recorded now, and nothing can be typed.'}>
      <Box
        component="span"
        tabIndex={0}
        sx={{ display: 'inline-flex', alignItems: 'center', gap: '6px', flex: 'none', fontSize: '0.6875rem', fontWeight: 640, letterSpacing: '0.05em', borderRadius: '4px', color: on ? 'severity.critical.text' : 'text.secondary' }}
      >
        <Box
          component="span"
          aria-hidden
          sx={{ width: 8, height: 8, borderRadius: '50%', ...(on ? { bgcolor: 'severity.critical.main', animation: `${breathe} 2.4s ease-in-out infinite` } : { border: '2px solid', borderColor: 'neutral.7' }) }}
        />
        <Box component="span" sx={{ display: { xs: 'none', sm: 'inline' } }} aria-hidden>{on ? 'REC' : 'OFF'}</Box>
        <span className="visually-hidden">{on ? 'Recording' : 'Not recording'}</span>
      </Box>
    </Tooltip>
  );
}
