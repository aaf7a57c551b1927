'use client';
// One mail domain: proven since when, or the record to enter and a look for it now.
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import { useState } from 'react';
import { messageOf } from '@/shared/api/error';
import type { Allowed } from '@/shared/session/can';
import { AllowedButton } from '@/shared/ui/AllowedButton';
import { ConfirmDialog } from '@/shared/ui/ConfirmDialog';
import { CopyField } from '@/shared/ui/CopyField';
import { Mark } from '@/shared/ui/StatusChip';
import { RelativeTime } from '@/shared/ui/RelativeTime';
import { useToast } from '@/shared/ui/toast';
import { useDeleteDomain, useVerifyDomain, type SsoDomain } from './api';

export function DomainLine({ domain: { id, domain, verifiedAt, recordName, challenge }, may }: { domain: SsoDomain; may: Allowed }) {
  const toast = useToast();
  const verify = useVerifyDomain();
  const remove = useDeleteDomain();
  const [asking, setAsking] = useState(false);
  const proven = verifiedAt !== null && verifiedAt !== undefined;
  const look = () => verify.mutate(id, { onSuccess: () => toast.done(`${domain} is proven.`) });
  return (
    <Box component="li" sx={{ px: 4, py: 3, borderTop: 1, borderColor: 'neutral.4', '&:first-of-type': { borderTop: 0 } }}>
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 3, flexWrap: 'wrap' }}>
        <Box className="mono" sx={{ flex: '1 1 140px', minWidth: 0, fontWeight: 560, overflowWrap: 'anywhere' }}>{domain}</Box>
        <Box component="span" sx={{ display: 'inline-flex', alignItems: 'center', gap: '7px', fontSize: '0.8125rem', whiteSpace: 'nowrap', color: proven ? 'text.primary' : 'text.secondary' }}>
          <Mark look={proven ? 'on' : 'waiting'} />
          {proven ? <span>Proven <RelativeTime at={verifiedAt} /></span> : 'Waits for its record'}
        </Box>
        <AllowedButton allowed={may} size="small" variant="text" color="error" aria-label={`Give ${domain} up`} onClick={() => { remove.reset(); setAsking(true); }} sx={{ mr: -2 }}>Give up…</AllowedButton>
      </Box>
      {!proven && (
        <Box sx={{ display: 'grid', gap: 3, mt: 2 }}>
          <Box sx={{ fontSize: '0.8125rem', color: 'text.secondary' }}>Put this TXT record into the DNS of {domain}. It can take an hour until everybody sees it.</Box>
          <CopyField label="Name" what={`record name of ${domain}`} text={recordName} />
          <CopyField label="Text" what={`record text of ${domain}`} text={challenge} />
          {verify.isError && <Alert severity="warning">{messageOf(verify.error)}</Alert>}
          <Box><AllowedButton allowed={may} size="small" variant="outlined" loading={verify.isPending} aria-label={`Check ${domain} now`} onClick={look}>Check now</AllowedButton></Box>
        </Box>
      )}
      {asking && (
        <ConfirmDialog title={`Give ${domain} up?`} action="Give it up" danger={proven} pending={remove.isPending} error={remove.error} onClose={() => setAsking(false)} onConfirm={() => remove.mutate(id, { onSuccess: () => { setAsking(false); toast.done(`${domain} was given up.`); } })}>
          {proven
            ? 'People with such an address are no longer offered your identity provider, and nobody new gets an account by it. Who has an account keeps it.'
            : 'The record counts for nothing any more. If you add the domain again, it gets another text.'}
        </ConfirmDialog>
      )}
    </Box>
  );
}
