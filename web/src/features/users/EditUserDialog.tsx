'use client';
// Changes a person's name and role.
import { useState } from 'react';
import type { Role, User } from '@/shared/api/types';
import { customerRoles, providerRoles, roleHints, roleWords } from '@/shared/lib/words';
import { allowed } from '@/shared/session/can';
import { FormDialog, SelectInput, TextInput, fieldErrors } from '@/shared/ui/form';
import { useToast } from '@/shared/ui/toast';
import { useUpdateUser } from './api';

function isProviderRole(role: Role): boolean {
  return providerRoles.some((each) => each === role);
}

export function EditUserDialog({ user, onClose }: { user: User; onClose: () => void }) {
  const toast = useToast();
  const update = useUpdateUser(user, true);
  const [displayName, setDisplayName] = useState(user.displayName);
  const [role, setRole] = useState<Role>(user.role);
  const wrong = fieldErrors(update.error);
  const roles: readonly Role[] = isProviderRole(user.role) ? providerRoles : customerRoles;
  const mayChangeRole = allowed(user.can, 'user_role.update');
  const name = displayName.trim();
  const submit = () =>
    update.mutate({ ...(name === user.displayName ? {} : { displayName: name }), ...(role === user.role ? {} : { role }) }, {
      onSuccess: () => { toast.done(`${name} was changed.`); onClose(); },
    });
  return (
    <FormDialog
      title={`Edit ${user.displayName}`}
      action="Save"
      pending={update.isPending}
      error={update.error}
      fields={['displayName', 'role']}
      disabled={name === '' || (name === user.displayName && role === user.role)}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextInput label="Name" value={displayName} onChange={setDisplayName} autoFocus error={wrong.displayName} />
      <SelectInput label="Role" value={role} onChange={setRole} options={roles.map((each) => ({ value: each, label: roleWords[each], hint: roleHints[each] }))} error={wrong.role} disabled={mayChangeRole !== true} hint={mayChangeRole === true ? 'A new role holds at once, also where the person is signed in.' : mayChangeRole} />
    </FormDialog>
  );
}
