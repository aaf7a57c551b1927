'use client';
// One session that goes on: whose machine, who is there, for how long, who looks on; watch it, end it.
import VisibilityOutlined from '@mui/icons-material/VisibilityOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import ButtonBase from '@mui/material/ButtonBase';
import { useTheme } from '@mui/material/styles';
import Tooltip from '@mui/material/Tooltip';
import Link from 'next/link';
import type { Session } from '@/shared/api/types';
import { clockDuration, exactTime } from '@/shared/lib/time';
import { useNow } from '@/shared/lib/useNow';
import { lengthOf, reasonOf, startOf } from '@/shared/lib/visit';
import { paths } from '@/shared/paths';
import { allowed } from '@/shared/session/can';
import { AllowedButton } from '@/shared/ui/AllowedButton';
import { CustomerTag, customerColor } from '@/shared/ui/CustomerTag';
import { LevelChip } from '@/shared/ui/LevelChip';
import { PersonAvatar } from '@/shared/ui/PersonAvatar';
import { StatusChip } from '@/shared/ui/StatusChip';

interface Props {
  session: Session;
  own: boolean;
  onOpen: () => void;
  onEnd: () => void;
}

export function LiveTile({ session, own, onOpen, onEnd }: Props) {
  const theme = useTheme();
  return (
    <Box
      component="article"
      aria-label={`${session.technicianName} on ${session.assetName}`}
      sx={{ flex: 1, minWidth: 0, display: 'flex', flexDirection: 'column', border: 1, borderColor: 'neutral.5', borderRadius: '8px', overflow: 'hidden', '&::before': { content: '""', height: 3, backgroundColor: 'currentColor', ...customerColor(theme, session.organizationId) } }}
    >
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 3, px: 4, pt: 3, fontSize: '0.8125rem' }}>
        <Box sx={{ minWidth: 0, flex: 1, display: 'flex' }}><CustomerTag id={session.organizationId} name={session.organizationName} /></Box>
        <StatusChip status={session.status} />
        <Running session={session} />
      </Box>
      <Box sx={{ px: 4, pt: 2.5, pb: 3, flex: 1, minWidth: 0 }}>
        <Box sx={{ display: 'flex', alignItems: 'center', gap: 3 }}>
          <Box sx={{ minWidth: 0, flex: 1 }}>
            <ButtonBase onClick={onOpen} title={session.assetName} sx={{ maxWidth: '100%', display: 'block', font: 'inherit', fontSize: '1rem', fontWeight: 620, letterSpacing: '-0.006em', textAlign: 'left', overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap', borderRadius: '3px', '&:hover': { textDecoration: 'underline' } }}>
              {session.assetName}
            </ButtonBase>
            <Box className="mono" sx={{ fontSize: '0.75rem', color: 'text.secondary', overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>{session.username}</Box>
          </Box>
          <LevelChip level={session.accessLevel} />
        </Box>
        <Box sx={{ display: 'flex', alignItems: 'center', gap: 2, mt: 3, fontSize: '0.8125rem', minWidth: 0 }}>
          <PersonAvatar name={session.technicianName} size={22} />
          <Box component="span" sx={{ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }} title={session.technicianEmail}>{own ? 'You' : session.technicianName}</Box>
        </Box>
        <Box sx={{ mt: 2, minHeight: 39, fontSize: '0.8125rem', lineHeight: 1.5, color: 'text.secondary', display: '-webkit-box', WebkitLineClamp: 2, WebkitBoxOrient: 'vertical', overflow: 'hidden', overflowWrap: 'anywhere' }}>
          {reasonOf(session)}
        </Box>
      </Box>
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 2, px: 4, py: 2, borderTop: 1, borderColor: 'neutral.4', minHeight: 46 }}>
        <Watchers session={session} />
        <TileActions session={session} own={own} onEnd={onEnd} />
      </Box>
    </Box>
  );
}

function Running({ session }: { session: Session }) {
  const now = useNow('second');
  return (
    <Tooltip title={`Since ${exactTime(startOf(session))}`}>
      <Box component="span" className="tabular" sx={{ color: 'text.secondary', flex: 'none' }}>{clockDuration(lengthOf(session, now))}</Box>
    </Tooltip>
  );
}

function Watchers({ session }: { session: Session }) {
  const names = session.viewers.map((viewer) => viewer.name);
  return (
    <Tooltip title={names.length === 0 ? '' : `Watching: ${names.join(', ')}`}>
      <Box sx={{ mr: 'auto', display: 'flex', alignItems: 'center', gap: '6px', minWidth: 0, fontSize: '0.75rem', color: names.length === 0 ? 'text.secondary' : 'text.primary' }}>
        <VisibilityOutlined aria-hidden sx={{ fontSize: 15, color: names.length === 0 ? 'neutral.7' : 'primary.main' }} />
        <Box component="span" sx={{ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>
          {names.length === 0 ? 'Nobody watches' : names.length === 1 ? names[0] : `${names.length} watch`}
        </Box>
      </Box>
    </Tooltip>
  );
}

/** Going on is for the one who works there, watching for the others. */
export function TileActions({ session, own, onEnd }: { session: Session; own: boolean; onEnd: () => void }) {
  const mayWatch = allowed(session.can, 'session.watch');
  return (
    <>
      {own ? (
        <Button component={Link} href={paths.terminal(session.id)} prefetch={false} size="small" variant="contained" aria-label={`Go on at ${session.assetName}`}>Go on</Button>
      ) : mayWatch === true ? (
        <Button component={Link} href={paths.terminal(session.id, 'watch')} prefetch={false} size="small" variant="outlined" aria-label={`Watch ${session.technicianName} on ${session.assetName}`}>Watch</Button>
      ) : (
        <AllowedButton allowed={mayWatch} size="small" variant="outlined">Watch</AllowedButton>
      )}
      <AllowedButton allowed={own ? true : allowed(session.can, 'session.end')} size="small" variant="outlined" color="error" aria-label={`End the session on ${session.assetName}`} onClick={onEnd}>End</AllowedButton>
    </>
  );
}
