// The pages of each role, and which of them stand in its rail. Only what stands today; a new feature adds its entry here.
import AccountCircleOutlined from '@mui/icons-material/AccountCircleOutlined';
import BadgeOutlined from '@mui/icons-material/BadgeOutlined';
import BoltOutlined from '@mui/icons-material/BoltOutlined';
import BusinessOutlined from '@mui/icons-material/BusinessOutlined';
import DnsOutlined from '@mui/icons-material/DnsOutlined';
import FactCheckOutlined from '@mui/icons-material/FactCheckOutlined';
import HelpCenterOutlined from '@mui/icons-material/HelpCenterOutlined';
import HomeOutlined from '@mui/icons-material/HomeOutlined';
import KeyOutlined from '@mui/icons-material/KeyOutlined';
import ListAltOutlined from '@mui/icons-material/ListAltOutlined';
import LockPersonOutlined from '@mui/icons-material/LockPersonOutlined';
import MailOutlined from '@mui/icons-material/MailOutlined';
import ManageHistoryOutlined from '@mui/icons-material/ManageHistoryOutlined';
import PendingActionsOutlined from '@mui/icons-material/PendingActionsOutlined';
import PlayCircleOutlined from '@mui/icons-material/PlayCircleOutlined';
import SpaceDashboardOutlined from '@mui/icons-material/SpaceDashboardOutlined';
import SettingsOutlined from '@mui/icons-material/SettingsOutlined';
import TerminalOutlined from '@mui/icons-material/TerminalOutlined';
import TimerOffOutlined from '@mui/icons-material/TimerOffOutlined';
import VerifiedUserOutlined from '@mui/icons-material/VerifiedUserOutlined';
import HowToRegOutlined from '@mui/icons-material/HowToRegOutlined';
import type { SvgIconComponent } from '@mui/icons-material';
import type { Profile, Role } from '@/shared/api/types';
import { paths } from '@/shared/paths';
import { may } from '@/shared/session/can';

export interface NavItem {
  label: string;
  href: string;
  Icon: SvgIconComponent;
  /** Pages that belong to it without an entry of their own. */
  also?: readonly string[];
  /** Pages below its address are others. */
  exact?: boolean;
}

const overview: NavItem = { label: 'Overview', href: paths.home(), Icon: SpaceDashboardOutlined };
const myCustomers: NavItem = { label: 'My customers', href: paths.home(), Icon: BusinessOutlined, also: [paths.assets()] };
const mySessions: NavItem = { label: 'Sessions', href: paths.sessions(), Icon: TerminalOutlined };
const liveSessions: NavItem = { label: 'Live sessions', href: paths.sessions(), Icon: TerminalOutlined };
const recordings: NavItem = { label: 'Recordings', href: paths.recordings(), Icon: PlayCircleOutlined };
const customers: NavItem = { label: 'Customers', href: paths.organizations(), Icon: BusinessOutlined };
const machines: NavItem = { label: 'Machines', href: paths.assets(), Icon: DnsOutlined };
const people: NavItem = { label: 'People', href: paths.users(), Icon: BadgeOutlined };
const access: NavItem = { label: 'Access', href: paths.grants(), Icon: KeyOutlined, exact: true };
const accessMatrix: NavItem = { label: 'Access', href: paths.accessMatrix(), Icon: KeyOutlined, also: [paths.grants()] };
const allAccess: NavItem = { label: 'List', href: paths.grants(), Icon: ListAltOutlined, exact: true };
const unusedAccess: NavItem = { label: 'Unused access', href: paths.unusedAccess(), Icon: TimerOffOutlined };
const proposals: NavItem = { label: 'Proposals to revoke', href: paths.proposals(), Icon: PendingActionsOutlined };
const accessHistory: NavItem = { label: 'History of access', href: paths.accessHistory(), Icon: ManageHistoryOutlined };
const ownAccess: NavItem = { label: 'Access', href: paths.ownAccess(), Icon: KeyOutlined };
const requests: NavItem = { label: 'Requests', href: paths.requests(), Icon: HelpCenterOutlined };
const emergency: NavItem = { label: 'Emergency', href: paths.emergency(), Icon: BoltOutlined };
const audit: NavItem = { label: 'Audit', href: paths.audit(), Icon: FactCheckOutlined };
const personActivity: NavItem = { label: 'A person’s activity', href: paths.personActivity(''), Icon: FactCheckOutlined };
const compliance: NavItem = { label: 'Compliance', href: paths.compliance(), Icon: VerifiedUserOutlined };
const mails: NavItem = { label: 'Mails', href: paths.mails(), Icon: MailOutlined };
const activity: NavItem = { label: 'Activity', href: paths.audit(), Icon: FactCheckOutlined };
const whoWasHere: NavItem = { label: 'Who was here', href: paths.home(), Icon: HowToRegOutlined };
const settings: NavItem = { label: 'Settings', href: paths.ownOrganization(), Icon: SettingsOutlined };
const security: NavItem = { label: 'Sign-in and SSO', href: paths.security(), Icon: LockPersonOutlined, also: [paths.ssoSetup()] };
const ssoSetup: NavItem = { label: 'Set up single sign-on', href: paths.ssoSetup(), Icon: LockPersonOutlined };
const front: NavItem = { label: 'Home', href: paths.home(), Icon: HomeOutlined };
const account: NavItem = { label: 'My account', href: paths.account(), Icon: AccountCircleOutlined };

const rails: Record<Role, readonly NavItem[]> = {
  technician: [myCustomers, mySessions, recordings, requests, emergency],
  security_analyst: [overview, liveSessions, recordings, customers, emergency, compliance, audit],
  account_manager: [overview, customers, people, accessMatrix, requests, emergency, machines, liveSessions],
  super_admin: [overview, liveSessions, customers, people, accessMatrix, requests, emergency, machines, recordings, compliance, audit, security],
  admin: [whoWasHere, liveSessions, machines, people, ownAccess, requests, emergency, compliance, activity, security, settings],
  report_viewer: [front],
  request_user: [front],
  basic_user: [front],
};

/** What a role may open without an entry in its rail: other pages lead there. */
const besides: Record<Role, readonly NavItem[]> = {
  technician: [machines],
  security_analyst: [people, access, machines, personActivity],
  account_manager: [unusedAccess, proposals, accessHistory, allAccess, recordings, personActivity],
  super_admin: [unusedAccess, proposals, accessHistory, allAccess, ssoSetup, personActivity],
  admin: [recordings, ssoSetup, personActivity],
  report_viewer: [],
  request_user: [],
  basic_user: [],
};

export function railOf(profile: Profile): readonly NavItem[] {
  // Only where no mail server is configured, and then for super admins.
  return may(profile.can, 'mail.read') ? [...rails[profile.role], mails] : rails[profile.role];
}

function isIn(href: string, pathname: string): boolean {
  return href === '/' ? pathname === '/' : pathname === href || pathname.startsWith(`${href}/`);
}

/** The entry of the rail that the address belongs to. */
export function currentItem(items: readonly NavItem[], pathname: string): NavItem | undefined {
  return items.find(({ href, also = [] }) => [href, ...also].some((each) => isIn(each, pathname)));
}

/** The page of this person's role that the address belongs to, if there is one. */
export function pageOf(profile: Profile, pathname: string): NavItem | undefined {
  return [...railOf(profile), ...besides[profile.role], account].find(({ href, exact = false }) => (exact ? href === pathname : isIn(href, pathname)));
}

/** The pages that one goes to by name: those that need a person or a thing are reached from it. */
export function destinationsOf(profile: Profile): readonly NavItem[] {
  return [...railOf(profile), ...besides[profile.role].filter((item) => item !== personActivity && item !== ssoSetup), account];
}

/** Whether the page at the address (with or without a query) is for this person's role. */
export function mayOpen(profile: Profile, address: string): boolean {
  return pageOf(profile, address.replace(/\?.*/, '')) !== undefined;
}
