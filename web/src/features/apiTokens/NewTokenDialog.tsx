'use client';
// Makes a token: what it is called, what it is for, how long it lasts and from where it comes. Then it is shown, this once.
import Box from '@mui/material/Box';
import Skeleton from '@mui/material/Skeleton';
import { useState } from 'react';
import { exactTime } from '@/shared/lib/time';
import { useNow } from '@/shared/lib/useNow';
import { useSession } from '@/shared/session/SessionProvider';
import { ErrorState } from '@/shared/ui/ErrorState';
import { FormDialog, SelectInput, TextInput, fieldErrors } from '@/shared/ui/form';
import { ShownOnceDialog } from '@/shared/ui/ShownOnceDialog';
import { useCreateApiToken, useScopes } from './api';
import { ScopeChoice } from './ScopeChoice';
import { forPerson } from './scopes';
import { rangesOf } from './state';

const lengths = [
  { value: '7', label: '7 days' },
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '180', label: '180 days' },
  { value: '365', label: 'One year', hint: 'The longest there is' },
] as const;
type Days = (typeof lengths)[number]['value'];

const FIELDS = ['name', 'scopes', 'expiresInDays', 'ipRanges'] as const;
const DAY = 86_400_000;

export function NewTokenDialog({ onClose }: { onClose: () => void }) {
  const { profile } = useSession();
  const scopes = useScopes();
  const create = useCreateApiToken();
  const now = useNow();
  const [name, setName] = useState('');
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [days, setDays] = useState<Days>('90');
  const [ranges, setRanges] = useState('');
  const [tried, setTried] = useState(false);
  const wrong = fieldErrors(create.error);
  const known = name.trim();

  if (create.data !== undefined) return <NewToken token={create.data.token} name={create.data.apiToken.name} expiresAt={create.data.apiToken.expiresAt} onDone={onClose} />;
  const submit = () => {
    setTried(true);
    if (known === '' || chosen.length === 0) return;
    create.mutate({ name: known, scopes: [...chosen], expiresInDays: Number(days), ipRanges: rangesOf(ranges) });
  };
  return (
    <FormDialog
      wide
      title="Make an API token"
      intro="A machine that has it acts in your name: it may do what you choose here, and never more than you may at that moment. What it did stands in the audit under your name."
      action="Make the token"
      pending={create.isPending}
      error={create.error}
      fields={FIELDS}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextInput label="Name" value={name} onChange={setName} autoFocus autoComplete="off" placeholder="Nightly export of the CMDB" hint="The machine or the job that holds it." error={tried && known === '' ? 'Enter a name, so that you know it again.' : wrong.name} />
      {scopes.isPending && <Skeleton variant="rounded" height={220} />}
      {scopes.isError && <ErrorState dense error={scopes.error} onRetry={() => void scopes.refetch()} />}
      {scopes.data !== undefined && (
        <ScopeChoice {...forPerson(scopes.data, profile.can)} chosen={chosen} onChange={setChosen} error={tried && chosen.length === 0 ? 'Choose at least one thing that the token is for.' : wrong.scopes} />
      )}
      <SelectInput<Days> label="Lasts for" value={days} onChange={setDays} options={lengths} hint={`Until ${exactTime(new Date(now + Number(days) * DAY).toISOString())}. No token is without an end.`} error={wrong.expiresInDays} />
      <TextInput label="Only from these addresses" required={false} mono multiline value={ranges} onChange={setRanges} placeholder={'10.20.0.0/16\n198.51.100.7'} hint="One address or range a line (CIDR). Empty: from anywhere." error={wrong.ipRanges} />
    </FormDialog>
  );
}

function NewToken({ token, name, expiresAt, onDone }: { token: string; name: string; expiresAt: string; onDone: () => void }) {
  return (
    <ShownOnceDialog title={`The token “${name}”`} what="token" secret={token} onDone={onDone} intro={<>Put it where the machine keeps its secrets. It is good until {exactTime(expiresAt)}, and goes along with each request:</>}>
      <Box component="pre" className="mono" sx={{ m: 0, p: 3, borderRadius: '8px', border: 1, borderColor: 'neutral.4', fontSize: '0.75rem', whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
        {`curl -H "Authorization: Bearer $SALLYPORT_TOKEN" ${window.location.origin}/api/users/profile`}
      </Box>
    </ShownOnceDialog>
  );
}
