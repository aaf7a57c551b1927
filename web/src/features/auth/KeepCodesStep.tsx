'use client';
// Right after an app was added: the backup codes, this once.
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { BackupCodeList } from '@/shared/ui/BackupCodeList';

export function KeepCodesStep({ codes, email, onDone }: { codes: string[]; email: string; onDone: () => void }) {
  return (
    <>
      <Typography variant="h1">Keep your backup codes</Typography>
      <Typography color="textSecondary" sx={{ mt: 1.5, mb: 6 }}>
        Each lets you in once when your device is not at hand. Keep them apart from it, in a safe or a password manager. They are shown this once.
      </Typography>
      <BackupCodeList codes={codes} email={email} />
      <Button variant="contained" size="large" onClick={onDone} sx={{ mt: 6 }}>I have kept them</Button>
    </>
  );
}
