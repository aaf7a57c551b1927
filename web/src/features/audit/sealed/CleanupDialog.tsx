'use client';
// Removes the content of old entries: first what would go is shown, then the number is typed.
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import Typography from '@mui/material/Typography';
import { useId, useState, type SyntheticEvent } from 'react';
import type { AuditCleanup } from '@/shared/api/types';
import { numberWords, plural } from '@/shared/lib/time';
import { SelectInput, TextInput, fieldErrors, formMessage } from '@/shared/ui/form';
import { Mark } from '@/shared/ui/StatusChip';
import { useToast } from '@/shared/ui/toast';
import { useCleanUp, usePreviewCleanup, type CleanupWish } from './api';

/** The server and the database refuse less. */
const LEAST_DAYS = 365;

export function CleanupDialog({ organizationId, name, onClose }: { organizationId: string; name: string; onClose: () => void }) {
  const titleId = useId();
  const toast = useToast();
  const preview = usePreviewCleanup();
  const cleanUp = useCleanUp();
  const [scope, setScope] = useState<'one' | 'all'>('one');
  const [days, setDays] = useState('730');
  const [reason, setReason] = useState('');
  const [typed, setTyped] = useState('');
  const seen = preview.data;
  const wish: CleanupWish = { olderThanDays: Number(days), ...(scope === 'one' ? { organizationId } : {}), reason: reason.trim() };
  const word = `remove ${seen?.removed ?? 0}`;
  const complete = Number.isInteger(Number(days)) && Number(days) >= LEAST_DAYS && reason.trim() !== '';
  const ready = seen !== undefined && seen.removed > 0 && typed.trim() === word;
  const pending = preview.isPending || cleanUp.isPending;
  const wrong = fieldErrors(preview.error);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (pending) return;
    if (seen === undefined) {
      if (complete) preview.mutate(wish);
    } else if (ready) {
      cleanUp.mutate(wish, { onSuccess: ({ removed }) => { toast.done(`The content of ${plural(removed, 'entry', 'entries')} is removed.`); onClose(); } });
    }
  };
  const error = seen === undefined ? formMessage(preview.error, ['olderThanDays', 'reason']) : formMessage(cleanUp.error, []);
  return (
    <Dialog open onClose={pending ? undefined : onClose} aria-labelledby={titleId} maxWidth="sm" fullWidth>
      <Box component="form" onSubmit={submit} noValidate sx={{ display: 'flex', flexDirection: 'column', minHeight: 0 }}>
        <DialogTitle id={titleId}>Remove the content of old entries</DialogTitle>
        <DialogContent>
          {seen === undefined ? (
            <Box sx={{ display: 'grid', gap: 4, gridTemplateColumns: 'minmax(0, 1fr)' }}>
              <Typography component="div" variant="body2" color="textSecondary">
                Nobody reads them any more after that: not you, not the customer, not an auditor. Their leaves stay, so every proof and checkpoint stays valid, and an entry tells what was removed and why.
              </Typography>
              <SelectInput label="Of which logs" value={scope} onChange={setScope} options={[{ value: 'one', label: name, hint: 'The log of this organization alone' }, { value: 'all', label: 'Of all organizations', hint: 'Logs that are held stay whole' }]} />
              <TextInput label="Older than (days)" type="number" min={LEAST_DAYS} value={days} onChange={setDays} error={wrong.olderThanDays ?? (days !== '' && Number(days) < LEAST_DAYS ? 'Entries of the last year stay: 365 days at least.' : undefined)} hint="365 at least." />
              <TextInput label="Reason" value={reason} onChange={setReason} multiline autoFocus error={wrong.reason} hint="Stands in the log for ever." />
            </Box>
          ) : (
            <Box sx={{ display: 'grid', gap: 4, gridTemplateColumns: 'minmax(0, 1fr)' }}>
              <WouldGo seen={seen} days={days} />
              {seen.removed > 0 && <TextInput label={`Type “${word}” to confirm`} value={typed} onChange={setTyped} autoComplete="off" autoFocus mono />}
            </Box>
          )}
          {error !== undefined && <Alert severity="error" sx={{ mt: 4 }}>{error}</Alert>}
        </DialogContent>
        <DialogActions>
          {seen === undefined ? <Button onClick={onClose} disabled={pending}>Cancel</Button> : <Button onClick={() => { preview.reset(); cleanUp.reset(); setTyped(''); }} disabled={pending}>Back</Button>}
          {seen === undefined ? (
            <Button key="preview" type="submit" variant="contained" loading={preview.isPending} disabled={!complete}>Preview</Button>
          ) : (
            <Button key="apply" type="submit" variant="contained" color="error" loading={cleanUp.isPending} disabled={!ready}>Remove for good</Button>
          )}
        </DialogActions>
      </Box>
    </Dialog>
  );
}

function WouldGo({ seen: { removed, organizations }, days }: { seen: AuditCleanup; days: string }) {
  return (
    <>
      <Box role="status" sx={{ fontSize: '0.875rem', fontWeight: 560 }}>
        {removed === 0 ? `Nothing would be removed: no entry that is not held is older than ${plural(Number(days), 'day')}.` : `The content of ${plural(removed, 'entry', 'entries')} would be removed for good.`}
      </Box>
      {organizations.length > 0 && (
        <Box component="ul" aria-label="What would be removed" tabIndex={0} sx={{ listStyle: 'none', m: 0, p: 0, border: 1, borderColor: 'neutral.5', borderRadius: '8px', maxHeight: 260, overflowY: 'auto', fontSize: '0.8125rem' }}>
          {organizations.map((each) => (
            <Box component="li" key={each.organizationId} sx={{ display: 'flex', gap: 3, px: 3, py: 2, borderTop: 1, borderColor: 'neutral.4', '&:first-of-type': { borderTop: 0 } }}>
              <Box sx={{ flex: 1, minWidth: 0, overflowWrap: 'anywhere' }}>{each.organizationName}</Box>
              {each.held ? <Box component="span" sx={{ display: 'inline-flex', alignItems: 'center', gap: '7px' }}><Mark look="warn" />Held, stays whole</Box> : <span className="tabular">{numberWords(each.removed)}</span>}
            </Box>
          ))}
        </Box>
      )}
    </>
  );
}
