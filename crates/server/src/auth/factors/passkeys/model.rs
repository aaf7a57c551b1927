//! What goes in and out about passkeys.

use super::super::super::model::Delivery;
use crate::auth::factors::model::Factor;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// For the browser's `navigator.credentials`; what it answers has to come from the same browser within the time.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PasskeyChallenge {
    /// To be signed, base64url. Good once.
    pub challenge: String,
    /// Whose passkeys: the host name of this service.
    pub rp_id: String,
    /// How long it is good.
    pub timeout_ms: i64,
    /// Algorithms of new passkeys (COSE), the best first.
    pub algorithms: Vec<i64>,
}

/// A passkey that an authenticator made: a discoverable one, by a person whom it verified.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MadePasskey {
    /// `response.clientDataJSON`, base64url.
    pub client_data: String,
    /// `response.attestationObject`, base64url. A statement of the maker is not looked at.
    pub attestation: String,
}

/// What an authenticator says with a passkey.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UsedPasskey {
    /// `id`, base64url.
    pub id: String,
    /// `response.clientDataJSON`, base64url.
    pub client_data: String,
    /// `response.authenticatorData`, base64url.
    pub authenticator_data: String,
    /// `response.signature`, base64url.
    pub signature: String,
    /// `response.userHandle`, base64url, where there is one.
    pub user_handle: Option<String>,
}

/// Another passkey.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreatePasskey {
    /// To tell it from the others, 1 to 120 characters; "Passkey" when not given.
    pub name: Option<String>,
    /// What the authenticator made.
    pub passkey: MadePasskey,
}

/// A passkey, added.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AddedPasskey {
    /// The passkey.
    pub factor: Factor,
    /// Each is good for one sign-in; empty where those from before go on being good. Shown this once.
    pub backup_codes: Vec<String>,
}

/// The first factor of somebody who owes one; pays what was owed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EnrolPasskey {
    /// From the first step of the sign-in.
    pub challenge: String,
    /// To tell it from others, 1 to 120 characters; "Passkey" when not given.
    pub name: Option<String>,
    /// What the authenticator made.
    pub passkey: MadePasskey,
    /// Where the tokens go; into cookies when not given.
    #[serde(default)]
    pub delivery: Delivery,
}

/// A sign-in by a passkey.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignInByPasskey {
    /// From the first step of a sign-in by password; without it the passkey stands for both steps.
    pub challenge: Option<String>,
    /// What the authenticator says.
    pub passkey: UsedPasskey,
    /// Where the tokens go; into cookies when not given.
    #[serde(default)]
    pub delivery: Delivery,
}

/// A proof of who one is by a passkey.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StepUpByPasskey {
    /// What the authenticator says.
    pub passkey: UsedPasskey,
}
