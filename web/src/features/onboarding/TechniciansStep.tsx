'use client';
// Who may come in, how far and for how long. All that are ticked get the same terms, in one transaction, and what stands
// already is changed only after a look at what becomes of it.
import Box from '@mui/material/Box';
import Checkbox from '@mui/material/Checkbox';
import FormControlLabel from '@mui/material/FormControlLabel';
import { useId, useState } from 'react';
import { useTechnicianOptions } from '@/shared/api/lookups';
import type { AccessChanges, AccessLevel, AssignAccess, Grant, Organization } from '@/shared/api/types';
import { hoursFields, hoursForm, toHours, type HoursForm } from '@/shared/lib/hours';
import { plural } from '@/shared/lib/time';
import { levelWords } from '@/shared/lib/words';
import { allowed } from '@/shared/session/can';
import { HoursInput } from '@/shared/ui/HoursInput';
import { HoursNote } from '@/shared/ui/HoursNote';
import { LevelChip } from '@/shared/ui/LevelChip';
import { ChangesView } from '@/shared/ui/ChangesView';
import { FormDialog, SelectInput, TextInput, fieldErrors, type Option } from '@/shared/ui/form';
import { TimeLeft } from '@/shared/ui/TimeLeft';
import { useToast } from '@/shared/ui/toast';
import { useGiveAccess, useHeld } from './api';
import { quickerThan, reachOf } from './giving';
import { StepForm } from './StepForm';
import { There, ThereLine } from './There';

type Level = Exclude<AccessLevel, 'emergency'>;
const levels: Option<Level>[] = [
  { value: 'full_access', label: levelWords.full_access, hint: 'Works on the customer’s machines' },
  { value: 'read_only', label: levelWords.read_only, hint: 'Looks on: only accounts that are marked read only' },
];

const DAYS = { '7': '7 days', '30': '30 days', '90': '90 days', '365': 'A year', none: 'Until revoked' } as const;
type Lasting = keyof typeof DAYS;
const lengths = Object.entries(DAYS).map(([value, label]) => ({ value: value as Lasting, label }));

/** From this many on one looks for a name. */
const MANY = 8;

export function TechniciansStep({ organization, onNext }: { organization: Organization; onNext: () => void }) {
  const toast = useToast();
  const held = useHeld(organization.id);
  const { look, give } = useGiveAccess();
  const [seen, setSeen] = useState<{ body: AssignAccess; changes: AccessChanges } | null>(null);
  const [ticked, setTicked] = useState<readonly string[]>([]);
  const [level, setLevel] = useState<Level>('full_access');
  const [lasting, setLasting] = useState<Lasting>('90');
  const [hours, setHours] = useState<HoursForm>(hoursForm);
  const [reason, setReason] = useState(`Onboarding of ${organization.name}`);
  const there = (held.data?.items ?? []).filter(({ status }) => status === 'active' || status === 'scheduled');
  const error = look.error ?? quickerThan(give.error, organization.name);
  const wrong = fieldErrors(error);
  const done = (words: string) => {
    toast.done(words);
    setTicked([]);
    setSeen(null);
  };
  const goOn = (body: AssignAccess, { plan }: AccessChanges) => {
    const words = `${plural(body.cells.length, 'technician')} may come in to ${organization.name}.`;
    give.mutate({ ...body, plan }, { onSuccess: () => done(words), onError: () => setSeen(null) });
  };
  const submit = () => {
    const expiresAt = lasting === 'none' ? null : new Date(Date.now() + Number(lasting) * 86_400_000).toISOString();
    const cells = ticked.map((technicianId) => ({ technicianId, customerOrgId: organization.id }));
    const body = { cells, terms: { accessLevel: level, expiresAt, hours: toHours(hours) }, reason: reason.trim() };
    give.reset();
    look.mutate(body, {
      onSuccess: (changes) => {
        const reach = reachOf(changes);
        if (reach === 'nothing') done('All of them have these terms already.');
        else if (reach === 'adds') goOn(body, changes);
        else setSeen({ body, changes });
      },
    });
  };
  return (
    <>
      <StepForm
        title="The technicians"
        intro={`Who of you may come in to ${organization.name}, how far and until when. The customer’s administrators see each of them with the reason.`}
        action={ticked.length > 1 ? `Give ${ticked.length} technicians access` : 'Give access'}
        may={allowed(organization.can, 'grant.create')}
        pending={look.isPending || give.isPending}
        error={error}
        fields={['reason', 'expiresAt', ...hoursFields(hours)]}
        disabled={ticked.length === 0 || reason.trim() === ''}
        next={{ label: there.length === 0 ? 'Skip for now' : 'Continue', first: there.length > 0, go: onNext }}
        onSubmit={submit}
      >
        {there.length > 0 && (
          <There label="Who has access">
            {there.map((grant) => <ThereLine key={grant.id} title={grant.technicianName} aside={<TimeLeft until={grant.expiresAt} none="Until revoked" />}><LevelChip level={grant.accessLevel} /> <HoursNote grant={grant} /></ThereLine>)}
          </There>
        )}
        <Who ticked={ticked} held={there} onChange={setTicked} />
        <Box sx={{ display: 'grid', gap: 4, gridTemplateColumns: { sm: '1fr 1fr' }, alignItems: 'start' }}>
          <SelectInput label="Level" value={level} onChange={setLevel} options={levels} />
          <SelectInput label="How long" value={lasting} onChange={setLasting} options={lengths} error={wrong.expiresAt} />
        </Box>
        <HoursInput form={hours} onChange={setHours} wrong={wrong} />
        <TextInput label="Reason" value={reason} onChange={setReason} error={wrong.reason} hint="The customer sees this." />
      </StepForm>
      {seen !== null && (
        <FormDialog
          title={`Change who may come in to ${organization.name}?`}
          intro="Some of them hold this level already. This is what becomes of it."
          action={ticked.length > 1 ? 'Give access to all' : 'Give access'}
          wide
          pending={give.isPending}
          error={null}
          fields={[]}
          onSubmit={() => goOn(seen.body, seen.changes)}
          onClose={() => setSeen(null)}
        >
          <ChangesView changes={seen.changes} />
        </FormDialog>
      )}
    </>
  );
}

function Who({ ticked, held, onChange }: { ticked: readonly string[]; held: readonly Grant[]; onChange: (ticked: readonly string[]) => void }) {
  const id = useId();
  const technicians = useTechnicianOptions();
  const [sought, setSought] = useState('');
  const shown = technicians.filter(({ value, label, hint = '' }) => ticked.includes(value) || `${label} ${hint}`.toLowerCase().includes(sought.trim().toLowerCase()));
  return (
    <Box component="fieldset" aria-labelledby={id} sx={{ m: 0, p: 0, border: 0, minWidth: 0 }}>
      <Box id={id} component="legend" sx={{ p: 0, mb: '6px', fontSize: '0.8125rem', fontWeight: 540 }}>Who</Box>
      {technicians.length > MANY && <Box sx={{ mb: 2 }}><TextInput label="Find a technician" type="search" value={sought} onChange={setSought} autoComplete="off" /></Box>}
      <Box sx={{ display: 'grid', gridTemplateColumns: { sm: '1fr 1fr' }, columnGap: 3, border: 1, borderColor: 'neutral.5', borderRadius: '8px', px: 3, py: 1, maxHeight: 260, overflowY: 'auto' }}>
        {shown.map(({ value, label }) => {
          const has = held.filter(({ technicianId }) => technicianId === value).map(({ accessLevel }) => levelWords[accessLevel].toLowerCase());
          return (
            <FormControlLabel
              key={value}
              control={<Checkbox size="small" checked={ticked.includes(value)} onChange={(_event, on) => onChange(on ? [...ticked, value] : ticked.filter((each) => each !== value))} />}
              label={<>{label}{has.length > 0 && <Box component="span" sx={{ color: 'text.secondary', fontSize: '0.75rem' }}> has {has.join(', ')}</Box>}</>}
              sx={{ m: 0, minHeight: { xs: 44, md: 34 }, '& .MuiFormControlLabel-label': { fontSize: '0.8125rem', minWidth: 0, overflowWrap: 'anywhere' } }}
            />
          );
        })}
        {shown.length === 0 && <Box sx={{ py: 2, fontSize: '0.8125rem', color: 'text.secondary' }}>{technicians.length === 0 ? 'There are no technicians yet. Invite them under People.' : 'No technician has this in the name.'}</Box>}
      </Box>
    </Box>
  );
}
