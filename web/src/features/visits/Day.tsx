'use client';
// One day: the visits, and below them who tried and was refused.
import BlockOutlined from '@mui/icons-material/BlockOutlined';
import Box from '@mui/material/Box';
import ButtonBase from '@mui/material/ButtonBase';
import Typography from '@mui/material/Typography';
import Link from 'next/link';
import type { ReactNode } from 'react';
import type { Session } from '@/shared/api/types';
import { endTitle } from '@/shared/lib/ends';
import { clockTime, dayWords } from '@/shared/lib/time';
import { reasonOf, startOf } from '@/shared/lib/visit';
import { paths } from '@/shared/paths';
import { LevelChip } from '@/shared/ui/LevelChip';
import { PersonAvatar } from '@/shared/ui/PersonAvatar';
import { StatusChip } from '@/shared/ui/StatusChip';
import type { VisitDay } from './days';
import { Duration } from './VisitsTable';

export function Day({ day: { visits, tries } }: { day: VisitDay }) {
  const [first] = [...visits, ...tries];
  if (first === undefined) return null;
  const title = dayWords(startOf(first));
  return (
    <Box component="section" aria-label={title}>
      <Typography variant="h3" component="h2" sx={{ mb: 2, fontSize: '0.8125rem' }}>{title}</Typography>
      {visits.length > 0 && <Lines>{visits.map((visit) => <Visit key={visit.id} visit={visit} />)}</Lines>}
      {tries.length > 0 && (
        <>
          <Typography component="h3" sx={{ mt: visits.length > 0 ? 3 : 0, mb: 2, fontSize: '0.75rem', fontWeight: 520, color: 'text.secondary' }}>Tried and was refused: nobody got in</Typography>
          <Lines>{tries.map((visit) => <Visit key={visit.id} visit={visit} />)}</Lines>
        </>
      )}
    </Box>
  );
}

function Lines({ children }: { children: ReactNode }) {
  return <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0, border: 1, borderColor: 'neutral.5', borderRadius: '8px', overflow: 'hidden' }}>{children}</Box>;
}

/** How a visit ended is said when its technician did not end it. */
function notesOf(visit: Session): string {
  if (visit.status === 'refused') return `${endTitle(visit.endCode, true)} · ${reasonOf(visit)}`;
  const meant = !visit.endCode || visit.endCode === 'exited' || visit.endCode === 'ended_by_owner';
  return meant ? reasonOf(visit) : `${reasonOf(visit)} · ${endTitle(visit.endCode)}`;
}

function Visit({ visit }: { visit: Session }) {
  const refused = visit.status === 'refused';
  return (
    <Box component="li" sx={{ borderTop: 1, borderColor: 'neutral.4', '&:first-of-type': { borderTop: 0 } }}>
      <ButtonBase
        component={Link}
        href={paths.session(visit.id)}
        prefetch={false}
        sx={{
          display: 'grid', width: '100%', textAlign: 'left', alignItems: 'center', columnGap: 4, rowGap: 2, px: 4, py: 3, outlineOffset: '-3px !important', '&:hover': { bgcolor: 'neutral.2' },
          gridTemplateColumns: { xs: 'auto minmax(0, 1fr) auto', md: '64px auto minmax(0, 1fr) 120px 128px' },
        }}
      >
        <Box component="time" dateTime={startOf(visit)} className="tabular" sx={{ fontSize: '0.8125rem', color: 'text.secondary', whiteSpace: 'nowrap', display: { xs: 'none', md: 'block' } }}>{clockTime(startOf(visit))}</Box>
        {refused ? <Box aria-hidden sx={{ width: 32, display: 'grid', placeItems: 'center' }}><BlockOutlined sx={{ color: 'neutral.7' }} /></Box> : <PersonAvatar name={visit.technicianName} size={32} />}
        <Box sx={{ minWidth: 0 }}>
          <Box sx={{ fontSize: '0.875rem', overflowWrap: 'anywhere' }}>
            <Box component="span" sx={{ fontWeight: 600 }}>{visit.technicianName}</Box> {refused ? 'tried' : 'on'} <Box component="span" sx={{ fontWeight: 600 }}>{visit.assetName}</Box>{' '}
            <Box component="span" className="mono" sx={{ color: 'text.secondary', fontSize: '0.8125rem' }}>as {visit.username}</Box>
          </Box>
          <Box sx={{ fontSize: '0.8125rem', color: 'text.secondary', overflowWrap: 'anywhere' }}>
            <Box component="span" className="tabular" sx={{ display: { md: 'none' } }}>{clockTime(startOf(visit))} · </Box>
            {notesOf(visit)}
          </Box>
        </Box>
        <Box sx={{ display: { xs: 'none', md: 'block' } }}><LevelChip level={visit.accessLevel} /></Box>
        <Box className="tabular" sx={{ fontSize: '0.8125rem', textAlign: 'right', whiteSpace: 'nowrap' }}>
          {visit.status === 'ended' ? <Duration session={visit} /> : <StatusChip status={visit.status} />}
        </Box>
      </ButtonBase>
    </Box>
  );
}
