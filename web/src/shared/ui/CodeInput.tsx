'use client';
// A code of an authenticator app, or a backup code. As typed: the server takes blanks and dashes out.
import type { Ref } from 'react';
import { TextInput } from './form';

interface Props {
  method: 'totp' | 'backup_code';
  value: string;
  onChange: (value: string) => void;
  error?: string;
  autoFocus?: boolean;
  inputRef?: Ref<HTMLInputElement | HTMLTextAreaElement>;
}

export function CodeInput({ method, ...input }: Props) {
  return method === 'totp' ? (
    <TextInput {...input} key="totp" name="code" label="Code" hint="Six digits; a new code comes every 30 seconds." inputMode="numeric" autoComplete="one-time-code" mono />
  ) : (
    <TextInput {...input} key="backup" name="code" label="Backup code" hint="Sixteen letters and digits; dashes do not matter." autoComplete="off" mono />
  );
}
