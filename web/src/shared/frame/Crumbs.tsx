'use client';
// Where I am: "organization › thing" in the top bar. A screen says it; the bar shows it.
import Box from '@mui/material/Box';
import Link from 'next/link';
import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from 'react';
import { CustomerTag } from '@/shared/ui/CustomerTag';

export interface Crumb {
  label: string;
  href?: string;
  /** Draws the label as the tag of this customer. */
  customerId?: string;
}

interface CrumbsValue {
  crumbs: readonly Crumb[];
  set: (crumbs: readonly Crumb[]) => void;
}

const CrumbsContext = createContext<CrumbsValue>({ crumbs: [], set: () => undefined });

export function CrumbsProvider({ children }: { children: ReactNode }) {
  const [crumbs, set] = useState<readonly Crumb[]>([]);
  const value = useMemo(() => ({ crumbs, set }), [crumbs]);
  return <CrumbsContext.Provider value={value}>{children}</CrumbsContext.Provider>;
}

/** Says where this screen is, below the entry of the rail. Undefined entries are left out while they load. */
export function useCrumbs(crumbs: readonly (Crumb | undefined)[]): void {
  const { set } = useContext(CrumbsContext);
  const key = JSON.stringify(crumbs);
  useEffect(() => {
    set((JSON.parse(key) as (Crumb | null)[]).filter((crumb) => crumb !== null));
    return () => set([]);
  }, [key, set]);
}

export function Crumbs({ roots }: { roots: readonly Crumb[] }) {
  const { crumbs } = useContext(CrumbsContext);
  const all = [...roots, ...crumbs];
  return (
    <Box component="nav" aria-label="Where you are" sx={{ minWidth: 0, flex: 1 }}>
      <Box component="ol" sx={{ display: 'flex', alignItems: 'center', gap: 2, m: 0, p: 0, listStyle: 'none', fontSize: '0.8125rem', minWidth: 0 }}>
        {all.map((crumb, at) => {
          const last = at === all.length - 1;
          return (
            <Box
              component="li"
              key={`${at}-${crumb.label}`}
              aria-current={last ? 'page' : undefined}
              sx={{
                display: { xs: last ? 'flex' : 'none', sm: 'flex' }, alignItems: 'center', gap: 2, minWidth: 0,
                color: last ? 'text.primary' : 'text.secondary', fontWeight: last ? 560 : 420, flexShrink: last ? 1 : 2,
              }}
            >
              {at > 0 && <Box component="span" aria-hidden sx={{ color: 'neutral.6', display: { xs: 'none', sm: 'inline' } }}>›</Box>}
              <CrumbLabel crumb={crumb} last={last} />
            </Box>
          );
        })}
      </Box>
    </Box>
  );
}

function CrumbLabel({ crumb, last }: { crumb: Crumb; last: boolean }) {
  if (crumb.customerId !== undefined) return <CustomerTag id={crumb.customerId} name={crumb.label} link={!last} />;
  const sx = { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap', color: 'inherit', textDecoration: 'none' } as const;
  if (crumb.href === undefined || last) return <Box component="span" sx={sx}>{crumb.label}</Box>;
  return (
    <Box component={Link} href={crumb.href} prefetch={false} sx={{ ...sx, '&:hover': { color: 'text.primary' } }}>
      {crumb.label}
    </Box>
  );
}
