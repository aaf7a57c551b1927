//! What goes in and out of a sign-in.

use super::password::Password;
use crate::access::caller::text_enum;
use crate::access::policies::Can;
use crate::access::{OrganizationKind, Role};
use crate::ids::{OrganizationId, SsoConnectionId, UserId, UserSessionId};
use crate::sso::SsoWay;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How long a browser keeps the cookies of a new sign-in; each renewal sets it to what is left of the sign-in.
pub(super) const SIGN_IN_LIFE: TimeDelta = TimeDelta::hours(12);
/// A refresh token that was spent this short a time ago is taken for a lost answer, not for a theft.
pub(super) const LOST_ANSWER_S: f64 = 10.0;

/// Where the tokens go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// Into cookies that no script can read: for browsers.
    #[default]
    Cookie,
    /// Into the answer: for other programs.
    Body,
}

/// The proof of who one is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Login {
    /// The person's address.
    pub email: String,
    /// Their password.
    #[serde(deserialize_with = "Password::whatever_it_is")]
    #[schema(value_type = String, format = Password)]
    pub password: Password,
    /// Where the tokens go; into cookies when not given.
    #[serde(default)]
    pub delivery: Delivery,
}

/// Staying signed in.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Refresh {
    /// The refresh token, from those who keep it themselves; browsers send it as a cookie.
    pub refresh_token: Option<String>,
}

/// What the right password leads to.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum LoginAnswer {
    /// Signed in: nothing else was owed.
    SignedIn(Box<SignedIn>),
    /// Not signed in yet.
    Challenge(LoginChallenge),
}

/// A sign-in that still owes something. It is no token: it is good for paying that, and for nothing else.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LoginChallenge {
    /// To send with what is owed.
    pub challenge: String,
    /// What is owed.
    pub owed: Owed,
    /// By which codes it can be shown; empty when there is nothing yet.
    pub methods: Vec<FactorMethod>,
    /// By which passkeys (`signInByPasskey`): their ids, base64url.
    pub passkeys: Vec<String>,
    /// At which identity providers it can be linked (`startSso`); empty when that is not what is owed.
    pub connections: Vec<SsoWay>,
    /// After this the password is asked for again.
    pub expires_at: DateTime<Utc>,
}

text_enum! {
    /// What a sign-in owes besides the password.
    Owed {
        /// A code of one of the person's factors: `verifyFactor`.
        Factor = "factor",
        /// A factor, which the organization asks for and the person does not have: `startEnrolment`.
        Enrolment = "enrolment",
        /// An identity at the organization's identity provider, which asks for single sign-on, and where the account is
        /// linked to none yet: `startSso`.
        Link = "link",
    }
}

text_enum! {
    /// A kind of code.
    FactorMethod {
        /// Six digits of an authenticator app.
        Totp = "totp",
        /// One of the codes that were kept on paper.
        BackupCode = "backup_code",
    }
}

/// Signed in.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SignedIn {
    /// Who one is.
    pub profile: Profile,
    #[serde(flatten)]
    #[allow(missing_docs, reason = "flattened: its fields are documented where they are")]
    pub tokens: Renewed,
}

/// New tokens.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Renewed {
    /// When the access token ends; renew it before.
    pub expires_at: DateTime<Utc>,
    /// Browsers send it back in `X-CSRF-Token` with everything that changes something.
    pub csrf_token: String,
    /// Only with `delivery: body`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_token: Option<String>,
    /// Only with `delivery: body`. Good for one use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
    /// For the cookie of a known device; none where nothing changes about it.
    #[serde(skip)]
    pub(super) device: Option<String>,
}

/// The signed-in person.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Profile {
    /// The person's id.
    pub id: UserId,
    /// Their address.
    pub email: String,
    /// Their name.
    pub display_name: String,
    /// What they are there for.
    pub role: Role,
    /// Their organization.
    pub organization: ProfileOrganization,
    /// What they may do somewhere at all; each thing says what may be done to it.
    pub can: Can,
    /// This sign-in.
    pub session: ProfileSession,
    /// Whether they can sign in by a password. Who comes by single sign-on alone has none to change or to be asked for.
    pub has_password: bool,
    /// How they can prove anew who they are.
    pub step_up: StepUpWays,
}

/// The ways that are open to a person who has to prove anew who they are.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StepUpWays {
    /// By the password, and a code where `code` says so: `stepUp`.
    pub password: bool,
    /// Whether a code is asked for beside the password.
    pub code: bool,
    /// By one of their passkeys: `stepUpByPasskey`.
    pub passkey: bool,
    /// At an identity provider that their account is bound to: `stepUpBySso`.
    pub sso: Vec<StepUpAtSso>,
}

/// An identity provider by which somebody can prove anew who they are.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StepUpAtSso {
    /// The connection.
    pub id: SsoConnectionId,
    /// As its organization calls it.
    pub name: String,
    /// Whose product it is.
    pub profile: String,
    /// Whether a code is asked for here, before the way there.
    pub code: bool,
}

/// The organization of the signed-in person.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProfileOrganization {
    /// Its id.
    pub id: OrganizationId,
    /// Its name.
    pub name: String,
    /// Customer or provider.
    #[serde(rename = "type")]
    pub kind: OrganizationKind,
}

/// The sign-in that a request belongs to.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProfileSession {
    /// Its id.
    pub id: UserSessionId,
    /// When it ends whatever happens.
    pub expires_at: DateTime<Utc>,
    /// Until then nothing asks for a fresh proof of who one is.
    pub fresh_until: DateTime<Utc>,
}

/// A place where one is signed in.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SignIn {
    /// Its id.
    pub id: UserSessionId,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// When somebody last did something there, to the minute.
    pub last_seen_at: DateTime<Utc>,
    /// When it ends whatever happens.
    pub expires_at: DateTime<Utc>,
    /// From where.
    pub client_ip: String,
    /// The browser's own word.
    pub user_agent: String,
    /// Whether it is the one that asks.
    pub current: bool,
}
