'use client';
// Rules of an organization that are ticked, each kept at once.
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Checkbox from '@mui/material/Checkbox';
import FormControlLabel from '@mui/material/FormControlLabel';
import { useId, useState } from 'react';
import type { Act } from '@/shared/api/act';
import { messageOf } from '@/shared/api/error';
import type { Organization } from '@/shared/api/types';
import { allowed } from '@/shared/session/can';
import { SectionCard } from '@/shared/ui/SectionCard';

interface TickedRulesCardProps<T extends string> {
  title: string;
  text: string;
  organization: Organization;
  /** All rules there are, in the order in which they are shown. */
  words: Record<T, string>;
  hints?: Partial<Record<T, string>>;
  chosen: readonly T[];
  save: Act<unknown, T[]>;
  onSaved: () => void;
}

export function TickedRulesCard<T extends string>({ title, text, organization, words, hints, chosen, save, onSaved }: TickedRulesCardProps<T>) {
  const id = useId();
  const may = allowed(organization.can, 'organization_security.update');
  // What was just asked for is shown at once, not only when the mutation tells that it is pending.
  const [asked, setAsked] = useState<readonly T[] | null>(null);
  const now = asked ?? chosen;
  const rules = Object.keys(words) as T[];
  const toggle = (each: T, on: boolean) => {
    const next = rules.filter((known) => (known === each ? on : now.includes(known)));
    setAsked(next);
    save.mutate(next, { onSuccess: onSaved, onSettled: () => setAsked(null) });
  };
  return (
    <SectionCard title={title}>
      <Box role="group" aria-labelledby={id}>
        <Box id={id} sx={{ fontSize: '0.8125rem', color: 'text.secondary', mb: 2, textWrap: 'pretty' }}>{text}</Box>
        <Box sx={{ display: 'grid', gridTemplateColumns: { sm: '1fr 1fr' }, columnGap: 3 }}>
          {rules.map((each) => (
            <FormControlLabel
              key={each}
              disabled={may !== true || save.isPending}
              control={<Checkbox size="small" checked={now.includes(each)} onChange={(_event, on) => toggle(each, on)} sx={{ py: '5px' }} />}
              label={
                <Box component="span" sx={{ fontSize: '0.8125rem' }}>
                  {words[each]}
                  {hints?.[each] !== undefined && <Box component="span" sx={{ display: 'block', color: 'text.secondary', textWrap: 'pretty' }}>{hints[each]}</Box>}
                </Box>
              }
              sx={{ ml: '-7px', mr: 0, alignItems: 'flex-start', '& .MuiFormControlLabel-label': { pt: '6px' } }}
            />
          ))}
        </Box>
        {save.isError && <Alert severity="error" sx={{ mt: 3 }}>{messageOf(save.error)}</Alert>}
        {may !== true && <Box sx={{ mt: 2, fontSize: '0.8125rem', color: 'text.secondary' }}>{may}</Box>}
      </Box>
    </SectionCard>
  );
}
