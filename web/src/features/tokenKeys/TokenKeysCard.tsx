'use client';
// The keys that access tokens are signed with: which one signs, which is next, and the two acts that change it.
import OpenInNewOutlined from '@mui/icons-material/OpenInNewOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Link from '@mui/material/Link';
import Skeleton from '@mui/material/Skeleton';
import { useState } from 'react';
import { allowed } from '@/shared/session/can';
import { useSession } from '@/shared/session/SessionProvider';
import { AllowedButton } from '@/shared/ui/AllowedButton';
import { CardList } from '@/shared/ui/CardLine';
import { ConfirmDialog } from '@/shared/ui/ConfirmDialog';
import { CopyField } from '@/shared/ui/CopyField';
import { ErrorState } from '@/shared/ui/ErrorState';
import { SectionCard } from '@/shared/ui/SectionCard';
import { useToast } from '@/shared/ui/toast';
import { useRotateTokenKey, useTokenKeys } from './api';
import { KeyLine } from './KeyLine';

const FEW = 5;
const MANY = 200;
const PUBLISHED = '/.well-known/jwks.json';

export function TokenKeysCard() {
  const { profile } = useSession();
  const toast = useToast();
  const [limit, setLimit] = useState(FEW);
  const query = useTokenKeys(limit);
  const rotate = useRotateTokenKey();
  const [asking, setAsking] = useState(false);
  const keys = query.data;
  return (
    <SectionCard
      title="Keys of access tokens"
      note="Of the whole platform"
      padded={false}
      action={<AllowedButton allowed={allowed(profile.can, 'token_key.rotate')} size="small" variant="outlined" onClick={() => { rotate.reset(); setAsking(true); }}>Rotate…</AllowedButton>}
    >
      <Box sx={{ display: 'grid', gap: 3, p: 4, borderBottom: 1, borderColor: 'neutral.4', fontSize: '0.8125rem', color: 'text.secondary', gridTemplateColumns: 'minmax(0, 1fr)' }}>
        <div>Whoever signs in gets tokens that these keys sign, each good for five minutes. They are rotated by themselves, and nobody notices. Other systems can verify a token by the public halves:</div>
        <CopyField label="Published set (JWKS)" what="address of the published set" text={`${window.location.origin}${PUBLISHED}`} />
        <Link href={PUBLISHED} target="_blank" rel="noopener" sx={{ display: 'inline-flex', alignItems: 'center', gap: 1, justifySelf: 'start' }}>Look at it <OpenInNewOutlined aria-hidden sx={{ fontSize: 14 }} /></Link>
      </Box>
      {query.isPending && <Box sx={{ p: 4 }}><Skeleton variant="rounded" height={96} /></Box>}
      {query.isError && <ErrorState dense error={query.error} onRetry={() => void query.refetch()} />}
      {keys !== undefined && (
        <CardList label="Keys of access tokens">
          {keys.items.map((key) => <KeyLine key={key.id} tokenKey={key} may={allowed(profile.can, 'token_key.revoke')} />)}
        </CardList>
      )}
      {keys !== undefined && keys.total > keys.items.length && (
        <Box sx={{ px: 4, py: 2, borderTop: 1, borderColor: 'neutral.4' }}>
          <Button size="small" loading={query.isPlaceholderData} onClick={() => setLimit(MANY)} sx={{ ml: '-10px' }}>Show older ones ({keys.total - keys.items.length})</Button>
        </Box>
      )}
      {asking && (
        <ConfirmDialog
          title="Rotate the keys now?"
          action="Rotate"
          pending={rotate.isPending}
          error={rotate.error}
          onClose={() => setAsking(false)}
          onConfirm={() => rotate.mutate(undefined, { onSuccess: () => { setAsking(false); toast.done('Another key signs from now on.'); } })}
        >
          The next key signs from now on, and another one is published as the next. What the key of now signed stays good for its five minutes: nobody is signed out.
        </ConfirmDialog>
      )}
    </SectionCard>
  );
}
