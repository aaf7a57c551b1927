'use client';
// Our side of a SAML connection, to be entered over there. The addresses are the connection's own, so a draft comes first.
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { useState, type ReactNode, type SyntheticEvent } from 'react';
import type { Allowed } from '@/shared/session/can';
import { AllowedButton } from '@/shared/ui/AllowedButton';
import { CopyField } from '@/shared/ui/CopyField';
import { TextInput, fieldErrors, formMessage } from '@/shared/ui/form';
import { StepFrame } from '@/shared/ui/StepFrame';
import { useCreateConnection, type SsoConnection, type SsoProduct } from '../api';
import { productWords } from '../words';
import { samlProducts } from '../samlWords';
import { MetadataDownload } from './MetadataDownload';

interface Props {
  product: SsoProduct;
  organizationId: string;
  connection: SsoConnection | undefined;
  may: Allowed;
  /** The choice of the protocol, for as long as there is one. */
  choice: ReactNode;
  onMade: (connection: SsoConnection) => void;
  onNext: () => void;
}

export function SamlRegisterStep({ product, organizationId, connection, may, choice, onMade, onNext }: Props) {
  if (connection === undefined) return <Draft product={product} organizationId={organizationId} may={may} choice={choice} onMade={onMade} />;
  const name = product === 'generic' ? 'your provider' : productWords[product];
  const { labels, steps } = samlProducts[product];
  return (
    <StepFrame title={`In ${name}`} intro="Do this over there, in another tab. You come back with the address of its metadata, or with a file." actions={<Button variant="contained" onClick={onNext}>Done, continue</Button>}>
      <Box component="ol" sx={{ m: 0, pl: 5, display: 'grid', gap: 2, fontSize: '0.875rem', '& li::marker': { color: 'text.secondary', fontVariantNumeric: 'tabular-nums' } }}>
        {steps.map((step) => <Box component="li" key={step} sx={{ pl: 1, textWrap: 'pretty' }}>{step}</Box>)}
      </Box>
      {/* The entity id is the address of our metadata: one text for both. */}
      <CopyField label={`${labels.entityId}, and the address of our metadata`} what="entity id" text={connection.entityId ?? ''} />
      <CopyField label={labels.acs} what="ACS address" text={connection.redirectUri} />
      <CopyField label={`${labels.logout} (optional: a sign-out there then ends the sign-in here at once)`} what="logout address" text={connection.logoutUri} />
      <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 3 }}>
        <MetadataDownload connectionId={connection.id} />
        <Box sx={{ flex: '1 1 240px', fontSize: '0.8125rem', color: 'text.secondary' }}>Where a provider takes a file, it has all of the above in it, with the certificate that our requests are signed by.</Box>
      </Box>
      <Box component="ul" sx={{ m: 0, pl: 5, display: 'grid', gap: 1, fontSize: '0.8125rem', color: 'text.secondary' }}>
        <li>It must sign the assertion or the response, with RSA and SHA-256 or better, and must not encrypt assertions.</li>
        <li>The name ID must be a lasting one: persistent, or the address. Never transient.</li>
        <li>Addresses are read from mail, email, or the usual names of Entra and AD FS; names likewise; groups from an attribute that you name in the next step.</li>
      </Box>
    </StepFrame>
  );
}

function Draft({ product, organizationId, may, choice, onMade }: Pick<Props, 'product' | 'organizationId' | 'may' | 'choice' | 'onMade'>) {
  const create = useCreateConnection();
  const [name, setName] = useState(product === 'generic' ? '' : productWords[product]);
  const [tried, setTried] = useState(false);
  const wrong = fieldErrors(create.error);
  const shown = formMessage(create.error, ['name']);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setTried(true);
    if (name.trim() === '' || create.isPending || may !== true) return;
    create.mutate({ organizationId, protocol: 'saml', profile: product, name: name.trim() }, { onSuccess: (made) => onMade(made) });
  };
  return (
    <Box component="form" onSubmit={submit} noValidate aria-label="Begin the connection">
      <StepFrame
        title={product === 'generic' ? 'Your provider' : productWords[product]}
        intro="With SAML each connection has addresses and a key of its own. Give it a name, and they are shown."
        actions={<AllowedButton allowed={may} type="submit" variant="contained" loading={create.isPending}>Show our addresses</AllowedButton>}
      >
        {choice}
        <TextInput label="Name" value={name} onChange={setName} autoComplete="off" hint="Your people read it on the sign-in page: “Continue with …”." error={tried && name.trim() === '' ? 'Enter a name.' : wrong.name} />
        {shown !== undefined && <Alert severity="error">{shown}</Alert>}
      </StepFrame>
    </Box>
  );
}
