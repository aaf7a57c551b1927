'use client';
// Switching on: what is done, what is missing and what that means; afterwards, what comes next.
import CheckOutlined from '@mui/icons-material/CheckOutlined';
import RemoveOutlined from '@mui/icons-material/RemoveOutlined';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import type { Allowed } from '@/shared/session/can';
import { AllowedButton } from '@/shared/ui/AllowedButton';
import { StepFrame } from '@/shared/ui/StepFrame';
import type { SsoConnection } from '../api';
import { DeleteConnection } from '../DeleteConnection';
import { SwitchConnection } from '../SwitchConnection';
import { stepWords, type StepKey, type StepState } from './steps';

interface Props {
  connection: SsoConnection;
  may: Allowed;
  steps: readonly StepState[];
  /** The page of the organization's security. */
  back: string;
  own: boolean;
  onOpen: (step: StepKey) => void;
}

const shown = ['connect', 'test', 'roles', 'domain'] as const satisfies readonly StepKey[];
const withoutIt: Record<(typeof shown)[number], string> = {
  connect: 'Without it nothing works.',
  test: 'It cannot be switched on before it is tested as it is.',
  roles: 'Nobody new would come in; only people who link their account.',
  domain: 'Nobody would be offered this way at the sign-in, and no new account is made.',
};

export function ActivateStep({ connection, may, steps, back, own, onOpen }: Props) {
  const router = useRouter();
  const [asking, setAsking] = useState<'switch' | 'delete' | null>(null);
  const on = connection.state === 'active';
  const mayActivate = may === true && !connection.tested && !on ? 'Test it first, as it is now.' : may;
  return (
    <StepFrame
      title={on ? 'It is switched on' : 'Switch it on'}
      intro={on ? 'People of your proven mail domains are offered it when they sign in.' : 'From then on people of your proven mail domains are offered it when they sign in. Passwords go on working until you require single sign-on.'}
      actions={
        <>
          {on ? <Button component={Link} href={back} variant="contained">To sign-in and SSO</Button> : <AllowedButton allowed={mayActivate} variant="contained" onClick={() => setAsking('switch')}>Switch on…</AllowedButton>}
          {on && <AllowedButton allowed={may} variant="outlined" onClick={() => setAsking('switch')}>Switch off…</AllowedButton>}
          <AllowedButton allowed={may} variant="text" color="error" onClick={() => setAsking('delete')}>Remove…</AllowedButton>
        </>
      }
    >
      <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0, border: 1, borderColor: 'neutral.5', borderRadius: '8px' }}>
        {shown.map((key) => {
          const step = steps.find((each) => each.key === key);
          const done = step?.done === true;
          return (
            <Box component="li" key={key} sx={{ display: 'flex', alignItems: 'center', gap: 3, px: 4, py: 2.5, borderTop: 1, borderColor: 'neutral.4', '&:first-of-type': { borderTop: 0 } }}>
              <Box aria-hidden sx={{ display: 'flex', color: done ? 'ok.main' : 'severity.high.main' }}>{done ? <CheckOutlined /> : <RemoveOutlined />}</Box>
              <Box sx={{ flex: 1, minWidth: 0, fontSize: '0.8125rem' }}>
                <Box sx={{ fontWeight: 540 }}>{stepWords[key]}: {done ? 'done' : (step?.lacks ?? '').toLowerCase()}</Box>
                {!done && <Box sx={{ color: 'text.secondary' }}>{withoutIt[key]}</Box>}
              </Box>
              {!done && <Button size="small" variant="outlined" aria-label={`Go to ${stepWords[key]}`} onClick={() => onOpen(key)}>Go there</Button>}
            </Box>
          );
        })}
      </Box>
      {on && (
        <Alert severity="success">
          Try it in a private window, with an address of a proven domain. When it works for everybody, you can require single sign-on{own ? ' under Sign-in and SSO' : ' on the organization’s page'}, and choose who may use a password on the day when the provider is down.
        </Alert>
      )}
      {asking === 'switch' && <SwitchConnection connection={connection} onClose={() => setAsking(null)} />}
      {asking === 'delete' && <DeleteConnection connection={connection} onClose={() => setAsking(null)} onDeleted={() => router.push(back)} />}
    </StepFrame>
  );
}
