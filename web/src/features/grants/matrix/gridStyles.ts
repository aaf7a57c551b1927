// How the grid is drawn: plain elements under one set of rules, because a thousand cells are in sight and a style of its own
// for each would be counted each time.

export const CELL = { width: 38, height: 34 } as const;
/** The heads of the columns stand upright; those of the rows are as wide as a name. */
export const HEAD = { width: 216, height: 160 } as const;

const tone = (name: string) => `var(--sp-palette-severity-${name})`;

export const gridStyles = {
  position: 'relative', overflow: 'auto', border: 1, borderColor: 'neutral.5', borderRadius: '8px', bgcolor: 'background.paper', outlineOffset: 2, fontSize: '0.8125rem', userSelect: 'none', overscrollBehavior: 'contain',
  '&:focus-visible': { outline: '2px solid', outlineColor: 'primary.main' },
  '& .head': { position: 'sticky', top: 0, zIndex: 3, height: HEAD.height, bgcolor: 'neutral.2', borderBottom: '1px solid', borderColor: 'neutral.5' },
  '& .corner': { position: 'sticky', left: 0, zIndex: 1, width: HEAD.width, height: '100%', bgcolor: 'neutral.2', borderRight: '1px solid', borderColor: 'neutral.5', display: 'flex', alignItems: 'flex-end', p: 3, fontSize: '0.75rem', color: 'text.secondary' },
  '& .colhead': { position: 'absolute', top: 0, width: CELL.width, height: HEAD.height - 1, display: 'flex', flexDirection: 'column', alignItems: 'center', justifyContent: 'flex-end', gap: '6px', pb: '8px', cursor: 'pointer', '&:hover, &[data-on=true]': { bgcolor: 'neutral.4' } },
  '& .colhead .name': { writingMode: 'vertical-rl', transform: 'rotate(180deg)', maxHeight: HEAD.height - 44, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap', fontSize: '0.75rem', fontWeight: 520, lineHeight: 1.2 },
  '& .initials': { flex: 'none', display: 'grid', placeItems: 'center', width: 24, height: 18, borderRadius: '3px', fontSize: '0.625rem', fontWeight: 700, letterSpacing: '0.02em' },
  '& .row': { position: 'absolute', left: 0, top: 0, height: CELL.height },
  '& .rowhead': { position: 'sticky', left: 0, zIndex: 2, width: HEAD.width, height: CELL.height, bgcolor: 'background.paper', borderRight: '1px solid', borderBottom: '1px solid', borderRightColor: 'neutral.5', borderBottomColor: 'neutral.4', display: 'flex', alignItems: 'center', gap: '8px', px: '12px', cursor: 'pointer', '&:hover, &[data-on=true]': { bgcolor: 'neutral.3' } },
  '& .rowhead .name': { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
  '& .rowhead .off': { flex: 'none', fontSize: '0.6875rem', color: 'text.secondary' },
  '& .cell': { position: 'absolute', top: 0, width: CELL.width, height: CELL.height, borderRight: '1px solid', borderBottom: '1px solid', borderColor: 'neutral.4', cursor: 'cell', '&[aria-selected=true]': { bgcolor: 'accent.soft' } },
  '& .cell.waits': { background: 'linear-gradient(var(--sp-palette-neutral-4), var(--sp-palette-neutral-4)) center / 14px 4px no-repeat' },
  '& .mark': { position: 'absolute', inset: '4px', borderRadius: '5px', display: 'grid', placeItems: 'center', fontWeight: 650, fontSize: '0.75rem', border: '1px solid transparent', overflow: 'hidden' },
  '& .mark[data-level=read_only]': { bgcolor: 'neutral.3', borderColor: 'neutral.6', color: 'neutral.9' },
  '& .mark[data-level=full_access]': { bgcolor: 'primary.main', color: 'primary.contrastText' },
  '& .mark[data-level=emergency]': { bgcolor: 'severity.critical.soft', borderColor: 'severity.critical.main', color: 'severity.critical.text' },
  '& .mark[data-scheduled=true]': { bgcolor: 'transparent', borderStyle: 'dashed', borderColor: 'neutral.7', color: 'text.primary' },
  '& .mark[data-closed=true]': { bgcolor: 'transparent', borderColor: 'neutral.7', color: 'text.primary', backgroundImage: 'linear-gradient(to top right, transparent calc(50% - 1px), var(--sp-palette-neutral-6) calc(50% - 0.5px) calc(50% + 0.5px), transparent calc(50% + 1px))' },
  '& .mark sup': { position: 'absolute', left: '2px', top: '2px', fontSize: '0.5625rem', fontWeight: 600, letterSpacing: '-0.05em', lineHeight: 1 },
  '& .mark[data-more=true]': { pl: '7px' },
  '& .mark::after': { content: 'none', position: 'absolute', insetInline: 0, bottom: 0, height: '3px' },
  '& .mark[data-edge=later]::after': { content: '""', bgcolor: 'neutral.7' },
  '& .mark[data-level=full_access][data-edge=later]::after': { content: '""', bgcolor: 'accent.line' },
  '& .mark[data-edge=week]::after': { content: '""', background: tone('medium-main') },
  '& .mark[data-edge=day]::after': { content: '""', background: tone('critical-main') },
  '& .dot': { position: 'absolute', right: '3px', top: '3px', width: '6px', height: '6px', borderRadius: '50%', bgcolor: 'severity.medium.main', boxShadow: '0 0 0 1px var(--sp-palette-neutral-1)' },
  '& .cell[data-active=true]': { outline: '2px solid', outlineColor: 'primary.main', outlineOffset: '-2px', zIndex: 1 },
  '& .cell[data-fill=true]': { outline: '2px dashed', outlineColor: 'primary.main', outlineOffset: '-3px', zIndex: 1 },
  '& .cell[data-difference]': { background: 'repeating-linear-gradient(135deg, var(--sp-palette-severity-medium-soft) 0 5px, transparent 5px 8px)' },
  '& .sign': { position: 'absolute', left: '1px', bottom: '-1px', zIndex: 1, minWidth: 12, textAlign: 'center', lineHeight: '13px', borderRadius: '3px', fontSize: '0.6875rem', fontWeight: 700, bgcolor: 'neutral.10', color: 'neutral.1' },
  '& .handle': { position: 'absolute', right: '-1px', bottom: '-1px', zIndex: 2, width: '11px', height: '11px', bgcolor: 'primary.main', border: '2px solid', borderColor: 'background.paper', borderRadius: '3px', cursor: 'ew-resize', touchAction: 'none' },
} as const;
