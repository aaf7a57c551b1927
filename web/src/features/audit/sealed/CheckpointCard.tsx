'use client';
// The signed head of a log: how far it goes, and the note itself, to be kept where we cannot reach it.
import CancelOutlined from '@mui/icons-material/CancelOutlined';
import CheckCircleOutlined from '@mui/icons-material/CheckCircleOutlined';
import DownloadOutlined from '@mui/icons-material/DownloadOutlined';
import HelpOutlined from '@mui/icons-material/HelpOutlined';
import Alert from '@mui/material/Alert';
import AlertTitle from '@mui/material/AlertTitle';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import type { AuditCheckpoint } from '@/shared/api/types';
import { exactTime, numberWords } from '@/shared/lib/time';
import { CopyButton } from '@/shared/ui/CopyButton';
import { EmptyState } from '@/shared/ui/EmptyState';
import { Fact, Facts } from '@/shared/ui/Facts';
import { RelativeTime } from '@/shared/ui/RelativeTime';
import { SectionCard } from '@/shared/ui/SectionCard';
import { download } from '../download';
import { useSignature } from './api';
import { checkpointName } from './bundle';
import { canHash } from './bytes';

interface Props {
  checkpoint: AuditCheckpoint;
  name: string;
  loading: boolean;
  onReload: () => void;
}

export function CheckpointCard({ checkpoint: { organizationId, size, rootHash, checkpoint: note, signedAt, haltedAt, haltedBecause, hold }, name, loading, onReload }: Props) {
  return (
    <SectionCard title="Signed so far" note={`The checkpoint of ${name}`} action={<Button size="small" variant="outlined" loading={loading} onClick={onReload}>Read again</Button>}>
      <Box sx={{ display: 'grid', gap: 4, gridTemplateColumns: 'minmax(0, 1fr)' }}>
        {haltedAt != null && (
          <Alert severity="error">
            <AlertTitle sx={{ fontSize: '0.8125rem', fontWeight: 620, m: 0 }}>Sealing is halted since {exactTime(haltedAt)}</AlertTitle>
            {haltedBecause ?? 'The log is not what was signed.'} Entries go on being written and wait. Keep your earlier checkpoints: they tell what was signed before.
          </Alert>
        )}
        {note == null ? (
          <EmptyState dense title="Nothing of this log is signed yet">A second or two after its first entry, it is.</EmptyState>
        ) : (
          <>
            <Facts labelWidth={96}>
              <Fact name="Entries"><span className="tabular">{numberWords(size)}</span></Fact>
              <Fact name="Signed"><RelativeTime at={signedAt} /></Fact>
              <Fact name="By"><Signature note={note} /></Fact>
              {hold != null && <Fact name="Held"><RelativeTime at={hold.heldAt} />, by {hold.heldByName}: “{hold.reason}”. Nothing of it is removed meanwhile.</Fact>}
              <Fact name="Root"><span className="mono">{rootHash}</span> {rootHash != null && <CopyButton what="root" text={rootHash} />}</Fact>
            </Facts>
            <Box>
              <Box component="pre" aria-label="The signed checkpoint" tabIndex={0} className="mono" sx={{ m: 0, p: 3, border: 1, borderColor: 'neutral.5', borderRadius: '8px', bgcolor: 'neutral.2', fontSize: '0.75rem', lineHeight: 1.6, whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{note}</Box>
              <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 2, mt: 3 }}>
                <Button variant="outlined" startIcon={<DownloadOutlined />} onClick={() => download(new Blob([note], { type: 'text/plain' }), checkpointName(organizationId, size))}>Save as a file</Button>
                <CopyButton what="checkpoint" text={note} />
              </Box>
            </Box>
          </>
        )}
      </Box>
    </SectionCard>
  );
}

const looks = {
  good: { Icon: CheckCircleOutlined, color: 'ok.text' },
  other_key: { Icon: CancelOutlined, color: 'severity.critical.text' },
  wrong: { Icon: CancelOutlined, color: 'severity.critical.text' },
  unknown: { Icon: HelpOutlined, color: 'text.secondary' },
} as const;

/** What this page finds by itself. */
function Signature({ note }: { note: string }) {
  const query = useSignature(canHash() ? note : undefined);
  if (!canHash()) return <Box component="span" sx={{ color: 'text.secondary' }}>Not checked: browsers do so on HTTPS pages only</Box>;
  if (query.data === undefined) return <Box component="span" sx={{ color: 'text.secondary' }}>Checking…</Box>;
  const { signed, keyId } = query.data;
  const { Icon, color } = looks[signed];
  const words = { good: <>Our key <span className="mono">{keyId}</span>, checked in this page</>, other_key: 'None of the keys that we publish', wrong: 'The signature does not fit', unknown: 'Not checked: this browser knows no Ed25519' }[signed];
  return <Box component="span" sx={{ display: 'inline-flex', alignItems: 'flex-start', gap: '6px', color }}><Icon aria-hidden sx={{ flex: 'none', fontSize: 16, mt: '3px' }} /><span>{words}</span></Box>;
}
