'use client';
// What the command palette finds: pages and actions at once, everything else as the server finds it, for those whose role has it.
import BadgeOutlined from '@mui/icons-material/BadgeOutlined';
import BusinessOutlined from '@mui/icons-material/BusinessOutlined';
import DnsOutlined from '@mui/icons-material/DnsOutlined';
import TerminalOutlined from '@mui/icons-material/TerminalOutlined';
import type { SvgIconComponent } from '@mui/icons-material';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api, data } from '@/shared/api/client';
import type { List } from '@/shared/api/types';
import { useSettled } from '@/shared/lib/useSettled';
import { statusWords } from '@/shared/lib/words';
import { paths } from '@/shared/paths';
import { useSession } from '@/shared/session/SessionProvider';
import { destinationsOf, mayOpen } from './nav';
import { actionsOf } from './paletteActions';
import { ranked, type groups } from './paletteRank';

export interface Entry {
  key: string;
  group: (typeof groups)[number];
  label: string;
  note?: string;
  href: string;
  Icon: SvgIconComponent;
}

export interface Kinds {
  people: boolean;
  organizations: boolean;
  assets: boolean;
  sessions: boolean;
}

/** What can be found besides pages and actions. */
export function useKinds(): Kinds {
  const { profile } = useSession();
  return {
    people: mayOpen(profile, paths.users()),
    organizations: mayOpen(profile, paths.organizations()),
    assets: mayOpen(profile, paths.assets()),
    sessions: mayOpen(profile, paths.sessions()),
  };
}

export function promise({ people, organizations, assets, sessions }: Kinds): string {
  const parts = [people ? 'A person' : '', organizations ? 'a customer' : '', assets ? 'a machine' : '', sessions ? 'a session' : '', 'a page or action'].filter((each) => each !== '').join(', ');
  return parts.charAt(0).toUpperCase() + parts.slice(1);
}

/** More are asked for than are shown: which fit best, only the page knows. */
const ASKED = 25;
const SHOWN = { Organizations: 6, People: 6, Machines: 8, Sessions: 5 };

const settledList = <T,>(result: PromiseSettledResult<List<T> | undefined>): T[] => (result.status === 'fulfilled' ? (result.value?.items ?? []) : []);

function useFound(q: string, kinds: Kinds) {
  return useQuery({
    queryKey: ['palette', q, kinds],
    enabled: q.length >= 2 && Object.values(kinds).some(Boolean),
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      // One kind that cannot be read leaves the others.
      const [people, organizations, assets, sessions] = await Promise.allSettled([
        kinds.people ? data(api.GET('/api/users', { params: { query: { q, limit: ASKED } }, signal })) : undefined,
        kinds.organizations ? data(api.GET('/api/organizations', { params: { query: { q, limit: ASKED } }, signal })) : undefined,
        kinds.assets ? data(api.GET('/api/assets', { params: { query: { q, limit: ASKED } }, signal })) : undefined,
        kinds.sessions ? data(api.GET('/api/sessions', { params: { query: { q, limit: ASKED } }, signal })) : undefined,
      ]);
      return { people: settledList(people), organizations: settledList(organizations), assets: settledList(assets), sessions: settledList(sessions) };
    },
  });
}

const NOTHING: NonNullable<ReturnType<typeof useFound>['data']> = { people: [], organizations: [], assets: [], sessions: [] };

export function useEntries(text: string, kinds: Kinds): { entries: Entry[]; looking: boolean } {
  const { profile } = useSession();
  const typed = text.trim();
  const q = useSettled(typed);
  const found = useFound(q, kinds);
  const fits = ({ label, also = '' }: { label: string; also?: string }) => typed.toLowerCase().split(/\s+/).every((word) => `${label} ${also}`.toLowerCase().includes(word));
  const pages: Entry[] = destinationsOf(profile).map(({ href, label, Icon }): Entry => ({ key: href, group: 'Go to', label, href, Icon })).filter(fits);
  const actions: Entry[] = actionsOf(profile).filter(fits).map(({ href, label, Icon }): Entry => ({ key: `do ${href}`, group: 'Do', label, href, Icon }));
  const rows = typed.length < 2 || found.data === undefined ? NOTHING : found.data;
  const people = rows.people.map((each): Entry => ({ key: each.id, group: 'People', label: each.displayName, note: each.organizationId === profile.organization.id ? each.email : `${each.organizationName} · ${each.email}`, href: paths.users({ open: each.id }), Icon: BadgeOutlined }));
  const organizations = rows.organizations.map((each): Entry => ({ key: each.id, group: 'Organizations', label: each.name, href: paths.organization(each.id), Icon: BusinessOutlined }));
  const assets = rows.assets.map((each): Entry => ({ key: each.id, group: 'Machines', label: each.name, note: `${each.organizationName} · ${each.address}`, href: paths.asset(each.id), Icon: DnsOutlined }));
  const sessions = rows.sessions.map((each): Entry => ({ key: each.id, group: 'Sessions', label: `${each.technicianName} on ${each.assetName}`, note: `${each.organizationName} · ${statusWords[each.status]}`, href: paths.session(each.id), Icon: TerminalOutlined }));
  const entries = ranked([...pages, ...actions, ...organizations, ...people, ...assets, ...sessions], typed, SHOWN);
  return { entries, looking: typed.length >= 2 && (q !== typed || found.isFetching) };
}
