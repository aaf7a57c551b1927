//! Sign-in, as browsers and programs meet it.

mod address;
mod binding;
pub mod browser;
mod change;
mod denylist;
mod devices;
mod enrolment;
mod equal;
mod factors;
mod keys;
mod links;
mod login;
mod networks;
mod passkeys;
mod refresh;
mod reset;
mod ring;
mod rules;
mod sign_ins;
mod skew;
mod step_up;
mod terms;
mod walls;

use crate::support::{Actor, TestApp};
use sallyport::auth::Password;
use serde_json::{Value, json};

/// Nothing about anybody, and not guessed quickly.
pub const PASSWORD: &str = "verglas mitten orrery 42";
/// Another like it.
const OTHER_PASSWORD: &str = "quartz heron bicycle 17";

/// Gives an actor a password to sign in by.
pub async fn give_password(app: &TestApp, actor: &Actor) {
    let hash = app.platform.app.passwords.hash(Password::new(PASSWORD)).await.unwrap();
    sqlx::query("UPDATE users SET password_hash = $2 WHERE id = $1")
        .bind(actor.id)
        .bind(hash)
        .execute(&mut app.sql().await)
        .await
        .unwrap();
}

/// A technician who can sign in by [`PASSWORD`].
async fn person(app: &TestApp) -> Actor {
    let actor = app.technician().await;
    give_password(app, &actor).await;
    actor
}

/// A program that presents this token as its own.
fn bearer(app: &TestApp, token: &str) -> Actor {
    let mut program = app.stranger();
    program.token = Some(token.to_owned());
    program
}

/// What a program sends to sign in.
fn wish(email: &str, password: &str) -> Value {
    json!({ "email": email, "password": password, "delivery": "body" })
}

/// The entries of the log with this code, oldest first: (outcome, risk, details).
async fn entries(app: &TestApp, code: &str) -> Vec<(String, String, Value)> {
    sqlx::query_as(
        "SELECT outcome, risk_level, details FROM audit_logs WHERE code = $1 ORDER BY occurred_at, id",
    )
    .bind(code)
    .fetch_all(&mut app.sql().await)
    .await
    .unwrap()
}

/// Runs one statement under no wall, as time or another part of the platform would have done.
async fn sql(app: &TestApp, statement: &'static str, id: uuid::Uuid) {
    let done = sqlx::query(statement).bind(id).execute(&mut app.sql().await).await.unwrap();
    assert!(done.rows_affected() > 0, "{statement}");
}
