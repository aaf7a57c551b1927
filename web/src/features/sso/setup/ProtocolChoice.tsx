'use client';
// By which protocol the provider is connected. It is chosen once: a connection speaks one.
import FormControlLabel from '@mui/material/FormControlLabel';
import Radio from '@mui/material/Radio';
import RadioGroup from '@mui/material/RadioGroup';
import Box from '@mui/material/Box';
import { useId } from 'react';
import type { SsoProtocol } from '../api';
import { protocolHints, protocolWords } from '../words';

export function ProtocolChoice({ protocol, onChange }: { protocol: SsoProtocol; onChange: (protocol: SsoProtocol) => void }) {
  const id = useId();
  return (
    <Box sx={{ border: 1, borderColor: 'neutral.5', borderRadius: '8px', px: 4, py: 3 }}>
      <Box id={id} sx={{ fontSize: '0.8125rem', fontWeight: 540, mb: 1 }}>How shall it be connected?</Box>
      <RadioGroup aria-labelledby={id} value={protocol} onChange={(_event, next) => onChange(next as SsoProtocol)} sx={{ gap: 1 }}>
        {(['oidc', 'saml'] as const).map((each) => (
          <FormControlLabel
            key={each}
            value={each}
            control={<Radio size="small" sx={{ mt: '-3px' }} />}
            label={
              <Box sx={{ fontSize: '0.8125rem' }}>
                <Box sx={{ fontWeight: 540 }}>{protocolWords[each]}</Box>
                <Box sx={{ color: 'text.secondary', textWrap: 'pretty' }}>{protocolHints[each]}</Box>
              </Box>
            }
            sx={{ alignItems: 'flex-start', ml: '-6px', mr: 0 }}
          />
        ))}
      </RadioGroup>
    </Box>
  );
}
