'use client';
// My account: who I am here, what I prove it by, and where I am signed in.
import ComputerOutlined from '@mui/icons-material/ComputerOutlined';
import SmartphoneOutlined from '@mui/icons-material/SmartphoneOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Skeleton from '@mui/material/Skeleton';
import { useState, type ReactNode } from 'react';
import { messageOf } from '@/shared/api/error';
import type { SignIn } from '@/shared/api/types';
import { deviceWords, isPhone } from '@/shared/lib/device';
import { roleHints, roleWords } from '@/shared/lib/words';
import { useSession } from '@/shared/session/SessionProvider';
import { ConfirmDialog } from '@/shared/ui/ConfirmDialog';
import { ErrorState } from '@/shared/ui/ErrorState';
import { Fact, Facts } from '@/shared/ui/Facts';
import { PageHeader } from '@/shared/ui/PageHeader';
import { RelativeTime } from '@/shared/ui/RelativeTime';
import { SectionCard } from '@/shared/ui/SectionCard';
import { useToast } from '@/shared/ui/toast';
import { useEndSignIn, useSignIns } from './api';
import { OwnAddress } from './OwnAddress';
import { PasswordCard } from './PasswordCard';
import { FactorsCard } from './FactorsCard';

interface Props {
  /** The accounts elsewhere that one signs in by, and the tokens of one's machines: they belong to other features. */
  identities: ReactNode;
  tokens: ReactNode;
}

export function AccountScreen({ identities, tokens }: Props) {
  const { profile, signOut } = useSession();
  const toast = useToast();
  const query = useSignIns();
  const [asking, setAsking] = useState<'no' | 'yes' | 'working'>('no');
  const signIns = [...(query.data ?? [])].sort((a, b) => Number(b.current) - Number(a.current) || b.lastSeenAt.localeCompare(a.lastSeenAt));
  const leave = () => {
    setAsking('working');
    signOut('everywhere').catch((error: unknown) => {
      setAsking('no');
      toast.error(messageOf(error));
    });
  };
  return (
    <>
      <PageHeader title="My account" />
      <Box sx={{ display: 'grid', gap: 5, maxWidth: 860 }}>
        <SectionCard title="You">
          <Facts>
            <Fact name="Name">{profile.displayName}</Fact>
            <Fact name="Email"><OwnAddress email={profile.email} managed={!profile.hasPassword} /></Fact>
            <Fact name="Organization">{profile.organization.name}</Fact>
            <Fact name="Role">{roleWords[profile.role]}. <Box component="span" sx={{ color: 'text.secondary' }}>{roleHints[profile.role]}.</Box></Fact>
          </Facts>
        </SectionCard>
        {profile.hasPassword && <PasswordCard about={{ email: profile.email, displayName: profile.displayName, organizationName: profile.organization.name }} />}
        <FactorsCard />
        {identities}
        <SectionCard title="Where you are signed in" action={<Button size="small" variant="outlined" color="error" onClick={() => setAsking('yes')}>Sign out everywhere</Button>} padded={false}>
          {query.isPending && <Box sx={{ p: 4 }}><Skeleton variant="rounded" height={44} /></Box>}
          {query.isError && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
          <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0 }}>
            {signIns.map((signIn) => <SignInLine key={signIn.id} signIn={signIn} />)}
          </Box>
        </SectionCard>
        {tokens}
      </Box>
      {asking !== 'no' && (
        <ConfirmDialog title="Sign out everywhere?" action="Sign out everywhere" pending={asking === 'working'} error={null} onClose={() => setAsking('no')} onConfirm={leave}>
          Every browser and device where you are signed in is signed out, this one too. Your open terminal sessions end.
        </ConfirmDialog>
      )}
    </>
  );
}

function SignInLine({ signIn }: { signIn: SignIn }) {
  const toast = useToast();
  const end = useEndSignIn();
  const Icon = isPhone(signIn.userAgent) ? SmartphoneOutlined : ComputerOutlined;
  const words = deviceWords(signIn.userAgent);
  return (
    <Box component="li" sx={{ display: 'flex', alignItems: 'center', gap: 4, px: 4, py: 3, borderTop: 1, borderColor: 'neutral.4', '&:first-of-type': { borderTop: 0 } }}>
      <Icon aria-hidden sx={{ color: 'neutral.8', fontSize: 20 }} />
      <Box sx={{ flex: 1, minWidth: 0 }}>
        <Box sx={{ fontSize: '0.875rem', fontWeight: 560 }} title={signIn.userAgent}>{words}</Box>
        <Box sx={{ fontSize: '0.8125rem', color: 'text.secondary', overflowWrap: 'anywhere' }}>
          <span className="mono">{signIn.clientIp}</span> · {signIn.current ? 'in use now' : <>last seen <RelativeTime at={signIn.lastSeenAt} /></>} · signed in <RelativeTime at={signIn.createdAt} />
        </Box>
      </Box>
      {signIn.current ? (
        <Box sx={{ fontSize: '0.8125rem', color: 'ok.text', fontWeight: 560, whiteSpace: 'nowrap' }}>This browser</Box>
      ) : (
        <Button size="small" variant="outlined" loading={end.isPending} aria-label={`Sign out ${words}`} onClick={() => end.mutate(signIn.id, { onSuccess: () => toast.done(`${words} is signed out.`) })}>Sign out</Button>
      )}
    </Box>
  );
}
