'use client';
// Confirming that it is still you: a small dialog over whatever one was about to do, which is then done.
import FingerprintOutlined from '@mui/icons-material/FingerprintOutlined';
import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState, type ReactNode } from 'react';
import { useAct } from '@/shared/api/act';
import { api, data, setStepUpHandler } from '@/shared/api/client';
import type { Profile } from '@/shared/api/types';
import { CodeInput } from '@/shared/ui/CodeInput';
import { FormDialog, fieldErrors } from '@/shared/ui/form';
import { PasswordInput } from '@/shared/ui/PasswordInput';
import { useFactors } from './factors';
import { showPasskey, usePasskeysWork } from './passkeys';
import { profileKey, useSession } from './SessionProvider';
import { StepUpElsewhere } from './StepUpElsewhere';

type Answer = (given: boolean) => void;
interface StepUpInput {
  password: string;
  method: 'totp' | 'backup_code';
  code?: string;
}

let ask: () => Promise<boolean> = () => Promise.resolve(false);

/** For what cannot be asked for again after a refusal, such as a download: true once who one is has been proved lately. */
export function useFresh(): () => Promise<boolean> {
  const { profile } = useSession();
  return useCallback(() => (new Date(profile.session.freshUntil).getTime() > Date.now() ? Promise.resolve(true) : ask()), [profile]);
}

/** However many requests ask at once, the person is asked once. */
export function StepUpProvider({ children }: { children: ReactNode }) {
  const [open, setOpen] = useState(false);
  const waiting = useRef<Answer[]>([]);
  useEffect(() => {
    ask = () =>
      new Promise((resolve) => {
        waiting.current.push(resolve);
        setOpen(true);
      });
    setStepUpHandler(() => ask());
    return () => {
      ask = () => Promise.resolve(false);
      setStepUpHandler(ask);
    };
  }, []);
  const answer = (given: boolean) => {
    setOpen(false);
    for (const resolve of waiting.current.splice(0)) resolve(given);
  };
  return (
    <>
      {children}
      {open && <StepUpDialog onAnswer={answer} />}
    </>
  );
}

function StepUpDialog({ onAnswer }: { onAnswer: Answer }) {
  const client = useQueryClient();
  const { profile, signOut } = useSession();
  const ways = profile.stepUp;
  const factors = useFactors();
  const stepUp = useAct({
    inline: true,
    ask: (body: StepUpInput) => data(api.POST('/api/auth/step-up', { body })),
  });
  const byPasskey = useAct({
    inline: true,
    ask: async (allowed: string[]) => {
      const passkey = await showPasskey({ allowed });
      return data(api.POST('/api/auth/step-up/passkey', { body: { passkey } }));
    },
  });
  const passkeysWork = usePasskeysWork();
  const [password, setPassword] = useState('');
  const [chosen, setMethod] = useState<'totp' | 'backup_code'>();
  const [code, setCode] = useState('');
  // Factors and identities may have come since the profile was read.
  useEffect(() => void client.invalidateQueries({ queryKey: profileKey }), [client]);
  const hasApp = factors.data?.factors.some(({ kind }) => kind === 'totp') ?? true;
  const method = chosen ?? (hasApp ? 'totp' : 'backup_code');
  const complete = ways.password && password !== '' && (!ways.code || code.trim() !== '');
  const passkeys = !ways.passkey ? [] : factors.data?.factors.flatMap(({ credentialId }) => credentialId ?? []) ?? [];
  const none = !ways.password && ways.sso.length === 0 && !(ways.passkey && passkeysWork);
  const fresh = ({ until }: { until: string }) => {
    client.setQueryData<Profile>(profileKey, (known) => known && { ...known, session: { ...known.session, freshUntil: until } });
    onAnswer(true);
  };
  const submit = () => {
    stepUp.mutate({ password, method, code: ways.code ? code : undefined }, {
      onSuccess: fresh,
      onError: () => {
        setPassword('');
        setCode('');
      },
    });
  };
  const wrong = fieldErrors(stepUp.error);
  const codeElsewhere = ways.sso.some((way) => way.code);
  // One for both ways: beside the password, and before the way to an identity provider that leaves it to be asked here.
  const codeField = (
    <div>
      <CodeInput method={method} value={code} onChange={setCode} error={wrong.code} />
      {hasApp && (
        <Button size="small" sx={{ mt: 1, mx: -1 }} onClick={() => { setMethod(method === 'totp' ? 'backup_code' : 'totp'); setCode(''); }}>
          {method === 'totp' ? 'Use a backup code' : 'Use the authenticator app'}
        </Button>
      )}
    </div>
  );
  return (
    <FormDialog
      title="Confirm that it is you"
      intro={`This reaches far, and it is a while since ${profile.email} signed in. Confirm, and it goes on by itself.`}
      action={ways.password ? 'Confirm' : undefined}
      pending={stepUp.isPending}
      error={stepUp.error ?? byPasskey.error ?? factors.error}
      fields={['password', 'code']}
      disabled={!complete}
      onSubmit={submit}
      onClose={() => onAnswer(false)}
    >
      {codeElsewhere && !ways.password && codeField}
      {ways.sso.length > 0 && <StepUpElsewhere ways={ways.sso} code={{ method, code }} alone={!ways.password} onCodeUsed={() => setCode('')} onConfirmed={() => onAnswer(true)} />}
      {none && (
        <Alert severity="info" action={<Button size="small" color="inherit" onClick={() => void signOut('here')}>Sign out</Button>}>
          Here you have no way to confirm who you are. Sign out and in again; what you were about to do is open for ten minutes then.
        </Alert>
      )}
      {ways.password && (
        <>
          {/* For password managers: which account the password belongs to. */}
          <input type="hidden" name="username" autoComplete="username" value={profile.email} readOnly />
          <PasswordInput label="Password" autoComplete="current-password" autoFocus value={password} onChange={setPassword} error={wrong.password} />
        </>
      )}
      {ways.password && ways.code && codeField}
      {passkeys.length > 0 && passkeysWork && (
        <Button variant="outlined" startIcon={<FingerprintOutlined />} loading={byPasskey.isPending} onClick={() => { stepUp.reset(); byPasskey.mutate(passkeys, { onSuccess: fresh }); }}>
          {ways.password ? 'Use a passkey instead' : 'Use a passkey'}
        </Button>
      )}
    </FormDialog>
  );
}
