'use client';
// The terms that are asked for: how long, from when, from where, why. The same for a new request and for a change.
import Box from '@mui/material/Box';
import { SelectInput, TextInput, type Option } from '@/shared/ui/form';
import { HoursInput } from '@/shared/ui/HoursInput';
import { lastingWords, type Lasting, type Wish } from './wish';

interface Props {
  wish: Wish;
  onChange: (wish: Wish) => void;
  wrong: Record<string, string | undefined>;
  /** The request stands already: its end may stay as it is. */
  standing?: boolean;
}

const lengths = Object.entries(lastingWords).map(([value, label]): Option<Lasting> => ({ value: value as Lasting, label }));

export function WishFields({ wish, onChange, wrong, standing = false }: Props) {
  const set = <K extends keyof Wish>(key: K, value: Wish[K]) => onChange({ ...wish, [key]: value });
  return (
    <>
      <Box sx={{ display: 'grid', gap: 4, gridTemplateColumns: { sm: '1fr 1fr' }, alignItems: 'start' }}>
        <SelectInput label="How long" value={wish.lasting} onChange={(value) => set('lasting', value)} options={standing ? [{ value: 'keep', label: 'Unchanged' }, ...lengths] : lengths} error={wrong.expiresAt} />
        <TextInput label="Starts" required={false} type="datetime-local" value={wish.from} onChange={(value) => set('from', value)} error={wrong.startsAt} hint={standing ? 'Empty: unchanged.' : 'Empty: at once. In your time zone.'} />
      </Box>
      <TextInput label="Why do you need it?" value={wish.reason} onChange={(value) => set('reason', value)} multiline error={wrong.reason} hint="Whoever decides reads it, and the customer too." />
      <Box sx={{ display: 'grid', gap: 4, gridTemplateColumns: { sm: '1fr 1fr' }, alignItems: 'start' }}>
        <TextInput label="Only from these addresses" required={false} mono value={wish.ipRanges} onChange={(value) => set('ipRanges', value)} placeholder="203.0.113.0/24" error={wrong.ipRanges} hint="Addresses or ranges, with spaces between." />
        <SelectInput label="Services" value={wish.services} onChange={(value) => set('services', value)} options={[{ value: 'all', label: 'All services' }, { value: 'ssh', label: 'Terminal (SSH) only' }, ...(wish.services === 'keep' ? [{ value: 'keep' as const, label: 'Unchanged' }] : [])]} error={wrong.services} />
      </Box>
      <HoursInput form={wish.hours} onChange={(hours) => set('hours', hours)} wrong={wrong} />
    </>
  );
}
