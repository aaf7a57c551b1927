'use client';
// Kinds of characters that a new password must have: for organizations that are held to such a rule. Off by default.
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Checkbox from '@mui/material/Checkbox';
import FormControlLabel from '@mui/material/FormControlLabel';
import { useId } from 'react';
import { messageOf } from '@/shared/api/error';
import type { Organization, PasswordClass } from '@/shared/api/types';
import { allowed } from '@/shared/session/can';
import { SectionCard } from '@/shared/ui/SectionCard';
import { useToast } from '@/shared/ui/toast';
import { useSetPasswordClasses } from './api';

const words: Record<PasswordClass, string> = {
  lowercase: 'A small letter',
  uppercase: 'A capital letter',
  digit: 'A digit',
  symbol: 'A symbol, such as # or !',
};
const classes = ['lowercase', 'uppercase', 'digit', 'symbol'] as const satisfies readonly PasswordClass[];

export function PasswordClassesCard({ organization }: { organization: Organization }) {
  const toast = useToast();
  const save = useSetPasswordClasses(organization.id);
  const id = useId();
  const may = allowed(organization.can, 'organization_security.update');
  const now = save.isPending ? save.variables : organization.passwordClasses;
  const toggle = (each: PasswordClass, on: boolean) =>
    save.mutate(classes.filter((known) => (known === each ? on : now.includes(known))), { onSuccess: () => toast.done('The rule for passwords is kept.') });
  return (
    <SectionCard title="What a password must have">
      <Box role="group" aria-labelledby={id}>
        <Box id={id} sx={{ fontSize: '0.8125rem', color: 'text.secondary', mb: 2, textWrap: 'pretty' }}>
          Off by default: length and uncommon words protect better than kinds of characters (NIST SP 800-63B). For organizations that are held to such a rule by others. It counts from each person’s next password on.
        </Box>
        <Box sx={{ display: 'grid', gridTemplateColumns: { sm: '1fr 1fr' } }}>
          {classes.map((each) => (
            <FormControlLabel
              key={each}
              disabled={may !== true || save.isPending}
              control={<Checkbox size="small" checked={now.includes(each)} onChange={(_event, on) => toggle(each, on)} sx={{ py: '5px' }} />}
              label={<Box component="span" sx={{ fontSize: '0.8125rem' }}>{words[each]}</Box>}
              sx={{ ml: '-7px', mr: 0 }}
            />
          ))}
        </Box>
        {save.isError && <Alert severity="error" sx={{ mt: 3 }}>{messageOf(save.error)}</Alert>}
        {may !== true && <Box sx={{ mt: 2, fontSize: '0.8125rem', color: 'text.secondary' }}>{may}</Box>}
      </Box>
    </SectionCard>
  );
}
