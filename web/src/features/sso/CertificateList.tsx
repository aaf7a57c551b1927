'use client';
// Certificates with their dates, and what has to be done when one comes to its end.
import Box from '@mui/material/Box';
import { useNow } from '@/shared/lib/useNow';
import { CardLine, CardList } from '@/shared/ui/CardLine';
import { CopyButton } from '@/shared/ui/CopyButton';
import { RelativeTime } from '@/shared/ui/RelativeTime';
import { Mark } from '@/shared/ui/StatusChip';
import type { SsoCertificate } from './api';
import { certificateState, certificateWords, pairs, type CertificateState, type CertificateWords } from './certificates';

interface Props<C extends SsoCertificate> {
  label: string;
  certificates: readonly C[];
  /** What is said of one, where that is more than its state. */
  words?: (certificate: C, state: CertificateState) => CertificateWords;
}

export function CertificateList<C extends SsoCertificate>({ label, certificates, words: wordsOf = (_certificate, state) => certificateWords[state] }: Props<C>) {
  const now = useNow();
  return (
    <CardList label={label}>
      {certificates.map((certificate) => {
        const { words, look } = wordsOf(certificate, certificateState(certificate, now));
        const fingerprint = pairs(certificate.fingerprint);
        return (
          <CardLine
            key={certificate.fingerprint}
            title={certificate.subject === '' ? 'Without a name' : certificate.subject}
            aside={<Box component="span" sx={{ display: 'inline-flex', alignItems: 'center', gap: '7px' }}><Mark look={look} />{words}</Box>}
            action={<CopyButton text={fingerprint} what={`fingerprint ${fingerprint.slice(0, 11)}`} />}
          >
            <div>From <RelativeTime at={certificate.notBefore} ahead /> until <RelativeTime at={certificate.notAfter} ahead /></div>
            <Box className="mono" sx={{ fontSize: '0.75rem', lineHeight: 1.5 }}>{fingerprint}</Box>
          </CardLine>
        );
      })}
    </CardList>
  );
}
