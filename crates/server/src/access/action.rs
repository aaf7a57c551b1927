//! Everything that a policy can be asked about. The names stand in `policies/sallyport.cedarschema` too; a
//! test holds the two together.

macro_rules! actions {
    ($($variant:ident = $name:literal: $words:literal),* $(,)?) => {
        /// An act that needs a permit.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Action {
            $(#[doc = $words] $variant,)*
        }

        impl Action {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// `noun.verb`, as in policies, audit events and `can`.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }

            /// For a sentence: "Your role may not …".
            pub fn words(self) -> &'static str {
                match self { $(Self::$variant => $words),* }
            }
        }
    };
}

actions! {
    OrganizationRead = "organization.read": "see this organization",
    OrganizationCreate = "organization.create": "create organizations",
    OrganizationUpdate = "organization.update": "change this organization",
    OrganizationSuspend = "organization.suspend": "suspend organizations",
    OrganizationDelete = "organization.delete": "delete organizations",
    OrganizationRestore = "organization.restore": "restore deleted organizations",
    OrganizationKeyDestroy = "organization_key.destroy": "destroy an organization's key",
    OrganizationSecurityUpdate = "organization_security.update": "change how people sign in here",
    OrganizationApprovalUpdate = "organization_approval.update": "change who has to approve access here",
    UserList = "user.list": "list people",
    MemberList = "member.list": "see the people of this organization",
    UserRead = "user.read": "see people",
    UserCreate = "user.create": "invite people",
    UserUpdate = "user.update": "change people",
    UserRoleUpdate = "user_role.update": "change people's roles",
    UserDisable = "user.disable": "disable people",
    UserEnable = "user.enable": "enable people",
    UserDelete = "user.delete": "remove people",
    UserRestore = "user.restore": "restore removed people",
    PasswordChange = "password.change": "change a password",
    AddressChange = "address.change": "change an address",
    AddressCancel = "address.cancel": "give a change of address up",
    UserSessionRead = "user_session.read": "see where a person is signed in",
    UserSessionEnd = "user_session.end": "end a sign-in",
    UserSessionRenew = "user_session.renew": "confirm who you are",
    FactorRead = "factor.read": "see second factors",
    FactorCreate = "factor.create": "add a second factor",
    FactorDelete = "factor.delete": "remove a second factor",
    FactorReset = "factor.reset": "take away a person's second factors",
    BackupCodeCreate = "backup_code.create": "make backup codes",
    SsoRead = "sso.read": "see how people sign in by an identity provider",
    SsoUpdate = "sso.update": "change how people sign in by an identity provider",
    IdentityLink = "identity.link": "bind your account to an identity provider",
    TokenKeyRead = "token_key.read": "see the keys of access tokens",
    TokenKeyRotate = "token_key.rotate": "rotate the keys of access tokens",
    TokenKeyRevoke = "token_key.revoke": "revoke a key of access tokens",
    ApiTokenRead = "api_token.read": "see API tokens",
    ApiTokenCreate = "api_token.create": "make API tokens",
    ApiTokenRevoke = "api_token.revoke": "revoke API tokens",
    DirectoryTokenRead = "directory_token.read": "see the tokens of directories",
    DirectoryTokenCreate = "directory_token.create": "make tokens for directories",
    DirectoryTokenRevoke = "directory_token.revoke": "revoke tokens of directories",
    DirectoryUserRead = "directory_user.read": "see the people of a directory",
    DirectoryUserCreate = "directory_user.create": "make accounts by a directory",
    DirectoryUserUpdate = "directory_user.update": "change accounts by a directory",
    DirectoryUserDelete = "directory_user.delete": "remove accounts by a directory",
    DirectoryUserRoleUpdate = "directory_user_role.update": "change roles by the groups of a directory",
    DirectoryGroupRead = "directory_group.read": "see the groups of a directory",
    DirectoryGroupUpdate = "directory_group.update": "keep the groups of a directory",
    GrantRead = "grant.read": "see technicians' access",
    GrantCreate = "grant.create": "grant access",
    GrantUpdate = "grant.update": "change access",
    GrantRevoke = "grant.revoke": "revoke access",
    GrantUse = "grant.use": "record the use of access",
    GrantReview = "grant.review": "review technicians' access",
    GrantHandOff = "grant.hand_off": "hand access over",
    GrantAssign = "grant.assign": "assign access to many at once",
    GrantBulkRevoke = "grant.bulk_revoke": "revoke access in bulk",
    GrantUndo = "grant.undo": "undo a change of access",
    AccessRequestRead = "access_request.read": "see requests for access",
    AccessRequestCreate = "access_request.create": "ask for access",
    AccessRequestUpdate = "access_request.update": "change this request for access",
    AccessRequestWithdraw = "access_request.withdraw": "withdraw this request for access",
    AccessRequestApprove = "access_request.approve": "approve requests for access",
    AccessRequestRefuse = "access_request.refuse": "refuse requests for access",
    AccessProposalRead = "access_proposal.read": "see proposals to revoke access",
    AccessProposalCreate = "access_proposal.create": "propose to revoke access",
    AccessProposalApprove = "access_proposal.approve": "approve proposals to revoke access",
    AccessProposalRefuse = "access_proposal.refuse": "refuse proposals to revoke access",
    AccessProposalWithdraw = "access_proposal.withdraw": "withdraw proposals to revoke access",
    EmergencyRead = "emergency.read": "see emergency access",
    EmergencyStart = "emergency.start": "start emergency access",
    EmergencyEnd = "emergency.end": "end this emergency access",
    EmergencyReview = "emergency.review": "review this emergency access",
    AssetRead = "asset.read": "see machines",
    AssetCreate = "asset.create": "add machines",
    AssetUpdate = "asset.update": "change machines",
    AssetDelete = "asset.delete": "remove machines",
    HostKeyScan = "host_key.scan": "ask a machine for its host key",
    HostKeyConfirm = "host_key.confirm": "confirm a host key",
    CredentialRead = "credential.read": "see which credentials there are",
    CredentialCreate = "credential.create": "add credentials",
    CredentialUpdate = "credential.update": "change credentials",
    CredentialRotate = "credential.rotate": "rotate credentials",
    CredentialDelete = "credential.delete": "remove credentials",
    SessionRead = "session.read": "see sessions",
    SessionStart = "session.start": "open a session",
    SessionControl = "session.control": "type in this session",
    SessionWatch = "session.watch": "watch this session",
    SessionEnd = "session.end": "end this session",
    RecordingRead = "recording.read": "see which recordings there are",
    RecordingPlay = "recording.play": "play this recording",
    RecordingExport = "recording.export": "export this recording",
    MailRead = "mail.read": "see mails that were not sent",
    AuditRead = "audit.read": "read the audit log",
    AuditExport = "audit.export": "export the audit log",
    UserActivityRead = "user_activity.read": "see what this person did",
    AuditBundle = "audit.bundle": "take home the audit log",
    AuditCleanUp = "audit.cleanup": "remove old entries of the audit log",
    AuditErase = "audit.erase": "erase personal detail from the audit log",
    AuditHold = "audit.hold": "hold the audit log",
    AuditDestinationRead = "audit_destination.read": "see where the audit log is forwarded to",
    AuditDestinationUpdate = "audit_destination.update": "change where the audit log is forwarded to",
    AuditDestinationTest = "audit_destination.test": "test where the audit log is forwarded to",
    AuditKeyRotate = "audit_key.rotate": "rotate the key of the audit log",
    ActivityRead = "activity.read": "see what happened here lately",
}
