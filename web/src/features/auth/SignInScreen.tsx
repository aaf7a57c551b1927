'use client';
// The door: the address, then the way in that its owner has, then what else is owed. Where one wanted to go is kept in `next`.
import { useRouter, useSearchParams } from 'next/navigation';
import { useEffect, useState } from 'react';
import { ApiError, messageOf } from '@/shared/api/error';
import { AddressStep } from './AddressStep';
import { carriedAddress } from './address';
import { isChallenge, useDiscover, type Ways } from './api';
import { CodeStep } from './CodeStep';
import { DoorFrame } from './DoorFrame';
import type { Notice } from './DoorNotice';
import { EnrolStep } from './EnrolStep';
import { KeepCodesStep } from './KeepCodesStep';
import { PasswordStep } from './PasswordStep';
import { ssoRefusal } from './ssoRefusals';
import { useOwed } from './useOwed';
import { WaysStep } from './WaysStep';

type Step =
  | { name: 'address'; email?: string; notice?: Notice }
  | { name: 'ways'; email: string; ways: Ways; notice?: Notice }
  | { name: 'password'; email: string; ways: Ways }
  | { name: 'factor' | 'enrolment'; challenge: string; email: string; methods?: string[]; passkeys?: string[] }
  | { name: 'codes'; codes: string[]; email: string };

/** Only a path of our own: an address of elsewhere would make the door an open redirect. */
function ownPath(next: string | null): string {
  return next !== null && /^\/(?![/\\])/.test(next) ? next : '/';
}

export function SignInScreen() {
  const router = useRouter();
  const params = useSearchParams();
  const refused = params.get('sso');
  const owed = useOwed();
  const discover = useDiscover();
  const next = ownPath(owed?.returnTo ?? params.get('next'));
  const [chosen, setStep] = useState<Step>();
  useEffect(() => {
    document.title = 'Sign in · Sallyport';
  }, []);
  const begin: Step = { name: 'address', notice: refused === null ? undefined : ssoRefusal(refused) };
  const step = chosen ?? (owed === undefined ? begin : { name: owed.name, challenge: owed.challenge, email: carriedAddress() });

  const enter = () => router.replace(next);
  const restart = (error?: unknown) => setStep({ name: 'address', notice: error === undefined ? undefined : { severity: 'info', text: messageOf(error) } });
  /** A challenge that is over leads back to the start; whatever else went wrong is shown where it did. */
  const overdue = (error: unknown) => {
    if (error instanceof ApiError && error.code === 'challenge_over') restart(error);
  };
  const choose = (email: string, ways: Ways) => setStep(ways.connections.length === 0 ? { name: 'password', email, ways } : { name: 'ways', email, ways });
  /** The organization asks for another way: which ones there are, is asked anew. */
  const otherWay = (email: string, message: string) => {
    const notice: Notice = { severity: 'warning', title: 'A password is not enough here', text: message };
    discover.mutate(email, {
      onSuccess: (ways) => setStep(ways.connections.length === 0 ? { name: 'address', email, notice } : { name: 'ways', email, ways, notice }),
      onError: () => setStep({ name: 'address', email, notice }),
    });
  };

  return (
    <DoorFrame>
      {step.name === 'address' && <AddressStep email={step.email} wayBack={refused !== null} notice={step.notice} onWays={choose} onDone={enter} />}
      {step.name === 'ways' && (
        <WaysStep
          email={step.email}
          ways={step.ways}
          next={next}
          notice={step.notice}
          onPassword={() => setStep({ name: 'password', email: step.email, ways: step.ways })}
          onChange={() => setStep({ name: 'address', email: step.email })}
        />
      )}
      {step.name === 'password' && (
        <PasswordStep
          email={step.email}
          onOther={step.ways.connections.length === 0 ? undefined : () => choose(step.email, step.ways)}
          onAnswer={(answer) => (isChallenge(answer) ? setStep({ ...answer, name: answer.owed, email: step.email }) : enter())}
          onSsoRequired={(message) => otherWay(step.email, message)}
          onChange={() => setStep({ name: 'address', email: step.email })}
        />
      )}
      {step.name === 'factor' && <CodeStep challenge={step.challenge} methods={step.methods} passkeys={step.passkeys} email={step.email} onDone={enter} onError={overdue} onBack={() => restart()} />}
      {step.name === 'enrolment' && (
        <EnrolStep challenge={step.challenge} email={step.email} onDone={(codes) => setStep({ name: 'codes', codes, email: step.email })} onError={overdue} onBack={() => restart()} />
      )}
      {step.name === 'codes' && <KeepCodesStep codes={step.codes} email={step.email} onDone={enter} />}
    </DoorFrame>
  );
}
