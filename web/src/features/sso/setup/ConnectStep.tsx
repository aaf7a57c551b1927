'use client';
// Address, client and secret. The secret goes in and never comes out again.
import ExpandMore from '@mui/icons-material/ExpandMore';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { useState, type SyntheticEvent } from 'react';
import type { Allowed } from '@/shared/session/can';
import { AllowedButton } from '@/shared/ui/AllowedButton';
import { SelectInput, TextInput, fieldErrors, formMessage } from '@/shared/ui/form';
import { PasswordInput } from '@/shared/ui/PasswordInput';
import { StepFrame } from '@/shared/ui/StepFrame';
import { useCreateConnection, useUpdateConnection, type SsoAlgorithm, type SsoConnection, type SsoConnectionChange, type SsoProduct } from '../api';
import { products, productWords } from '../words';

interface Props {
  product: SsoProduct;
  organizationId: string;
  connection: SsoConnection | undefined;
  may: Allowed;
  onSaved: (connection: SsoConnection) => void;
}

const FIELDS = ['name', 'issuer', 'clientId', 'clientSecret', 'algorithm', 'groupsClaim'] as const;
const algorithms = (['RS256', 'RS384', 'RS512', 'PS256', 'ES256', 'ES384'] as const).map((value) => ({ value, label: value, ...(value === 'RS256' ? { hint: 'What nearly every provider uses' } : {}) }));

export function ConnectStep({ product, organizationId, connection, may, onSaved }: Props) {
  const words = products[product];
  const create = useCreateConnection();
  const update = useUpdateConnection(connection);
  const [name, setName] = useState(connection?.name ?? (product === 'generic' ? '' : productWords[product]));
  const [issuer, setIssuer] = useState(connection?.issuer ?? (product === 'google' ? words.issuerExample : ''));
  const [clientId, setClientId] = useState(connection?.clientId ?? '');
  const [secret, setSecret] = useState('');
  /** The client is public from now on. */
  const [dropped, setDropped] = useState(false);
  const [algorithm, setAlgorithm] = useState<SsoAlgorithm>(connection?.algorithm ?? 'RS256');
  const [groupsClaim, setGroupsClaim] = useState(connection?.groupsClaim ?? 'groups');
  const [more, setMore] = useState(algorithm !== 'RS256' || groupsClaim !== 'groups');
  const [tried, setTried] = useState(false);
  const saving = create.isPending || update.isPending;
  const error = create.error ?? update.error;
  const wrong = fieldErrors(error);
  const shown = formMessage(error, FIELDS);
  const values = { name: name.trim(), issuer: issuer.trim(), clientId: clientId.trim(), algorithm, groupsClaim: groupsClaim.trim() };
  const missing = (value: string, what: string) => (tried && value === '' ? what : undefined);
  const complete = values.name !== '' && values.issuer !== '' && values.clientId !== '';

  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setTried(true);
    if (!complete || saving || may !== true) return;
    const done = (saved: unknown) => onSaved(saved as SsoConnection);
    if (connection === undefined) { create.mutate({ organizationId, protocol: 'oidc', profile: product, ...values, ...(secret === '' ? {} : { clientSecret: secret }) }, { onSuccess: done }); return; }
    // Only what differs: most of it makes another test necessary.
    const before = { name: connection.name, issuer: connection.issuer, clientId: connection.clientId, algorithm: connection.algorithm, groupsClaim: connection.groupsClaim };
    const change: SsoConnectionChange = Object.fromEntries(Object.entries(values).filter(([key, value]) => before[key as keyof typeof before] !== value));
    if (secret !== '') change.clientSecret = secret;
    else if (dropped) change.clientSecret = null;
    if (Object.keys(change).length === 0) { onSaved(connection); return; }
    update.mutate(change, { onSuccess: done });
  };

  return (
    <Box component="form" onSubmit={submit} noValidate aria-label="Connect">
      <StepFrame
        title="Connect"
        intro="What you brought along. Nothing is switched on by it: the next step tests it first."
        actions={<AllowedButton allowed={may} type="submit" variant="contained" loading={saving}>{connection === undefined ? 'Save and continue' : 'Save'}</AllowedButton>}
      >
        {connection?.state === 'active' && (
          <Alert severity="warning">This connection is switched on. If you change more than its name, nobody signs in by it until it has been tested and switched on again.</Alert>
        )}
        <TextInput label="Name" value={name} onChange={setName} autoComplete="off" hint="Your people read it on the sign-in page: “Continue with …”." error={missing(values.name, 'Enter a name.') ?? wrong.name} />
        <TextInput label="Address of the provider (issuer)" value={issuer} onChange={setIssuer} autoComplete="off" mono placeholder={words.issuerExample} hint={words.issuerHint} error={missing(values.issuer, 'Enter the address.') ?? wrong.issuer} />
        <TextInput label={words.clientIdLabel} value={clientId} onChange={setClientId} autoComplete="off" mono error={missing(values.clientId, 'Enter the client id.') ?? wrong.clientId} />
        {connection?.hasSecret === true && !dropped ? (
          <ReplaceSecret label={words.secretLabel} value={secret} onChange={setSecret} onDrop={() => { setSecret(''); setDropped(true); }} error={wrong.clientSecret} />
        ) : (
          <PasswordInput label={words.secretLabel} value={secret} onChange={setSecret} autoComplete="new-password" hint="Kept sealed. It is never shown again. Leave it empty for a public client: PKCE is always used." error={wrong.clientSecret} />
        )}
        <Box>
          <Button size="small" aria-expanded={more} startIcon={<ExpandMore sx={{ transform: more ? undefined : 'rotate(-90deg)' }} />} onClick={() => setMore(!more)} sx={{ ml: '-10px' }}>More settings</Button>
        </Box>
        {(more || wrong.groupsClaim !== undefined) && (
          <Box sx={{ display: 'grid', gap: 4, gridTemplateColumns: { sm: '1fr 1fr' }, alignItems: 'start' }}>
            <SelectInput label="It signs with" value={algorithm} onChange={setAlgorithm} options={algorithms} hint="Anything else is refused, whatever the answer says of itself." error={wrong.algorithm} />
            <TextInput label="Claim with the groups" value={groupsClaim} onChange={setGroupsClaim} mono autoComplete="off" hint={words.groupHint} error={wrong.groupsClaim} />
          </Box>
        )}
        {shown !== undefined && <Alert severity="error">{shown}</Alert>}
      </StepFrame>
    </Box>
  );
}

function ReplaceSecret({ label, value, onChange, onDrop, error }: { label: string; value: string; onChange: (value: string) => void; onDrop: () => void; error?: string }) {
  const [open, setOpen] = useState(false);
  if (open) return <PasswordInput label={`New ${label.toLowerCase()}`} value={value} onChange={onChange} autoFocus autoComplete="new-password" hint="Takes the place of the one that is kept, once you save." error={error} />;
  return (
    <Box>
      <Box sx={{ mb: '6px', fontSize: '0.8125rem', fontWeight: 540 }}>{label}</Box>
      <Box sx={{ display: 'flex', alignItems: 'center', flexWrap: 'wrap', gap: 3, fontSize: '0.8125rem', color: 'text.secondary' }}>
        <span>One is kept, sealed. It is never shown.</span>
        <Button size="small" variant="outlined" onClick={() => setOpen(true)}>Replace it</Button>
        <Button size="small" onClick={onDrop}>Take it away</Button>
      </Box>
    </Box>
  );
}
