'use client';
// The report as PDF, which the server sets: it takes a moment, and can be left.
import PictureAsPdfOutlined from '@mui/icons-material/PictureAsPdfOutlined';
import Button from '@mui/material/Button';
import { useEffect, useRef, useState } from 'react';
import { messageOf } from '@/shared/api/error';
import { bytesWords } from '@/shared/lib/time';
import { useToast } from '@/shared/ui/toast';
import { exportComplianceReport } from './api';
import { download } from './download';

interface Props {
  /** What the report is asked by. */
  query: Record<string, string | undefined>;
  disabled: boolean;
}

export function DownloadPdf({ query, disabled }: Props) {
  const toast = useToast();
  const [made, setMade] = useState(true);
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);
  const start = async () => {
    const abort = new AbortController();
    running.current = abort;
    setMade(false);
    try {
      const { file, name } = await exportComplianceReport(query, abort.signal);
      if (abort.signal.aborted) return;
      download(file, name);
      toast.done(`The report is here, ${bytesWords(file.size)}. That you took it is itself an entry.`);
    } catch (failure) {
      if (!abort.signal.aborted) toast.error(failure instanceof TypeError ? 'The connection broke while the report came. Try again.' : messageOf(failure));
    }
    if (!abort.signal.aborted) setMade(true);
  };
  return (
    <Button variant="contained" startIcon={<PictureAsPdfOutlined />} disabled={disabled} loading={!made} loadingPosition="start" onClick={() => void start()}>
      {made ? 'Download PDF' : 'Making the PDF'}
    </Button>
  );
}
