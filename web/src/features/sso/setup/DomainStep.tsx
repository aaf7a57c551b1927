'use client';
// The mail domain: whom the provider may bring in, and who is offered it at the sign-in.
import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import type { Allowed } from '@/shared/session/can';
import { StepFrame } from '@/shared/ui/StepFrame';
import type { SsoConnection, SsoDomain } from '../api';
import { DomainsCard } from '../DomainsCard';

interface Props {
  connection: SsoConnection;
  domains: readonly SsoDomain[];
  may: Allowed;
  onNext: () => void;
}

export function DomainStep({ connection, domains, may, onNext }: Props) {
  const proven = domains.some(({ verifiedAt }) => verifiedAt != null);
  return (
    <StepFrame
      title="Prove your mail domain"
      intro="Whoever types an address of a proven domain at the sign-in is offered this provider. And only people with such an address get an account by it: so nobody’s identity provider can bring in people of another organization."
      actions={<Button variant={proven ? 'contained' : 'outlined'} onClick={onNext}>{proven ? 'Continue' : 'Continue without'}</Button>}
    >
      <DomainsCard organizationId={connection.organizationId} may={may} />
      {!proven && domains.length > 0 && <Alert severity="info">You can go on and come back: the record may take a while until it is seen. Until then nobody is offered this way, and no new account is made.</Alert>}
    </StepFrame>
  );
}
