'use client';
// The one bar: whose machine this is, as whom, how long yet, that it is recorded and who looks on; and what one can do.
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import ButtonBase from '@mui/material/ButtonBase';
import Tooltip from '@mui/material/Tooltip';
import { LogoMark } from '@/shared/ui/Logo';
import { CustomerTag } from '@/shared/ui/CustomerTag';
import { LevelChip } from '@/shared/ui/LevelChip';
import { AllowedButton } from '@/shared/ui/AllowedButton';
import type { Allowed } from '@/shared/session/can';
import { BarMenu } from './BarMenu';
import { BarTools } from './BarTools';
import type { LinkState } from './link/state';
import { Presence } from './Presence';
import { RecordingLight } from './RecordingLight';
import type { ScreenActions } from './screenActions';
import { TimeLeft } from './TimeLeft';

interface Props {
  state: LinkState;
  me: string;
  actions: ScreenActions;
  mayEnd: Allowed;
  onLeave: () => void;
  onEnd: () => void;
}

export const barHeight = 44;

export function TerminalBar({ state, me, actions, mayEnd, onLeave, onEnd }: Props) {
  const { session, phase, frozen } = state;
  const open = phase.kind !== 'over' && phase.kind !== 'refused';
  return (
    <Box
      component="header"
      aria-label="Session"
      sx={{ flex: 'none', display: 'flex', alignItems: 'center', gap: { xs: 2, md: 3 }, height: barHeight, pl: { xs: 2, sm: 3 }, pr: 2, bgcolor: 'background.paper', borderBottom: 1, borderColor: 'neutral.5', minWidth: 0 }}
    >
      <Tooltip title="Back to the console">
        <ButtonBase aria-label="Back to the console" onClick={onLeave} sx={{ flex: 'none', borderRadius: '7px' }}>
          <LogoMark size={26} />
        </ButtonBase>
      </Tooltip>
      <Box sx={{ flex: '0 1 auto', minWidth: 64, maxWidth: { xs: 120, sm: 220 }, display: 'flex' }}>
        <CustomerTag id={session.organizationId} name={session.organizationName} />
      </Box>
      <Box sx={{ flex: '1 1 0', minWidth: 0, display: 'flex', alignItems: 'baseline', gap: 2, overflow: 'hidden', whiteSpace: 'nowrap' }}>
        <Box component="h1" sx={{ m: 0, fontSize: '0.875rem', fontWeight: 620, overflow: 'hidden', textOverflow: 'ellipsis' }} title={session.assetName}>
          {session.assetName}
        </Box>
        <Box component="span" sx={{ display: { xs: 'none', md: 'inline' }, fontSize: '0.75rem', color: 'text.secondary', overflow: 'hidden', textOverflow: 'ellipsis', flexShrink: 2 }}>
          as <span className="mono">{session.username}</span>
        </Box>
      </Box>
      <Presence state={state} me={me} />
      <Box sx={{ display: { xs: 'none', md: 'block' }, flex: 'none' }}><LevelChip level={session.accessLevel} /></Box>
      {open && <TimeLeft session={session} />}
      {open && <RecordingLight on={frozen?.code !== 'recorder_failed'} />}
      <BarTools actions={actions} />
      <BarMenu actions={actions} canPaste={state.mode === 'control'} mayEnd={open ? mayEnd : null} onEnd={onEnd} />
      {open && (
        <Box sx={{ display: { xs: 'none', md: 'block' }, flex: 'none' }}>
          {mayEnd === true ? (
            <Button size="small" variant="outlined" color="error" onClick={onEnd}>End</Button>
          ) : (
            <AllowedButton allowed={mayEnd} size="small" variant="outlined">End</AllowedButton>
          )}
        </Box>
      )}
    </Box>
  );
}
