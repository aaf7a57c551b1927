'use client';
// One mail: a line of the list, and what it says.
import OpenInNewOutlined from '@mui/icons-material/OpenInNewOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import ButtonBase from '@mui/material/ButtonBase';
import type { KeptMail } from '@/shared/api/types';
import { CopyButton } from '@/shared/ui/CopyButton';
import { RelativeTime } from '@/shared/ui/RelativeTime';
import { SectionCard } from '@/shared/ui/SectionCard';

export function MailLine({ mail, open, onOpen }: { mail: KeptMail; open: boolean; onOpen: () => void }) {
  return (
    <Box component="li" sx={{ borderTop: 1, borderColor: 'neutral.4', '&:first-of-type': { borderTop: 0 } }}>
      <ButtonBase
        aria-current={open ? 'true' : undefined}
        onClick={onOpen}
        sx={{ display: 'block', width: '100%', textAlign: 'left', px: 4, py: 2.5, bgcolor: open ? 'action.selected' : undefined, '&:hover': { bgcolor: 'action.hover' } }}
      >
        <Box sx={{ display: 'flex', gap: 3, fontSize: '0.8125rem' }}>
          <Box sx={{ flex: 1, minWidth: 0, fontWeight: 560, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>{mail.recipientName}</Box>
          <Box sx={{ color: 'text.secondary', whiteSpace: 'nowrap' }}><RelativeTime at={mail.at} /></Box>
        </Box>
        <Box sx={{ fontSize: '0.8125rem', color: 'text.secondary', overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>{mail.subject}</Box>
      </ButtonBase>
    </Box>
  );
}

export function MailText({ mail }: { mail: KeptMail }) {
  return (
    <SectionCard title={mail.subject}>
      <Box sx={{ display: 'grid', gap: 4 }}>
        <Box sx={{ fontSize: '0.8125rem', color: 'text.secondary', overflowWrap: 'anywhere' }}>
          To {mail.recipientName} <span className="mono">{mail.recipient}</span> · <RelativeTime at={mail.at} />
        </Box>
        <Box component="pre" sx={{ m: 0, fontFamily: 'inherit', fontSize: '0.875rem', lineHeight: 1.6, whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{mail.text}</Box>
        {typeof mail.link === 'string' && (
          <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 2 }}>
            <Button component="a" href={mail.link} target="_blank" rel="noreferrer" variant="outlined" endIcon={<OpenInNewOutlined />}>Open the link</Button>
            <CopyButton text={mail.link} what="the link" />
          </Box>
        )}
      </Box>
    </SectionCard>
  );
}
