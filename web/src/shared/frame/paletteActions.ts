// Things to do from the command palette, each begun on the page that it belongs to, for whoever may do it there.
import AddBusinessOutlined from '@mui/icons-material/AddBusinessOutlined';
import AddModeratorOutlined from '@mui/icons-material/AddModeratorOutlined';
import BoltOutlined from '@mui/icons-material/BoltOutlined';
import DnsOutlined from '@mui/icons-material/DnsOutlined';
import DownloadOutlined from '@mui/icons-material/DownloadOutlined';
import GridOnOutlined from '@mui/icons-material/GridOnOutlined';
import HowToRegOutlined from '@mui/icons-material/HowToRegOutlined';
import KeyOutlined from '@mui/icons-material/KeyOutlined';
import PendingActionsOutlined from '@mui/icons-material/PendingActionsOutlined';
import PersonAddAltOutlined from '@mui/icons-material/PersonAddAltOutlined';
import RateReviewOutlined from '@mui/icons-material/RateReviewOutlined';
import SendOutlined from '@mui/icons-material/SendOutlined';
import SwapHorizOutlined from '@mui/icons-material/SwapHorizOutlined';
import TimerOffOutlined from '@mui/icons-material/TimerOffOutlined';
import VerifiedOutlined from '@mui/icons-material/VerifiedOutlined';
import type { SvgIconComponent } from '@mui/icons-material';
import type { Profile } from '@/shared/api/types';
import { paths } from '@/shared/paths';
import type { Action } from '@/shared/session/actions';
import { may } from '@/shared/session/can';
import { mayOpen } from './nav';

export interface PaletteAction {
  label: string;
  /** Other words that people look for it by. */
  also?: string;
  href: string;
  Icon: SvgIconComponent;
}

/** What stands with three dots asks before it does anything. */
const all: readonly (PaletteAction & { needs: Action })[] = [
  { label: 'Start emergency access…', also: 'break glass', needs: 'emergency.start', href: paths.emergency({ do: 'start' }), Icon: BoltOutlined },
  { label: 'Ask for access…', also: 'request', needs: 'access_request.create', href: paths.requests({ do: 'ask' }), Icon: HowToRegOutlined },
  { label: 'Decide on requests for access', also: 'approve refuse', needs: 'access_request.refuse', href: paths.requests(), Icon: HowToRegOutlined },
  { label: 'Review emergency access', needs: 'emergency.review', href: paths.emergency({ show: 'awaiting_review' }), Icon: RateReviewOutlined },
  { label: 'Grant access…', also: 'give assign technician', needs: 'grant.create', href: paths.grants({ do: 'grant' }), Icon: AddModeratorOutlined },
  { label: 'Set access in the matrix', also: 'assign change block', needs: 'grant.create', href: paths.accessMatrix(), Icon: GridOnOutlined },
  { label: 'Hand over access…', also: 'handoff', needs: 'grant.create', href: paths.accessMatrix({ from: 'anyone' }), Icon: SwapHorizOutlined },
  { label: 'Review unused access', also: 'revoke propose', needs: 'grant.revoke', href: paths.unusedAccess(), Icon: TimerOffOutlined },
  { label: 'Decide on proposals to revoke', also: 'approve refuse unused', needs: 'access_proposal.approve', href: paths.proposals({ status: 'pending' }), Icon: PendingActionsOutlined },
  { label: 'Add a customer', also: 'onboard organization new', needs: 'organization.create', href: paths.onboarding(), Icon: AddBusinessOutlined },
  { label: 'Invite a person…', also: 'add user technician', needs: 'user.create', href: paths.users({ do: 'invite' }), Icon: PersonAddAltOutlined },
  { label: 'Add a machine…', also: 'asset server new', needs: 'asset.create', href: paths.assets({ do: 'add' }), Icon: DnsOutlined },
  { label: 'Verify the audit log', also: 'proof bundle offline', needs: 'audit.read', href: paths.verifyLog(), Icon: VerifiedOutlined },
  { label: 'Export the audit log…', also: 'csv ndjson ocsf download', needs: 'audit.export', href: paths.audit({ do: 'export' }), Icon: DownloadOutlined },
  { label: 'Forward the audit log…', also: 'siem syslog webhook', needs: 'audit_destination.update', href: paths.logDestinations({ do: 'add' }), Icon: SendOutlined },
  { label: 'Rotate the audit key…', also: 'checkpoint sign', needs: 'audit_key.rotate', href: paths.verifyLog(undefined, { do: 'rotate' }), Icon: KeyOutlined },
];

export function actionsOf(profile: Profile): readonly PaletteAction[] {
  return all.filter(({ needs, href }) => may(profile.can, needs) && mayOpen(profile, href));
}
