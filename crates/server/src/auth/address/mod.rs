//! Another address for one's account: asked for by whoever proved just now who they are, proved by a link that is
//! mailed there, and told to the address of before. Whether somebody has the new one already is told to nobody but
//! whoever reads its mail.

pub mod http;
mod store;

use super::check_email;
use super::links::NotGood;
use super::opaque::{self, OpaqueToken};
use super::reset;
use crate::access::{Action, Caller, Facts, Resource};
use crate::app::App;
use crate::audit::{Event, Outcome, Target, catalogue};
use crate::config::Config;
use crate::error::{ApiError, Result};
use crate::http::request::Origin;
use crate::ids::AddressChangeId;
use crate::mail::{self, Letter, Place, To};
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

const NOT_GOOD: NotGood = NotGood {
    what: "unknown link of a change of address",
    message: "This link is not good any more. Ask for a new one on your account page.",
};

/// The address to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestAddressChange {
    /// Where a link is mailed to.
    pub email: String,
}

/// The token of a link.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmAddressChange {
    /// From the link.
    pub token: String,
}

/// Whether a change waits for its link.
#[derive(Debug, Serialize, ToSchema)]
pub struct AddressChange {
    /// The one that waits.
    pub pending: Option<PendingAddress>,
}

/// An address whose link was not opened yet.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PendingAddress {
    /// The address to be.
    pub email: String,
    /// Its link is good until then.
    pub expires_at: DateTime<Utc>,
}

/// The address that counts from now on.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConfirmedAddress {
    /// What one signs in with.
    pub email: String,
}

/// The address of a link: of the configured origin, and behind `#`, which no browser sends to a server.
pub fn address_change_url(config: &Config, token: &str) -> String {
    format!("{}/address#token={token}", config.http.public_url)
}

/// The caller's change that waits, if one does.
pub async fn get_address_change(app: &App, caller: &Caller) -> Result<AddressChange> {
    app.may(caller, Action::UserRead, &Resource::own(caller), &Facts::own())?;
    let mut tx = app.db.read(caller).await?;
    let pending = store::find_pending(tx.conn(), caller).await?;
    tx.done().await?;
    Ok(AddressChange { pending })
}

/// Mails a link to the address to be. One that belongs to somebody gets a mail without a link, and the answer is the
/// same.
pub async fn request_address_change(
    app: &App,
    caller: &Caller,
    wish: &RequestAddressChange,
) -> Result<AddressChange> {
    let email = check_email(&wish.email)?;
    let permit = app.may(caller, Action::AddressChange, &Resource::own(caller), &Facts::own())?;
    let (id, token) = (AddressChangeId::new(&app.clock), OpaqueToken::new()?);
    let mut tx = app.db.unscoped("ask for another address").await?;
    let before = store::lock_person(tx.conn(), caller).await?.ok_or_else(ApiError::unauthenticated)?;
    if !before.has_password {
        return Err(ApiError::conflict(
            "address_managed",
            "Your organization's directory keeps your address. Ask its administrator to change it there.",
        ));
    }
    if email == super::normal_email(&before.email) {
        return Err(ApiError::invalid("email", "it is your address already"));
    }
    let Some(expires_at) = store::insert(tx.conn(), caller, id, &email, token.hash()).await? else {
        return Err(too_many());
    };
    let free = !store::is_taken(tx.conn(), &email).await?;
    let token = free.then(|| token.reveal()).transpose()?;
    let letter = Letter::AddressChange { token, expires_at, place: Place::of(&caller.origin) };
    let to = To { org_id: caller.org_id, user_id: caller.user_id, email: &email };
    mail::queue(app, tx.conn(), &to, &letter).await?;
    let event = Event::by(caller, &permit, &catalogue::ADDRESS_CHANGE_REQUEST, caller.org_id)
        .target(Target::new("user", caller.user_id.0, &caller.email))
        .details(json!({ "addressChangeId": id, "to": email, "expiresAt": expires_at }));
    tx.commit(event).await?;
    Ok(AddressChange { pending: Some(PendingAddress { email, expires_at }) })
}

/// Gives the change up; its link is good no more.
pub async fn cancel_address_change(app: &App, caller: &Caller) -> Result<()> {
    let permit = app.may(caller, Action::AddressCancel, &Resource::own(caller), &Facts::own())?;
    let mut tx = app.db.write(caller).await?;
    store::end_all_but(tx.conn(), caller.org_id, caller.user_id, None).await?;
    let event = Event::by(caller, &permit, &catalogue::ADDRESS_CHANGE_CANCEL, caller.org_id)
        .target(Target::new("user", caller.user_id.0, &caller.email));
    tx.commit(event).await
}

/// Takes the new address, spends the link, ends every other link that was mailed to the address of before, and tells
/// that one.
pub async fn confirm_address_change(
    app: &App,
    origin: &Origin,
    wish: &ConfirmAddressChange,
) -> Result<ConfirmedAddress> {
    let mut tx = app.db.unscoped("take another address").await?;
    let taken = match opaque::hash_of(&wish.token) {
        Some(hash) => store::confirm(tx.conn(), &hash).await?,
        None => None,
    };
    let Some((email, person)) = taken else {
        // Given back first: who holds one connection and waits for another can wait for himself.
        drop(tx);
        return Err(NOT_GOOD.refuse(app, origin, "confirmAddressChange").await?);
    };
    store::end_all_but(tx.conn(), person.org_id, person.user_id, None).await?;
    reset::end_resets_but(tx.conn(), person.org_id, person.user_id, None).await?;
    let letter = Letter::AddressChanged { at: app.clock.now(), place: Place::of(origin), to: email.clone() };
    let to = To { org_id: person.org_id, user_id: person.user_id, email: &person.email };
    mail::queue(app, tx.conn(), &to, &letter).await?;
    let event = person
        .event(&catalogue::ADDRESS_CHANGE_CONFIRM, Outcome::Success, origin)
        .details(json!({ "from": person.email, "to": email }));
    tx.commit(event).await?;
    Ok(ConfirmedAddress { email })
}

/// Forgets links that are long over.
pub(crate) async fn forget_old(conn: &mut sqlx::PgConnection) -> Result<()> {
    store::forget_old(conn).await
}

/// So that nobody is sent mail after mail by somebody who is signed in.
fn too_many() -> ApiError {
    let mut error = ApiError::new(
        StatusCode::TOO_MANY_REQUESTS,
        "rate_limited",
        "You asked for another address several times within this hour. Try again later.",
    );
    error.retry_after_s = Some(3600);
    error
}
