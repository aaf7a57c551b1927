'use client';
// What a SAML provider says of itself, whom it may send, and where its groups are read.
import ExpandMore from '@mui/icons-material/ExpandMore';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { useState, type SyntheticEvent } from 'react';
import type { Allowed } from '@/shared/session/can';
import { AllowedButton } from '@/shared/ui/AllowedButton';
import { AllowedSwitch } from '@/shared/ui/AllowedSwitch';
import { TextInput, fieldErrors, formMessage } from '@/shared/ui/form';
import { StepFrame } from '@/shared/ui/StepFrame';
import { useUpdateConnection, type SsoConnection } from '../api';
import { samlProducts } from '../samlWords';
import { MetadataInput, type MetadataBy } from './MetadataInput';
import { OwnCertificates } from './OwnCertificates';
import { SaidOfItself } from './SaidOfItself';
import { samlChange, samlValues, type SamlValues } from './samlChange';

interface Props {
  connection: SsoConnection;
  may: Allowed;
  onSaved: (connection: SsoConnection) => void;
}

const FIELDS = ['name', 'metadata', 'metadataUrl', 'groupsClaim', 'idpInitiated'] as const;

export function SamlConnectStep({ connection, may, onSaved }: Props) {
  const words = samlProducts[connection.profile];
  const update = useUpdateConnection(connection);
  const known = connection.issuer !== '';
  const [values, setValues] = useState<SamlValues>(() => samlValues(connection));
  const [by, setBy] = useState<MetadataBy>(connection.metadataUrl == null && (known || words.metadataExample === '') ? 'text' : 'address');
  const [replacing, setReplacing] = useState(false);
  const [more, setMore] = useState(connection.idpInitiated || connection.groupsClaim !== 'groups');
  const [tried, setTried] = useState(false);
  const wrong = fieldErrors(update.error);
  const shown = formMessage(update.error, FIELDS);
  const set = (change: Partial<SamlValues>) => setValues({ ...values, ...change });
  const change = samlChange(connection, values, by);
  const described = known || change.metadata !== undefined || change.metadataUrl !== undefined;

  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setTried(true);
    if (values.name.trim() === '' || !described || update.isPending || may !== true) return;
    if (Object.keys(change).length === 0) { onSaved(connection); return; }
    update.mutate(change, { onSuccess: (saved) => onSaved(saved) });
  };

  const missing = tried && !described ? (by === 'address' ? 'Enter the address of its metadata.' : 'Paste its metadata, or take a file.') : undefined;
  return (
    <Box component="form" onSubmit={submit} noValidate aria-label="Connect">
      <StepFrame
        title="Connect"
        intro="The provider’s metadata tell who it is, where it signs people in, and by which certificates it is believed. Nothing is switched on by it: the next step tests it first."
        actions={<AllowedButton allowed={may} type="submit" variant="contained" loading={update.isPending}>{known ? 'Save' : 'Save and continue'}</AllowedButton>}
      >
        {connection.state === 'active' && (
          <Alert severity="warning">This connection is switched on. If you change more than its name, nobody signs in by it until it has been tested and switched on again.</Alert>
        )}
        <TextInput label="Name" value={values.name} onChange={(name) => set({ name })} autoComplete="off" hint="Your people read it on the sign-in page: “Continue with …”." error={tried && values.name.trim() === '' ? 'Enter a name.' : wrong.name} />
        {known && <SaidOfItself connection={connection} />}
        {known && !replacing ? (
          <Box><Button size="small" variant="outlined" onClick={() => setReplacing(true)}>Enter other metadata</Button></Box>
        ) : (
          <MetadataInput
            by={by}
            address={values.metadataUrl}
            text={values.metadata}
            example={words.metadataExample}
            hint={words.metadataHint}
            errors={{ address: missing ?? wrong.metadataUrl, text: missing ?? wrong.metadata }}
            onBy={setBy}
            onAddress={(metadataUrl) => set({ metadataUrl })}
            onText={(metadata) => set({ metadata })}
          />
        )}
        <Box>
          <Button size="small" aria-expanded={more} startIcon={<ExpandMore sx={{ transform: more ? undefined : 'rotate(-90deg)' }} />} onClick={() => setMore(!more)} sx={{ ml: '-10px' }}>More settings</Button>
        </Box>
        {(more || wrong.groupsClaim !== undefined || wrong.idpInitiated !== undefined) && (
          <>
            <TextInput label="Attribute with the groups" value={values.groupsClaim} onChange={(groupsClaim) => set({ groupsClaim })} mono autoComplete="off" hint={words.attributeHint} error={wrong.groupsClaim} />
            <Box sx={{ border: 1, borderColor: 'neutral.5', borderRadius: '8px' }}>
              <AllowedSwitch title="Let people come from the provider’s portal" checked={values.idpInitiated} allowed={may} onChange={() => set({ idpInitiated: !values.idpInitiated })}>
                {values.idpInitiated
                  ? 'Answers that nobody here asked for are accepted, once each. Whoever can make a browser post one signs its person in as somebody else: leave it off unless a tile in the portal must work.'
                  : 'Only who began here comes in. A tile in the provider’s own portal does not work; our sign-in page does.'}
              </AllowedSwitch>
            </Box>
          </>
        )}
        {known && <OwnCertificates connection={connection} />}
        {shown !== undefined && <Alert severity="error">{shown}</Alert>}
      </StepFrame>
    </Box>
  );
}
