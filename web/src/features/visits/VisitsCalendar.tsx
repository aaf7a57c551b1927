'use client';
// The last weeks as small squares: how often somebody was here on each day, and a mark where somebody was refused. A day is
// chosen by a click.
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import ButtonBase from '@mui/material/ButtonBase';
import { dayWords, plural } from '@/shared/lib/time';
import { SectionCard } from '@/shared/ui/SectionCard';
import { dayKey, type VisitDay } from './days';

const WEEKS = 5;

interface Props {
  days: readonly VisitDay[];
  chosen: string | null;
  onChoose: (day: string | null) => void;
}

const weekday = new Intl.DateTimeFormat(undefined, { weekday: 'short' });

/** Whole weeks up to the one of today, Monday first. */
function lastDays(): Date[] {
  const today = new Date();
  const back = (today.getDay() + 6) % 7;
  return Array.from({ length: WEEKS * 7 }, (_, at) => new Date(today.getFullYear(), today.getMonth(), today.getDate() - back - (WEEKS - 1) * 7 + at));
}

export function VisitsCalendar({ days, chosen, onChoose }: Props) {
  const all = lastDays();
  const today = dayKey(new Date());
  const byKey = new Map(days.map((day) => [day.key, day]));
  return (
    <SectionCard title="Last five weeks" action={chosen === null ? undefined : <Button size="small" variant="text" onClick={() => onChoose(null)}>All days</Button>}>
      <Box sx={{ display: 'grid', gridTemplateColumns: 'repeat(7, 1fr)', gap: '4px', maxWidth: 320 }}>
        {all.slice(0, 7).map((date) => (
          <Box key={date.getDay()} aria-hidden sx={{ fontSize: '0.6875rem', color: 'text.secondary', textAlign: 'center', pb: 1 }}>{weekday.format(date).slice(0, 2)}</Box>
        ))}
        {all.map((date) => {
          const key = dayKey(date);
          const day = byKey.get(key);
          return <DaySquare key={key} date={date} count={day?.visits.length ?? 0} refused={day?.tries.length ?? 0} today={key === today} future={key > today} chosen={key === chosen} onClick={() => onChoose(key === chosen ? null : key)} />;
        })}
      </Box>
    </SectionCard>
  );
}

interface SquareProps {
  date: Date;
  count: number;
  refused: number;
  today: boolean;
  future: boolean;
  chosen: boolean;
  onClick: () => void;
}

function DaySquare({ date, count, refused, today, future, chosen, onClick }: SquareProps) {
  const fill = count === 0 ? 'neutral.3' : count < 3 ? 'accent.soft' : 'accent.line';
  return (
    <ButtonBase
      disabled={future}
      aria-pressed={chosen}
      aria-label={`${dayWords(date.toISOString())}: ${count === 0 ? 'nobody' : plural(count, 'visit')}${refused === 0 ? '' : `, ${refused} refused`}`}
      onClick={onClick}
      sx={{
        position: 'relative', aspectRatio: '1', borderRadius: '5px', fontSize: '0.75rem', fontVariantNumeric: 'tabular-nums', bgcolor: future ? 'transparent' : fill,
        color: future ? 'neutral.6' : count === 0 ? 'text.secondary' : 'text.primary', fontWeight: count > 0 ? 600 : 420, border: 2, borderColor: chosen ? 'primary.main' : today ? 'neutral.6' : 'transparent',
        '&:hover': { borderColor: chosen ? 'primary.main' : 'neutral.6' },
      }}
    >
      {date.getDate()}
      {refused > 0 && <Box component="span" aria-hidden sx={{ position: 'absolute', bottom: 4, width: 10, height: 2, borderRadius: 1, bgcolor: 'severity.high.main' }} />}
    </ButtonBase>
  );
}
