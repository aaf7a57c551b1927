'use client';
// One step as a form: Enter saves and goes on; a step can be skipped while nothing is typed in it.
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import type { ReactNode, SyntheticEvent } from 'react';
import type { Allowed } from '@/shared/session/can';
import { AllowedButton } from '@/shared/ui/AllowedButton';
import { formMessage } from '@/shared/ui/form';
import { StepFrame } from '@/shared/ui/StepFrame';

interface Props {
  title: string;
  intro: ReactNode;
  /** The verb of the step. */
  action: string;
  may: Allowed;
  pending: boolean;
  error: unknown;
  fields: readonly string[];
  disabled: boolean;
  /** The way on without what is typed here, and its words. */
  next?: { label: string; first: boolean; go: () => void };
  children: ReactNode;
  onSubmit: () => void;
}

export function StepForm({ title, intro, action, may, pending, error, fields, disabled, next, children, onSubmit }: Props) {
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (!pending && !disabled && may === true) onSubmit();
  };
  const message = formMessage(error, fields);
  return (
    <Box component="form" onSubmit={submit} noValidate>
      <StepFrame
        title={title}
        intro={intro}
        actions={
          <>
            <AllowedButton allowed={may} type="submit" variant={next?.first === true && disabled ? 'outlined' : 'contained'} loading={pending} disabled={may === true && disabled}>{action}</AllowedButton>
            {next !== undefined && <Button variant={next.first && disabled ? 'contained' : 'text'} disabled={pending} onClick={next.go}>{next.label}</Button>}
          </>
        }
      >
        {children}
        {message !== undefined && <Alert severity="error">{message}</Alert>}
      </StepFrame>
    </Box>
  );
}
