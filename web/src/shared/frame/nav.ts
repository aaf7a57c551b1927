// The rail of each role. Only what stands today; a new feature adds its entry here.
import BadgeOutlined from '@mui/icons-material/BadgeOutlined';
import BusinessOutlined from '@mui/icons-material/BusinessOutlined';
import DnsOutlined from '@mui/icons-material/DnsOutlined';
import FactCheckOutlined from '@mui/icons-material/FactCheckOutlined';
import HomeOutlined from '@mui/icons-material/HomeOutlined';
import KeyOutlined from '@mui/icons-material/KeyOutlined';
import PlayCircleOutlined from '@mui/icons-material/PlayCircleOutlined';
import SpaceDashboardOutlined from '@mui/icons-material/SpaceDashboardOutlined';
import TerminalOutlined from '@mui/icons-material/TerminalOutlined';
import HowToRegOutlined from '@mui/icons-material/HowToRegOutlined';
import type { SvgIconComponent } from '@mui/icons-material';
import type { Profile, Role } from '@/shared/api/types';
import { paths } from '@/shared/paths';

export interface NavItem {
  label: string;
  href: string;
  Icon: SvgIconComponent;
}

const overview: NavItem = { label: 'Overview', href: paths.home(), Icon: SpaceDashboardOutlined };
const myCustomers: NavItem = { label: 'My customers', href: paths.home(), Icon: BusinessOutlined };
const mySessions: NavItem = { label: 'Sessions', href: paths.sessions(), Icon: TerminalOutlined };
const liveSessions: NavItem = { label: 'Live sessions', href: paths.sessions(), Icon: TerminalOutlined };
const recordings: NavItem = { label: 'Recordings', href: paths.recordings(), Icon: PlayCircleOutlined };
const customers: NavItem = { label: 'Customers', href: paths.organizations(), Icon: BusinessOutlined };
const machines: NavItem = { label: 'Machines', href: paths.assets(), Icon: DnsOutlined };
const people: NavItem = { label: 'People', href: paths.users(), Icon: BadgeOutlined };
const access: NavItem = { label: 'Access', href: paths.grants(), Icon: KeyOutlined };
const audit: NavItem = { label: 'Audit', href: paths.audit(), Icon: FactCheckOutlined };
const activity: NavItem = { label: 'Activity', href: paths.audit(), Icon: FactCheckOutlined };
const whoWasHere: NavItem = { label: 'Who was here', href: paths.home(), Icon: HowToRegOutlined };
const front: NavItem = { label: 'Home', href: paths.home(), Icon: HomeOutlined };

const rails: Record<Role, readonly NavItem[]> = {
  technician: [myCustomers, mySessions, recordings],
  security_analyst: [overview, liveSessions, recordings, customers, audit],
  account_manager: [overview, customers, people, access, machines, liveSessions],
  super_admin: [overview, liveSessions, customers, people, access, machines, recordings, audit],
  admin: [whoWasHere, liveSessions, machines, people, activity],
  report_viewer: [front],
  request_user: [front],
  basic_user: [front],
};

export function railOf(profile: Profile): readonly NavItem[] {
  return rails[profile.role];
}

/** The entry of the rail that the address belongs to. */
export function currentItem(items: readonly NavItem[], pathname: string): NavItem | undefined {
  return items.find((item) => (item.href === '/' ? pathname === '/' : pathname === item.href || pathname.startsWith(`${item.href}/`)));
}
