//! A typed id for each table: a bare UUID crosses no function.

use crate::clock::Clock;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
                 sqlx::Type, utoipa::ToSchema)]
        #[serde(transparent)]
        #[sqlx(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new one.
            pub fn new(clock: &Clock) -> Self {
                Self(clock.new_id())
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

ids! {
    /// A customer, or the provider.
    OrganizationId,
    /// A person with an account.
    UserId,
    /// A place where a person is signed in.
    UserSessionId,
    /// A one-time link that lets a person set a password.
    InvitationId,
    /// A one-time link that lets a person who forgot their password set another.
    PasswordResetId,
    /// A one-time link that gives a person another address.
    AddressChangeId,
    /// A mail, in the outbox or sent.
    MailId,
    /// A second factor of a person.
    FactorId,
    /// A sign-in that still owes something.
    ChallengeId,
    /// A key that access tokens are signed with.
    TokenKeyId,
    /// A token by which a machine acts for a person.
    ApiTokenId,
    /// A token by which an organization's directory comes.
    DirectoryTokenId,
    /// A group of an organization's directory.
    DirectoryGroupId,
    /// A refresh token.
    RefreshTokenId,
    /// The right of a technician to reach a customer.
    GrantId,
    /// Changes of grants that were made at once, and are undone together.
    AccessBatchId,
    /// One change of a grant.
    AccessChangeId,
    /// A technician's request for access.
    AccessRequestId,
    /// A proposal to take grants back.
    AccessProposalId,
    /// Where an audit log is forwarded to.
    AuditDestinationId,
    /// One time of emergency access.
    EmergencyId,
    /// A customer's machine.
    AssetId,
    /// The sealed means to enter an asset.
    CredentialId,
    /// An organization's sealed key.
    OrganizationKeyId,
    /// A technician's session on an asset; also the id of its recording.
    SessionId,
    /// The right to attach to a session once.
    TicketId,
    /// An organization's connection to an identity provider.
    SsoConnectionId,
    /// A mail domain of an organization.
    SsoDomainId,
    /// Who a person is at an identity provider.
    SsoIdentityId,
    /// A sign-in on its way to an identity provider and back.
    SsoFlowId,
    /// An entry of the audit log.
    AuditEventId,
    /// What an entry of the audit log happened to: anything that has an id.
    AuditTargetId,
    /// A running copy of the server.
    InstanceId,
    /// One HTTP request.
    RequestId,
}
