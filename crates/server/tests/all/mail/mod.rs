//! Mails: what is queued, what arrives, what is never to be seen in between.

mod kept;
mod sent;

use crate::support::TestApp;
use serde_json::{Value, json};

/// Invites somebody to a new customer; their address and what the inviter was answered.
async fn invite(app: &TestApp, name: &str) -> (String, Value) {
    let acme = app.customer(&format!("Acme of {name}")).await;
    let email = format!("{name}@acme.example");
    let wish = json!({
        "organizationId": acme.id, "email": email, "displayName": "Ada <Park> & Co", "role": "admin",
    });
    let made = app.account_manager().await.post("/api/users", wish).await.created();
    (email, made)
}

/// The token of a link.
fn token_of(made: &Value) -> String {
    made["invitationUrl"].as_str().unwrap().split_once("#token=").unwrap().1.to_owned()
}
