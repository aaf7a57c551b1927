//! Every kind of event: stable code, the operation it stands for, risk, the controls it is evidence for.
//! A test holds it to the API: each operation that changes something has its kind here.

use crate::access::caller::text_enum;

text_enum! {
    /// How it went.
    Outcome {
        /// About to be tried; the outcome follows as an entry of its own.
        Attempt = "attempt",
        /// Done.
        Success = "success",
        /// Not allowed, or not fitting.
        Refused = "refused",
        /// Allowed, but it broke.
        Failed = "failed",
    }
}

text_enum! {
    /// How much harm lies in it.
    RiskLevel {
        /// None.
        Info = "info",
        /// Little.
        Low = "low",
        /// Some; worth a look in a review.
        Medium = "medium",
        /// Much; worth a look today.
        High = "high",
        /// Look now.
        Critical = "critical",
    }
}

/// A kind of event.
#[derive(Debug)]
pub struct Kind {
    /// `noun.verb`; stable for ever.
    pub code: &'static str,
    /// The API operation whose success or refusal it records, if one.
    pub operation: Option<&'static str>,
    /// Risk when it succeeds; a refusal is at least medium.
    pub risk: RiskLevel,
    /// Controls of SOC 2 (CC…) and ISO/IEC 27001:2022 (A.…) that it is evidence for.
    pub controls: &'static [&'static str],
    /// "grant access to"
    pub tried: &'static str,
    /// "granted access to"
    pub done: &'static str,
}

// What an event shows at work. Told apart by what an auditor would ask for, and no finer.
const IDENTITY: &[&str] = &["CC6.1", "A.5.16", "A.8.5"];
const PROOFS: &[&str] = &["CC6.1", "A.5.17", "A.8.5"]; // passwords, factors, passkeys
const PEOPLE: &[&str] = &["CC6.1", "CC6.2", "A.5.16", "A.5.18"]; // accounts, from invitation to removal
const ACCESS: &[&str] = &["CC6.2", "CC6.3", "A.5.15", "A.5.18"];
const PRIVILEGED: &[&str] = &["CC6.1", "CC6.6", "CC7.2", "A.8.2", "A.8.15"];
const SECRETS: &[&str] = &["CC6.1", "A.5.17", "A.8.24"];
const ASSETS: &[&str] = &["CC6.1", "CC7.1", "A.5.9"];
const HOST_KEYS: &[&str] = &["CC6.1", "CC6.8", "CC7.1", "A.5.9"]; // whether a machine is what it was
const SETTINGS: &[&str] = &["CC6.1", "CC7.1", "A.5.16", "A.8.5"]; // what could open a way in
const LOGGING: &[&str] = &["CC7.2", "A.8.15"];
const REVIEW: &[&str] = &["CC7.2", "CC7.3", "A.8.15"]; // somebody looked
const EXPORTS: &[&str] = &["CC6.7", "CC7.2", "A.8.15"]; // something left the platform
const ANOMALY: &[&str] = &["CC6.6", "CC7.2", "CC7.3", "A.8.5"]; // an attack, or what looks like one
const REFUSAL: &[&str] = &["CC6.1", "CC6.6", "CC7.2", "A.5.15"];
// The same, where it is also what one does in an incident, or after one.
const PROOFS_ENDED: &[&str] = &["CC6.1", "CC7.4", "A.5.17", "A.8.5"];
const PEOPLE_STOPPED: &[&str] = &["CC6.1", "CC6.2", "CC7.4", "A.5.16", "A.5.18"];
const PEOPLE_BACK: &[&str] = &["CC6.1", "CC6.2", "CC7.5", "A.5.16", "A.5.18"];
const PROOFS_BACK: &[&str] = &["CC6.1", "CC7.5", "A.5.17", "A.8.5"];
const ACCESS_STOPPED: &[&str] = &["CC6.2", "CC6.3", "CC7.4", "A.5.15", "A.5.18"];
const ACCESS_BACK: &[&str] = &["CC6.2", "CC6.3", "CC7.5", "A.5.15", "A.5.18"];
const SECRETS_ENDED: &[&str] = &["CC6.1", "CC7.4", "A.5.17", "A.8.24"];
const PRIVILEGED_STOPPED: &[&str] = &["CC6.1", "CC6.6", "CC7.2", "CC7.4", "A.8.2", "A.8.15"];

macro_rules! kinds {
    ($($name:ident = $code:literal, $operation:expr, $risk:ident, $controls:expr, $tried:literal, $done:literal;)*) => {
        $(
            #[doc = $done]
            pub static $name: Kind = Kind {
                code: $code, operation: $operation, risk: RiskLevel::$risk, controls: $controls,
                tried: $tried, done: $done,
            };
        )*
        /// All of them.
        pub static ALL: &[&Kind] = &[$(&$name),*];
    };
}

kinds! {
    LOGIN = "auth.login", Some("login"), Info, IDENTITY, "sign in as", "signed in as";
    LOGIN_CHALLENGE = "auth.challenge", None, Info, IDENTITY, "be asked for a second factor as", "gave the password, and owes a second factor, as";
    LOGIN_LINK = "auth.link", None, Info, IDENTITY, "be asked to link an identity as", "gave the password, and owes a link to an identity provider, as";
    LOGIN_WARN = "auth.warn", None, Medium, ANOMALY, "warn of too many wrong tries", "was warned of too many wrong tries to sign in as";
    SSO_START = "sso.start", Some("startSso"), Info, IDENTITY, "begin a sign-in by", "began a sign-in by";
    SSO_TROUBLE = "sso.trouble", None, High, ANOMALY, "tell the admins of trouble with", "told the admins of trouble with";
    SSO_LOGIN = "sso.login", Some("finishSso"), Info, IDENTITY, "sign in by", "signed in by";
    SSO_LOGOUT = "sso.logout", Some("signOutThere"), Info, IDENTITY, "tell of a sign-out at", "told of a sign-out at";
    SSO_FALLBACK = "sso.fallback", None, High, ANOMALY, "sign in by password beside single sign-on as", "signed in by password beside single sign-on as";
    SSO_CREATE = "sso.create", Some("createSsoConnection"), Medium, SETTINGS, "add the identity provider", "added the identity provider";
    SSO_UPDATE = "sso.update", Some("updateSsoConnection"), High, SETTINGS, "change the identity provider", "changed the identity provider";
    SSO_DELETE = "sso.delete", Some("deleteSsoConnection"), High, SETTINGS, "remove the identity provider", "removed the identity provider";
    SSO_TEST = "sso.test", Some("testSsoConnection"), Low, IDENTITY, "begin a test of the identity provider", "began a test of the identity provider";
    SSO_TEST_END = "sso.test_end", None, Low, IDENTITY, "end a test of the identity provider", "ended a test of the identity provider";
    SSO_ACTIVATE = "sso.activate", Some("activateSsoConnection"), High, SETTINGS, "switch on the identity provider", "switched on the identity provider";
    SSO_DEACTIVATE = "sso.deactivate", Some("deactivateSsoConnection"), High, SETTINGS, "switch off the identity provider", "switched off the identity provider";
    SSO_KEYS_RENEW = "sso.keys_renew", None, Medium, SETTINGS, "take over new keys of", "took over new keys of";
    SSO_OWN_KEY_ANNOUNCE = "sso.own_key_announce", None, Medium, SETTINGS, "announce a new key of ours to", "announced a new key of ours to";
    SSO_OWN_KEY_CHANGE = "sso.own_key_change", None, Medium, SETTINGS, "sign with a new key of ours at", "signed with a new key of ours at";
    SSO_SETTINGS_UPDATE = "sso.settings_update", Some("updateSsoSettings"), High, SETTINGS, "change how people sign in:", "changed how people sign in:";
    SSO_DOMAIN_CREATE = "sso_domain.create", Some("createSsoDomain"), Low, SETTINGS, "enter the mail domain", "entered the mail domain";
    SSO_DOMAIN_VERIFY = "sso_domain.verify", Some("verifySsoDomain"), High, SETTINGS, "prove the mail domain", "proved the mail domain";
    SSO_DOMAIN_DELETE = "sso_domain.delete", Some("deleteSsoDomain"), Medium, SETTINGS, "give up the mail domain", "gave up the mail domain";
    SSO_USER_CREATE = "sso_user.create", None, Medium, PEOPLE, "get an account at the first sign-in:", "got an account at the first sign-in:";
    SSO_ROLE_UPDATE = "sso_role.update", None, High, ACCESS, "change, by groups at the identity provider, the role of", "changed, by groups at the identity provider, the role of";
    SSO_LINK_START = "identity.start", Some("linkSso"), Low, IDENTITY, "begin to bind the own account to", "began to bind the own account to";
    SSO_LINK = "identity.link", None, High, IDENTITY, "bind the own account to", "bound the own account to";
    SSO_UNLINK = "identity.unlink", Some("deleteSsoIdentity"), High, IDENTITY, "unbind the own account from", "unbound the own account from";
    SSO_STEP_UP_START = "sso.step_up_start", Some("stepUpBySso"), Info, IDENTITY, "begin to prove who they are at", "began to prove who they are at";
    SSO_STEP_UP = "sso.step_up", None, Info, IDENTITY, "prove anew who they are at", "proved anew who they are at";
    FACTOR_VERIFY = "factor.verify", Some("verifyFactor"), Info, PROOFS, "prove a second factor of", "proved a second factor of";
    ENROLMENT_START = "enrolment.start", Some("startEnrolment"), Info, PROOFS, "begin the enrolment of a second factor of", "began the enrolment of a second factor of";
    ENROLMENT_CONFIRM = "enrolment.confirm", Some("confirmEnrolment"), Medium, PROOFS, "enrol a second factor of", "enrolled a second factor of";
    PASSKEY_SIGN_IN = "passkey.sign_in", Some("signInByPasskey"), Info, IDENTITY, "sign in by a passkey as", "signed in by a passkey as";
    PASSKEY_CREATE = "passkey.create", Some("createPasskey"), Medium, PROOFS, "add a passkey of", "added a passkey of";
    PASSKEY_ENROL = "passkey.enrol", Some("enrolPasskey"), Medium, PROOFS, "enrol a passkey of", "enrolled a passkey of";
    PASSKEY_STEP_UP = "passkey.step_up", Some("stepUpByPasskey"), Info, IDENTITY, "confirm by a passkey to be", "confirmed by a passkey to be";
    PASSKEY_CLONE = "passkey.clone", None, High, ANOMALY, "use what may be the copy of a passkey of", "used what may be the copy of a passkey of";
    FACTOR_CREATE = "factor.create", Some("createFactor"), Low, PROOFS, "begin to add a second factor of", "began to add a second factor of";
    FACTOR_CONFIRM = "factor.confirm", Some("confirmFactor"), Medium, PROOFS, "add a second factor of", "added a second factor of";
    FACTOR_DELETE = "factor.delete", Some("deleteFactor"), High, PROOFS, "remove a second factor of", "removed a second factor of";
    FACTOR_RESET = "factor.reset", Some("resetFactors"), High, PROOFS_ENDED, "take away the second factors of", "took away the second factors of";
    BACKUP_CODE_CREATE = "backup_code.create", Some("createBackupCodes"), Medium, PROOFS, "renew the backup codes of", "renewed the backup codes of";
    BACKUP_CODE_USE = "backup_code.use", None, Medium, PROOFS, "use a backup code of", "used a backup code of";
    REFRESH = "auth.refresh", Some("refresh"), Info, &[], "stay signed in", "stayed signed in";
    TOKEN_REUSE = "token.reuse", None, Critical, ANOMALY, "reuse a spent refresh token of", "ended every token of";
    TOKEN_REFUSE = "token.refuse", None, Medium, REFUSAL, "use a token that is not valid", "used a token";
    LOGOUT = "auth.logout", Some("logout"), Info, IDENTITY, "sign out as", "signed out as";
    LOGOUT_ALL = "auth.logout_all", Some("logoutAll"), Low, PROOFS_ENDED, "sign out everywhere as", "signed out everywhere as";
    STEP_UP = "auth.step_up", Some("stepUp"), Info, IDENTITY, "confirm being", "confirmed being";
    USER_SESSION_END = "user_session.end", Some("endUserSession"), Low, PROOFS_ENDED, "end a sign-in of", "ended a sign-in of";
    INVITATION_INSPECT = "invitation.inspect", Some("inspectInvitation"), Info, &[], "open an invitation", "opened an invitation";
    INVITATION_ACCEPT = "invitation.accept", Some("acceptInvitation"), Low, PEOPLE, "accept the invitation of", "accepted the invitation of";
    INVITATION_CREATE = "invitation.create", Some("createInvitation"), Low, PEOPLE, "renew the invitation of", "renewed the invitation of";
    PASSWORD_RESET_REQUEST = "password_reset.request", Some("requestPasswordReset"), Info, PROOFS, "ask for another password", "was asked for another password";
    PASSWORD_RESET_CREATE = "password_reset.create", None, Low, PROOFS, "mail a link for another password to", "mailed a link for another password to";
    PASSWORD_RESET_INSPECT = "password_reset.inspect", Some("inspectPasswordReset"), Info, &[], "open the link for another password of", "opened the link for another password of";
    PASSWORD_RESET_ACCEPT = "password_reset.accept", Some("acceptPasswordReset"), Medium, PROOFS_BACK, "set another password by a link for", "set another password by a link for";
    PASSWORD_CHANGE = "password.change", Some("changePassword"), Medium, PROOFS, "change the password of", "changed the password of";
    ADDRESS_CHANGE_REQUEST = "address_change.request", Some("requestAddressChange"), Medium, IDENTITY, "ask for another address of", "asked for another address of";
    ADDRESS_CHANGE_CANCEL = "address_change.cancel", Some("cancelAddressChange"), Info, IDENTITY, "give up another address of", "gave up another address of";
    ADDRESS_CHANGE_CONFIRM = "address_change.confirm", Some("confirmAddressChange"), High, IDENTITY, "change the address of", "changed the address of";
    MAIL_GIVE_UP = "mail.give_up", None, Medium, IDENTITY, "send a mail to", "gave up a mail to";
    API_TOKEN_CREATE = "api_token.create", Some("createApiToken"), Medium, PROOFS, "make the API token", "made the API token";
    API_TOKEN_REVOKE = "api_token.revoke", Some("revokeApiToken"), Low, PROOFS_ENDED, "revoke the API token", "revoked the API token";
    DIRECTORY_TOKEN_CREATE = "directory_token.create", Some("createDirectoryToken"), High, SETTINGS, "make the token of the directory", "made the token of the directory";
    DIRECTORY_TOKEN_REVOKE = "directory_token.revoke", Some("revokeDirectoryToken"), Medium, PROOFS_ENDED, "revoke the token of the directory", "revoked the token of the directory";
    DIRECTORY_USER_CREATE = "directory_user.create", Some("createScimUser"), Medium, PEOPLE, "make an account for", "made an account for";
    DIRECTORY_USER_ADOPT = "directory_user.adopt", None, Medium, PEOPLE, "take over the account of", "took over the account of";
    DIRECTORY_USER_UPDATE = "directory_user.update", Some("updateScimUser"), Low, PEOPLE, "change the account of", "changed the account of";
    DIRECTORY_USER_DISABLE = "directory_user.disable", None, Medium, PEOPLE_STOPPED, "disable the account of", "disabled the account of";
    DIRECTORY_USER_ENABLE = "directory_user.enable", None, Medium, PEOPLE_BACK, "enable the account of", "enabled the account of";
    DIRECTORY_USER_DELETE = "directory_user.delete", Some("deleteScimUser"), Medium, PEOPLE, "remove", "removed";
    DIRECTORY_USER_BIND = "directory_user.bind", None, Medium, PEOPLE, "bind, at the first sign-in, the account that a directory made for", "bound, at the first sign-in, the account that a directory made for";
    DIRECTORY_USER_ROLE_UPDATE = "directory_user_role.update", None, High, ACCESS, "change, by its groups, the role of", "changed, by its groups, the role of";
    DIRECTORY_GROUP_CREATE = "directory_group.create", Some("createScimGroup"), Low, ACCESS, "add the group", "added the group";
    DIRECTORY_GROUP_UPDATE = "directory_group.update", Some("updateScimGroup"), Low, ACCESS, "change the group", "changed the group";
    DIRECTORY_GROUP_DELETE = "directory_group.delete", Some("deleteScimGroup"), Low, ACCESS, "remove the group", "removed the group";
    TOKEN_KEY_ROTATE = "token_key.rotate", Some("rotateTokenKey"), Medium, SECRETS, "let sign access tokens the key", "let sign access tokens the key";
    TOKEN_KEY_REVOKE = "token_key.revoke", Some("revokeTokenKey"), Critical, SECRETS_ENDED, "revoke the key of access tokens", "revoked the key of access tokens";
    TOKEN_KEY_WIPE = "token_key.wipe", None, Info, SECRETS, "wipe the private half of the key", "wiped the private half of the key";
    PLATFORM_SETUP = "platform.setup", Some("setUpPlatform"), High, SETTINGS, "set up the platform for", "set up the platform for";
    REQUEST_REFUSE = "request.refuse", None, Low, REFUSAL, "do what the request asked", "did what the request asked";

    ORGANIZATION_CREATE = "organization.create", Some("createOrganization"), Medium, ACCESS, "create the organization", "created the organization";
    ORGANIZATION_UPDATE = "organization.update", Some("updateOrganization"), Low, ACCESS, "change the organization", "changed the organization";
    ORGANIZATION_SECURITY_UPDATE = "organization_security.update", None, High, SETTINGS, "change how people sign in at", "changed how people sign in at";
    ORGANIZATION_SUSPEND = "organization.suspend", None, High, ACCESS_STOPPED, "suspend the organization", "suspended the organization";
    ORGANIZATION_RESUME = "organization.resume", None, Medium, ACCESS_BACK, "resume the organization", "resumed the organization";
    ORGANIZATION_DELETE = "organization.delete", Some("deleteOrganization"), High, ACCESS, "delete the organization", "deleted the organization";
    ORGANIZATION_RESTORE = "organization.restore", Some("restoreOrganization"), High, ACCESS_BACK, "restore the organization", "restored the organization";
    ORGANIZATION_KEY_DESTROY = "organization_key.destroy", Some("destroyOrganizationKey"), Critical, SECRETS_ENDED, "destroy the key and every secret of", "destroyed the key and every secret of";

    USER_CREATE = "user.create", Some("createUser"), Medium, PEOPLE, "invite", "invited";
    USER_UPDATE = "user.update", Some("updateUser"), Low, PEOPLE, "change the account of", "changed the account of";
    USER_ROLE_UPDATE = "user_role.update", None, High, ACCESS, "change the role of", "changed the role of";
    USER_DISABLE = "user.disable", None, Medium, PEOPLE_STOPPED, "disable the account of", "disabled the account of";
    USER_ENABLE = "user.enable", None, Medium, PEOPLE_BACK, "enable the account of", "enabled the account of";
    USER_DELETE = "user.delete", Some("deleteUser"), Medium, PEOPLE, "remove", "removed";
    USER_RESTORE = "user.restore", Some("restoreUser"), Medium, PEOPLE_BACK, "restore", "restored";

    GRANT_CREATE = "grant.create", Some("createGrant"), Medium, ACCESS, "grant access to", "granted access to";
    GRANT_UPDATE = "grant.update", Some("updateGrant"), Medium, ACCESS, "change the access of", "changed the access of";
    GRANT_REVOKE = "grant.revoke", Some("revokeGrant"), Medium, ACCESS_STOPPED, "revoke the access of", "revoked the access of";
    GRANT_EXPIRE = "grant.expire", None, Info, ACCESS, "close the expired access of", "closed the expired access of";
    GRANT_HAND_OFF = "grant.hand_off", Some("handOffGrants"), High, ACCESS, "hand over the access of", "handed over the access of";
    GRANT_ASSIGN = "grant.assign", Some("assignAccess"), Medium, ACCESS, "assign access:", "assigned access:";
    GRANT_BULK_REVOKE = "grant.bulk_revoke", Some("bulkRevokeAccess"), High, ACCESS, "revoke in bulk", "revoked in bulk";
    GRANT_UNDO = "grant.undo", Some("undoAccessChange"), Medium, ACCESS, "undo a change of access:", "undid a change of access:";
    GRANT_USE = "grant.use", Some("recordGrantUse"), Info, ACCESS, "use the access to", "used the access to";

    ACCESS_REQUEST_CREATE = "access_request.create", Some("createAccessRequest"), Low, ACCESS, "ask for access to", "asked for access to";
    ACCESS_REQUEST_UPDATE = "access_request.update", Some("updateAccessRequest"), Low, ACCESS, "change the request for access to", "changed the request for access to";
    ACCESS_REQUEST_WITHDRAW = "access_request.withdraw", Some("withdrawAccessRequest"), Info, ACCESS, "withdraw the request for access to", "withdrew the request for access to";
    ACCESS_REQUEST_APPROVE = "access_request.approve", Some("approveAccessRequest"), Medium, ACCESS, "approve the request for access of", "approved the request for access of";
    ACCESS_REQUEST_REFUSE = "access_request.refuse", Some("refuseAccessRequest"), Low, ACCESS, "refuse the request for access of", "refused the request for access of";
    ACCESS_REQUEST_EXPIRE = "access_request.expire", None, Info, ACCESS, "close the undecided request for access of", "closed the undecided request for access of";

    ACCESS_PROPOSAL_CREATE = "access_proposal.create", Some("createRevocationProposal"), Low, ACCESS, "propose to revoke", "proposed to revoke";
    ACCESS_PROPOSAL_APPROVE = "access_proposal.approve", Some("approveRevocationProposal"), Medium, ACCESS, "approve the proposal to revoke", "approved the proposal to revoke";
    ACCESS_PROPOSAL_REFUSE = "access_proposal.refuse", Some("refuseRevocationProposal"), Low, ACCESS, "refuse the proposal to revoke", "refused the proposal to revoke";
    ACCESS_PROPOSAL_WITHDRAW = "access_proposal.withdraw", Some("withdrawRevocationProposal"), Info, ACCESS, "withdraw the proposal to revoke", "withdrew the proposal to revoke";

    EMERGENCY_START = "emergency.start", Some("startEmergencyAccess"), Critical, PRIVILEGED, "start emergency access:", "started emergency access:";
    EMERGENCY_END = "emergency.end", Some("endEmergencyAccess"), High, PRIVILEGED_STOPPED, "end emergency access:", "ended emergency access:";
    EMERGENCY_REVIEW = "emergency.review", Some("reviewEmergencyAccess"), High, REVIEW, "review emergency access:", "reviewed emergency access:";
    EMERGENCY_OVERDUE = "emergency.overdue", None, High, REVIEW, "remind of the review of emergency access:", "reminded of the overdue review of emergency access:";

    ASSET_CREATE = "asset.create", Some("createAsset"), Low, ASSETS, "add the machine", "added the machine";
    ASSET_UPDATE = "asset.update", Some("updateAsset"), Medium, ASSETS, "change the machine", "changed the machine";
    ASSET_DELETE = "asset.delete", Some("deleteAsset"), Medium, ASSETS, "remove the machine", "removed the machine";
    HOST_KEY_SCAN = "host_key.scan", Some("scanHostKey"), Info, HOST_KEYS, "ask for the host key of", "asked for the host key of";
    HOST_KEY_CONFIRM = "host_key.confirm", Some("confirmHostKey"), High, HOST_KEYS, "confirm the host key of", "confirmed the host key of";
    HOST_KEY_DELETE = "host_key.delete", Some("deleteHostKey"), Medium, HOST_KEYS, "forget the host key of", "forgot the host key of";
    HOST_KEY_CHANGED = "host_key.changed", None, Critical, HOST_KEYS, "trust the changed host key of", "met another host key at";

    CREDENTIAL_CREATE = "credential.create", Some("createCredential"), Medium, SECRETS, "add the credential", "added the credential";
    CREDENTIAL_UPDATE = "credential.update", Some("updateCredential"), Medium, SECRETS, "change the credential", "changed the credential";
    CREDENTIAL_ROTATE = "credential.rotate", Some("rotateCredential"), Medium, SECRETS, "rotate the credential", "rotated the credential";
    CREDENTIAL_DELETE = "credential.delete", Some("deleteCredential"), Medium, SECRETS, "remove the credential", "removed the credential";
    CREDENTIAL_OPEN = "credential.open", None, Medium, SECRETS, "open the credential", "opened the credential";

    SESSION_START = "session.start", Some("startSession"), Medium, PRIVILEGED, "open a session on", "opened a session on";
    SESSION_END = "session.end", Some("endSession"), Info, PRIVILEGED_STOPPED, "end a session on", "ended a session on";
    SESSION_CLOSE = "session.close", None, Info, PRIVILEGED, "close the session on", "closed the session on";
    SESSION_ATTACH = "session.attach", None, Info, PRIVILEGED, "attach to a session on", "attached to a session on";
    SESSION_DETACH = "session.detach", None, Info, PRIVILEGED, "detach from a session on", "lost the line to a session on";
    SESSION_WATCH = "session.watch", None, Medium, PRIVILEGED, "watch a session on", "watched a session on";
    SESSION_UNWATCH = "session.unwatch", None, Info, PRIVILEGED, "stop watching a session on", "stopped watching a session on";
    SESSION_FREEZE = "session.freeze", None, High, PRIVILEGED_STOPPED, "freeze a session on", "froze a session on";
    TICKET_CREATE = "ticket.create", Some("createTicket"), Info, PRIVILEGED, "ask to attach to a session on", "asked to attach to a session on";

    AUDIT_EXPORT = "audit.export", None, Medium, EXPORTS, "export the audit log of", "exported the audit log of";
    AUDIT_BUNDLE = "audit.bundle", None, Medium, LOGGING, "take home the audit log of", "took home the audit log of";
    COMPLIANCE_REPORT_EXPORT = "compliance_report.export", None, Medium, EXPORTS, "take home the compliance report of", "took home the compliance report of";
    AUDIT_CLEANUP = "audit.cleanup", Some("cleanUpAuditLogs"), High, LOGGING, "remove old entries from the audit log of", "removed old entries from the audit log of";
    AUDIT_ERASE = "audit.erase", Some("eraseAuditDetail"), High, LOGGING, "erase from the audit log the personal detail of", "erased from the audit log the personal detail of";
    AUDIT_HALT = "audit.halt", None, Critical, LOGGING, "go on with the audit log of", "halted the audit log of";
    AUDIT_RESUME = "audit.resume", None, Critical, LOGGING, "begin anew the checkpoints of the audit log of", "began anew the checkpoints of the audit log of";
    AUDIT_KEY_ROTATE = "audit.key_rotate", Some("rotateAuditKey"), High, LOGGING, "rotate the key of the audit log", "rotated the key of the audit log";
    AUDIT_DESTINATION_CREATE = "audit_destination.create", Some("createAuditDestination"), High, EXPORTS, "forward the audit log to", "had the audit log forwarded to";
    AUDIT_DESTINATION_UPDATE = "audit_destination.update", Some("updateAuditDestination"), High, EXPORTS, "change the forwarding of the audit log to", "changed the forwarding of the audit log to";
    AUDIT_DESTINATION_DELETE = "audit_destination.delete", Some("deleteAuditDestination"), High, EXPORTS, "end the forwarding of the audit log to", "ended the forwarding of the audit log to";
    AUDIT_DESTINATION_SECRET_ROTATE = "audit_destination.secret_rotate", Some("rotateAuditDestinationSecret"), Medium, EXPORTS, "renew the secret of the destination", "renewed the secret of the destination";
    AUDIT_DESTINATION_TEST = "audit_destination.test", Some("testAuditDestination"), Low, LOGGING, "send a sample event to", "sent a sample event to";
    AUDIT_DESTINATION_FAIL = "audit_destination.fail", None, High, LOGGING, "forward the audit log to", "gave up for now to forward the audit log to";
    AUDIT_DESTINATION_RECOVER = "audit_destination.recover", None, Info, LOGGING, "forward the audit log again to", "forwards the audit log again to";
    AUDIT_HOLD_SET = "audit_hold.set", Some("setAuditHold"), Medium, LOGGING, "hold the audit log of", "held the audit log of";
    AUDIT_HOLD_LIFT = "audit_hold.lift", Some("liftAuditHold"), High, LOGGING, "lift the hold on the audit log of", "lifted the hold on the audit log of";

    RECORDING_SEAL = "recording.seal", None, Info, LOGGING, "seal the recording of", "sealed the recording of";
    RECORDING_PLAY = "recording.play", None, Low, REVIEW, "play the recording of", "played the recording of";
    RECORDING_EXPORT = "recording.export", None, Medium, EXPORTS, "export the recording of", "exported the recording of";
    RECORDING_VERIFY = "recording.verify", Some("verifyRecording"), Info, REVIEW, "verify the recording of", "verified the recording of";
    RECORDING_DELETE = "recording.delete", None, Medium, LOGGING, "delete the recording of", "deleted, its time being over, the recording of";
}

/// Operations that the specification has at a second path, and what they do there.
const TWINS: &[(&str, &str)] = &[
    ("grantAccess", "createGrant"),
    ("updateAccess", "updateGrant"),
    ("revokeAccess", "revokeGrant"),
    ("handOffAccess", "handOffGrants"),
];

/// The kind that records what `operation` did or was refused.
pub fn of_operation(operation: &str) -> Option<&'static Kind> {
    let twin = TWINS.iter().find(|(twin, _)| *twin == operation);
    let operation = twin.map_or(operation, |(_, operation)| operation);
    ALL.iter().copied().find(|kind| kind.operation == Some(operation))
}
