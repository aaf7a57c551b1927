'use client';
// Setting up a connection to an identity provider, step by step. It can be left and continued at any step.
import Box from '@mui/material/Box';
import Skeleton from '@mui/material/Skeleton';
import { useRouter, useSearchParams } from 'next/navigation';
import { useCallback } from 'react';
import { useCrumbs } from '@/shared/frame/Crumbs';
import { paths } from '@/shared/paths';
import { allowed } from '@/shared/session/can';
import { useSession } from '@/shared/session/SessionProvider';
import { ErrorState } from '@/shared/ui/ErrorState';
import { PageHeader } from '@/shared/ui/PageHeader';
import { StatusChip } from '@/shared/ui/StatusChip';
import { StepList } from '@/shared/ui/StepList';
import { useConnection, useDomains, type SsoConnection, type SsoProtocol } from '../api';
import { isProduct, isProtocol, productWords, protocolWords } from '../words';
import { ActivateStep } from './ActivateStep';
import { ConnectStep } from './ConnectStep';
import { DomainStep } from './DomainStep';
import { ProtocolChoice } from './ProtocolChoice';
import { ProviderStep } from './ProviderStep';
import { RegisterStep } from './RegisterStep';
import { RolesStep } from './RolesStep';
import { SamlConnectStep } from './SamlConnectStep';
import { SamlRegisterStep } from './SamlRegisterStep';
import { TestEnded } from './TestEnded';
import { TestStep } from './TestStep';
import { firstOpen, stepKeys, stepsOf, stepWords, type StepKey } from './steps';
import { useOrganizationName } from './useOrganizationName';

export function SetupScreen() {
  const { profile, isProvider } = useSession();
  const router = useRouter();
  const params = useSearchParams();
  const id = params.get('id') ?? undefined;
  const query = useConnection(id);
  const connection = query.data;
  const organizationId = connection?.organizationId ?? params.get('organizationId') ?? profile.organization.id;
  const own = organizationId === profile.organization.id;
  const name = useOrganizationName(organizationId);
  const domains = useDomains(organizationId);
  const asked = params.get('product');
  const product = connection?.profile ?? (isProduct(asked) ? asked : undefined);
  const askedProtocol = params.get('protocol');
  const protocol = connection?.protocol ?? (isProtocol(askedProtocol) ? askedProtocol : 'oidc');
  const steps = stepsOf({ chosen: product !== undefined, protocol, connection, domains: domains.data });
  const wished = params.get('step');
  const open = steps.find(({ key, closed }) => key === wished && !closed)?.key ?? firstOpen(steps);
  useCrumbs([!own && name !== undefined ? { label: name, customerId: organizationId } : undefined]);

  const go = useCallback(
    (step: StepKey | undefined, changes: { id?: string; product?: string; protocol?: SsoProtocol } = {}) => {
      const next = new URLSearchParams(window.location.search);
      if (step === undefined) next.delete('step');
      else next.set('step', step);
      for (const [key, value] of Object.entries(changes)) next.set(key, value);
      router.push(`${paths.ssoSetup()}?${next.toString()}`);
    },
    [router],
  );
  const onward = (from: StepKey) => go(stepKeys[stepKeys.indexOf(from) + 1]);
  const back = isProvider && !own ? paths.organization(organizationId, 'security') : paths.security();
  const may = connection === undefined ? allowed(profile.can, 'sso.update') : allowed(connection.can, 'sso.update');

  if (id !== undefined && (params.has('tested') || params.has('sso'))) return <TestEnded connectionId={id} passed={params.get('tested') === 'true'} reason={params.get('sso')} />;
  const error = query.error ?? domains.error;
  if (error !== null) return <ErrorState error={error} onRetry={() => { void query.refetch(); void domains.refetch(); }} />;
  const loading = (id !== undefined && connection === undefined) || domains.data === undefined;
  return (
    <>
      <PageHeader
        title={connection?.name ?? 'Set up single sign-on'}
        intro={
          <Box component="span" sx={{ display: 'flex', flexWrap: 'wrap', columnGap: 4, rowGap: 1 }}>
            {connection !== undefined && <StatusChip status={connection.state} />}
            <span>{product === undefined ? 'Your people sign in by the account that they have already.' : `${productWords[product]}${connection === undefined ? '' : ` by ${protocolWords[protocol]}`}`}{name === undefined ? '' : ` · ${name}`}</span>
            {connection?.state === 'draft' && <span>You can leave and continue at any time.</span>}
          </Box>
        }
      />
      {loading ? <Skeleton variant="rounded" height={360} /> : (
        <Box sx={{ display: 'grid', gap: { xs: 4, md: 8 }, gridTemplateColumns: { xs: 'minmax(0, 1fr)', md: '232px minmax(0, 680px)' }, alignItems: 'start' }}>
          <StepList steps={steps.map((step) => ({ ...step, label: stepWords[step.key] }))} open={open} onOpen={go} />
          <Box component="section" aria-label={stepWords[open]} key={open}>
            {renderStep(open)}
          </Box>
        </Box>
      )}
    </>
  );

  function renderStep(step: StepKey) {
    if (step === 'provider') return <ProviderStep product={product} fixed={connection !== undefined} onChoose={(chosen) => (connection === undefined ? go('register', { product: chosen }) : go('register'))} />;
    if (product === undefined) return null;
    if (step === 'register') {
      const choice = connection === undefined && <ProtocolChoice protocol={protocol} onChange={(chosen) => go('register', { protocol: chosen })} />;
      const register = { product, connection, choice, onNext: () => onward('register') };
      if (protocol === 'oidc') return <RegisterStep {...register} />;
      return <SamlRegisterStep {...register} organizationId={organizationId} may={may} onMade={({ id: made }) => go('register', { id: made })} />;
    }
    if (step === 'connect' && connection?.protocol === 'saml') return <SamlConnectStep connection={connection} may={may} onSaved={() => go('test')} />;
    if (step === 'connect') {
      return <ConnectStep product={product} organizationId={organizationId} connection={connection} may={may} onSaved={(saved: SsoConnection) => go('test', { id: saved.id })} />;
    }
    if (connection === undefined) return null;
    const common = { connection, may, onNext: () => onward(step) };
    if (step === 'test') return <TestStep {...common} />;
    if (step === 'roles') return <RolesStep {...common} provider={isProvider && own} />;
    if (step === 'domain') return <DomainStep {...common} domains={domains.data ?? []} />;
    return <ActivateStep connection={connection} may={may} steps={steps} back={back} own={own} onOpen={go} />;
  }
}
