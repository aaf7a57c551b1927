'use client';
// A button that the server's answer drives: what you may not do stays in sight, disabled, with the reason.
import Button, { type ButtonProps } from '@mui/material/Button';
import Tooltip from '@mui/material/Tooltip';
import type { MouseEvent } from 'react';
import type { Allowed } from '@/shared/session/can';

interface Props extends ButtonProps {
  allowed: Allowed;
}

export function AllowedButton({ allowed, children, onClick, sx, ...rest }: Props) {
  if (allowed === true) {
    return (
      <Button {...rest} onClick={onClick} sx={sx}>
        {children}
      </Button>
    );
  }
  // aria-disabled instead of disabled: the reason must be reachable by keyboard and by touch.
  return (
    <Tooltip title={allowed} describeChild>
      <Button
        {...rest}
        type="button"
        aria-disabled
        onClick={(event: MouseEvent) => event.preventDefault()}
        sx={{ opacity: 0.55, cursor: 'not-allowed', ...(sx as object) }}
      >
        {children}
      </Button>
    </Tooltip>
  );
}
