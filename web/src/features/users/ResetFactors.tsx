'use client';
// Whether a person has a second factor, and the way back in for one who has lost it: somebody else takes it away.
import Box from '@mui/material/Box';
import { useState } from 'react';
import type { User } from '@/shared/api/types';
import { allowed } from '@/shared/session/can';
import { AllowedButton } from '@/shared/ui/AllowedButton';
import { ConfirmDialog } from '@/shared/ui/ConfirmDialog';
import { useToast } from '@/shared/ui/toast';
import { useResetFactors } from './api';

export function ResetFactors({ user }: { user: User }) {
  const toast = useToast();
  const reset = useResetFactors(user.id);
  const [asking, setAsking] = useState(false);
  if (!user.mfaEnabled) return 'Not set up';
  return (
    <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', columnGap: 3 }}>
      Set up
      <AllowedButton allowed={allowed(user.can, 'factor.reset')} size="small" sx={{ my: -1 }} onClick={() => { reset.reset(); setAsking(true); }}>Remove second factors…</AllowedButton>
      {asking && (
        <ConfirmDialog
          title={`Remove the second factors of ${user.displayName}?`}
          action="Remove them"
          danger
          reason={{ label: 'How did you make sure that it is really them who ask?', required: true }}
          pending={reset.isPending}
          error={reset.error}
          onClose={() => setAsking(false)}
          onConfirm={(reason) => reset.mutate(reason, { onSuccess: () => { setAsking(false); toast.done(`${user.displayName} has no second factor any more.`); } })}
        >
          For somebody who has lost their authenticator app and their backup codes. They are signed out everywhere and then sign in by password alone, or add a new app where their organization asks for one. What you write here stands in the audit.
        </ConfirmDialog>
      )}
    </Box>
  );
}
