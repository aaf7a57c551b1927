'use client';
// One token: what for, from where, until when, and its end.
import SmartToyOutlined from '@mui/icons-material/SmartToyOutlined';
import Box from '@mui/material/Box';
import { useState } from 'react';
import type { ApiToken, Scope } from '@/shared/api/types';
import { useNow } from '@/shared/lib/useNow';
import type { Allowed } from '@/shared/session/can';
import { AllowedButton } from '@/shared/ui/AllowedButton';
import { CardLine } from '@/shared/ui/CardLine';
import { ConfirmDialog } from '@/shared/ui/ConfirmDialog';
import { RelativeTime } from '@/shared/ui/RelativeTime';
import { Mark } from '@/shared/ui/StatusChip';
import { useToast } from '@/shared/ui/toast';
import { useRevokeApiToken } from './api';
import { scopeSentence } from './scopes';
import { stateWords, tokenState } from './state';

interface Props {
  token: ApiToken;
  scopes: readonly Scope[] | undefined;
  /** Whom it acts for, when that is somebody else. */
  person?: string;
  may: Allowed;
}

export function TokenLine({ token, scopes, person, may }: Props) {
  const toast = useToast();
  const revoke = useRevokeApiToken();
  const [asking, setAsking] = useState(false);
  const state = stateWords[tokenState(token, useNow())];
  const { name, ipRanges, lastUsedAt, lastUsedIp, createdAt, expiresAt } = token;
  return (
    <CardLine
      icon={<SmartToyOutlined />}
      title={name}
      aside={<Box component="span" sx={{ display: 'inline-flex', alignItems: 'center', gap: '7px', whiteSpace: 'nowrap' }}><Mark look={state.look} />{state.words}</Box>}
      action={<AllowedButton allowed={may} size="small" variant="outlined" aria-label={`Revoke ${name}`} onClick={() => { revoke.reset(); setAsking(true); }}>Revoke…</AllowedButton>}
    >
      <Box sx={{ color: 'text.primary' }}><WhatFor names={token.scopes} scopes={scopes} /></Box>
      <div>{ipRanges.length === 0 ? 'From any address' : <>Only from <span className="mono">{ipRanges.join(', ')}</span></>}</div>
      <div>
        Ends <RelativeTime at={expiresAt} ahead /> · {lastUsedAt == null ? 'never used' : <>last used <RelativeTime at={lastUsedAt} />{lastUsedIp == null ? '' : <> from <span className="mono">{lastUsedIp}</span></>}</>} · made <RelativeTime at={createdAt} />
      </div>
      {asking && (
        <ConfirmDialog
          title={`Revoke “${name}”?`}
          action="Revoke"
          danger
          pending={revoke.isPending}
          error={revoke.error}
          onClose={() => setAsking(false)}
          onConfirm={() => revoke.mutate(token.id, { onSuccess: () => { setAsking(false); toast.done(`${name} is revoked.`); } })}
        >
          Whatever uses it{person === undefined ? '' : ` in the name of ${person}`} is refused from its next request on. It cannot be undone: for the same machine, a new token has to be made.
        </ConfirmDialog>
      )}
    </CardLine>
  );
}

function WhatFor({ names, scopes }: { names: readonly string[]; scopes: readonly Scope[] | undefined }) {
  const short = scopeSentence(names, scopes);
  const all = scopeSentence(names, scopes, names.length);
  if (short === all) return all;
  return (
    <details>
      <Box component="summary" sx={{ cursor: 'pointer', borderRadius: '4px' }}>{short}</Box>
      <Box sx={{ color: 'text.secondary' }}>{all}.</Box>
    </details>
  );
}
