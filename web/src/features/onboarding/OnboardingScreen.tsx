'use client';
// Takes in a customer in one go: the organization, its first administrator, its machines, the technicians. Each step writes
// what it shows, so that one can leave at any of them and go on later.
import Box from '@mui/material/Box';
import Skeleton from '@mui/material/Skeleton';
import { useRouter, useSearchParams } from 'next/navigation';
import { useCallback, useEffect } from 'react';
import { useCrumbs } from '@/shared/frame/Crumbs';
import { paths } from '@/shared/paths';
import { ErrorState } from '@/shared/ui/ErrorState';
import { PageHeader } from '@/shared/ui/PageHeader';
import { StepList } from '@/shared/ui/StepList';
import { AdminStep } from './AdminStep';
import { useAdmins, useCustomer } from './api';
import { MachinesStep } from './MachinesStep';
import { OrganizationStep } from './OrganizationStep';
import { firstOpen, nextOf, stepsOf, stepWords, type StepKey } from './steps';
import { SummaryStep } from './SummaryStep';
import { TechniciansStep } from './TechniciansStep';

export function OnboardingScreen() {
  const router = useRouter();
  const params = useSearchParams();
  const id = params.get('id') ?? undefined;
  const query = useCustomer(id);
  const organization = query.data;
  const admins = useAdmins(id ?? '');
  const steps = stepsOf({ organization, admins: id === undefined ? 0 : (admins.data?.total ?? 0) });
  const wished = params.get('step');
  const open = steps.find(({ key, closed }) => key === wished && !closed)?.key ?? firstOpen(steps);
  useCrumbs([organization && { label: organization.name, customerId: organization.id }, { label: 'Onboarding' }]);
  const go = useCallback((step: StepKey, organizationId = id) => router.push(paths.onboarding(organizationId, step)), [id, router]);
  const onward = () => go(nextOf(open));

  const loading = id !== undefined && (organization === undefined || admins.data === undefined);
  // Where one comes back to is kept in the address: what is done there does not lead away from it.
  const found = id !== undefined && !loading && wished === null ? open : undefined;
  useEffect(() => {
    if (found !== undefined) router.replace(paths.onboarding(id, found));
  }, [found, id, router]);

  if (id !== undefined && query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <>
      <PageHeader
        title={organization === undefined ? 'Add a customer' : `Onboarding of ${organization.name}`}
        intro="Four short steps. What a step says is saved when you go on; you can leave at any time and continue from the customer’s page."
      />
      {loading ? <Skeleton variant="rounded" height={360} /> : (
        <Box sx={{ display: 'grid', gap: { xs: 4, md: 8 }, gridTemplateColumns: { xs: 'minmax(0, 1fr)', md: '232px minmax(0, 640px)' }, alignItems: 'start' }}>
          <StepList steps={steps} open={open} onOpen={(step) => go(step)} />
          <Box component="section" aria-label={stepWords[open]} key={open}>
            {open === 'organization' && <OrganizationStep organization={organization} onDone={(made) => go('admin', made)} />}
            {open === 'admin' && organization !== undefined && <AdminStep organization={organization} onNext={onward} />}
            {open === 'machines' && organization !== undefined && <MachinesStep organization={organization} onNext={onward} />}
            {open === 'technicians' && organization !== undefined && <TechniciansStep organization={organization} onNext={onward} />}
            {open === 'summary' && organization !== undefined && <SummaryStep organization={organization} steps={steps} onOpen={(step) => go(step)} />}
          </Box>
        </Box>
      )}
    </>
  );
}
