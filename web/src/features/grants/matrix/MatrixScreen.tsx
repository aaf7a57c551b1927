'use client';
// The access matrix: technicians down, customers across; select, set, copy, revoke, hand over; and how it was on any day.
import GridOnOutlined from '@mui/icons-material/GridOnOutlined';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import LinearProgress from '@mui/material/LinearProgress';
import Skeleton from '@mui/material/Skeleton';
import Button from '@mui/material/Button';
import useMediaQuery from '@mui/material/useMediaQuery';
import { useCallback, useMemo, useState } from 'react';
import { messageOf } from '@/shared/api/error';
import { FilterBar } from '@/shared/table/FilterBar';
import { useListState, type ListState } from '@/shared/table/useListState';
import { EmptyState } from '@/shared/ui/EmptyState';
import { ErrorState } from '@/shared/ui/ErrorState';
import { AccessHeader } from '../AccessHeader';
import { HandOverDialog } from '../HandOverDialog';
import { useDifferences, useMatrix, WINDOW, windowsAround, type Grid } from './api';
import { differenceOf, type Difference } from './cells';
import { endOfDay } from './days';
import { Differences } from './Differences';
import { Legend } from './Legend';
import { MatrixDialogs, type Doing } from './MatrixDialogs';
import { MatrixPhone } from './MatrixPhone';
import { MatrixWork } from './MatrixWork';
import { MANY_CELLS, at, blockOf, countOf, sameBlock, type Block, type Selection } from './selection';
import { TimeBar } from './TimeBar';

const START: Block = { top: 0, bottom: 0, left: 0, right: 0 };

export function MatrixScreen() {
  const state = useListState({ filters: ['day', 'from'] });
  const phone = useMediaQuery('(max-width: 639.95px)', { noSsr: true });
  const [sight, setSight] = useState<Block>(START);
  // Only another window of the server's is another sight: or else each row that comes into it drew the whole screen again.
  const look = useCallback((block: Block) => setSight((now) => {
    const next = windowsAround(block);
    return sameBlock(now, next) ? now : next;
  }), []);
  const [phoneRows, setPhoneRows] = useState<number>(WINDOW.rows);
  const [doing, setDoing] = useState<Doing | null>(null);
  const [selection, setSelection] = useState<Selection>(() => at({ row: 0, col: 0 }));
  const { day } = state.filters;
  const instant = endOfDay(day, new Date());
  const past = instant !== undefined;
  const shown = past ? Date.parse(instant) : undefined;
  const chosen = blockOf(selection);
  // A selection that is small enough to be changed must be known as a whole.
  const blocks = phone ? [{ ...START, bottom: phoneRows - 1 }] : [sight, ...(countOf(chosen) <= MANY_CELLS ? [chosen] : [])];
  const { grid, fetching, error, retry } = useMatrix({ at: instant, q: state.q }, blocks);
  const differences = useDifferences(instant);
  const marks = useMemo(() => {
    if (!past || differences.data === undefined) return undefined;
    return new Map(differences.data.items.flatMap((item) => {
      const difference = differenceOf(item);
      return difference === null ? [] : [[`${item.technicianId} ${item.customerOrgId}`, difference] as [string, Difference]];
    }));
  }, [differences.data, past]);
  const clear = () => {
    setSelection(at({ row: 0, col: 0 }));
    setSight(START);
  };
  const searched: ListState = { ...state, narrowed: state.q !== '', clear: () => { clear(); state.setQ(''); }, setQ: (q) => { clear(); state.setQ(q); } };

  return (
    <>
      <AccessHeader />
      <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', columnGap: 4 }}>
        <FilterBar state={searched} filters={[]} searchLabel="Technician or customer" />
        <Box sx={{ display: 'flex', flex: '1 1 420px', minWidth: 0, maxWidth: '100%', mb: 3 }}><TimeBar day={past ? day : undefined} onChange={(next) => state.setFilter('day', next ?? null)} /></Box>
      </Box>
      {past && day !== undefined && <Differences day={day} differences={differences.data} />}
      <Body
        grid={grid}
        error={error}
        retry={retry}
        narrowed={state.q !== ''}
        past={past}
        onClear={searched.clear}
      >
        {(known) => (
          <Box sx={{ position: 'relative' }}>
            {fetching && <LinearProgress aria-label="Loading" sx={{ position: 'absolute', insetInline: 0, top: -2, height: 2, zIndex: 4 }} />}
            {error !== null && <Alert severity="error" action={<Button size="small" color="inherit" onClick={retry}>Try again</Button>} sx={{ mb: 2 }}>A part of the matrix is missing. {messageOf(error)}</Alert>}
            {phone ? (
              <MatrixPhone grid={known} rows={phoneRows} past={shown} onMore={() => setPhoneRows(phoneRows + WINDOW.rows)} onOpen={state.setOpen} onHandOver={past ? undefined : (id) => state.setFilter('from', id)} />
            ) : (
              <>
                <MatrixWork grid={known} state={state} past={shown} selection={selection} onSelect={setSelection} onSight={look} onDo={setDoing} differences={marks} />
                <Legend past={past} />
              </>
            )}
          </Box>
        )}
      </Body>
      <MatrixDialogs doing={doing} onDone={() => setDoing(null)} open={state.open} onClose={() => state.setOpen(null)} />
      {state.filters.from !== undefined && <HandOverDialog from={state.filters.from === 'anyone' ? undefined : state.filters.from} onClose={() => state.setFilter('from', null)} />}
    </>
  );
}

interface BodyProps {
  grid: Grid | undefined;
  error: unknown;
  retry: () => void;
  narrowed: boolean;
  past: boolean;
  onClear: () => void;
  children: (grid: Grid) => React.ReactNode;
}

function Body({ grid, error, retry, narrowed, past, onClear, children }: BodyProps) {
  if (grid === undefined && error !== null) return <Framed><ErrorState error={error} onRetry={retry} /></Framed>;
  if (grid === undefined) return <Skeleton variant="rounded" height={420} />;
  if (grid.rows > 0 && grid.cols > 0) return children(grid);
  return (
    <Framed>
      {narrowed ? (
        <EmptyState title="Nothing matches" action={<Button variant="outlined" onClick={onClear}>Clear the search</Button>}>No technician and no customer has this in the name.</EmptyState>
      ) : past ? (
        <EmptyState icon={<GridOnOutlined />} title={grid.rows === 0 ? 'There was no technician on that day' : 'There was no customer on that day'}>Choose a later day.</EmptyState>
      ) : (
        <EmptyState icon={<GridOnOutlined />} title={grid.rows === 0 ? 'There is no technician yet' : 'There is no customer yet'}>
          {grid.rows === 0 ? 'Invite a technician under People. They stand here as a row.' : 'Add a customer under Customers. It stands here as a column.'}
        </EmptyState>
      )}
    </Framed>
  );
}

function Framed({ children }: { children: React.ReactNode }) {
  return <Box sx={{ border: 1, borderColor: 'neutral.5', borderRadius: '8px' }}>{children}</Box>;
}
