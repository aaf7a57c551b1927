//! Back-channel logout (OpenID Connect Back-Channel Logout 1.0): the provider says that somebody is signed out there.

use crate::connection::Connection;
use crate::provider::Keys;
use crate::refused::Refused;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use openidconnect::core::{CoreJsonWebKey, CoreJwsSigningAlgorithm};
use openidconnect::{JsonWebKey, JsonWebKeyAlgorithm, JsonWebKeyUse};
use serde::Deserialize;
use serde_json::{Map, Value};

/// Longest logout token that is looked at.
const MAX: usize = 16 * 1024;
/// Seconds that two clocks may be apart.
const SKEW_S: i64 = 60;
/// Seconds that a logout token is good for.
const MAX_AGE_S: i64 = 300;
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// Who is signed out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogoutNotice {
    /// This person's sign-ins…
    pub subject: Option<String>,
    /// …or this one sign-in there.
    pub session: Option<String>,
    /// The notice's own name: it counts once.
    pub id: String,
    /// Until when it could be shown again.
    pub until: DateTime<Utc>,
}

#[derive(Deserialize)]
struct Header {
    alg: CoreJwsSigningAlgorithm,
    kid: Option<String>,
    typ: Option<String>,
    crit: Option<Value>,
}

#[derive(Deserialize)]
struct Body {
    iss: String,
    aud: Value,
    iat: i64,
    exp: Option<i64>,
    jti: String,
    events: Map<String, Value>,
    sub: Option<String>,
    sid: Option<String>,
    nonce: Option<Value>,
    tid: Option<String>,
    oid: Option<String>,
}

impl Connection {
    /// Believes a logout token, or not, by the keys that are known. Nothing is asked: anybody can send such tokens, and
    /// whether one is worth reading the keys anew ([`Refused::may_be_a_new_key`]) is for whoever counts how often.
    pub fn logout_notice(&self, token: &str, now: DateTime<Utc>) -> Result<LogoutNotice, Refused> {
        let refuse = Refused::LogoutToken;
        if token.len() > MAX {
            return Err(refuse("it is longer than 16 KiB"));
        }
        let mut parts = token.split('.');
        let (Some(header), Some(body), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(refuse("it does not have three parts"));
        };
        let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| refuse("it cannot be read"));
        let read: Header =
            serde_json::from_slice(&decode(header)?).map_err(|_| refuse("its header cannot be read"))?;
        if read.alg != self.algorithm.pinned() {
            return Err(refuse("it is not signed by the algorithm that the connection expects"));
        }
        let typ = read.typ.as_deref().is_none_or(|typ| matches!(typ, "logout+jwt" | "JWT"));
        if !typ || read.crit.is_some() {
            return Err(refuse("it is a token of another kind"));
        }
        let signed = format!("{header}.{body}");
        verify(&self.provider.keys, &read, signed.as_bytes(), &decode(signature)?)?;
        let body: Body =
            serde_json::from_slice(&decode(body)?).map_err(|_| refuse("its claims cannot be read"))?;
        self.check_claims(body, now)
    }

    fn check_claims(&self, body: Body, now: DateTime<Utc>) -> Result<LogoutNotice, Refused> {
        let refuse = |why| Err(Refused::LogoutToken(why));
        if body.iss != self.provider.issuer() {
            return refuse("somebody else made it (iss)");
        }
        let ours = match &body.aud {
            Value::String(one) => *one == self.client_id,
            Value::Array(all) => {
                all.len() == 1 && all.first().and_then(Value::as_str) == Some(&self.client_id)
            }
            _ => false,
        };
        if !ours {
            return refuse("it was made for somebody else (aud)");
        }
        let age = now.timestamp() - body.iat;
        if !(-SKEW_S..=MAX_AGE_S).contains(&age) || body.exp.is_some_and(|exp| exp + SKEW_S < now.timestamp())
        {
            return refuse("it was not made just now");
        }
        if !body.events.contains_key(EVENT) || body.nonce.is_some() {
            return refuse("it is a token of another kind");
        }
        if body.jti.is_empty() || body.jti.len() > 255 {
            return refuse("it has no usable name (jti)");
        }
        let subject = match (body.tid, body.oid) {
            (Some(tenant), Some(object)) if self.profile == crate::Profile::Entra => {
                Some(format!("{tenant}:{object}"))
            }
            // Entra's `sub` is not what its people are known by.
            _ if self.profile == crate::Profile::Entra => None,
            _ => body.sub,
        };
        if subject.is_none() && body.sid.is_none() {
            return refuse("it names nobody");
        }
        let until = now + chrono::TimeDelta::seconds(MAX_AGE_S + SKEW_S);
        Ok(LogoutNotice { subject, session: body.sid, id: body.jti, until })
    }
}

fn verify(keys: &Keys, header: &Header, signed: &[u8], signature: &[u8]) -> Result<(), Refused> {
    let fits = |key: &&CoreJsonWebKey| {
        let named = header.kid.is_none() || key.key_id().map(|id| id.as_str()) == header.kid.as_deref();
        let alg = match key.signing_alg() {
            JsonWebKeyAlgorithm::Algorithm(alg) => *alg == header.alg,
            JsonWebKeyAlgorithm::Unspecified => true,
            JsonWebKeyAlgorithm::Unsupported => false,
        };
        named && alg && key.key_use().is_none_or(JsonWebKeyUse::allows_signature)
    };
    let mut fitting = keys.0.keys().iter().filter(fits).peekable();
    if fitting.peek().is_none() {
        return Err(Refused::UnknownKey);
    }
    // Without a name for its key a token is tried with each that fits.
    if fitting.any(|key| key.verify_signature(&header.alg, signed, signature).is_ok()) {
        Ok(())
    } else {
        Err(Refused::LogoutSignature)
    }
}
