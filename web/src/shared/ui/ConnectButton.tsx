'use client';
// Connect: one click opens a session and goes to its terminal. Asks for a reason only when the server wants one.
import ExpandMore from '@mui/icons-material/ExpandMore';
import TerminalOutlined from '@mui/icons-material/TerminalOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { ApiError, messageOf } from '@/shared/api/error';
import type { Asset } from '@/shared/api/types';
import { paths } from '@/shared/paths';
import { allowed } from '@/shared/session/can';
import { useStartSession } from '@/shared/session/startSession';
import { AllowedButton } from './AllowedButton';
import { FormDialog, TextInput, fieldErrors } from './form';
import { LevelChip } from './LevelChip';
import { useToast } from './toast';

interface Props {
  asset: Asset;
  size?: 'small' | 'medium';
  variant?: 'contained' | 'outlined';
}

export function useConnect(asset: Asset | undefined) {
  const router = useRouter();
  const toast = useToast();
  const start = useStartSession();
  // The account for which the server asked a reason.
  const [asking, setAsking] = useState<{ credentialId?: string } | null>(null);
  const connect = (credentialId?: string, reason?: string) => {
    if (asset === undefined || start.isPending) return;
    start.mutate({ assetId: asset.id, credentialId, reason }, {
      onSuccess: ({ session }) => router.push(paths.terminal(session.id)),
      onError: (error) => {
        if (error instanceof ApiError && error.fields.reason !== undefined) setAsking({ credentialId });
        else toast.error(messageOf(error));
      },
    });
  };
  return { connect, asking, close: () => setAsking(null), pending: start.isPending, error: start.error };
}

export function ConnectButton({ asset, size = 'small', variant = 'outlined' }: Props) {
  const { connect, asking, close, pending, error } = useConnect(asset);
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const may = allowed(asset.can, 'session.start');
  const several = asset.accounts.length > 1 && may === true;
  return (
    <Box component="span" sx={{ display: 'inline-flex' }}>
      <AllowedButton
        allowed={may}
        size={size}
        variant={variant}
        loading={pending}
        loadingPosition="start"
        startIcon={<TerminalOutlined />}
        aria-label={`Connect to ${asset.name}`}
        onClick={() => connect()}
        sx={several ? { borderTopRightRadius: 0, borderBottomRightRadius: 0 } : {}}
      >
        Connect
      </AllowedButton>
      {several && (
        <Button
          size={size}
          variant={variant}
          aria-label={`Choose the account on ${asset.name}`}
          aria-haspopup="menu"
          onClick={(event) => setAnchor(event.currentTarget)}
          sx={{ px: '4px', ml: '-1px', borderTopLeftRadius: 0, borderBottomLeftRadius: 0 }}
        >
          <ExpandMore fontSize="small" />
        </Button>
      )}
      <Menu anchorEl={anchor} open={anchor !== null} onClose={() => setAnchor(null)}>
        {asset.accounts.map((account) => (
          <MenuItem key={account.credentialId} onClick={() => { setAnchor(null); connect(account.credentialId); }}>
            <Box component="span" className="mono" sx={{ flex: 1, mr: 4 }}>{account.username}</Box>
            <LevelChip level={account.accessLevel} />
          </MenuItem>
        ))}
      </Menu>
      {asking !== null && <ReasonDialog asset={asset} pending={pending} error={error} onClose={close} onConnect={(reason) => connect(asking.credentialId, reason)} />}
    </Box>
  );
}

interface ReasonProps {
  asset: Asset;
  pending: boolean;
  error: unknown;
  onConnect: (reason: string) => void;
  onClose: () => void;
}

export function ReasonDialog({ asset, pending, error, onConnect, onClose }: ReasonProps) {
  const [reason, setReason] = useState('');
  return (
    <FormDialog
      title={`Why are you going to ${asset.name}?`}
      intro={`${asset.organizationName} sees your answer with the session.`}
      action="Connect"
      pending={pending}
      error={error}
      fields={['reason']}
      disabled={reason.trim() === ''}
      onSubmit={() => onConnect(reason.trim())}
      onClose={onClose}
    >
      <TextInput label="Reason" value={reason} onChange={setReason} multiline autoFocus error={reason === '' ? fieldErrors(error).reason : undefined} />
    </FormDialog>
  );
}
