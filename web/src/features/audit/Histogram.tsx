'use client';
// Events over time: a bar for each hour, day or week, what was refused and what was of high risk marked in it. A bar leads to
// its entries; the arrow keys go from bar to bar.
import Box from '@mui/material/Box';
import Tooltip from '@mui/material/Tooltip';
import { useRef, useState, type KeyboardEvent } from 'react';
import type { AuditBucket, AuditStats } from '@/shared/api/types';
import { plural } from '@/shared/lib/time';
import { endOfBucket } from './spans';

const hour = new Intl.DateTimeFormat(undefined, { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
const day = new Intl.DateTimeFormat(undefined, { weekday: 'short', day: 'numeric', month: 'short' });
const axis = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });

/** In pixels. */
const HEIGHT = 96;

interface Props {
  stats: Pick<AuditStats, 'buckets' | 'bucket' | 'from' | 'to'>;
  onPick?: (start: string, end: string) => void;
}

export function bucketWords({ start, total, refused, high }: AuditBucket, size: AuditStats['bucket']): string {
  const when = size === 'hour' ? hour.format(new Date(start)) : size === 'week' ? `Week of ${day.format(new Date(start))}` : day.format(new Date(start));
  return `${when}: ${plural(total, 'event')}, ${refused.toLocaleString()} refused, ${high.toLocaleString()} of high risk`;
}

export function Histogram({ stats, onPick }: Props) {
  const { buckets, bucket } = stats;
  const [at, setAt] = useState(buckets.length - 1);
  const bars = useRef<HTMLDivElement>(null);
  const most = Math.max(1, ...buckets.map(({ total }) => total));
  const active = Math.min(at, buckets.length - 1);
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, Home: -buckets.length, End: buckets.length }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = Math.max(0, Math.min(buckets.length - 1, active + step));
    setAt(next);
    bars.current?.querySelectorAll('button')[next]?.focus();
  };
  const middle = buckets[Math.floor(buckets.length / 2)];
  return (
    <Box>
      <Box
        ref={bars}
        role="group"
        aria-label={`Events per ${bucket}`}
        onKeyDown={onKeyDown}
        sx={{
          display: 'flex', alignItems: 'stretch', height: HEIGHT, gap: buckets.length > 80 ? 0 : '2px', borderBottom: 1, borderColor: 'neutral.5',
          '& button': { flex: '1 1 0', minWidth: 0, p: 0, m: 0, border: 0, bgcolor: 'transparent', display: 'flex', flexDirection: 'column', justifyContent: 'flex-end', cursor: onPick === undefined ? 'default' : 'pointer', borderRadius: '2px 2px 0 0' },
          '& button:hover, & button:focus-visible': { bgcolor: 'neutral.3' },
          '& i': { display: 'block', width: '100%' },
          '& .rest': { bgcolor: 'neutral.6', borderRadius: '2px 2px 0 0' },
          '& .refused': { bgcolor: 'severity.high.main' },
          '& .high': { bgcolor: 'severity.critical.main' },
        }}
      >
        {buckets.map((each, index) => (
          <Tooltip key={each.start} title={bucketWords(each, bucket)} enterDelay={80} disableInteractive>
            <button type="button" tabIndex={index === active ? 0 : -1} aria-label={bucketWords(each, bucket)} onFocus={() => setAt(index)} onClick={() => onPick?.(each.start, endOfBucket(each.start, bucket, stats.to))}>
              <Bar bucket={each} most={most} />
            </button>
          </Tooltip>
        ))}
      </Box>
      <Box aria-hidden className="tabular" sx={{ display: 'flex', justifyContent: 'space-between', pt: 1, fontSize: '0.6875rem', color: 'text.secondary' }}>
        <span>{axis.format(new Date(stats.from))}</span>
        {middle !== undefined && buckets.length > 8 && <span>{axis.format(new Date(middle.start))}</span>}
        <span>{axis.format(new Date(stats.to))}</span>
      </Box>
    </Box>
  );
}

/** High risk and refused overlap; each is drawn by its own height from below, so that neither hides in a sum. */
function Bar({ bucket: { total, high, refused }, most }: { bucket: AuditBucket; most: number }) {
  if (total === 0) return null;
  const share = (count: number) => (count === 0 ? 0 : Math.max(2, Math.round((count / most) * (HEIGHT - 6))));
  const marked = Math.min(total, high + refused);
  return (
    <>
      <i className="rest" style={{ height: share(total - marked) }} />
      <i className="refused" style={{ height: share(Math.min(refused, total)) }} />
      <i className="high" style={{ height: share(Math.min(high, total - Math.min(refused, total))) }} />
    </>
  );
}
