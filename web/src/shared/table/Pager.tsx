'use client';
// Which rows of how many, and the way to the next.
import ChevronLeft from '@mui/icons-material/ChevronLeft';
import ChevronRight from '@mui/icons-material/ChevronRight';
import Box from '@mui/material/Box';
import IconButton from '@mui/material/IconButton';
import type { List } from '@/shared/api/types';
import { numberWords } from '@/shared/lib/time';

export function Pager({ list, onPage }: { list: List<unknown>; onPage: (page: number) => void }) {
  const first = (list.page - 1) * list.limit + 1;
  const last = first + list.items.length - 1;
  const total = `${list.totalCapped === true ? 'more than ' : ''}${numberWords(list.total)}`;
  return (
    <Box component="nav" aria-label="Pages" sx={{ display: 'flex', alignItems: 'center', gap: 1, pt: 2, fontSize: '0.75rem', color: 'text.secondary' }}>
      <Box role="status" className="tabular" sx={{ mr: 'auto' }}>
        {list.items.length === 0 ? `None of ${total}` : `${numberWords(first)}–${numberWords(last)} of ${total}`}
      </Box>
      {list.totalPages > 1 && (
        <>
          <IconButton size="small" aria-label="Previous page" disabled={list.page <= 1} onClick={() => onPage(list.page - 1)}>
            <ChevronLeft />
          </IconButton>
          <span className="tabular">
            Page {numberWords(list.page)} of {list.totalCapped === true ? 'many' : numberWords(list.totalPages)}
          </span>
          <IconButton size="small" aria-label="Next page" disabled={list.page >= list.totalPages} onClick={() => onPage(list.page + 1)}>
            <ChevronRight />
          </IconButton>
        </>
      )}
    </Box>
  );
}
