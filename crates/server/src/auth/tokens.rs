//! Access tokens: JWT (RFC 7519) by RFC 9068, Ed25519 alone, five minutes, no roles inside. They only name a
//! sign-in session; whether it stands is asked of the database on each request.

use crate::clock::Clock;
use crate::ids::{UserId, UserSessionId};
use anyhow::{Context as _, Result};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
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
const TYPE: &str = "at+jwt";

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
}

/// The exact header of our tokens: nothing else is read from one, so `jku`, `crit`, `zip` have no meaning here.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExactHeader {
    alg: String,
    typ: String,
    kid: String,
}

struct Key {
    id: String,
    encoding: EncodingKey,
    decoding: DecodingKey,
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
    pub fn new(issuer: &str, keys: &[SigningKey]) -> Result<Self> {
        let keys = keys
            .iter()
            .map(|key| {
                let public = URL_SAFE_NO_PAD.encode(key.public_key());
                Ok(Key {
                    id: key.key_id(),
                    encoding: EncodingKey::from_ed_der(key.pkcs8_der()?.expose()),
                    decoding: DecodingKey::from_ed_components(&public)?,
                })
            })
            .collect::<Result<Vec<_>>>()?;
        anyhow::ensure!(!keys.is_empty(), "there is no key to sign tokens with");
        Ok(Self { issuer: issuer.to_owned(), keys })
    }

    /// A token for one sign-in session.
    pub fn sign(&self, user: UserId, session: UserSessionId, epoch: i32, clock: &Clock) -> Result<String> {
        let key = self.keys.first().context("no key")?;
        let now = clock.now();
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(TYPE.to_owned());
        header.kid = Some(key.id.clone());
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
        Ok(encode(&header, &claims, &key.encoding)?)
    }

    /// The claims of a token that is ours in every respect; nothing says which respect was missed.
    pub fn verify(&self, token: &str, clock: &Clock) -> Option<AccessClaims> {
        if token.len() > MAX_TOKEN_BYTES || token.split('.').count() != 3 {
            return None;
        }
        let header = URL_SAFE_NO_PAD.decode(token.split('.').next()?).ok()?;
        let header: ExactHeader = serde_json::from_slice(&header).ok()?;
        if header.alg != "EdDSA" || header.typ != TYPE {
            return None;
        }
        let key = self.keys.iter().find(|key| key.id == header.kid)?;
        let mut rules = Validation::new(Algorithm::EdDSA);
        rules.set_audience(&[AUDIENCE]);
        rules.set_issuer(&[&self.issuer]);
        // Time is checked below, by the injected clock.
        rules.validate_exp = false;
        rules.validate_nbf = false;
        let claims = decode::<AccessClaims>(token, &key.decoding, &rules).ok()?.claims;
        let now = clock.now().timestamp();
        let fresh = claims.iat <= now + LEEWAY_S
            && now < claims.exp + LEEWAY_S
            && claims.exp - claims.iat <= ACCESS_LIFE.num_seconds();
        fresh.then_some(claims)
    }
}
