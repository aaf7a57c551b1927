'use client';
// Backup codes in a dialog. They are shown this once, so it closes by its own button alone.
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import Typography from '@mui/material/Typography';
import { useId } from 'react';
import { useSession } from '@/shared/session/SessionProvider';
import { BackupCodeList } from '@/shared/ui/BackupCodeList';

export function KeepCodesDialog({ codes, onDone }: { codes: string[]; onDone: () => void }) {
  const { profile } = useSession();
  const titleId = useId();
  return (
    <Dialog open aria-labelledby={titleId} maxWidth="xs" fullWidth>
      <DialogTitle id={titleId}>Keep your backup codes</DialogTitle>
      <DialogContent>
        <Typography variant="body2" color="textSecondary" sx={{ mb: 4 }}>
          Each lets you in once when your device is not at hand. Keep them apart from it, in a safe or a password manager. They are shown this once.
        </Typography>
        <BackupCodeList codes={codes} email={profile.email} />
      </DialogContent>
      <DialogActions>
        <Button variant="contained" onClick={onDone}>I have kept them</Button>
      </DialogActions>
    </Dialog>
  );
}
