// Every address of the console. A page of one thing takes `?id=`, so an export needs no server rule. `do` begins something
// there (shared/frame/useCommand).

function withQuery(path: string, query: Record<string, string | undefined>): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') params.set(key, value);
  }
  return params.size > 0 ? `${path}?${params.toString()}` : path;
}

export const paths = {
  home: () => '/',
  /** `moved`: the sign-in is bound to where it began, and its owner is elsewhere. */
  signIn: (next?: string, moved = false) => withQuery('/sign-in', { next, moved: moved ? '1' : undefined }),
  invitation: () => '/invitation',
  forgot: () => '/forgot',
  account: () => '/account',
  mails: (query: { page?: number; open?: string } = {}) => withQuery('/mails', { page: query.page?.toString(), open: query.open }),
  ownOrganization: () => '/organization',
  security: () => '/security',
  ssoSetup: (query: { id?: string; organizationId?: string; step?: string } = {}) => withQuery('/sso', query),
  /** Where a window comes to that was opened to confirm who one is. */
  confirmed: () => '/confirmed',
  organizations: () => '/organizations',
  organization: (id: string, tab?: string) => withQuery('/organizations/detail', { id, tab }),
  /** Takes in a customer: from the beginning, or on from where one left. */
  onboarding: (id?: string, step?: string) => withQuery('/organizations/new', { id, step }),
  users: (query: { organizationId?: string; open?: string; do?: 'invite' } = {}) => withQuery('/users', query),
  grants: (query: { organizationId?: string; technicianId?: string; status?: string; accessLevel?: string; sort?: string; open?: string; do?: 'grant' } = {}) => withQuery('/grants', query),
  /** `from`: opens the dialog that hands over what this technician holds (`anyone`: chosen in it). */
  accessMatrix: (query: { q?: string; from?: string } = {}) => withQuery('/grants/matrix', query),
  unusedAccess: (days?: string) => withQuery('/grants/unused', { days }),
  /** Proposals to revoke, which a super admin decides. */
  proposals: (query: { status?: string; open?: string } = {}) => withQuery('/grants/proposals', query),
  accessHistory: (query: { organizationId?: string; technicianId?: string } = {}) => withQuery('/grants/history', query),
  /** For a customer: who of the provider may come in. */
  ownAccess: () => '/access',
  /** Technicians' requests for access. */
  requests: (query: { open?: string; do?: 'ask' } = {}) => withQuery('/requests', query),
  /** `show`: what stands in the list, such as what waits for a review. */
  emergency: (query: { show?: string; open?: string; do?: 'start' } = {}) => withQuery('/emergency', query),
  assets: (query: { organizationId?: string; q?: string; do?: 'add' } = {}) => withQuery('/assets', query),
  asset: (id: string) => withQuery('/assets/detail', { id }),
  sessions: (query: { status?: string; organizationId?: string } = {}) => withQuery('/sessions', query),
  session: (id: string) => withQuery('/sessions', { open: id }),
  terminal: (id: string, mode?: 'watch') => withQuery('/sessions/terminal', { id, mode }),
  /** Opens a session, when `start` is a wish of this page (shared/session/startSession), or asks whether to. */
  connect: (assetId: string, credentialId?: string, start?: string) => withQuery('/sessions/terminal', { asset: assetId, account: credentialId, start }),
  recordings: (query: { organizationId?: string; q?: string } = {}) => withQuery('/recordings', query),
  player: (id: string, atMs?: number, q?: string) => withQuery('/recordings/player', { id, at: atMs?.toString(), q }),
  /** `between`: two instants, written `from_to`. */
  audit: (query: { organizationId?: string; actorId?: string; sessionId?: string; targetId?: string; clientIp?: string; requestId?: string; control?: string; code?: string; outcome?: string; riskLevel?: string; from?: string; between?: string; open?: string; do?: 'export' } = {}) => withQuery('/audit', query),
  personActivity: (id: string) => withQuery('/audit/person', { id }),
  /** The log as a tree that can be verified; of one's own organization when none is named. */
  verifyLog: (organizationId?: string, query: { do?: 'rotate' } = {}) => withQuery('/audit/verify', { organizationId, ...query }),
  /** Where the log is forwarded to. */
  logDestinations: (query: { do?: 'add' } = {}) => withQuery('/audit/destinations', query),
  compliance: (query: { organizationId?: string; standard?: string } = {}) => withQuery('/audit/compliance', query),
} as const;
