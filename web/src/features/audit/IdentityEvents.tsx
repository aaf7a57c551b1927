'use client';
// What happened to the identities of an organization: sign-ins, links, refusals, mail domains. The log is asked for one
// kind at a time, so one chooses.
import Box from '@mui/material/Box';
import ToggleButton from '@mui/material/ToggleButton';
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup';
import { useListState } from '@/shared/table/useListState';
import { AuditTable } from './AuditTable';

const topics = [
  { code: 'sso.', label: 'Single sign-on' },
  { code: 'auth.', label: 'Sign-ins' },
  { code: 'identity.', label: 'Links' },
  { code: 'sso_user.', label: 'New accounts' },
  { code: 'sso_role.', label: 'Roles' },
  { code: 'sso_domain.', label: 'Mail domains' },
  { code: 'directory_user.', label: 'Directory: people' },
  { code: 'directory_group.', label: 'Directory: groups' },
  { code: 'directory_token.', label: 'Directory: tokens' },
  { code: 'factor.', label: 'Second factors' },
  { code: 'organization_security.', label: 'Rules' },
] as const;

export function IdentityEvents({ organization }: { organization: { id: string; name: string } }) {
  // In the address, where its change leads back to the first page.
  const state = useListState({ filters: ['topic'] });
  const code = (topics.find((topic) => topic.code === state.filters.topic) ?? topics[0]).code;
  return (
    <>
      <Box sx={{ overflowX: { xs: 'auto', md: 'visible' }, mb: 3, mx: -1, p: 1 }}>
        <ToggleButtonGroup exclusive size="small" value={code} aria-label="Which identity events" sx={{ flexWrap: { md: 'wrap' }, rowGap: 1 }} onChange={(_event, next: string | null) => { if (next !== null) state.setFilter('topic', next === topics[0].code ? null : next); }}>
          {topics.map((topic) => (
            <ToggleButton key={topic.code} value={topic.code} sx={{ px: 3, py: 1, fontSize: '0.8125rem', textTransform: 'none', whiteSpace: 'nowrap' }}>{topic.label}</ToggleButton>
          ))}
        </ToggleButtonGroup>
      </Box>
      <AuditTable organization={organization} code={code} />
    </>
  );
}
