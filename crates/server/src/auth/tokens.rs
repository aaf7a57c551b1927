//! Access tokens: JWT (RFC 7519) by RFC 9068, Ed25519 alone, five minutes, no roles inside. They only name a
//! sign-in session; whether it stands is asked of the database on each request.
//!
//! Nothing is read from the header of a token that is presented. Ours has exactly one spelling for each key,
//! so it is compared whole: another algorithm, `jku`, `x5c`, `crit`, `b64`, `zip` or a strange `kid` is simply
//! not that spelling. Claims are read only when the signature over them has held.

use super::keys::Ring;
use super::keys::ring::Held;
use crate::clock::Clock;
use crate::ids::{UserId, UserSessionId};
use anyhow::{Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use uuid::Uuid;

/// How long an access token lives.
pub const ACCESS_LIFE: TimeDelta = TimeDelta::minutes(5);
/// How far two clocks may differ.
const LEEWAY_S: i64 = 5;
/// No token of ours is longer; nothing longer is looked at.
const MAX_TOKEN_BYTES: usize = 1024;
const AUDIENCE: &str = "sallyport";

/// What an access token says.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessClaims {
    iss: String,
    aud: String,
    sub: Uuid,
    sid: Uuid,
    /// The person's epoch: raised, it ends every token at once.
    epo: i32,
    iat: i64,
    exp: i64,
    jti: Uuid,
    /// The key that signed it; from the header.
    #[serde(skip)]
    kid: String,
}

impl AccessClaims {
    /// The person.
    pub fn user_id(&self) -> UserId {
        UserId(self.sub)
    }

    /// What the token calls the sign-in: its id, or another name since the person proved anew who they are.
    pub fn handle(&self) -> UserSessionId {
        UserSessionId(self.sid)
    }

    /// The epoch that the token was made in.
    pub fn epoch(&self) -> i32 {
        self.epo
    }

    /// The key that signed it.
    pub fn key_id(&self) -> &str {
        &self.kid
    }

    fn holds(&self, issuer: &str, now: DateTime<Utc>) -> bool {
        let now = now.timestamp();
        let life = self.exp.saturating_sub(self.iat);
        self.iss == issuer
            && self.aud == AUDIENCE
            && self.iat <= now.saturating_add(LEEWAY_S)
            && now < self.exp.saturating_add(LEEWAY_S)
            && (1..=ACCESS_LIFE.num_seconds()).contains(&life)
    }
}

/// Signs and verifies, by the ring of keys that this instance read last.
pub struct TokenKeys {
    issuer: String,
    held: Held,
}

impl std::fmt::Debug for TokenKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenKeys").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

impl TokenKeys {
    /// `issuer` is the configured origin.
    pub fn new(issuer: &str, ring: Ring) -> Result<Self> {
        ensure!(issuer.len() <= 256, "http.public_url is longer than 256 bytes");
        Ok(Self { issuer: issuer.to_owned(), held: Held::new(ring) })
    }

    /// The keys as they were read last.
    pub(super) fn ring(&self) -> Arc<Ring> {
        self.held.ring()
    }

    /// Goes by a newer ring from now on.
    pub(super) fn replace(&self, ring: Ring) {
        self.held.replace(ring);
    }

    /// Whether a token that did not verify names a key that the ring may have got meanwhile. Says yes rarely, whatever
    /// is presented.
    pub(crate) fn should_read_ring(&self, token: &str) -> bool {
        token.len() <= MAX_TOKEN_BYTES && self.held.should_ask(token)
    }

    /// A token for one sign-in, by what tokens call it now, in compact form (RFC 7515 section 7.1); it ends after [`ACCESS_LIFE`].
    pub fn sign(&self, user: UserId, session: UserSessionId, epoch: i32, clock: &Clock) -> Result<String> {
        let now = clock.now();
        let claims = AccessClaims {
            iss: self.issuer.clone(),
            aud: AUDIENCE.to_owned(),
            sub: user.0,
            sid: session.0,
            epo: epoch,
            iat: now.timestamp(),
            exp: (now + ACCESS_LIFE).timestamp(),
            jti: clock.new_id(),
            kid: String::new(),
        };
        self.sign_claims(&serde_json::to_vec(&claims)?)
    }

    fn sign_claims(&self, claims: &[u8]) -> Result<String> {
        let ring = self.ring();
        let mut token = format!("{}.{}", ring.header(), URL_SAFE_NO_PAD.encode(claims));
        let signature = ring.sign(token.as_bytes())?;
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        Ok(token)
    }

    /// The claims of a token that is ours in every respect; nothing says which respect was missed.
    pub fn verify(&self, token: &str, clock: &Clock) -> Option<AccessClaims> {
        if token.len() > MAX_TOKEN_BYTES {
            return None;
        }
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let ring = self.ring();
        let key = ring.find(header)?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        sallyport_secrets::verify(&key.public, signed.as_bytes(), &signature).ok()?;
        let claims: AccessClaims = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()?;
        claims.holds(&self.issuer, clock.now()).then(|| AccessClaims { kid: key.kid.clone(), ..claims })
    }
}

#[cfg(test)]
mod tests;
