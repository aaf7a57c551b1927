'use client';
// My API tokens: by which machines act for me, each narrowed to what it was made for.
import SmartToyOutlined from '@mui/icons-material/SmartToyOutlined';
import Box from '@mui/material/Box';
import Skeleton from '@mui/material/Skeleton';
import { useState } from 'react';
import { allowed } from '@/shared/session/can';
import { useSession } from '@/shared/session/SessionProvider';
import { AllowedButton } from '@/shared/ui/AllowedButton';
import { CardList } from '@/shared/ui/CardLine';
import { EmptyState } from '@/shared/ui/EmptyState';
import { ErrorState } from '@/shared/ui/ErrorState';
import { SectionCard } from '@/shared/ui/SectionCard';
import { useApiTokens, useScopes } from './api';
import { NewTokenDialog } from './NewTokenDialog';
import { TokenLine } from './TokenLine';

export function ApiTokensCard() {
  const { profile } = useSession();
  const query = useApiTokens();
  const scopes = useScopes();
  const [making, setMaking] = useState(false);
  const tokens = query.data;
  const may = allowed(profile.can, 'api_token.create');
  return (
    <SectionCard
      title="API tokens"
      note="For machines that act for you"
      padded={false}
      action={tokens !== undefined && tokens.length > 0 && <AllowedButton allowed={may} size="small" variant="outlined" onClick={() => setMaking(true)}>Make a token</AllowedButton>}
    >
      {query.isPending && <Box sx={{ p: 4 }}><Skeleton variant="rounded" height={64} /></Box>}
      {query.isError && <ErrorState dense error={query.error} onRetry={() => void query.refetch()} />}
      {tokens?.length === 0 && (
        <EmptyState dense icon={<SmartToyOutlined />} title="No machine acts for you" action={<AllowedButton allowed={may} variant="outlined" onClick={() => setMaking(true)}>Make a token</AllowedButton>}>
          A script or another system can use the API by a token of yours. It may do what you choose of what you may, until a day that you set.
        </EmptyState>
      )}
      {tokens !== undefined && tokens.length > 0 && (
        <CardList label="API tokens">
          {tokens.map((token) => <TokenLine key={token.id} token={token} scopes={scopes.data} may={allowed(profile.can, 'api_token.revoke')} />)}
        </CardList>
      )}
      {making && <NewTokenDialog onClose={() => setMaking(false)} />}
    </SectionCard>
  );
}
