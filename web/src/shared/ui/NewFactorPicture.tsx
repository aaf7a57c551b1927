// What an authenticator app is shown: the QR code, and the secret for those who cannot scan it.
import Box from '@mui/material/Box';
import type { NewFactor } from '@/shared/api/types';
import { CopyButton } from './CopyButton';

/** The secret in fours, which the eye can follow. */
function inFours(secret: string): string {
  return secret.replace(/(.{4})(?=.)/g, '$1 ');
}

export function NewFactorPicture({ factor }: { factor: NewFactor }) {
  return (
    <Box sx={{ display: 'grid', gap: 3, justifyItems: 'center' }}>
      {/* White in the dark too: cameras read nothing else. */}
      <Box
        component="img"
        alt="QR code for your authenticator app"
        src={`data:image/svg+xml;base64,${btoa(factor.qr)}`}
        sx={{ width: 208, height: 208, p: 1, bgcolor: '#ffffff', border: 1, borderColor: 'neutral.5', borderRadius: '8px' }}
      />
      <Box sx={{ justifySelf: 'stretch', fontSize: '0.8125rem', color: 'text.secondary' }}>
        Cannot scan it? Type this secret into the app:
        <Box sx={{ display: 'flex', alignItems: 'center', gap: 1, mt: 1, color: 'text.primary' }}>
          <Box component="code" className="mono" sx={{ overflowWrap: 'anywhere' }}>{inFours(factor.secret)}</Box>
          <CopyButton text={factor.secret} what="secret" />
        </Box>
      </Box>
    </Box>
  );
}
