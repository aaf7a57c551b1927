'use client';
// Which account, and why: when the server wants a reason, and when a link led here that nobody pressed Connect for.
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { useState, type SyntheticEvent } from 'react';
import type { Asset } from '@/shared/api/types';
import { levelWords } from '@/shared/lib/words';
import { allowed } from '@/shared/session/can';
import { AllowedButton } from '@/shared/ui/AllowedButton';
import { CustomerTag } from '@/shared/ui/CustomerTag';
import { fieldErrors, SelectInput, TextInput } from '@/shared/ui/form';
import { Waiting } from './Waiting';

interface Choice {
  credentialId?: string;
  reason?: string;
}

interface Props {
  asset: Asset;
  /** The refusal that led here. */
  error: unknown;
  chosen: Choice;
  onConnect: (choice: Choice) => void;
  onLeave: () => void;
}

export function StartAsk({ asset, error, chosen, onConnect, onLeave }: Props) {
  const [account, setAccount] = useState(chosen.credentialId ?? '');
  const [reason, setReason] = useState(chosen.reason ?? '');
  const needed = fieldErrors(error).reason;
  const may = allowed(asset.can, 'session.start');
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (may === true && !(needed !== undefined && reason.trim() === '')) {
      onConnect({ credentialId: account === '' ? undefined : account, reason: reason.trim() === '' ? undefined : reason.trim() });
    }
  };
  return (
    <Waiting busy={false} title={`Connect to ${asset.name}?`}>
      <CustomerTag id={asset.organizationId} name={asset.organizationName} />
      <Box component="form" onSubmit={submit} noValidate sx={{ width: '100%', mt: 3, display: 'grid', gap: 4, textAlign: 'left' }}>
        {asset.accounts.length > 1 && (
          <SelectInput
            label="Account"
            value={account}
            onChange={setAccount}
            placeholder="The one that fits your access"
            options={asset.accounts.map(({ credentialId, username, accessLevel }) => ({ value: credentialId, label: username, hint: levelWords[accessLevel] }))}
          />
        )}
        <TextInput label="Reason" required={needed !== undefined} hint={`${asset.organizationName} sees it with the session.`} error={reason.trim() === '' ? needed : undefined} value={reason} onChange={setReason} multiline autoFocus />
        <Box sx={{ display: 'flex', justifyContent: 'flex-end', gap: 2 }}>
          <Button onClick={onLeave}>Cancel</Button>
          <AllowedButton allowed={may} type="submit" variant="contained">Connect</AllowedButton>
        </Box>
      </Box>
    </Waiting>
  );
}
