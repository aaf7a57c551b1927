'use client';
// The door: the address, then the way in that its owner has, then what else is owed. Where one wanted to go is kept in `next`.
import { useRouter, useSearchParams } from 'next/navigation';
import { useEffect, useState } from 'react';
import { ApiError, messageOf } from '@/shared/api/error';
import { AddressStep } from './AddressStep';
import { carriedAddress } from './address';
import { isChallenge, useDiscover, type Challenge, type Ways } from './api';
import { CodeStep } from './CodeStep';
import { DoorFrame } from './DoorFrame';
import type { Notice } from './DoorNotice';
import { EnrolStep } from './EnrolStep';
import { KeepCodesStep } from './KeepCodesStep';
import { PasswordStep } from './PasswordStep';
import { ownPath } from './ownPath';
import { ssoRefusal } from './ssoRefusals';
import { useOwed } from './useOwed';
import { WaysStep } from './WaysStep';

type Step =
  | { name: 'address'; email?: string; notice?: Notice }
  | { name: 'ways'; email: string; ways: Ways; notice?: Notice }
  | { name: 'password'; email: string; ways: Ways }
  | { name: 'link'; email: string; challenge: string; connections: Ways['connections'] }
  | { name: 'factor' | 'enrolment'; challenge: string; email: string; methods?: string[]; passkeys?: string[] }
  | { name: 'codes'; codes: string[]; email: string };

const link: Notice = {
  severity: 'info',
  title: 'Link your account once',
  text: 'Your password is right. Your organization asks everyone to sign in at its identity provider, and your account here is not linked to you there yet. Sign in there now: that links it, and from then on it is your way in.',
};

const moved: Notice = {
  severity: 'info',
  title: 'You are somewhere else than before',
  text: 'Your organization asks for a new sign-in on another network or device. Enter your address; then you go on where you were.',
};

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
  const begin: Step = { name: 'address', notice: refused !== null ? ssoRefusal(refused) : params.has('moved') ? moved : undefined };
  const step = chosen ?? (owed === undefined ? begin : { name: owed.name, challenge: owed.challenge, email: carriedAddress() });

  const enter = () => router.replace(next);
  const restart = (error?: unknown) => setStep({ name: 'address', notice: error === undefined ? undefined : { severity: 'info', text: messageOf(error) } });
  /** A challenge that is over leads back to the start; whatever else went wrong is shown where it did. */
  const overdue = (error: unknown) => {
    if (error instanceof ApiError && error.code === 'challenge_over') restart(error);
  };
  const choose = (email: string, ways: Ways) => setStep(ways.connections.length === 0 ? { name: 'password', email, ways } : { name: 'ways', email, ways });
  const owe = (email: string, { owed: name, ...answer }: Challenge) => setStep(name === 'link' ? { ...answer, name, email } : { ...answer, name, email });
  /** The organization asks for another way: those that this person has, or else those of their address. */
  const otherWay = (email: string, message: string, connections: Ways['connections']) => {
    const notice: Notice = { severity: 'warning', title: 'A password is not enough here', text: message };
    if (connections.length > 0) {
      setStep({ name: 'ways', email, ways: { connections, password: false }, notice });
      return;
    }
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
      {step.name === 'link' && (
        <WaysStep
          title="Link your account"
          email={step.email}
          ways={{ connections: step.connections, password: false }}
          challenge={step.challenge}
          next={next}
          notice={link}
          onError={overdue}
          onChange={() => restart()}
        />
      )}
      {step.name === 'password' && (
        <PasswordStep
          email={step.email}
          onOther={step.ways.connections.length === 0 ? undefined : () => choose(step.email, step.ways)}
          onAnswer={(answer) => (isChallenge(answer) ? owe(step.email, answer) : enter())}
          onSsoRequired={(message, connections) => otherWay(step.email, message, connections)}
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
