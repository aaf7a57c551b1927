// How a request stands: a shape and a word.
import Box from '@mui/material/Box';
import { Mark } from '@/shared/ui/StatusChip';
import type { AccessRequest } from './api';
import { requestWords } from './words';

export function RequestState({ status }: { status: AccessRequest['status'] }) {
  const { word, look } = requestWords[status];
  return <Box component="span" sx={{ display: 'inline-flex', alignItems: 'center', gap: '7px', whiteSpace: 'nowrap' }}><Mark look={look} />{word}</Box>;
}
