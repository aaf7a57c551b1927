'use client';
// What a SAML provider says of itself by its metadata: its name, its address, and what it signs with.
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import { useNow } from '@/shared/lib/useNow';
import { Fact, Facts } from '@/shared/ui/Facts';
import { RelativeTime } from '@/shared/ui/RelativeTime';
import { SectionCard } from '@/shared/ui/SectionCard';
import type { SsoConnection } from '../api';
import { CertificateList } from '../CertificateList';
import { certificateState, rotationWords } from '../certificates';

export function SaidOfItself({ connection }: { connection: SsoConnection }) {
  const now = useNow();
  const { issuer, signInAddress, metadataUrl, describedAt, certificates } = connection;
  const states = certificates.map((certificate) => certificateState(certificate, now));
  const none = !states.some((state) => state === 'valid' || state === 'ending');
  const words = rotationWords(states, metadataUrl != null);
  return (
    <SectionCard title="What it says of itself" note={describedAt == null ? undefined : <>read <RelativeTime at={describedAt} /></>} padded={false}>
      <Box sx={{ p: 4 }}>
        <Facts labelWidth={150}>
          <Fact name="Entity id"><span className="mono">{issuer}</span></Fact>
          <Fact name="Signs people in at"><span className="mono">{signInAddress ?? '–'}</span></Fact>
          <Fact name="Its metadata">{metadataUrl == null ? 'Given by hand: changed by hand' : 'Read anew by themselves'}</Fact>
        </Facts>
      </Box>
      <Box sx={{ borderTop: 1, borderColor: 'neutral.4' }}>
        <CertificateList label="Certificates that it signs with" certificates={certificates} />
      </Box>
      <Box sx={{ p: 4, borderTop: 1, borderColor: 'neutral.4' }}>
        {none ? <Alert severity="error">{words}</Alert> : <Box sx={{ fontSize: '0.8125rem', color: 'text.secondary', textWrap: 'pretty' }}>{words}</Box>}
      </Box>
    </SectionCard>
  );
}
