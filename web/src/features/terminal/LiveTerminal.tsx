'use client';
// A session on the whole screen: the bar, the shell, and whatever must be said over it.
import '@xterm/xterm/css/xterm.css';
import Box from '@mui/material/Box';
import { useTheme } from '@mui/material/styles';
import { useRouter } from 'next/navigation';
import { useEffect, useRef, useState } from 'react';
import type { Session } from '@/shared/api/types';
import { paths } from '@/shared/paths';
import { allowed } from '@/shared/session/can';
import { useSession } from '@/shared/session/SessionProvider';
import { screenThemes } from '@/shared/terminal/palette';
import { customerColor } from '@/shared/ui/CustomerTag';
import { EndSessionDialog } from '@/shared/ui/EndSessionDialog';
import { EndPanel } from './EndPanel';
import { KeyRow } from './KeyRow';
import { LeaveDialog } from './LeaveDialog';
import { LineOverlay } from './LineOverlay';
import { takesInput, type Mode } from './link/state';
import { Notices } from './Notices';
import { PasteDialog } from './PasteDialog';
import { ScreenMenu } from './ScreenMenu';
import { SearchBox } from './SearchBox';
import { useTerminalSettings } from './settings';
import { TerminalBar } from './TerminalBar';
import { focusLater, useScreenInput } from './useScreenInput';
import { useStage } from './useStage';
import { WatchBar } from './WatchBar';

export function LiveTerminal({ session: first, mode }: { session: Session; mode: Mode }) {
  const { profile } = useSession();
  const theme = useTheme();
  const router = useRouter();
  const { tone } = useTerminalSettings();
  const box = useRef<HTMLDivElement>(null);
  const { stage, state } = useStage(box, first, mode);
  const input = useScreenInput(box, stage, mode === 'watch');
  const [asking, setAsking] = useState<'end' | 'leave' | null>(null);
  const [menuAt, setMenuAt] = useState<{ x: number; y: number } | null>(null);

  const { phase, session } = state;
  const watching = mode === 'watch';
  const own = session.technicianId === profile.id;
  const running = phase.kind === 'live' || phase.kind === 'lost';
  const mayEnd = own ? true : allowed(first.can, 'session.end');
  const dim = phase.kind === 'lost' || phase.kind === 'elsewhere' || phase.kind === 'connecting';
  useWarnBeforeClosing(running && !watching);

  useEffect(() => {
    document.title = `${session.assetName} · ${session.organizationName} · Sallyport`;
  }, [session.assetName, session.organizationName]);
  useEffect(() => {
    if (phase.kind === 'live') stage?.terminal.focus();
    if (phase.kind === 'over') stage?.fit();
  }, [phase.kind, stage]);

  const stay = () => {
    setAsking(null);
    focusLater(stage?.terminal);
  };
  const leave = () => {
    if (!watching && running) setAsking('leave');
    else router.push(watching ? paths.sessions() : paths.home());
  };
  return (
    <Box
      data-toasts-on-top
      sx={{ position: 'fixed', inset: 0, height: '100dvh', display: 'flex', flexDirection: 'column', bgcolor: 'background.default', borderTop: '3px solid', ...borderOf(customerColor(theme, session.organizationId)) }}
    >
      <TerminalBar state={state} me={profile.id} actions={input.actions} mayEnd={mayEnd} onLeave={leave} onEnd={() => setAsking('end')} />
      <Box component="main" aria-label={`Terminal of ${session.assetName}`} sx={{ flex: 1, minHeight: 0, display: 'flex', flexDirection: 'column' }}>
        {watching && phase.kind !== 'over' && <WatchBar />}
        <Box sx={{ position: 'relative', flex: 1, minHeight: 0, display: 'flex', bgcolor: screenThemes[tone].background }}>
          <Box
            ref={box}
            onContextMenu={(event) => {
              event.preventDefault();
              setMenuAt({ x: event.clientX, y: event.clientY });
            }}
            sx={{
              flex: 1, minWidth: 0, m: '6px 4px 4px 10px', transition: 'opacity 120ms, filter 120ms', ...(dim ? { opacity: 0.35, filter: 'grayscale(1)' } : {}),
              ...(watching ? { display: 'grid', placeItems: 'safe center', overflow: 'auto' } : { overflow: 'hidden' }),
              '& .xterm-viewport': { backgroundColor: 'transparent !important' },
              '& .xterm': { height: watching ? 'auto' : '100%', cursor: takesInput(state) ? 'text' : 'default', ...(watching ? { outline: '1px solid #7f8a9b59', outlineOffset: 3 } : {}) },
            }}
          />
          <Notices state={state} onSure={() => stage?.link.dismissUnsure()} />
          <LineOverlay state={state} link={stage?.link} />
          {input.searching && stage !== null && <SearchBox stage={stage} onClose={input.stopSearching} />}
        </Box>
        {stage !== null && !watching && running && <KeyRow terminal={stage.terminal} />}
      </Box>
      <EndPanel state={state} own={own} onConnectAgain={() => router.replace(paths.connect(session.assetId))} />
      <ScreenMenu at={menuAt} selected={stage?.terminal.hasSelection() === true} canPaste={!watching} actions={input.actions} onClose={() => setMenuAt(null)} />
      {input.question !== null && <PasteDialog question={input.question} machine={session.assetName} onPaste={() => input.answer(true)} onClose={() => input.answer(false)} />}
      {asking === 'leave' && (
        <LeaveDialog machine={session.assetName} onStay={stay} onLeave={() => router.push(paths.home())} onEnd={() => setAsking('end')} />
      )}
      {asking === 'end' && <EndSessionDialog session={session} shown onClose={stay} />}
    </Box>
  );
}

/** Ctrl+W means something in a shell and closes the tab in a browser. */
function useWarnBeforeClosing(warn: boolean): void {
  useEffect(() => {
    if (!warn) return;
    const listener = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', listener);
    return () => window.removeEventListener('beforeunload', listener);
  }, [warn]);
}

/** The customer's colour, as a border. */
function borderOf(colors: object): object {
  return JSON.parse(JSON.stringify(colors).replaceAll('"color"', '"borderTopColor"')) as object;
}
