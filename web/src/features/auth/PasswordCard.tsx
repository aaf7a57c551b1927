'use client';
// My password: changed by whoever knows the old one.
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { useState, type SyntheticEvent } from 'react';
import { fieldErrors, formMessage } from '@/shared/ui/form';
import { SectionCard } from '@/shared/ui/SectionCard';
import { useToast } from '@/shared/ui/toast';
import { useAskedKinds, useChangePassword } from './api';
import { MIN_PASSWORD } from './passwordRules';
import { PasswordInput } from '@/shared/ui/PasswordInput';
import { PasswordKinds } from './PasswordKinds';
import { PasswordMeter } from './PasswordMeter';
import type { About } from './usePasswordWeight';

export function PasswordCard({ about }: { about: About }) {
  const toast = useToast();
  const [form, setForm] = useState<'not yet' | 'open' | 'closed'>('not yet');
  const done = () => {
    setForm('closed');
    toast.done('Your password is changed. Everywhere else you are signed out.');
  };
  return (
    <SectionCard title="Password" action={form === 'open' ? undefined : <Button size="small" variant="outlined" autoFocus={form === 'closed'} onClick={() => setForm('open')}>Change password</Button>}>
      {form === 'open' ? <ChangeForm about={about} onDone={done} onCancel={() => setForm('closed')} /> : (
        <Box sx={{ fontSize: '0.8125rem', color: 'text.secondary' }}>Known to you alone: nobody can look it up.</Box>
      )}
    </SectionCard>
  );
}

function ChangeForm({ about, onDone, onCancel }: { about: About; onDone: () => void; onCancel: () => void }) {
  const change = useChangePassword();
  const kinds = useAskedKinds();
  const [currentPassword, setCurrent] = useState('');
  const [newPassword, setNew] = useState('');
  const [again, setAgain] = useState('');
  const [tried, setTried] = useState(false);
  const wrong = fieldErrors(change.error);
  const shown = formMessage(change.error, ['currentPassword', 'newPassword']);
  const short = newPassword.length < MIN_PASSWORD;
  const differs = again !== newPassword;
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setTried(true);
    if (currentPassword === '' || short || differs || change.isPending) return;
    change.mutate({ currentPassword, newPassword }, { onSuccess: onDone });
  };
  return (
    <Box component="form" onSubmit={submit} noValidate aria-label="Change password" sx={{ display: 'grid', gap: 4, maxWidth: 420 }}>
      {shown !== undefined && <Alert severity="error">{shown}</Alert>}
      {/* For password managers: which account the password belongs to. */}
      <input type="hidden" name="username" autoComplete="username" value={about.email} readOnly />
      <PasswordInput label="Password now" autoComplete="current-password" autoFocus value={currentPassword} onChange={setCurrent} error={tried && currentPassword === '' ? 'Enter the password that you have now.' : wrong.currentPassword} />
      <PasswordInput label="New password" autoComplete="new-password" value={newPassword} onChange={setNew} error={tried && short ? `Use at least ${MIN_PASSWORD} characters.` : wrong.newPassword} />
      <PasswordMeter password={newPassword} about={{ ...about, passwordClasses: kinds }} />
      <PasswordKinds password={newPassword} kinds={kinds} />
      <PasswordInput label="New password again" autoComplete="new-password" value={again} onChange={setAgain} error={tried && differs ? 'The two passwords differ.' : undefined} />
      <Box sx={{ fontSize: '0.8125rem', color: 'text.secondary' }}>Everywhere else you are signed out, and your open terminal sessions end.</Box>
      <Box sx={{ display: 'flex', gap: 2 }}>
        <Button type="submit" variant="contained" loading={change.isPending}>Change password</Button>
        <Button onClick={onCancel} disabled={change.isPending}>Cancel</Button>
      </Box>
    </Box>
  );
}
