'use client';
// The session did not open: what happened, what to do next.
import BlockOutlined from '@mui/icons-material/BlockOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import NextLink from 'next/link';
import { ApiError, messageOf } from '@/shared/api/error';
import type { Asset } from '@/shared/api/types';
import { paths } from '@/shared/paths';
import { useSession } from '@/shared/session/SessionProvider';
import { CustomerTag } from '@/shared/ui/CustomerTag';
import { adviceFor } from './startErrors';
import { Waiting } from './Waiting';

interface Props {
  asset: Asset | undefined;
  error: unknown;
  onAgain: () => void;
  onLeave: () => void;
}

export function StartRefused({ asset, error, onAgain, onLeave }: Props) {
  const { profile } = useSession();
  const { title, todo, retry, machine } = adviceFor(error);
  const requestId = error instanceof ApiError ? error.details.requestId : undefined;
  return (
    <Waiting busy={false} icon={<BlockOutlined sx={{ fontSize: 32, color: 'severity.critical.main' }} />} title={title}>
      {asset !== undefined && (
        <Box sx={{ display: 'flex', flexWrap: 'wrap', justifyContent: 'center', alignItems: 'center', gap: 2, fontSize: '0.8125rem', color: 'text.secondary', maxWidth: '100%' }}>
          <CustomerTag id={asset.organizationId} name={asset.organizationName} />
          <Box component="span" sx={{ overflowWrap: 'anywhere' }}>{asset.name}</Box>
        </Box>
      )}
      <Box role="alert" sx={{ width: '100%', mt: 2, textAlign: 'left', display: 'grid', gap: 2, p: 4, borderRadius: '8px', border: 1, borderColor: 'neutral.5', bgcolor: 'background.paper', fontSize: '0.875rem', overflowWrap: 'anywhere' }}>
        <Box>{messageOf(error)}</Box>
        <Box sx={{ color: 'text.secondary' }}>{todo}</Box>
        {requestId !== undefined && <Box sx={{ fontSize: '0.75rem', color: 'text.secondary' }}>Request <span className="mono">{requestId}</span></Box>}
      </Box>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', justifyContent: 'center', gap: 2, mt: 2 }}>
        <Button variant="outlined" onClick={onLeave}>{profile.role === 'technician' ? 'Back to my customers' : 'Back to the console'}</Button>
        {machine && asset !== undefined && <Button variant="outlined" component={NextLink} href={paths.asset(asset.id)} prefetch={false}>Look at the machine</Button>}
        {retry && <Button variant="contained" autoFocus onClick={onAgain}>Try again</Button>}
      </Box>
    </Waiting>
  );
}
