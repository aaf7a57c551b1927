'use client';
// Who comes in as what: groups there, roles here, and what becomes of everybody else.
import AddOutlined from '@mui/icons-material/AddOutlined';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { useState, type SyntheticEvent } from 'react';
import type { Role } from '@/shared/api/types';
import { customerRoles, providerRoles, roleHints, roleWords } from '@/shared/lib/words';
import type { Allowed } from '@/shared/session/can';
import { AllowedButton } from '@/shared/ui/AllowedButton';
import { AllowedSwitch } from '@/shared/ui/AllowedSwitch';
import { SelectInput, fieldErrors, formMessage } from '@/shared/ui/form';
import { StepFrame } from '@/shared/ui/StepFrame';
import { useToast } from '@/shared/ui/toast';
import { useUpdateConnection, type GroupRole, type SsoConnection } from '../api';
import { groupHint } from '../words';
import { GroupRows } from './GroupRows';

interface Props {
  connection: SsoConnection;
  /** Whether the people are the provider's own. */
  provider: boolean;
  may: Allowed;
  onNext: () => void;
}

const NOBODY = 'nobody';

export function RolesStep({ connection, provider, may, onNext }: Props) {
  const toast = useToast();
  const update = useUpdateConnection(connection);
  const [groups, setGroups] = useState<GroupRole[]>(connection.groups);
  const [defaultRole, setDefaultRole] = useState<Role | null>(connection.defaultRole ?? null);
  const [creates, setCreates] = useState(connection.createsUsers);
  const [by, setBy] = useState(connection.secondFactor);
  const roles = provider ? providerRoles : customerRoles;
  const lowest = provider ? 'technician' : 'basic_user';
  const wrong = fieldErrors(update.error);
  const shown = formMessage(update.error, ['groups', 'defaultRole']);
  const unnamed = groups.some(({ group }) => group.trim() === '');
  const changed =
    JSON.stringify(groups) !== JSON.stringify(connection.groups) || defaultRole !== (connection.defaultRole ?? null) || creates !== connection.createsUsers || by !== connection.secondFactor;
  const told = connection.lastTest?.person?.groups ?? [];
  const offered = told.filter((group) => !groups.some((mapped) => mapped.group === group));
  const add = (group: string) => setGroups([...groups, { group, role: lowest }]);

  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (update.isPending || unnamed || may !== true) return;
    if (!changed) { onNext(); return; }
    const body = { groups: groups.map(({ group, role }) => ({ group: group.trim(), role })), defaultRole, createsUsers: creates, secondFactor: by };
    update.mutate(body, { onSuccess: () => { toast.done('Groups and roles are kept.'); onNext(); } });
  };

  return (
    <Box component="form" onSubmit={submit} noValidate aria-label="Groups and roles">
      <StepFrame
        title="Who comes in, and as what?"
        intro={`A person gets the role of the first group in this list that they are in. ${groupHint(connection)}`}
        actions={<AllowedButton allowed={unnamed ? 'A group has no name yet.' : may} type="submit" variant="contained" loading={update.isPending}>{changed ? 'Save and continue' : 'Continue'}</AllowedButton>}
      >
        <GroupRows groups={groups} roles={roles} onChange={setGroups} />
        {wrong.groups !== undefined && <Alert severity="error">{wrong.groups}</Alert>}
        <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 2 }}>
          <Button size="small" variant="outlined" startIcon={<AddOutlined />} onClick={() => add('')}>Add a group</Button>
          {offered.map((group) => <Button key={group} size="small" variant="outlined" startIcon={<AddOutlined />} onClick={() => add(group)} title="Came with the last test">{group}</Button>)}
        </Box>
        <SelectInput<Role | typeof NOBODY>
          label="Everybody else"
          value={defaultRole ?? NOBODY}
          onChange={(value) => setDefaultRole(value === NOBODY ? null : value)}
          options={[{ value: NOBODY, label: 'Is not let in', hint: 'Only people in one of the groups above come in' }, { value: lowest, label: roleWords[lowest], hint: roleHints[lowest] }]}
          error={wrong.defaultRole}
        />
        {groups.length === 0 && defaultRole === null && creates && <Alert severity="warning">As it is, nobody new comes in: map a group, or give everybody else a role.</Alert>}
        <Box sx={{ border: 1, borderColor: 'neutral.5', borderRadius: '8px' }}>
          <AllowedSwitch title="Make an account at the first sign-in" checked={creates} allowed={may} onChange={() => setCreates(!creates)}>
            {creates ? 'Whoever is let in and has an address in a proven mail domain gets an account by itself. Their role follows the groups at each sign-in.' : 'Only people who have an account already, and link it under My account, come in this way.'}
          </AllowedSwitch>
          <Box sx={{ borderTop: 1, borderColor: 'neutral.4' }}>
            <AllowedSwitch title="Ask for a second factor here" checked={by === 'here'} allowed={may} onChange={() => setBy(by === 'here' ? 'provider' : 'here')}>
              {by === 'here' ? 'After the sign-in there, Sallyport asks for a code of its own, as after a password.' : 'Your identity provider asks for the second factor, and Sallyport trusts that it does.'}
            </AllowedSwitch>
          </Box>
        </Box>
        {shown !== undefined && <Alert severity="error">{shown}</Alert>}
      </StepFrame>
    </Box>
  );
}
