'use client';
// What may go from a log and what may not: a hold, the removal of old content, the erasure of a person's detail. For super admins.
import GavelOutlined from '@mui/icons-material/GavelOutlined';
import InventoryOutlined from '@mui/icons-material/Inventory2Outlined';
import PersonOffOutlined from '@mui/icons-material/PersonOffOutlined';
import Box from '@mui/material/Box';
import { useState } from 'react';
import type { AuditCheckpoint } from '@/shared/api/types';
import { allowed } from '@/shared/session/can';
import { useSession } from '@/shared/session/SessionProvider';
import { AllowedButton } from '@/shared/ui/AllowedButton';
import { CardLine, CardList } from '@/shared/ui/CardLine';
import { ConfirmDialog } from '@/shared/ui/ConfirmDialog';
import { RelativeTime } from '@/shared/ui/RelativeTime';
import { SectionCard } from '@/shared/ui/SectionCard';
import { Mark } from '@/shared/ui/StatusChip';
import { useToast } from '@/shared/ui/toast';
import { useLiftHold, useSetHold } from './api';
import { CleanupDialog } from './CleanupDialog';
import { EraseDialog } from './EraseDialog';

interface Props {
  checkpoint: AuditCheckpoint;
  name: string;
}

export function KeepCard({ checkpoint: { organizationId, hold }, name }: Props) {
  const { profile } = useSession();
  const [open, setOpen] = useState<'hold' | 'cleanup' | 'erase' | null>(null);
  const close = () => setOpen(null);
  return (
    <SectionCard title="What may be removed" note="Proofs stay valid in any case" padded={false}>
      <CardList label="What may be removed">
        <CardLine
          icon={<GavelOutlined />}
          title={`Legal hold on the log of ${name}`}
          aside={<Box component="span" sx={{ display: 'inline-flex', alignItems: 'center', gap: '7px' }}><Mark look={hold == null ? 'off' : 'warn'} />{hold == null ? 'No hold' : 'Held'}</Box>}
          action={<AllowedButton allowed={allowed(profile.can, 'audit.hold')} size="small" variant="outlined" onClick={() => setOpen('hold')}>{hold == null ? 'Hold the log…' : 'Lift the hold…'}</AllowedButton>}
        >
          {hold == null ? 'Nothing of it would be removed or erased while a hold stands.' : <>“{hold.reason}”. By {hold.heldByName}, <RelativeTime at={hold.heldAt} />. Nothing of it is removed or erased, and the database itself refuses.</>}
        </CardLine>
        <CardLine icon={<InventoryOutlined />} title="Old entries" action={<AllowedButton allowed={allowed(profile.can, 'audit.cleanup')} size="small" variant="outlined" onClick={() => setOpen('cleanup')}>Remove content…</AllowedButton>}>
          The content of entries that are older than a year can go. Their leaves stay, and an entry tells up to which place.
        </CardLine>
        <CardLine icon={<PersonOffOutlined />} title="A person’s detail" action={<AllowedButton allowed={allowed(profile.can, 'audit.erase')} size="small" variant="outlined" color="error" onClick={() => setOpen('erase')}>Erase…</AllowedButton>}>
          Names, addresses and what entries say of a person, in the logs of all organizations. What they did stays, by their id.
        </CardLine>
      </CardList>
      {open === 'hold' && (hold == null ? <HoldDialog organizationId={organizationId} name={name} onClose={close} /> : <LiftDialog organizationId={organizationId} name={name} version={hold.version} onClose={close} />)}
      {open === 'cleanup' && <CleanupDialog organizationId={organizationId} name={name} onClose={close} />}
      {open === 'erase' && <EraseDialog onClose={close} />}
    </SectionCard>
  );
}

interface DialogProps {
  organizationId: string;
  name: string;
  onClose: () => void;
}

function HoldDialog({ organizationId, name, onClose }: DialogProps) {
  const toast = useToast();
  const hold = useSetHold(organizationId);
  return (
    <ConfirmDialog
      title={`Hold the log of ${name}?`}
      action="Hold the log"
      reason={{ label: 'The matter', required: true }}
      pending={hold.isPending}
      error={hold.error}
      onClose={onClose}
      onConfirm={(reason) => hold.mutate(reason, { onSuccess: () => { onClose(); toast.done(`The log of ${name} is held.`); } })}
    >
      Until it is lifted nothing of this log is removed and nobody’s detail in it is erased, whoever asks. The customer’s admins see the hold with its reason.
    </ConfirmDialog>
  );
}

function LiftDialog({ organizationId, name, version, onClose }: DialogProps & { version: number }) {
  const toast = useToast();
  const lift = useLiftHold(organizationId);
  return (
    <ConfirmDialog
      title={`Lift the hold on the log of ${name}?`}
      action="Lift the hold"
      danger
      typedName={name}
      reason={{ label: 'Reason', required: true }}
      pending={lift.isPending}
      error={lift.error}
      onClose={onClose}
      onConfirm={(reason) => lift.mutate({ reason, version }, { onSuccess: () => { onClose(); toast.done(`The hold on the log of ${name} is lifted.`); } })}
    >
      Old content may be removed and detail erased again from then on. That you lift it, and why, is an entry of the log.
    </ConfirmDialog>
  );
}
