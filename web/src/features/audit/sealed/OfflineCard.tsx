'use client';
// The log as a file, the command that verifies it without us, and what to keep for the next time.
import DownloadOutlined from '@mui/icons-material/DownloadOutlined';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import LinearProgress from '@mui/material/LinearProgress';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { messageOf } from '@/shared/api/error';
import type { AuditCheckpoint } from '@/shared/api/types';
import { bytesWords, numberWords, plural } from '@/shared/lib/time';
import { allowed } from '@/shared/session/can';
import { useSession } from '@/shared/session/SessionProvider';
import { AllowedButton } from '@/shared/ui/AllowedButton';
import { CopyField } from '@/shared/ui/CopyField';
import { SectionCard } from '@/shared/ui/SectionCard';
import { useToast } from '@/shared/ui/toast';
import { download } from '../download';
import { bundleName, checkpointName, readBundle, type BundleProgress } from './bundle';
import type { PublicKey } from './check';
import { verifyCommand } from './command';

interface Props {
  checkpoint: AuditCheckpoint;
  name: string;
  keys: readonly PublicKey[];
}

export function OfflineCard({ checkpoint: { organizationId, size }, name, keys }: Props) {
  const command = verifyCommand(organizationId, keys);
  return (
    <SectionCard title="Verify it without us" note={`The log of ${name}`}>
      <Box component="ol" sx={{ m: 0, p: 0, display: 'grid', gap: 5, gridTemplateColumns: 'minmax(0, 1fr)', counterReset: 'step', listStyle: 'none' }}>
        <Numbered title="Take the log home">
          A file with every entry that is signed, {plural(size, 'entry', 'entries')}, and what closes the tree over them. That you take it is itself an entry.
          <TakeHome organizationId={organizationId} size={size} />
        </Numbered>
        <Numbered title="Verify it on a machine of your own">
          The program reads the file once. It needs no network, no database and no account.
          <CopyField label="Command" what="command" text={command} />
        </Numbered>
        <Numbered title="Keep the checkpoint for the next time">
          Where we cannot reach it: on paper, in your own archive. The next bundle must continue it, to the byte; a log that was rewritten since cannot.
          <CopyField label="The next time" what="command with an earlier checkpoint" text={`${command} --earlier ${checkpointName(organizationId, size)}`} />
        </Numbered>
        <Numbered title="Know what it proves">
          That every entry up to the checkpoint is as it was when it was signed, in its order, with none missing. It does not prove that what an entry says was true when it was written. Content that is removed after its time, or erased for a person, stays told as removed.
        </Numbered>
      </Box>
    </SectionCard>
  );
}

function Numbered({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Box component="li" sx={{ counterIncrement: 'step', display: 'grid', gridTemplateColumns: '24px minmax(0, 1fr)', columnGap: 3, '&::before': { content: 'counter(step)', display: 'grid', placeItems: 'center', width: 22, height: 22, borderRadius: '50%', border: 1, borderColor: 'neutral.6', fontSize: '0.75rem', fontWeight: 600 } }}>
      <Box sx={{ display: 'grid', gap: 2, gridTemplateColumns: 'minmax(0, 1fr)', fontSize: '0.8125rem', color: 'text.secondary', textWrap: 'pretty' }}>
        <Box component="h3" sx={{ m: 0, fontSize: '0.875rem', fontWeight: 580, color: 'text.primary', lineHeight: '22px' }}>{title}</Box>
        {children}
      </Box>
    </Box>
  );
}

function TakeHome({ organizationId, size }: { organizationId: string; size: number }) {
  const { profile } = useSession();
  const toast = useToast();
  const [progress, setProgress] = useState<BundleProgress | null>(null);
  const [error, setError] = useState<string | null>(null);
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);
  const start = async () => {
    const abort = new AbortController();
    running.current = abort;
    setError(null);
    setProgress({ entries: 0, bytes: 0 });
    try {
      const file = await readBundle(organizationId, abort.signal, setProgress);
      if (abort.signal.aborted) return;
      download(file, bundleName(organizationId));
      toast.done(`The bundle is here, ${bytesWords(file.size)}. Verify it with the command.`);
    } catch (failure) {
      if (!abort.signal.aborted) setError(failure instanceof TypeError ? 'The connection broke while the log came. Try again.' : messageOf(failure));
    }
    if (!abort.signal.aborted) setProgress(null);
  };
  const stop = () => {
    running.current?.abort();
    setProgress(null);
  };
  return (
    <>
      {progress === null ? (
        <AllowedButton allowed={size === 0 ? 'Nothing of this log is signed yet.' : allowed(profile.can, 'audit.bundle')} variant="contained" startIcon={<DownloadOutlined />} onClick={() => void start()} sx={{ justifySelf: 'start' }}>Download the bundle</AllowedButton>
      ) : (
        <Box>
          <LinearProgress aria-label="How far the bundle is" variant="determinate" value={Math.min(100, (progress.entries / Math.max(1, size)) * 100)} sx={{ height: 6, borderRadius: 3 }} />
          <Box sx={{ display: 'flex', alignItems: 'center', gap: 3, pt: 1 }}>
            <Box role="status" className="tabular">{numberWords(Math.min(progress.entries, size))} of {numberWords(size)} entries, {bytesWords(progress.bytes)}</Box>
            <Button size="small" onClick={stop}>Stop</Button>
          </Box>
        </Box>
      )}
      {error !== null && <Alert severity="error">{error}</Alert>}
    </>
  );
}
