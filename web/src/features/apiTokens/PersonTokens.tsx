'use client';
// The API tokens of a person, for those who may see them.
import Box from '@mui/material/Box';
import Skeleton from '@mui/material/Skeleton';
import type { User } from '@/shared/api/types';
import { allowed, may } from '@/shared/session/can';
import { CardList } from '@/shared/ui/CardLine';
import { ErrorState } from '@/shared/ui/ErrorState';
import { SectionCard } from '@/shared/ui/SectionCard';
import { useApiTokens, useScopes } from './api';
import { TokenLine } from './TokenLine';

export function PersonTokens({ user }: { user: User }) {
  if (!may(user.can, 'api_token.read')) return null;
  return <Tokens user={user} />;
}

function Tokens({ user }: { user: User }) {
  const query = useApiTokens(user.id);
  const scopes = useScopes();
  const tokens = query.data;
  return (
    <SectionCard title="API tokens" note="By which machines act for them" padded={false}>
      {query.isPending && <Box sx={{ p: 4 }}><Skeleton variant="rounded" height={44} /></Box>}
      {query.isError && <ErrorState dense error={query.error} onRetry={() => void query.refetch()} />}
      {tokens?.length === 0 && <Box sx={{ px: 4, py: 3, fontSize: '0.8125rem', color: 'text.secondary' }}>None. Everybody makes their own, under My account.</Box>}
      {tokens !== undefined && tokens.length > 0 && (
        <CardList label={`API tokens of ${user.displayName}`}>
          {tokens.map((token) => <TokenLine key={token.id} token={token} scopes={scopes.data} person={user.displayName} may={allowed(user.can, 'api_token.revoke')} />)}
        </CardList>
      )}
    </SectionCard>
  );
}
