//! Access tokens: JWT (RFC 7519) by RFC 9068, Ed25519 alone, five minutes, no roles inside. They only name a
//! sign-in session; whether it stands is asked of the database on each request.
//!
//! Nothing is read from the header of a token that is presented. Ours has exactly one spelling for each key,
//! so it is compared whole: another algorithm, `jku`, `x5c`, `crit`, `b64`, `zip` or a strange `kid` is simply
//! not that spelling. Claims are read only when the signature over them has held.

use crate::clock::Clock;
use crate::ids::{UserId, UserSessionId};
use anyhow::{Context as _, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use sallyport_secrets::SigningKey;
use serde::{Deserialize, Serialize};
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
}

impl AccessClaims {
    /// The person.
    pub fn user_id(&self) -> UserId {
        UserId(self.sub)
    }

    /// Where the person is signed in.
    pub fn session_id(&self) -> UserSessionId {
        UserSessionId(self.sid)
    }

    /// The epoch that the token was made in.
    pub fn epoch(&self) -> i32 {
        self.epo
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

struct Key {
    /// The one header that tokens of this key begin with, encoded.
    header: String,
    signing: SigningKey,
}

/// The keys that tokens are signed with: the newest signs, all of them verify.
pub struct TokenKeys {
    issuer: String,
    keys: Vec<Key>,
}

impl std::fmt::Debug for TokenKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenKeys").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

impl TokenKeys {
    /// `keys` newest first; `issuer` is the configured origin.
    pub fn new(issuer: &str, keys: Vec<SigningKey>) -> Result<Self> {
        ensure!(!keys.is_empty(), "there is no key to sign tokens with");
        ensure!(issuer.len() <= 256, "http.public_url is longer than 256 bytes");
        let keys =
            keys.into_iter().map(|signing| Key { header: header_of(&signing.key_id()), signing }).collect();
        Ok(Self { issuer: issuer.to_owned(), keys })
    }

    /// A token for one sign-in session, in compact form (RFC 7515 section 7.1); it ends after [`ACCESS_LIFE`].
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
        };
        self.sign_claims(&serde_json::to_vec(&claims)?)
    }

    fn sign_claims(&self, claims: &[u8]) -> Result<String> {
        let key = self.keys.first().context("there is no key to sign tokens with")?;
        let mut token = format!("{}.{}", key.header, URL_SAFE_NO_PAD.encode(claims));
        let signature = key.signing.sign(token.as_bytes())?;
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
        let key = self.keys.iter().find(|key| key.header == header)?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        sallyport_secrets::verify(&key.signing.public_key(), signed.as_bytes(), &signature).ok()?;
        let claims: AccessClaims = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()?;
        claims.holds(&self.issuer, clock.now()).then_some(claims)
    }
}

fn header_of(key_id: &str) -> String {
    URL_SAFE_NO_PAD.encode(format!(r#"{{"alg":"EdDSA","typ":"at+jwt","kid":"{key_id}"}}"#))
}

#[cfg(test)]
mod tests;
