//! An authenticator app: what a person has in their pocket.

use super::Actor;
use sallyport::auth::totp;
use sallyport::clock::Clock;
use serde_json::{Value, json};

/// An app that was added, and the backup codes that came with it.
#[derive(Clone, Debug)]
pub struct App {
    pub factor_id: String,
    pub secret: String,
    pub backup_codes: Vec<String>,
}

/// Seconds since 1970.
pub fn now_s() -> i64 {
    Clock::default().now().timestamp()
}

/// What an app that holds `secret` shows now.
pub fn code_now(secret: &str) -> String {
    totp::code_of_secret(secret, now_s()).unwrap()
}

/// The texts of a list.
pub fn texts(list: &Value) -> Vec<String> {
    list.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}

impl App {
    /// Adds one to the account of somebody who is signed in.
    pub async fn add(person: &Actor) -> Self {
        let new = person.post("/api/auth/factors/totp", json!({})).await.created();
        let (factor_id, secret) = (new["factorId"].as_str().unwrap(), new["secret"].as_str().unwrap());
        let path = format!("/api/auth/factors/{factor_id}/confirm");
        let codes = person.post(&path, json!({ "code": code_now(secret) })).await.ok();
        Self {
            factor_id: factor_id.to_owned(),
            secret: secret.to_owned(),
            backup_codes: texts(&codes["backupCodes"]),
        }
    }

    /// The code of the step that is so many later than this one.
    pub fn code(&self, steps: i64) -> String {
        totp::code_of_secret(&self.secret, now_s() + 30 * steps).unwrap()
    }

    /// A code that is good once more right after one was used, because a telephone's clock may be ahead.
    pub fn next_code(&self) -> String {
        self.code(1)
    }
}
