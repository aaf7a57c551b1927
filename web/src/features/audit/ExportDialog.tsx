'use client';
// The log as a file: what, in which form; it shows how far it is and can be left.
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import LinearProgress from '@mui/material/LinearProgress';
import { useEffect, useId, useRef, useState, type SyntheticEvent } from 'react';
import { messageOf } from '@/shared/api/error';
import { bytesWords, numberWords, plural } from '@/shared/lib/time';
import { SelectInput, type Option } from '@/shared/ui/form';
import { useToast } from '@/shared/ui/toast';
import { download } from './download';
import { formats, readExport, type ExportFormat, type ExportProgress } from './exporting';

interface Props {
  /** What the log is narrowed to, as the server knows it. */
  filters: Record<string, string | undefined>;
  /** The same in words. */
  words: readonly string[];
  onClose: () => void;
}

const options: Option<ExportFormat>[] = (['csv', 'ndjson', 'ocsf'] as const).map((value) => ({ value, label: formats[value].label, hint: formats[value].hint }));

export function ExportDialog({ filters, words, onClose }: Props) {
  const titleId = useId();
  const toast = useToast();
  const [format, setFormat] = useState<ExportFormat>('csv');
  const [progress, setProgress] = useState<ExportProgress | null>(null);
  const [error, setError] = useState<string | null>(null);
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);

  const start = async () => {
    const abort = new AbortController();
    running.current = abort;
    setError(null);
    setProgress({ events: 0, total: undefined, bytes: 0 });
    try {
      const { file, name, progress: done } = await readExport(format, filters, abort.signal, setProgress);
      if (abort.signal.aborted) return;
      download(file, name);
      toast.done(`${plural(done.events, 'event')} exported, ${bytesWords(done.bytes)}.`);
      onClose();
    } catch (failure) {
      if (!abort.signal.aborted) setError(failure instanceof TypeError ? 'The connection broke while the events came. Try again.' : messageOf(failure));
      setProgress(null);
    }
  };
  const stop = () => {
    running.current?.abort();
    running.current = null;
    setProgress(null);
  };
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (progress === null) void start();
  };
  return (
    <Dialog open onClose={progress === null ? onClose : undefined} aria-labelledby={titleId} maxWidth="xs" fullWidth>
      <form onSubmit={submit}>
        <DialogTitle id={titleId}>Export the log</DialogTitle>
        <DialogContent sx={{ display: 'grid', gap: 4 }}>
          <Box sx={{ fontSize: '0.8125rem', color: 'text.secondary' }}>
            {words.length === 0 ? 'Everything that you may read, oldest first.' : <>What the log is narrowed to, oldest first: <Box component="span" sx={{ color: 'text.primary' }}>{words.join(', ')}</Box>.</>} That you export is itself an entry.
          </Box>
          <SelectInput label="Format" value={format} onChange={setFormat} options={options} disabled={progress !== null} hint={formats[format].hint} />
          {progress !== null && <Progress progress={progress} />}
          {error !== null && <Alert severity="error">{error}</Alert>}
        </DialogContent>
        <DialogActions>
          {progress === null ? <Button onClick={onClose}>Cancel</Button> : <Button onClick={stop}>Stop the export</Button>}
          <Button type="submit" variant="contained" loading={progress !== null}>Export</Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

function Progress({ progress: { events, total, bytes } }: { progress: ExportProgress }) {
  const share = total === undefined || total === 0 ? undefined : Math.min(100, (events / total) * 100);
  return (
    <Box>
      <LinearProgress aria-label="How far the export is" variant={share === undefined ? 'indeterminate' : 'determinate'} value={share} sx={{ height: 6, borderRadius: 3 }} />
      <Box role="status" className="tabular" sx={{ pt: 2, fontSize: '0.8125rem', color: 'text.secondary' }}>
        {numberWords(events)}{total === undefined ? '' : ` of ${numberWords(total)}`} events, {bytesWords(bytes)}
      </Box>
    </Box>
  );
}
