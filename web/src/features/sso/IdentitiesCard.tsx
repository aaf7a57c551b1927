'use client';
// The accounts at identity providers that I sign in by. Bound from a fresh sign-in alone, so that nobody binds theirs to mine.
import LinkOutlined from '@mui/icons-material/LinkOutlined';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Skeleton from '@mui/material/Skeleton';
import { useSearchParams } from 'next/navigation';
import { useEffect, useState, type ReactNode } from 'react';
import { paths } from '@/shared/paths';
import { useIdentities } from '@/shared/session/identities';
import { useSession } from '@/shared/session/SessionProvider';
import { ConfirmDialog } from '@/shared/ui/ConfirmDialog';
import { ErrorState } from '@/shared/ui/ErrorState';
import { RelativeTime } from '@/shared/ui/RelativeTime';
import { SectionCard } from '@/shared/ui/SectionCard';
import { useToast } from '@/shared/ui/toast';
import { useLinkIdentity, useOwnWays, useUnlinkIdentity } from './api';

type Identity = NonNullable<ReturnType<typeof useIdentities>['data']>[number];

export function IdentitiesCard() {
  const { profile } = useSession();
  const query = useIdentities();
  const ways = useOwnWays(profile.email);
  const link = useLinkIdentity();
  const identities = query.data;
  const linked = new Set(identities?.map(({ connectionId }) => connectionId));
  const open = ways.data?.connections.filter(({ id }) => !linked.has(id)) ?? [];
  const begin = (connectionId: string) => link.mutate({ connectionId, returnTo: `${paths.account()}?linked=1` });
  const url = link.data?.url;
  // Not by the answer itself: who went to another page meanwhile stays there.
  useEffect(() => {
    if (url !== undefined) window.location.assign(url);
  }, [url]);
  // Who has no identity and no way to one is not told of what their organization does not use.
  if (identities?.length === 0 && open.length === 0 && ways.isSuccess) return null;
  return (
    <SectionCard title="Single sign-on" padded={false}>
      <LinkNote />
      {query.isPending && <Box sx={{ p: 4 }}><Skeleton variant="rounded" height={44} /></Box>}
      {query.isError && <ErrorState dense error={query.error} onRetry={() => void query.refetch()} />}
      {identities !== undefined && (
        <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0 }}>
          {identities.map((identity) => <IdentityLine key={identity.id} identity={identity} />)}
          {open.map((way) => (
            <Line key={way.id} title={way.name} action={<Button size="small" variant="outlined" loading={(link.isPending || link.isSuccess) && link.wish?.connectionId === way.id} aria-label={`Link ${way.name}`} onClick={() => begin(way.id)}>Link</Button>}>
              Not linked. You sign in there once, and can then come in by it.
            </Line>
          ))}
        </Box>
      )}
    </SectionCard>
  );
}

const notes: Record<string, string> = {
  taken: 'The identity that you signed in with there is linked to another account here. Sign in there as yourself, or ask your administrator.',
};

/** How linking ended, as the address says that one comes back by. */
function LinkNote() {
  const params = useSearchParams();
  if (!params.has('linked')) return null;
  const refused = params.get('sso');
  return (
    <Box sx={{ p: 4, pb: 0 }}>
      {refused === null
        ? <Alert severity="success">Linked. You can sign in by it from now on.</Alert>
        : <Alert severity="error">{notes[refused] ?? 'Linking did not work. Try again; if it goes on, tell your administrator.'}</Alert>}
    </Box>
  );
}

function Line({ title, action, children }: { title: string; action: ReactNode; children: ReactNode }) {
  return (
    <Box component="li" sx={{ display: 'flex', alignItems: 'center', gap: 4, px: 4, py: 3, borderTop: 1, borderColor: 'neutral.4', '&:first-of-type': { borderTop: 0 } }}>
      <LinkOutlined aria-hidden sx={{ color: 'neutral.8', fontSize: 20 }} />
      <Box sx={{ flex: 1, minWidth: 0 }}>
        <Box sx={{ fontSize: '0.875rem', fontWeight: 560, overflowWrap: 'anywhere' }}>{title}</Box>
        <Box sx={{ fontSize: '0.8125rem', color: 'text.secondary', overflowWrap: 'anywhere' }}>{children}</Box>
      </Box>
      {action}
    </Box>
  );
}

function IdentityLine({ identity: { id, connectionName, email, createdAt, lastUsedAt } }: { identity: Identity }) {
  const toast = useToast();
  const unlink = useUnlinkIdentity();
  const [asking, setAsking] = useState(false);
  return (
    <Line title={connectionName} action={<Button size="small" variant="outlined" aria-label={`Unlink ${connectionName}`} onClick={() => { unlink.reset(); setAsking(true); }}>Unlink</Button>}>
      {email === null || email === undefined ? null : <>as {email} · </>}linked <RelativeTime at={createdAt} /> · {lastUsedAt === null || lastUsedAt === undefined ? 'not used to sign in yet' : <>last used <RelativeTime at={lastUsedAt} /></>}
      {asking && (
        <ConfirmDialog
          title={`Unlink ${connectionName}?`}
          action="Unlink"
          danger
          pending={unlink.isPending}
          error={unlink.error}
          onClose={() => setAsking(false)}
          onConfirm={() => unlink.mutate(id, { onSuccess: () => { setAsking(false); toast.done(`${connectionName} is unlinked.`); } })}
        >
          You cannot sign in by it any more until you link it again.
        </ConfirmDialog>
      )}
    </Line>
  );
}
