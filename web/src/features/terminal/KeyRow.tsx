'use client';
// Keys that a phone's keyboard lacks.
import Box from '@mui/material/Box';
import ButtonBase from '@mui/material/ButtonBase';
import type { Terminal } from '@xterm/xterm';
import { useEffect, useEffectEvent, useState } from 'react';

const named: readonly { label: string; name: string; keys: string; application?: string }[] = [
  { label: 'Esc', name: 'Escape', keys: '\u001b' },
  { label: 'Tab', name: 'Tab', keys: '\t' },
  { label: '↑', name: 'Up', keys: '\u001b[A', application: '\u001bOA' },
  { label: '↓', name: 'Down', keys: '\u001b[B', application: '\u001bOB' },
  { label: '←', name: 'Left', keys: '\u001b[D', application: '\u001bOD' },
  { label: '→', name: 'Right', keys: '\u001b[C', application: '\u001bOC' },
  { label: '|', name: 'Pipe', keys: '|' },
  { label: '/', name: 'Slash', keys: '/' },
  { label: '-', name: 'Dash', keys: '-' },
  { label: '~', name: 'Tilde', keys: '~' },
];

/** The control character of a letter, as Ctrl makes it. */
function controlOf(letter: string): string | undefined {
  const code = letter.toUpperCase().charCodeAt(0);
  return letter.length === 1 && code >= 0x40 && code <= 0x5f ? String.fromCharCode(code - 0x40) : undefined;
}

export function KeyRow({ terminal }: { terminal: Terminal }) {
  const [ctrl, setCtrl] = useState(false);
  const onInput = useEffectEvent((event: InputEvent) => {
    const control = ctrl && event.data !== null ? controlOf(event.data) : undefined;
    if (control === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    setCtrl(false);
    terminal.input(control);
  });
  useEffect(() => {
    const area = terminal.textarea;
    const listener = (event: InputEvent) => onInput(event);
    area?.addEventListener('beforeinput', listener, true);
    return () => area?.removeEventListener('beforeinput', listener, true);
  }, [terminal]);

  const press = (keys: string) => {
    const control = ctrl ? controlOf(keys) : undefined;
    setCtrl(false);
    terminal.input(control ?? keys);
    terminal.focus();
  };
  return (
    <Box
      role="toolbar"
      aria-label="Keys"
      sx={{ display: 'none', '@media (pointer: coarse)': { display: 'flex' }, flex: 'none', overflowX: 'auto', bgcolor: 'background.paper', borderTop: 1, borderColor: 'neutral.5' }}
    >
      <Key label="Ctrl" name="Control" pressed={ctrl} onPress={() => { setCtrl(!ctrl); terminal.focus(); }} />
      {named.map(({ label, name, keys, application }) => (
        <Key key={name} label={label} name={name} onPress={() => press(application !== undefined && terminal.modes.applicationCursorKeysMode ? application : keys)} />
      ))}
    </Box>
  );
}

function Key({ label, name, pressed, onPress }: { label: string; name: string; pressed?: boolean; onPress: () => void }) {
  return (
    <ButtonBase
      aria-label={name}
      aria-pressed={pressed}
      // The keyboard of the phone must not go away.
      onPointerDown={(event) => event.preventDefault()}
      onClick={onPress}
      sx={{ flex: '1 1 0', minWidth: 30, height: 44, px: 0, fontSize: '0.8125rem', fontWeight: 540, borderRight: 1, borderColor: 'neutral.4', color: pressed === true ? 'primary.main' : 'text.primary', bgcolor: pressed === true ? 'accent.soft' : undefined }}
    >
      {label}
    </ButtonBase>
  );
}
