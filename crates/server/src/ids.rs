//! A typed id for each table: a bare UUID crosses no function.

use crate::clock::Clock;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use uuid::Uuid;

/// An id as it is written everywhere, with its hyphens. The other spellings of a UUID (`{…}`, `urn:uuid:…`, digits alone)
/// would be second names of the same thing.
pub fn read(text: &str) -> Option<Uuid> {
    // No other spelling is of this length.
    if text.len() == uuid::fmt::Hyphenated::LENGTH { Uuid::try_parse(text).ok() } else { None }
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, sqlx::Type,
                 utoipa::ToSchema)]
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

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = String::deserialize(from)?;
                read(&text).map(Self).ok_or_else(|| D::Error::custom("an id is like 01890a5d-ac96-774b-bcce-b302099a8057"))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_one_spelling() {
        let id = "01890a5d-ac96-774b-bcce-b302099a8057";
        assert_eq!(read(id).unwrap().to_string(), id);
        assert_eq!(read(&id.to_uppercase()), read(id));
        let bare = id.replace('-', "");
        for other in
            [format!("{{{id}}}"), format!("urn:uuid:{id}"), bare, format!("{id} "), id.replace('-', "_")]
        {
            assert_eq!(read(&other), None, "{other}");
            assert!(serde_json::from_value::<UserId>(serde_json::json!(other)).is_err(), "{other}");
        }
        let typed: UserId = serde_json::from_value(serde_json::json!(id)).unwrap();
        assert_eq!(serde_json::json!(typed), id);
    }
}
