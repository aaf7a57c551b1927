// What our requests to a SAML provider are signed with: which one does, since when and until when, and which comes next.
import Box from '@mui/material/Box';
import { SectionCard } from '@/shared/ui/SectionCard';
import type { SsoConnection } from '../api';
import { CertificateList } from '../CertificateList';
import { ownRotationWords, ownWords } from '../certificates';
import { MetadataDownload } from './MetadataDownload';

export function OwnCertificates({ connection }: { connection: SsoConnection }) {
  const { id, ownCertificates } = connection;
  return (
    <SectionCard title="What we sign with" note="A key of this connection alone" padded={false}>
      <CertificateList label="Certificates of ours" certificates={ownCertificates} words={({ use }, state) => ownWords(use, state)} />
      <Box sx={{ display: 'grid', justifyItems: 'start', gap: 3, p: 4, borderTop: 1, borderColor: 'neutral.4', fontSize: '0.8125rem', color: 'text.secondary', textWrap: 'pretty' }}>
        <div>Each of our requests is signed. {ownRotationWords(ownCertificates.map(({ use }) => use))}</div>
        <MetadataDownload connectionId={id} />
      </Box>
    </SectionCard>
  );
}
