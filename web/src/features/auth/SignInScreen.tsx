'use client';
// The door: the password, then what else is owed. Where one wanted to go is kept in `next`.
import { useRouter, useSearchParams } from 'next/navigation';
import { useEffect, useState } from 'react';
import { ApiError, messageOf } from '@/shared/api/error';
import { isChallenge } from './api';
import { CodeStep } from './CodeStep';
import { DoorFrame } from './DoorFrame';
import { EnrolStep } from './EnrolStep';
import { KeepCodesStep } from './KeepCodesStep';
import { PasswordStep } from './PasswordStep';

type Step =
  | { name: 'password'; notice?: string }
  | { name: 'factor' | 'enrolment'; challenge: string; email: string }
  | { name: 'codes'; codes: string[]; email: string };

/** Only a path of our own: an address of elsewhere would make the door an open redirect. */
function ownPath(next: string | null): string {
  return next !== null && /^\/(?![/\\])/.test(next) ? next : '/';
}

export function SignInScreen() {
  const router = useRouter();
  const next = ownPath(useSearchParams().get('next'));
  const [step, setStep] = useState<Step>({ name: 'password' });
  useEffect(() => {
    document.title = 'Sign in · Sallyport';
  }, []);
  const enter = () => router.replace(next);
  const restart = (error?: unknown) => setStep({ name: 'password', notice: error === undefined ? undefined : messageOf(error) });
  /** A challenge that is over leads back to the password; whatever else went wrong is shown where it did. */
  const overdue = (error: unknown) => {
    if (error instanceof ApiError && error.code === 'challenge_over') restart(error);
  };

  return (
    <DoorFrame>
      {step.name === 'password' && (
        <PasswordStep
          notice={step.notice}
          onAnswer={(answer, email) => (isChallenge(answer) ? setStep({ name: answer.owed, challenge: answer.challenge, email }) : enter())}
        />
      )}
      {step.name === 'factor' && <CodeStep challenge={step.challenge} email={step.email} onDone={enter} onError={overdue} onBack={() => restart()} />}
      {step.name === 'enrolment' && (
        <EnrolStep challenge={step.challenge} email={step.email} onDone={(codes) => setStep({ name: 'codes', codes, email: step.email })} onError={overdue} onBack={() => restart()} />
      )}
      {step.name === 'codes' && <KeepCodesStep codes={step.codes} email={step.email} onDone={enter} />}
    </DoorFrame>
  );
}
