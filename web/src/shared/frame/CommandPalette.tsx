'use client';
// Ctrl/⌘ K: pages and actions, people, organizations, machines and sessions; all by the keyboard.
import SearchOutlined from '@mui/icons-material/SearchOutlined';
import Box from '@mui/material/Box';
import Dialog from '@mui/material/Dialog';
import InputBase from '@mui/material/InputBase';
import LinearProgress from '@mui/material/LinearProgress';
import { useRouter } from 'next/navigation';
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { promise, useEntries, useKinds, type Entry } from './paletteEntries';

export function CommandPalette({ onClose }: { onClose: () => void }) {
  const router = useRouter();
  const [text, setText] = useState('');
  // The one that a person moved to; the best fit until then. More is found while they look, and must not slip under the hand.
  const [chosen, setChosen] = useState<string | null>(null);
  const kinds = useKinds();
  const { entries, looking } = useEntries(text, kinds);
  const active = Math.min(Math.max(0, entries.findIndex(({ key }) => key === chosen)), entries.length - 1);
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  const go = (entry: Entry | undefined) => {
    if (entry === undefined) return;
    onClose();
    router.push(entry.href);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      setChosen(entries[(active + step + entries.length) % Math.max(1, entries.length)]?.key ?? null);
    }
    if (event.key === 'Enter') go(entries[active]);
  };
  return (
    <Dialog open onClose={onClose} aria-labelledby="palette-title" fullWidth maxWidth="sm" sx={{ '& .MuiDialog-container': { alignItems: 'flex-start', pt: { xs: 0, sm: '10vh' } } }}>
      <h2 id="palette-title" className="visually-hidden">Search or jump to</h2>
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 3, px: 4, height: 52, borderBottom: 1, borderColor: 'neutral.4' }}>
        <SearchOutlined aria-hidden sx={{ color: 'neutral.7' }} />
        <InputBase
          autoFocus
          fullWidth
          value={text}
          placeholder={promise(kinds)}
          onChange={(event) => { setText(event.target.value); setChosen(null); }}
          onKeyDown={onKeyDown}
          sx={{ fontSize: '0.9375rem' }}
          inputProps={{ role: 'combobox', 'aria-label': 'Search or jump to', 'aria-expanded': true, 'aria-controls': 'palette-list', 'aria-activedescendant': entries.length > 0 ? `palette-${active}` : undefined, 'aria-autocomplete': 'list' }}
        />
      </Box>
      <Box sx={{ height: 2 }}>{looking && <LinearProgress aria-label="Looking" sx={{ height: 2 }} />}</Box>
      <Box ref={list} id="palette-list" role="listbox" aria-label="Results" sx={{ p: 2, maxHeight: 380, overflowY: 'auto' }}>
        {entries.map((entry, index) => (
          <PaletteRow key={entry.key} entry={entry} id={`palette-${index}`} active={index === active} head={entries[index - 1]?.group !== entry.group} onPick={() => go(entry)} onHover={() => setChosen(entry.key)} />
        ))}
      </Box>
      {entries.length === 0 && !looking && <Box role="status" sx={{ px: 4, pb: 6, pt: 2, textAlign: 'center', color: 'text.secondary', fontSize: '0.8125rem' }}>Nothing by that name.</Box>}
    </Dialog>
  );
}

interface RowProps {
  entry: Entry;
  id: string;
  active: boolean;
  head: boolean;
  onPick: () => void;
  onHover: () => void;
}

function PaletteRow({ entry, id, active, head, onPick, onHover }: RowProps) {
  return (
    <>
      {head && <Box role="presentation" sx={{ px: 2.5, pt: 2, pb: 1, fontSize: '0.75rem', color: 'text.secondary' }}>{entry.group}</Box>}
      {/* The keyboard stays in the search field and moves the active option. */}
      <Box
        role="option"
        id={id}
        aria-selected={active}
        onClick={onPick}
        onMouseMove={onHover}
        sx={{ display: 'flex', alignItems: 'center', gap: 3, minHeight: 38, px: 2.5, borderRadius: '6px', cursor: 'pointer', bgcolor: active ? 'neutral.4' : 'transparent', fontSize: '0.8125rem' }}
      >
        <entry.Icon aria-hidden sx={{ color: active ? 'primary.main' : 'neutral.8' }} />
        <Box component="span" sx={{ fontWeight: 520, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>{entry.label}</Box>
        {entry.note !== undefined && <Box component="span" sx={{ ml: 'auto', color: 'text.secondary', fontSize: '0.75rem', overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>{entry.note}</Box>}
      </Box>
    </>
  );
}
