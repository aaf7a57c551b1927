//! A forgotten password: a one-time link by mail, and another password by it. Nobody learns by asking whether an
//! address has an account, and whoever gets in by a link still needs the second factor.

pub mod http;
mod store;

pub(super) use store::end_all_but as end_resets_but;

use super::knocks::{self, Knock};
use super::links::NotGood;
use super::new_password::{self, NewPassword};
use super::opaque::{self, OpaqueToken};
use super::password::Password;
use super::password_rules::PasswordClass;
use super::store::{Account, end, forget_failures};
use super::{attempt, check_email, password_history};
use crate::app::App;
use crate::audit::{Event, Outcome, Target, catalogue};
use crate::config::Config;
use crate::error::Result;
use crate::http::request::Origin;
use crate::ids::PasswordResetId;
use crate::mail::{self, Letter, Place, To};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::PgConnection;
use utoipa::ToSchema;

const NOT_GOOD: NotGood = NotGood {
    what: "unknown link of a password reset",
    message: "This link is not good any more. Ask for a new one on the sign-in page.",
};

/// Whose password is forgotten.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestPasswordReset {
    /// The person's address.
    pub email: String,
}

/// The token of a link.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InspectPasswordReset {
    /// From the link.
    pub token: String,
}

/// The token of a link and what the person chose.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptPasswordReset {
    /// From the link.
    pub token: String,
    /// The password to be: 12 to 256 characters, not easily guessed.
    #[schema(value_type = String, format = Password)]
    pub password: Password,
}

/// Whom a link is for.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PasswordResetDetails {
    /// The person's address.
    pub email: String,
    /// Their name.
    pub display_name: String,
    /// Their organization's name.
    pub organization_name: String,
    /// Kinds of characters that the organization asks for in the password.
    pub password_classes: Vec<PasswordClass>,
    /// The link is good until then.
    pub expires_at: DateTime<Utc>,
}

/// The address of a link: of the configured origin, and behind `#`, which no browser sends to a server.
pub fn password_reset_url(config: &Config, token: &str) -> String {
    format!("{}/reset#token={token}", config.http.public_url)
}

/// Takes the wish down; whether there is such an account is looked at later, by nobody who could tell.
pub async fn request_password_reset(app: &App, origin: &Origin, wish: &RequestPasswordReset) -> Result<()> {
    let email = check_email(&wish.email)?;
    let address = URL_SAFE_NO_PAD.encode(app.pseudonym_key.of(&email));
    let mut tx = app.db.unscoped("take the wish for another password down").await?;
    knocks::leave(app, tx.conn(), Knock::PasswordReset, &email, origin).await?;
    match app.provider_for_strangers() {
        Some(provider) => {
            let event = Event::by_platform(&catalogue::PASSWORD_RESET_REQUEST, Outcome::Success, provider)
                .origin(origin.clone())
                .details(json!({ "address": address }));
            tx.commit(event).await
        }
        None => {
            tx.commit_unaudited("strangers ask as often as they like; the log is not theirs to fill").await
        }
    }
}

/// Mails a link to somebody who asked for it; nothing when they were sent enough lately.
pub(super) async fn offer(
    app: &App,
    conn: &mut PgConnection,
    account: &Account,
    place: Place,
) -> Result<Option<Event>> {
    let token = OpaqueToken::new()?;
    let id = PasswordResetId::new(&app.clock);
    let Some(expires_at) = store::insert(conn, account, id, token.hash()).await? else { return Ok(None) };
    let letter = Letter::PasswordReset { token: token.reveal()?, expires_at, place };
    let to = To { org_id: account.org_id, user_id: account.id, email: &account.email };
    mail::queue(app, conn, &to, &letter).await?;
    let event = Event::by_platform(&catalogue::PASSWORD_RESET_CREATE, Outcome::Success, account.org_id)
        .target(Target::new("user", account.id.0, &account.email))
        .details(json!({ "passwordResetId": id, "expiresAt": expires_at }));
    Ok(Some(event))
}

/// Whom a link is for. Looking changes nothing.
pub async fn inspect_password_reset(
    app: &App,
    origin: &Origin,
    wish: &InspectPasswordReset,
) -> Result<PasswordResetDetails> {
    let mut tx = app.db.unscoped("look at the link of a password reset").await?;
    let found = match opaque::hash_of(&wish.token) {
        Some(hash) => store::find(tx.conn(), &hash).await?,
        None => None,
    };
    let Some(person) = found else {
        // Given back first: who holds one connection and waits for another can wait for himself.
        drop(tx);
        return Err(NOT_GOOD.refuse(app, origin, "inspectPasswordReset").await?);
    };
    tx.commit(person.event(&catalogue::PASSWORD_RESET_INSPECT, Outcome::Success, origin)).await?;
    Ok(PasswordResetDetails {
        password_classes: person.password_classes(),
        email: person.email,
        display_name: person.display_name,
        organization_name: person.organization_name,
        expires_at: person.expires_at,
    })
}

/// Sets another password; the link is spent by it, every sign-in ends, and the person is told by mail.
pub async fn accept_password_reset(app: &App, origin: &Origin, wish: AcceptPasswordReset) -> Result<()> {
    let _seat = app.passwords.seat()?;
    let hash = opaque::hash_of(&wish.token);
    let mut tx = app.db.unscoped("look at the link of a password reset").await?;
    let found = match &hash {
        Some(hash) => store::find(tx.conn(), hash).await?,
        None => None,
    };
    drop(tx);
    let (Some(hash), Some(person)) = (hash, found) else {
        return Err(NOT_GOOD.refuse(app, origin, "acceptPasswordReset").await?);
    };
    let new = NewPassword {
        field: "password",
        password: wish.password,
        about: person.about(),
        whose: Some((person.org_id, person.user_id)),
    };
    let password_hash = match new_password::hash(app, new).await? {
        Ok(hash) => hash,
        Err(refusal) => {
            return Err(person.refuse(app, origin, &catalogue::PASSWORD_RESET_ACCEPT, refusal).await?);
        }
    };
    let mut tx = app.db.unscoped("set another password by a link").await?;
    password_history::remember(tx.conn(), person.org_id, person.user_id).await?;
    if !store::accept(tx.conn(), &hash, &password_hash).await? {
        drop(tx);
        return Err(NOT_GOOD.refuse(app, origin, "acceptPasswordReset").await?);
    }
    let ended = end(tx.conn(), person.user_id, None, "password_reset").await?;
    store::end_all_but(tx.conn(), person.org_id, person.user_id, None).await?;
    let pseudonym = app.pseudonym_key.of(&person.email);
    forget_failures(tx.conn(), &pseudonym, attempt::network(origin.client_ip)).await?;
    let letter = Letter::PasswordChanged { at: app.clock.now(), place: Place::of(origin), by_link: true };
    let to = To { org_id: person.org_id, user_id: person.user_id, email: &person.email };
    mail::queue(app, tx.conn(), &to, &letter).await?;
    let event = person
        .event(&catalogue::PASSWORD_RESET_ACCEPT, Outcome::Success, origin)
        .details(json!({ "signInsEnded": ended }));
    tx.commit(event).await
}

/// Forgets links that are long over.
pub(crate) async fn forget_old(conn: &mut PgConnection) -> Result<()> {
    store::forget_old(conn).await
}
