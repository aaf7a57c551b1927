'use client';
// One key: what it does, since when, and how it is given up.
import Box from '@mui/material/Box';
import { useState } from 'react';
import type { Allowed } from '@/shared/session/can';
import { AllowedButton } from '@/shared/ui/AllowedButton';
import { CardLine } from '@/shared/ui/CardLine';
import { ConfirmDialog } from '@/shared/ui/ConfirmDialog';
import { RelativeTime } from '@/shared/ui/RelativeTime';
import { Mark } from '@/shared/ui/StatusChip';
import { useToast } from '@/shared/ui/toast';
import { useRevokeTokenKey, type TokenKey } from './api';
import { keyWords, revokeWords } from './words';

export function KeyLine({ tokenKey, may }: { tokenKey: TokenKey; may: Allowed }) {
  const toast = useToast();
  const revoke = useRevokeTokenKey();
  const [asking, setAsking] = useState(false);
  const { id, keyId, state, createdAt, activatedAt, retiredAt, revokedAt, privateHalfWiped } = tokenKey;
  const { state: word, look, means } = keyWords[state];
  return (
    <CardLine
      title={<Box component="span" className="mono" sx={{ fontSize: '0.8125rem' }}>{keyId}</Box>}
      aside={<Box component="span" sx={{ display: 'inline-flex', alignItems: 'center', gap: '7px', whiteSpace: 'nowrap' }}><Mark look={look} />{word}</Box>}
      // A key that can sign nothing more has nothing left to give up.
      action={!privateHalfWiped && state !== 'revoked' && <AllowedButton allowed={may} size="small" variant="outlined" color="error" aria-label={`Revoke the key ${keyId}`} onClick={() => { revoke.reset(); setAsking(true); }}>Revoke…</AllowedButton>}
    >
      <div>{means}</div>
      <div>
        Made <RelativeTime at={createdAt} />
        {activatedAt != null && <> · signed from <RelativeTime at={activatedAt} /></>}
        {retiredAt != null && <> · retired <RelativeTime at={retiredAt} /></>}
        {revokedAt != null && <> · revoked <RelativeTime at={revokedAt} /></>}
        {privateHalfWiped && ' · its private half is wiped'}
      </div>
      {asking && (
        <ConfirmDialog
          title="Revoke this key?"
          action="Revoke the key"
          danger
          reason={{ label: 'Why? It goes into the audit.', required: true }}
          pending={revoke.isPending}
          error={revoke.error}
          onClose={() => setAsking(false)}
          onConfirm={(reason) => revoke.mutate({ id, reason }, { onSuccess: () => { setAsking(false); toast.done(`The key ${keyId} is revoked.`); } })}
        >
          <Box sx={{ display: 'grid', gap: 2 }}>
            <div>For a key whose private half may be in other hands; to change it in time, rotate instead. {revokeWords[state]}</div>
            {state === 'active' && <div>Whoever is signed in stays so: their browsers get another token by themselves. Live terminals go on.</div>}
            <div>It cannot be undone.</div>
          </Box>
        </ConfirmDialog>
      )}
    </CardLine>
  );
}
