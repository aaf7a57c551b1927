'use client';
// How the people of an organization sign in: identity providers, mail domains and the rules, and what came of them.
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import type { ReactNode } from 'react';
import { allowed } from '@/shared/session/can';
import { useSession } from '@/shared/session/SessionProvider';
import { ConnectionsCard } from './ConnectionsCard';
import { DomainsCard } from './DomainsCard';
import { RulesCard } from './RulesCard';

interface Props {
  organization: { id: string; name: string; status: string };
  /** The organization's own rules, its directory, the keys of the platform and the log belong to other features. */
  rules: ReactNode;
  directory?: ReactNode;
  platform?: ReactNode;
  events: ReactNode;
}

export function SecuritySettings({ organization, rules, directory, platform, events }: Props) {
  const { profile } = useSession();
  const may = organization.status === 'active' ? allowed(profile.can, 'sso.update') : `${organization.name} is not active: nothing can be changed here until it is resumed.`;
  return (
    <Box sx={{ display: 'grid', gap: 8, gridTemplateColumns: 'minmax(0, 1fr)' }}>
      <Box sx={{ display: 'grid', gap: 5, gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'minmax(0, 1fr) minmax(0, 1fr)' }, alignItems: 'start' }}>
        <Box sx={{ display: 'grid', gap: 5, gridTemplateColumns: 'minmax(0, 1fr)' }}>
          <ConnectionsCard organizationId={organization.id} may={may} />
          <DomainsCard organizationId={organization.id} may={may} />
          {directory}
          {platform}
        </Box>
        <Box sx={{ display: 'grid', gap: 5, gridTemplateColumns: 'minmax(0, 1fr)' }}>
          <RulesCard organization={organization} may={may} />
          {rules}
        </Box>
      </Box>
      <Box component="section" aria-labelledby="identity-events">
        <Typography id="identity-events" variant="h3" component="h2" sx={{ mb: 1 }}>Identity events</Typography>
        <Typography variant="body2" color="textSecondary" sx={{ mb: 3 }}>Who came in and who did not, and who changed how.</Typography>
        {events}
      </Box>
    </Box>
  );
}
