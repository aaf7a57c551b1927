'use client';
// On paper stands the report alone, in black on white, with links as plain words.
import GlobalStyles from '@mui/material/GlobalStyles';

const onPaper = {
  '@page': { margin: '16mm 14mm' },
  '@media print': {
    'html, body': { background: '#fff !important', color: '#000' },
    'body *': { visibility: 'hidden' },
    '.on-paper, .on-paper *': { visibility: 'visible' },
    // What stands around it takes no room: the rail, the bars, the messages.
    'nav, main ~ *, body header:has(nav), .not-on-paper, [role=region][aria-label=Messages]': { display: 'none !important' },
    main: { padding: '0 !important', minHeight: '0 !important' },
    '.on-paper a': { color: 'inherit', textDecoration: 'none' },
    '.on-paper article': { breakInside: 'avoid' },
    '.on-paper h2, .on-paper h3': { breakAfter: 'avoid' },
  },
} as const;

export function PrintStyles() {
  return <GlobalStyles styles={onPaper} />;
}
