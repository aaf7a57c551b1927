// How a proposal stands, and each of its grants: a shape and a word.
import Box from '@mui/material/Box';
import { Mark, type Look } from '@/shared/ui/StatusChip';
import type { Proposal } from './api';
import { proposalWords, standsWords, type Stands } from './words';

function Told({ word, look }: { word: string; look: Look }) {
  return <Box component="span" sx={{ display: 'inline-flex', alignItems: 'center', gap: '7px', whiteSpace: 'nowrap' }}><Mark look={look} />{word}</Box>;
}

export function ProposalState({ status }: { status: Proposal['status'] }) {
  return <Told {...proposalWords[status]} />;
}

export function ItemState({ stands, approved }: { stands: Stands; approved: boolean }) {
  const { look, ...words } = standsWords[stands];
  return <Told word={approved ? words.approved : words.word} look={look} />;
}
