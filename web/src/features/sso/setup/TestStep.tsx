'use client';
// The live test: what is forged must be refused, then somebody signs in. It changes nothing and lets nobody in.
import OpenInNewOutlined from '@mui/icons-material/OpenInNewOutlined';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { messageOf } from '@/shared/api/error';
import type { Allowed } from '@/shared/session/can';
import { AllowedButton } from '@/shared/ui/AllowedButton';
import { RelativeTime } from '@/shared/ui/RelativeTime';
import { StepFrame } from '@/shared/ui/StepFrame';
import type { SsoConnection } from '../api';
import { CheckList } from './CheckList';
import { TestPerson } from './TestPerson';
import { useTestRun } from './useTestRun';

interface Props {
  connection: SsoConnection;
  may: Allowed;
  onNext: () => void;
}

export function TestStep({ connection, may, onNext }: Props) {
  const run = useTestRun(connection);
  const { state } = run;
  const { lastTest, tested } = connection;
  const idle = state === 'idle' || state === 'failed' || state === 'over';
  return (
    <StepFrame
      title="Test it before anybody depends on it"
      intro="First the provider is asked about itself, and forged answers are tried against this connection: they must be refused. Then you sign in there yourself. The test lets nobody in and changes nothing here."
      actions={
        <>
          {tested && idle && <Button variant="contained" onClick={onNext}>Continue</Button>}
          {(state === 'ready' || state === 'awaited') && <Button variant={state === 'ready' ? 'contained' : 'outlined'} startIcon={<OpenInNewOutlined />} onClick={run.signIn} autoFocus>{state === 'ready' ? 'Sign in there' : 'Open the window again'}</Button>}
          {(idle || state === 'looking') && <AllowedButton allowed={may} variant={tested && idle ? 'outlined' : 'contained'} loading={state === 'looking'} onClick={run.begin}>{lastTest == null ? 'Begin the test' : 'Test again'}</AllowedButton>}
        </>
      }
    >
      {state === 'idle' && lastTest != null && (
        <Box sx={{ fontSize: '0.8125rem', color: 'text.secondary' }}>
          The last test {lastTest.passed ? 'passed' : 'failed'} <RelativeTime at={lastTest.at} />{lastTest.passed && !tested ? '. The connection was changed since: test it again' : ''}.
        </Box>
      )}
      <CheckList lines={run.lines} />
      {run.error !== null && <Alert severity="error">{messageOf(run.error)}</Alert>}
      {run.blocked && run.url !== null && (
        <Alert severity="warning" action={<Button size="small" color="inherit" href={run.url}>Go there in this one</Button>}>The browser did not allow another window.</Alert>
      )}
      {state === 'ready' && <Alert severity="info">All that can be seen from here is right. Now sign in there, as somebody who shall be able to come in.</Alert>}
      {state === 'awaited' && <Alert severity="info">Sign in in the other window. How it went is shown here by itself.</Alert>}
      {(state === 'failed' || (state === 'over' && lastTest?.passed === false)) && <Alert severity="error">The test did not pass. What failed says why; put it right there or under Connect, and test again.</Alert>}
      {idle && state !== 'failed' && lastTest?.person != null && <TestPerson person={lastTest.person} connection={connection} />}
    </StepFrame>
  );
}
