'use client';
// Our public keys, and how to make sure that they are ours.
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Link from '@mui/material/Link';
import { useCommand } from '@/shared/frame/useCommand';
import { may } from '@/shared/session/can';
import { useSession } from '@/shared/session/SessionProvider';
import { CardLine, CardList } from '@/shared/ui/CardLine';
import { CopyButton } from '@/shared/ui/CopyButton';
import { RelativeTime } from '@/shared/ui/RelativeTime';
import { SectionCard } from '@/shared/ui/SectionCard';
import { Mark } from '@/shared/ui/StatusChip';
import type { PublicKey } from './check';
import { RotateKeyDialog } from './RotateKeyDialog';

const PUBLISHED = '/api/audit/keys';

export function PublicKeyCard({ keys }: { keys: readonly (PublicKey & { signs: boolean; retiredAt?: string | null })[] }) {
  const { profile } = useSession();
  const [rotating, setRotating] = useCommand('rotate');
  const mayRotate = may(profile.can, 'audit_key.rotate');
  return (
    <SectionCard
      title={keys.length > 1 ? 'Our public keys' : 'Our public key'}
      note="Ed25519"
      padded={false}
      action={mayRotate && <Button size="small" variant="outlined" onClick={() => setRotating(true)}>Rotate key…</Button>}
    >
      <Box sx={{ display: 'grid', gap: 2, p: 4, borderBottom: 1, borderColor: 'neutral.4', fontSize: '0.8125rem', color: 'text.secondary', textWrap: 'pretty' }}>
        <div>All that is signed is verified by it. Take it once, by a way that you trust: have us read the key id to you on the phone, or find it in your contract. A key that only came by this page proves this page.</div>
        <div>Anybody can read the keys, signed in or not: <Link href={PUBLISHED} target="_blank" rel="noopener" className="mono" underline="always">{PUBLISHED}</Link></div>
      </Box>
      <CardList label="Keys of checkpoints">
        {keys.map(({ keyId, publicKey, signs, retiredAt }) => (
          <CardLine
            key={keyId}
            title={<span className="mono">{keyId}</span>}
            aside={<Box component="span" sx={{ display: 'inline-flex', alignItems: 'center', gap: '7px' }}><Mark look={signs ? 'on' : 'off'} />{signs ? 'Signs now' : retiredAt == null ? 'Signed before, still verifies' : <span>Signed until <RelativeTime at={retiredAt} />, still verifies</span>}</Box>}
            action={<CopyButton what={`public key ${keyId}`} text={publicKey} />}
          >
            <span className="mono">{publicKey}</span>
          </CardLine>
        ))}
      </CardList>
      {rotating && mayRotate && <RotateKeyDialog onClose={() => setRotating(false)} />}
    </SectionCard>
  );
}
