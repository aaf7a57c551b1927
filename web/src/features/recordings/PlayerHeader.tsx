'use client';
// Whose machine, who, when; and what can be done with the recording as a whole.
import DownloadOutlined from '@mui/icons-material/DownloadOutlined';
import VerifiedOutlined from '@mui/icons-material/VerifiedOutlined';
import Box from '@mui/material/Box';
import type { Recording } from '@/shared/api/types';
import { clockDuration, exactTime } from '@/shared/lib/time';
import { allowed } from '@/shared/session/can';
import { useFresh } from '@/shared/session/StepUp';
import { AllowedButton } from '@/shared/ui/AllowedButton';
import { CustomerTag } from '@/shared/ui/CustomerTag';
import { LevelChip } from '@/shared/ui/LevelChip';
import { PageHeader } from '@/shared/ui/PageHeader';
import { RelativeTime } from '@/shared/ui/RelativeTime';
import { asciicastPath, useVerifyRecording } from './api';
import { RecordingState } from './RecordingState';
import { Verdict } from './Verdict';

export function PlayerHeader({ recording }: { recording: Recording }) {
  const verify = useVerifyRecording(recording.id);
  const fresh = useFresh();
  const gone = recording.status === 'deleted';
  return (
    <Box sx={{ '& > header': { mb: 3 } }}>
      <PageHeader
        title={recording.assetName}
        heading={
          <Box component="span" sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', columnGap: 3, rowGap: 1 }}>
            {recording.assetName}
            <CustomerTag id={recording.organizationId} name={recording.organizationName} />
            <LevelChip level={recording.accessLevel} />
          </Box>
        }
        intro={
          <Box component="span" sx={{ display: 'flex', flexWrap: 'wrap', columnGap: 3, rowGap: 1 }}>
            <span>{recording.technicianName} as <span className="mono">{recording.username}</span></span>
            <span title={exactTime(recording.startedAt)}><RelativeTime at={recording.startedAt} /></span>
            <span className="tabular">{clockDuration(recording.durationMs)} long</span>
            <RecordingState recording={recording} />
          </Box>
        }
        actions={gone ? undefined : (
          <>
            <AllowedButton allowed={allowed(recording.can, 'recording.play')} variant="outlined" startIcon={<VerifiedOutlined />} loading={verify.isPending} loadingPosition="start" onClick={() => verify.mutate()}>Verify</AllowedButton>
            <AllowedButton allowed={allowed(recording.can, 'recording.export')} variant="outlined" startIcon={<DownloadOutlined />} onClick={() => void fresh().then((given) => given && download(recording.id))}>Download asciicast</AllowedButton>
          </>
        )}
      />
      {verify.data !== undefined && <Verdict verdict={verify.data} onClose={() => verify.reset()} />}
    </Box>
  );
}

/** By a link and not by fetch: a long recording must not be held in memory. */
function download(id: string): void {
  const link = document.createElement('a');
  link.href = asciicastPath(id);
  link.download = `sallyport-${id}.cast`;
  link.click();
}
