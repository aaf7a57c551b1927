'use client';
// The terms of a grant: level, how long, from where, why. The same fields for a new grant and for a change.
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import type { Option } from '@/shared/ui/form';
import { SelectInput, TextInput } from '@/shared/ui/form';
import type { AccessLevel } from '@/shared/api/types';
import { exactTime, stampTime } from '@/shared/lib/time';
import { levelWords } from '@/shared/lib/words';
import { HoursInput } from '@/shared/ui/HoursInput';
import { EMERGENCY_MINUTES, lastingWords, type Fixed, type Lasting, type TermsForm } from './terms';

interface Props {
  form: TermsForm;
  onChange: (form: TermsForm) => void;
  wrong: Record<string, string | undefined>;
  /** The end that stands today, when a grant is changed. */
  keep?: { expiresAt: string | null };
  /** It is an emergency, whose level and times stay. */
  fixed?: Fixed;
}

const levels: Option<AccessLevel>[] = [
  { value: 'read_only', label: levelWords.read_only, hint: 'Looks on: only accounts that are marked read only' },
  { value: 'full_access', label: levelWords.full_access, hint: 'Works on the customer’s machines' },
  { value: 'emergency', label: levelWords.emergency, hint: `At most ${EMERGENCY_MINUTES} minutes. For when waiting does harm` },
];

const presets: Option<Lasting>[] = Object.entries(lastingWords).map(([value, label]) => ({ value: value as Lasting, label }));

export function TermsFields({ form, onChange, wrong, keep, fixed }: Props) {
  const set = <K extends keyof TermsForm>(key: K, value: TermsForm[K]) => onChange({ ...form, [key]: value });
  const kept: Option<Lasting>[] = keep === undefined ? [] : [{ value: 'keep', label: keep.expiresAt === null ? 'Unchanged: until revoked' : 'Unchanged', hint: keep.expiresAt === null ? undefined : exactTime(keep.expiresAt) }];
  const emergency = form.accessLevel === 'emergency';
  return (
    <>
      {fixed !== undefined ? (
        <FixedTerms fixed={fixed} />
      ) : (
        <>
          <Box sx={{ display: 'grid', gap: 4, gridTemplateColumns: { sm: '1fr 1fr' }, alignItems: 'start' }}>
            <SelectInput label="Level" value={form.accessLevel} onChange={(level) => set('accessLevel', level)} options={levels} error={wrong.accessLevel} />
            {emergency && form.lasting !== 'keep' ? (
              <TextInput label="Minutes" type="number" min={1} max={EMERGENCY_MINUTES} value={form.emergencyMinutes} onChange={(value) => set('emergencyMinutes', value)} error={wrong.expiresAt} hint={`From now, at most ${EMERGENCY_MINUTES}.`} />
            ) : (
              <SelectInput label="How long" value={form.lasting} onChange={(value) => set('lasting', value)} options={[...kept, ...presets]} error={form.lasting === 'at' ? undefined : wrong.expiresAt} />
            )}
          </Box>
          {form.lasting === 'at' && !emergency && (
            <TextInput label="Ends at" type="datetime-local" value={form.until} onChange={(value) => set('until', value)} error={wrong.expiresAt} hint="In your time zone." />
          )}
        </>
      )}
      {emergency && fixed === undefined && <Alert severity="warning">Emergency access is for when waiting does harm. It ends by itself, the customer’s administrators and all super admins get a mail at once, and somebody else has to review it within 24 hours.</Alert>}
      <TextInput label="Reason" value={form.reason} onChange={(value) => set('reason', value)} multiline error={wrong.reason} hint={emergency ? 'At least 20 characters. The customer reads it at once.' : 'The customer sees this.'} />
      <Box sx={{ display: 'grid', gap: 4, gridTemplateColumns: { sm: '1fr 1fr' }, alignItems: 'start' }}>
        <TextInput label="Only from these addresses" required={false} mono value={form.ipRanges} onChange={(value) => set('ipRanges', value)} placeholder="203.0.113.0/24" error={wrong.ipRanges} hint="Addresses or ranges, with spaces between. Empty: from anywhere." />
        <SelectInput label="Services" value={form.services} onChange={(value) => set('services', value)} options={[{ value: 'all', label: 'All services' }, { value: 'ssh', label: 'Terminal (SSH) only' }, ...(form.services === 'keep' ? [{ value: 'keep' as const, label: 'Unchanged' }] : [])]} error={wrong.services} />
      </Box>
      {!emergency && <HoursInput form={form.hours} onChange={(hours) => set('hours', hours)} wrong={wrong} />}
      {keep === undefined && !emergency && (
        <TextInput label="Starts" required={false} type="datetime-local" value={form.from} onChange={(value) => set('from', value)} error={wrong.startsAt} hint="Empty: at once. In your time zone." />
      )}
      <TextInput label="Notes for the technician" required={false} value={form.notes} onChange={(value) => set('notes', value)} multiline error={wrong.notes} />
    </>
  );
}

/** Disabled with the reason, before the server would refuse it. */
function FixedTerms({ fixed: { startsAt, expiresAt } }: { fixed: Fixed }) {
  const time = (at: string | null) => (at === null ? '–' : stampTime(at));
  return (
    <>
      <Alert severity="info">The level and the times of emergency access stay as everybody was told. To change them, end it, and grant access instead.</Alert>
      <SelectInput label="Level" disabled value="emergency" onChange={() => undefined} options={levels} />
      <Box sx={{ display: 'grid', gap: 4, gridTemplateColumns: { sm: '1fr 1fr' }, alignItems: 'start' }}>
        <TextInput label="Starts" disabled value={time(startsAt)} onChange={() => undefined} />
        <TextInput label="Ends" disabled value={time(expiresAt)} onChange={() => undefined} />
      </Box>
    </>
  );
}
