'use client';
// Who looks on. A technician must know, so each who comes is announced too.
import VisibilityOutlined from '@mui/icons-material/VisibilityOutlined';
import Box from '@mui/material/Box';
import Tooltip from '@mui/material/Tooltip';
import { useEffect, useRef } from 'react';
import { PersonAvatar } from '@/shared/ui/PersonAvatar';
import { useToast } from '@/shared/ui/toast';
import type { LinkState } from './link/state';

const SHOWN = 3;

export function Presence({ state, me }: { state: LinkState; me: string }) {
  const toast = useToast();
  const known = useRef<Set<string> | null>(null);
  const { viewers, mode, owner, session } = state;
  useEffect(() => {
    const before = known.current;
    known.current = new Set(viewers.map((viewer) => viewer.userId));
    if (before === null || mode === 'watch') return;
    for (const viewer of viewers) if (!before.has(viewer.userId)) toast.done(`${viewer.name} is watching now.`);
  }, [mode, toast, viewers]);

  const others = viewers.filter((viewer) => viewer.userId !== me);
  if (mode === 'watch') {
    const away = owner?.connected === false;
    return (
      <Box component="span" sx={{ display: { xs: 'none', sm: 'inline-flex' }, alignItems: 'center', gap: '6px', fontSize: '0.75rem', minWidth: 0, color: 'text.secondary' }}>
        <PersonAvatar name={session.technicianName} size={20} />
        <Box component="span" sx={{ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>
          {session.technicianName}{away ? ', not attached now' : ''}{others.length > 0 ? ` · ${others.length} more watching` : ''}
        </Box>
      </Box>
    );
  }
  if (others.length === 0) return null;
  return (
    <Tooltip title={`Watching: ${others.map((viewer) => viewer.name).join(', ')}`}>
      <Box component="span" tabIndex={0} sx={{ display: 'inline-flex', alignItems: 'center', gap: '6px', flex: 'none', fontSize: '0.75rem', borderRadius: '4px', color: 'text.primary' }}>
        <VisibilityOutlined aria-hidden sx={{ fontSize: 15, color: 'primary.main' }} />
        <Box component="span" aria-hidden sx={{ display: { xs: 'none', md: 'inline-flex' } }}>
          {others.slice(0, SHOWN).map((viewer, at) => (
            <Box key={viewer.userId} component="span" sx={{ ml: at === 0 ? 0 : '-6px', borderRadius: '50%', border: '2px solid', borderColor: 'background.paper', display: 'inline-flex' }}>
              <PersonAvatar name={viewer.name} size={20} />
            </Box>
          ))}
        </Box>
        <span className="tabular">{others.length}</span>
        <span className="visually-hidden"> watching</span>
      </Box>
    </Tooltip>
  );
}
