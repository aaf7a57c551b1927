'use client';
// The last weeks as small squares: how often somebody was here on each day. A day is chosen by a click.
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import ButtonBase from '@mui/material/ButtonBase';
import { dayWords, plural } from '@/shared/lib/time';
import { SectionCard } from '@/shared/ui/SectionCard';

const WEEKS = 5;

interface Props {
  days: ReadonlyMap<string, number>;
  chosen: string | null;
  onChoose: (day: string | null) => void;
}

const weekday = new Intl.DateTimeFormat(undefined, { weekday: 'short' });

function keyOf(date: Date): string {
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, '0')).join('-');
}

/** Whole weeks up to the one of today, Monday first. */
function lastDays(): Date[] {
  const today = new Date();
  const back = (today.getDay() + 6) % 7;
  return Array.from({ length: WEEKS * 7 }, (_, at) => new Date(today.getFullYear(), today.getMonth(), today.getDate() - back - (WEEKS - 1) * 7 + at));
}

export function VisitsCalendar({ days, chosen, onChoose }: Props) {
  const all = lastDays();
  const today = keyOf(new Date());
  return (
    <SectionCard title="Last five weeks" action={chosen === null ? undefined : <Button size="small" variant="text" onClick={() => onChoose(null)}>All days</Button>}>
      <Box sx={{ display: 'grid', gridTemplateColumns: 'repeat(7, 1fr)', gap: '4px', maxWidth: 320 }}>
        {all.slice(0, 7).map((date) => (
          <Box key={date.getDay()} aria-hidden sx={{ fontSize: '0.6875rem', color: 'text.secondary', textAlign: 'center', pb: 1 }}>{weekday.format(date).slice(0, 2)}</Box>
        ))}
        {all.map((date) => {
          const key = keyOf(date);
          return <DaySquare key={key} date={date} count={days.get(key) ?? 0} today={key === today} future={key > today} chosen={key === chosen} onClick={() => onChoose(key === chosen ? null : key)} />;
        })}
      </Box>
    </SectionCard>
  );
}

interface SquareProps {
  date: Date;
  count: number;
  today: boolean;
  future: boolean;
  chosen: boolean;
  onClick: () => void;
}

function DaySquare({ date, count, today, future, chosen, onClick }: SquareProps) {
  const fill = count === 0 ? 'neutral.3' : count < 3 ? 'accent.soft' : 'accent.line';
  return (
    <ButtonBase
      disabled={future}
      aria-pressed={chosen}
      aria-label={`${dayWords(date.toISOString())}: ${count === 0 ? 'nobody' : plural(count, 'visit')}`}
      onClick={onClick}
      sx={{
        aspectRatio: '1', borderRadius: '5px', fontSize: '0.75rem', fontVariantNumeric: 'tabular-nums', bgcolor: future ? 'transparent' : fill,
        color: future ? 'neutral.6' : count === 0 ? 'text.secondary' : 'text.primary', fontWeight: count > 0 ? 600 : 420, border: 2, borderColor: chosen ? 'primary.main' : today ? 'neutral.6' : 'transparent',
        '&:hover': { borderColor: chosen ? 'primary.main' : 'neutral.6' },
      }}
    >
      {date.getDate()}
    </ButtonBase>
  );
}
