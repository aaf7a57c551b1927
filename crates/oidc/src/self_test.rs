//! What is forged for this very connection is refused: tried, not believed.

use crate::connection::Connection;
use crate::finish::Proof;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use openidconnect::core::{CoreHmacKey, CoreJwsSigningAlgorithm};
use openidconnect::{Nonce, PrivateSigningKey};
use serde_json::{Value, json};

const NONCE: &str = "a-nonce-of-the-self-test";

impl Connection {
    /// A stable code, what is looked at, and whether it holds. Each ID token says all the right things of somebody, and
    /// is signed by nobody who may.
    pub fn self_test(&self, now: DateTime<Utc>) -> Vec<(&'static str, &'static str, bool)> {
        let claims = json!({
            "iss": self.provider.issuer(), "aud": self.client_id, "sub": "forged", "nonce": NONCE,
            "iat": now.timestamp(), "exp": now.timestamp() + 300,
        });
        let kid = self.provider.key_names().into_iter().next();
        let own = serde_json::to_value(self.algorithm).unwrap_or_default();
        let made_up = URL_SAFE_NO_PAD.encode([0x5a; 256]);
        let unsigned = token(&json!({ "alg": "none" }), &claims, |_| String::new());
        let forged = token(&json!({ "alg": own, "kid": kid }), &claims, |_| made_up.clone());
        let secret = self.client_secret.as_ref().map(|secret| secret.0.to_string()).unwrap_or_default();
        let shared = token(&json!({ "alg": "HS256" }), &claims, |message| {
            let key = CoreHmacKey::new(secret.into_bytes());
            let signed = key.sign(&CoreJwsSigningAlgorithm::HmacSha256, message.as_bytes());
            signed.map(|signature| URL_SAFE_NO_PAD.encode(signature)).unwrap_or_default()
        });
        vec![
            ("unsigned_refused", "An unsigned answer is refused", self.refuses(&unsigned, now)),
            ("forged_refused", "An answer with a made-up signature is refused", self.refuses(&forged, now)),
            (
                "shared_refused",
                "An answer signed with the client's secret is refused",
                self.refuses(&shared, now),
            ),
        ]
    }

    fn refuses(&self, token: &str, now: DateTime<Utc>) -> bool {
        let nonce = Nonce::new(NONCE.to_owned());
        match token.parse::<Proof>() {
            Ok(token) => token.claims(&self.verifier(&self.provider.keys, now), &nonce).is_err(),
            Err(_) => true,
        }
    }
}

fn token(header: &Value, claims: &Value, sign: impl FnOnce(&str) -> String) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", part(header), part(claims));
    let signature = sign(&message);
    format!("{message}.{signature}")
}
