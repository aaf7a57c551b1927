'use client';
// Backup codes, shown once: to copy, to download, to print. On paper stands nothing else of the page.
import DownloadOutlined from '@mui/icons-material/DownloadOutlined';
import PrintOutlined from '@mui/icons-material/PrintOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import GlobalStyles from '@mui/material/GlobalStyles';
import { CopyButton } from './CopyButton';

const onPaper = {
  '@media print': {
    'body *': { visibility: 'hidden' },
    '.on-paper, .on-paper *': { visibility: 'visible' },
    '.on-paper': { position: 'fixed', inset: 0, padding: '24mm' },
  },
} as const;

function sheet(codes: string[], email: string): string {
  return [`Sallyport backup codes of ${email}`, 'Each is good for one sign-in when your device is not at hand.', '', ...codes, ''].join('\n');
}

function download(text: string) {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = 'sallyport-backup-codes.txt';
  link.click();
  URL.revokeObjectURL(address);
}

export function BackupCodeList({ codes, email }: { codes: string[]; email: string }) {
  const text = sheet(codes, email);
  return (
    <Box sx={{ display: 'grid', gap: 3 }}>
      <GlobalStyles styles={onPaper} />
      <Box className="on-paper" sx={{ border: 1, borderColor: 'neutral.5', borderRadius: '8px', bgcolor: 'neutral.2', p: 4 }}>
        <Box sx={{ display: 'none', displayPrint: 'block', mb: 4 }}>Sallyport backup codes of {email}</Box>
        <Box component="ol" aria-label="Backup codes" sx={{ m: 0, p: 0, listStyle: 'none', display: 'grid', gridTemplateColumns: 'repeat(auto-fill, minmax(156px, 1fr))', gap: 2 }}>
          {codes.map((code) => <Box component="li" key={code} className="mono" sx={{ fontSize: '0.8125rem' }}>{code}</Box>)}
        </Box>
      </Box>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 2, alignItems: 'center' }}>
        <Button autoFocus size="small" variant="outlined" startIcon={<DownloadOutlined />} onClick={() => download(text)}>Download</Button>
        <Button size="small" variant="outlined" startIcon={<PrintOutlined />} onClick={() => window.print()}>Print</Button>
        <CopyButton text={text} what="backup codes" />
      </Box>
    </Box>
  );
}
