'use client';
// Connect: one click leads to the terminal's page, which opens the session and shows how that goes. Beside it: by another
// account, or with a reason that the customer reads.
import ExpandMore from '@mui/icons-material/ExpandMore';
import NotesOutlined from '@mui/icons-material/NotesOutlined';
import TerminalOutlined from '@mui/icons-material/TerminalOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Divider from '@mui/material/Divider';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import type { Asset } from '@/shared/api/types';
import { paths } from '@/shared/paths';
import { allowed } from '@/shared/session/can';
import { wishSession } from '@/shared/session/startSession';
import { AllowedButton } from './AllowedButton';
import { LevelChip } from './LevelChip';

interface Props {
  asset: Asset;
  size?: 'small' | 'medium';
  variant?: 'contained' | 'outlined';
}

export function ConnectButton({ asset, size = 'small', variant = 'outlined' }: Props) {
  const router = useRouter();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const may = allowed(asset.can, 'session.start');
  const open = may === true;
  const connect = (credentialId?: string) => router.push(paths.connect(asset.id, credentialId, wishSession()));
  return (
    <Box component="span" sx={{ display: 'inline-flex' }}>
      <AllowedButton
        allowed={may}
        size={size}
        variant={variant}
        startIcon={<TerminalOutlined />}
        aria-label={`Connect to ${asset.name}`}
        onClick={() => connect()}
        sx={open ? { borderTopRightRadius: 0, borderBottomRightRadius: 0 } : {}}
      >
        Connect
      </AllowedButton>
      {open && (
        <Button
          size={size}
          variant={variant}
          aria-label={`Other ways into ${asset.name}`}
          aria-haspopup="menu"
          aria-expanded={anchor !== null}
          onClick={(event) => setAnchor(event.currentTarget)}
          sx={{ px: '4px', ml: variant === 'contained' ? '1px' : '-1px', borderTopLeftRadius: 0, borderBottomLeftRadius: 0 }}
        >
          <ExpandMore fontSize="small" />
        </Button>
      )}
      <Menu anchorEl={anchor} open={anchor !== null} onClose={() => setAnchor(null)}>
        {asset.accounts.length > 1 && asset.accounts.map((account) => (
          <MenuItem key={account.credentialId} onClick={() => connect(account.credentialId)}>
            <Box component="span" className="mono" sx={{ flex: 1, mr: 4 }}>{account.username}</Box>
            <LevelChip level={account.accessLevel} />
          </MenuItem>
        ))}
        {asset.accounts.length > 1 && <Divider component="li" />}
        {/* Without a wish the terminal's page asks first. */}
        <MenuItem onClick={() => router.push(paths.connect(asset.id))}>
          <NotesOutlined aria-hidden fontSize="small" /> Connect with a reason…
        </MenuItem>
      </Menu>
    </Box>
  );
}
