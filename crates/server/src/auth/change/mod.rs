//! A change of one's own password, by whoever is signed in and knows the old one.

pub mod http;
mod store;

use super::devices::{Proofs, stands_for};
use super::model::Renewed;
use super::new_password::{self, NewPassword};
use super::opaque::OpaqueToken;
use super::password::Password;
use super::password_rules::About;
use super::store::{count_failure, end, forget_failures, wait_s};
use super::tokens::ACCESS_LIFE;
use super::{attempt, cookies, password_history, reset};
use crate::access::{Action, Caller, Facts, Resource};
use crate::app::App;
use crate::audit::{Event, Target, catalogue};
use crate::error::{ApiError, Result};
use crate::ids::{RefreshTokenId, UserSessionId};
use crate::mail::{self, Letter, Place, To};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

/// The old password and the new one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChangePassword {
    /// The one of now.
    #[schema(value_type = String, format = Password)]
    pub current_password: Password,
    /// The one to be: 12 to 256 characters, not easily guessed.
    #[schema(value_type = String, format = Password)]
    pub new_password: Password,
}

/// Changes the caller's password: everything else that they are signed in by ends, this place goes on under a new id.
pub async fn change_password(
    app: &App,
    caller: &Caller,
    wish: ChangePassword,
    devices: &Proofs,
) -> Result<Renewed> {
    let own = Facts::own();
    let permit = app.may(caller, Action::PasswordChange, &Resource::own(caller), &own)?;
    wish.current_password.check_length("currentPassword")?;
    let _seat = app.passwords.seat()?;
    let before = check_current(app, caller, wish.current_password).await?;
    let about = About {
        email: caller.email.clone(),
        display_name: caller.display_name.clone(),
        organization_name: caller.org_name.clone(),
    };
    let new = NewPassword {
        field: "newPassword",
        password: wish.new_password,
        about,
        whose: Some((caller.org_id, caller.user_id)),
    };
    let password_hash = new_password::hash(app, new).await??;

    let (session, refresh) = (UserSessionId::new(&app.clock), OpaqueToken::new()?);
    let mut tx = app.db.unscoped("change a password").await?;
    password_history::remember(tx.conn(), caller.org_id, caller.user_id).await?;
    let Some(epoch) = store::set_password(tx.conn(), caller, &before, &password_hash).await? else {
        return Err(ApiError::conflict(
            "changed_meanwhile",
            "Your password was changed somewhere else in this moment. Nothing was changed here.",
        ));
    };
    let ended = end(tx.conn(), caller.user_id, None, "password_changed").await?;
    reset::end_resets_but(tx.conn(), caller.org_id, caller.user_id, None).await?;
    let token = (RefreshTokenId::new(&app.clock), refresh.hash());
    let device = app.clock.new_id();
    store::go_on(tx.conn(), caller, epoch, (session, &stands_for(app, device)), token).await?;
    let net = attempt::network(caller.origin.client_ip);
    forget_failures(tx.conn(), &app.pseudonym_key.of(&caller.email), net).await?;
    let letter =
        Letter::PasswordChanged { at: app.clock.now(), place: Place::of(&caller.origin), by_link: false };
    let to = To { org_id: caller.org_id, user_id: caller.user_id, email: &caller.email };
    mail::queue(app, tx.conn(), &to, &letter).await?;
    let event = Event::by(caller, &permit, &catalogue::PASSWORD_CHANGE, caller.org_id)
        .target(Target::new("user", caller.user_id.0, &caller.email))
        .details(json!({ "userSessionId": session, "signInsEnded": ended }));
    tx.commit(event).await?;
    Ok(Renewed {
        expires_at: app.clock.now() + ACCESS_LIFE,
        csrf_token: cookies::csrf_token(app, session),
        access_token: Some(app.tokens.sign(caller.user_id, session, epoch, &app.clock)?),
        refresh_token: Some(refresh.reveal()?),
        device: Some(devices.renewed(app, device, (caller.user_id.0, epoch))),
    })
}

/// The hash of the caller's password, if that is what they typed. A wrong one counts like a wrong sign-in: a stolen
/// browser is no place to guess from.
async fn check_current(app: &App, caller: &Caller, typed: Password) -> Result<String> {
    let pseudonym = app.pseudonym_key.of(&super::normal_email(&caller.email));
    let net = attempt::network(caller.origin.client_ip);
    let mut tx = app.db.unscoped("look at the password of a caller").await?;
    let wait_s = wait_s(tx.conn(), &pseudonym, net).await?;
    let hash = store::password_hash(tx.conn(), caller).await?;
    tx.commit_unaudited("only read; gives the connection back at once").await?;
    if wait_s > 0 {
        let words = format!("Too many wrong tries. Wait {wait_s} seconds, then try again.");
        let mut error = ApiError::new(axum::http::StatusCode::TOO_MANY_REQUESTS, "rate_limited", words);
        error.retry_after_s = Some(wait_s);
        return Err(error);
    }
    let same = app.passwords.verify(typed, hash.as_deref()).await?;
    match hash {
        Some(hash) if same => Ok(hash),
        _ => {
            let mut tx = app.db.unscoped("count a wrong password").await?;
            count_failure(tx.conn(), &pseudonym, net).await?;
            tx.commit_unaudited("a count; that it was refused goes into the log with the answer").await?;
            Err(ApiError::invalid("currentPassword", "it is not your password"))
        }
    }
}
