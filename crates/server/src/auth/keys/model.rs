//! A key of access tokens, as those see it who administer the platform, and as everybody does.

use super::ring::Ring;
use crate::access::caller::text_enum;
use crate::ids::TokenKeyId;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

text_enum! {
    /// What a key does.
    KeyState {
        /// It is published and signs nothing yet.
        Next = "next",
        /// It signs.
        Active = "active",
        /// It signs no more; what it signed lives out its minutes.
        Retired = "retired",
        /// Nothing that it signed is believed.
        Revoked = "revoked",
    }
}

/// A key that access tokens are, were or will be signed with.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TokenKey {
    /// Its id.
    pub id: TokenKeyId,
    /// The `kid` in tokens and in the published set.
    pub key_id: String,
    /// What it does.
    pub state: KeyState,
    /// Whether nobody, we neither, can sign with it any more.
    pub private_half_wiped: bool,
    /// When it was made, and published.
    pub created_at: DateTime<Utc>,
    /// When it began to sign.
    pub activated_at: Option<DateTime<Utc>>,
    /// When it ceased to.
    pub retired_at: Option<DateTime<Utc>>,
    /// When it was given up.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// Giving up a key.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RevokeTokenKey {
    /// Why; goes into the log.
    pub reason: String,
}

/// A set of public keys (RFC 7517 section 5).
#[derive(Debug, Serialize, ToSchema)]
pub struct Jwks {
    /// The keys.
    pub keys: Vec<Jwk>,
}

/// A public Ed25519 key (RFC 8037 section 2).
#[derive(Debug, Serialize, ToSchema)]
pub struct Jwk {
    /// `OKP`.
    pub kty: &'static str,
    /// `Ed25519`.
    pub crv: &'static str,
    /// Its name in tokens.
    pub kid: String,
    /// The public key.
    pub x: String,
    /// `EdDSA`.
    pub alg: &'static str,
    /// `sig`.
    #[serde(rename = "use")]
    pub usage: &'static str,
}

impl Jwks {
    /// Of all keys that verify, and of the next.
    pub(super) fn of(ring: &Ring) -> Self {
        let keys = ring.verifying().iter().map(|key| Jwk {
            kty: "OKP",
            crv: "Ed25519",
            kid: key.kid.clone(),
            x: URL_SAFE_NO_PAD.encode(key.public),
            alg: "EdDSA",
            usage: "sig",
        });
        Self { keys: keys.collect() }
    }
}
