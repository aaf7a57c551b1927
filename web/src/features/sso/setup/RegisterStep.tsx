'use client';
// What to do and to enter over there, so that the provider knows this platform.
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import type { ReactNode } from 'react';
import { CopyField } from '@/shared/ui/CopyField';
import { StepFrame } from '@/shared/ui/StepFrame';
import type { SsoConnection, SsoProduct } from '../api';
import { products, productWords } from '../words';

interface Props {
  product: SsoProduct;
  connection: SsoConnection | undefined;
  /** The choice of the protocol, for as long as there is one. */
  choice: ReactNode;
  onNext: () => void;
}

export function RegisterStep({ product, connection, choice, onNext }: Props) {
  // The server takes requests from its own origin alone: this page's is the one that people type.
  const redirect = connection?.redirectUri ?? `${window.location.origin}/api/sso/callback`;
  const name = product === 'generic' ? 'your provider' : productWords[product];
  return (
    <StepFrame title={`In ${name}`} intro="Do this over there, in another tab. You come back with an address, a client id and, mostly, a client secret." actions={<Button variant="contained" onClick={onNext}>Done, continue</Button>}>
      {choice}
      <Box component="ol" sx={{ m: 0, pl: 5, display: 'grid', gap: 2, fontSize: '0.875rem', '& li::marker': { color: 'text.secondary', fontVariantNumeric: 'tabular-nums' } }}>
        {products[product].steps.map((step) => <Box component="li" key={step} sx={{ pl: 1, textWrap: 'pretty' }}>{step}</Box>)}
      </Box>
      <CopyField label="Redirect address (callback URL)" what="redirect address" text={redirect} />
      {connection === undefined ? (
        <Box sx={{ fontSize: '0.8125rem', color: 'text.secondary' }}>If your provider can tell of sign-outs (back-channel logout): the address for that stands here once the connection is saved.</Box>
      ) : (
        <CopyField label="Back-channel logout address (optional: a sign-out there then ends the sign-in here at once)" what="back-channel logout address" text={connection.logoutUri} />
      )}
    </StepFrame>
  );
}
