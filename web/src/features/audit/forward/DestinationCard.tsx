'use client';
// One destination: how it goes, how far it is behind, why it fails, and what one may do.
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import { useState } from 'react';
import { messageOf } from '@/shared/api/error';
import { plural } from '@/shared/lib/time';
import { allowed } from '@/shared/session/can';
import { AllowedButton } from '@/shared/ui/AllowedButton';
import { ConfirmDialog } from '@/shared/ui/ConfirmDialog';
import { Fact, Facts } from '@/shared/ui/Facts';
import { RelativeTime } from '@/shared/ui/RelativeTime';
import { SectionCard } from '@/shared/ui/SectionCard';
import { Mark } from '@/shared/ui/StatusChip';
import { useToast } from '@/shared/ui/toast';
import { useChangeDestination, useRemoveDestination, useRotateSecret, useTestDestination, type Destination } from './api';
import { ChangeDestinationDialog } from './DestinationDialog';
import { formatWords, kindWords, riskOptions, stateWords } from './words';

export function DestinationCard({ destination, onSecret }: { destination: Destination; onSecret: (name: string, secret: string) => void }) {
  const { name, kind, format, address, state, lag, delivered, lastDeliveredAt, lastError, nextTryAt, minRiskLevel, organizationId, organizationName } = destination;
  const test = useTestDestination(destination.id);
  const { word, look } = stateWords[state];
  return (
    <SectionCard title={name} note={`${kindWords[kind]}, ${formatWords[format]}`} action={<Box component="span" sx={{ display: 'inline-flex', alignItems: 'center', gap: '7px', fontSize: '0.8125rem' }}><Mark look={look} />{word}</Box>}>
      <Box sx={{ display: 'grid', gap: 4, gridTemplateColumns: 'minmax(0, 1fr)' }}>
        {lastError != null && state === 'failing' && <Alert severity="error">{lastError}{nextTryAt != null && <> It is tried again <RelativeTime at={nextTryAt} ahead />, and nothing is lost meanwhile.</>}</Alert>}
        <Facts>
          <Fact name="Address"><span className="mono">{address}</span></Fact>
          <Fact name="Log">{organizationId == null ? 'Of all organizations' : (organizationName ?? 'Its own')}, {(riskOptions.find(({ value }) => value === (minRiskLevel ?? 'all'))?.label ?? '').toLowerCase()}</Fact>
          <Fact name="Behind"><span className="tabular">{lag === 0 ? 'Nothing waits' : `${plural(lag, 'event')} ${lag === 1 ? 'waits' : 'wait'}`}</span></Fact>
          <Fact name="Delivered">{lastDeliveredAt == null ? 'Nothing yet' : <><span className="tabular">{plural(delivered, 'event')}</span>, last <RelativeTime at={lastDeliveredAt} /></>}</Fact>
        </Facts>
        {test.data !== undefined && <Alert severity={test.data.delivered ? 'success' : 'error'} role="status">{test.data.message}{test.data.status != null && ` (${test.data.status})`}</Alert>}
        {test.isError && <Alert severity="error">{messageOf(test.error)}</Alert>}
        <Acts destination={destination} testing={test.isPending} onTest={() => test.mutate()} onSecret={onSecret} />
      </Box>
    </SectionCard>
  );
}

interface ActsProps {
  destination: Destination;
  testing: boolean;
  onTest: () => void;
  onSecret: (name: string, secret: string) => void;
}

function Acts({ destination, testing, onTest, onSecret }: ActsProps) {
  const { id, name, kind, enabled, can } = destination;
  const toast = useToast();
  const change = useChangeDestination(destination);
  const remove = useRemoveDestination(destination);
  const rotate = useRotateSecret(id);
  const [dialog, setDialog] = useState<'edit' | 'off' | 'secret' | 'remove' | null>(null);
  const close = () => setDialog(null);
  const may = allowed(can, 'audit_destination.update');
  const turn = (on: boolean) => change.mutate({ enabled: on }, { onSuccess: () => { toast.done(on ? `${name} gets events again, from where it stopped.` : `${name} gets nothing until it is switched on.`); close(); }, onError: (error) => { if (on) toast.error(messageOf(error)); } });
  return (
    <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 2 }}>
      <AllowedButton allowed={allowed(can, 'audit_destination.test')} size="small" variant="outlined" loading={testing} onClick={onTest}>Send a test</AllowedButton>
      <AllowedButton allowed={may} size="small" variant="outlined" onClick={() => setDialog('edit')}>Change</AllowedButton>
      <AllowedButton allowed={may} size="small" variant="outlined" loading={change.isPending} onClick={() => { change.reset(); if (enabled) setDialog('off'); else turn(true); }}>{enabled ? 'Switch off…' : 'Switch on'}</AllowedButton>
      {kind === 'webhook' && <AllowedButton allowed={may} size="small" variant="outlined" onClick={() => setDialog('secret')}>New secret…</AllowedButton>}
      <AllowedButton allowed={may} size="small" variant="outlined" color="error" sx={{ ml: 'auto' }} onClick={() => setDialog('remove')}>Remove…</AllowedButton>
      {dialog === 'edit' && <ChangeDestinationDialog destination={destination} onClose={close} />}
      {dialog === 'off' && (
        <ConfirmDialog title={`Switch ${name} off?`} action="Switch off" danger pending={change.isPending} error={change.error} onClose={close} onConfirm={() => turn(false)}>
          It gets no events until it is switched on again, and then all that it missed, in their order.
        </ConfirmDialog>
      )}
      {dialog === 'secret' && (
        <ConfirmDialog title={`New secret for ${name}?`} action="Make a new secret" danger pending={rotate.isPending} error={rotate.error} onClose={close} onConfirm={() => rotate.mutate(undefined, { onSuccess: ({ secret }) => { close(); onSecret(name, secret); } })}>
          Deliveries are signed with it from now on. Whoever verifies them by the secret of now refuses them until the new one is entered there; what is refused is tried again.
        </ConfirmDialog>
      )}
      {dialog === 'remove' && (
        <ConfirmDialog title={`Remove ${name}?`} action="Remove" danger typedName={name} pending={remove.isPending} error={remove.error} onClose={close} onConfirm={() => remove.mutate(undefined, { onSuccess: () => { toast.done(`${name} was removed.`); close(); } })}>
          Nothing more goes there, and where it stopped is forgotten. The log itself stays as it is.
        </ConfirmDialog>
      )}
    </Box>
  );
}
