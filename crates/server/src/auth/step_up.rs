//! Step-up: somebody who is signed in proves again who they are, because what they are about to do asks for it
//! (`everyone.fresh-authentication` in `policies/`). The sign-in goes on, for open terminals stand on it; its tokens do
//! not: they are all new, and whoever got hold of those from before holds nothing.

use super::attempt::{Attempt, Failure, Shown};
use super::cookies;
use super::factors::{TypedCode, proof};
use super::model::{FactorMethod, Renewed};
use super::normal_email;
use super::opaque::OpaqueToken;
use super::password::Password;
use super::store::{self, Account};
use super::tokens::ACCESS_LIFE;
use crate::access::policies::RECENT;
use crate::access::{Action, Caller, Facts, Permit, Resource};
use crate::app::App;
use crate::audit::{Actor, Event, Target, catalogue};
use crate::error::{ApiError, Result};
use crate::http::request::Origin;
use crate::ids::{RefreshTokenId, UserId, UserSessionId};
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use utoipa::ToSchema;

/// The proof.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StepUp {
    /// The password of whoever is signed in.
    #[schema(value_type = String, format = Password)]
    pub password: Password,
    /// What `code` is; of an authenticator app when not given.
    pub method: Option<FactorMethod>,
    /// For those who have a second factor.
    #[schema(value_type = Option<String>, format = Password)]
    pub code: Option<TypedCode>,
}

/// Proved.
#[derive(Debug, Serialize, ToSchema)]
pub struct SteppedUp {
    /// Until then nothing asks again.
    pub until: DateTime<Utc>,
    #[serde(flatten)]
    #[allow(missing_docs, reason = "flattened: its fields are documented where they are")]
    pub tokens: Renewed,
    /// The end of the sign-in.
    #[serde(skip)]
    #[schema(ignore)]
    pub sign_in_ends: DateTime<Utc>,
}

/// Renews the caller's proof, if the password is theirs, and the code where they have a second factor.
pub async fn step_up(app: &App, caller: &Caller, wish: StepUp) -> Result<SteppedUp> {
    wish.password.check_length("password")?;
    let own = Facts::own();
    let permit = app.may(caller, Action::UserSessionRenew, &Resource::own(caller), &own)?;
    let _seat = app.passwords.seat()?;
    let attempt = Attempt::new(app, &caller.origin, &normal_email(&caller.email));
    let turn = app.passwords.turn().await?;
    let mut tx = app.db.unscoped("find the account of a step-up").await?;
    let account =
        store::lock_account(tx.conn(), caller.user_id).await?.ok_or_else(ApiError::unauthenticated)?;
    let shown = if account.mfa_enabled { Shown::Code } else { Shown::Password };
    let wait_s = attempt.wait_s(tx.conn(), shown).await?;
    tx.commit_unaudited("only read; gives the connection back at once").await?;
    drop(turn);
    let failure = |reason| Failure {
        kind: &catalogue::STEP_UP,
        shown,
        account: Some(&account),
        actor: Some(Actor::of(caller)),
        reason,
    };
    if wait_s > 0 {
        return Err(attempt.put_off(app, failure(""), wait_s).await?);
    }
    let proof = match (account.mfa_enabled, wish.code) {
        (true, None) => {
            return Err(ApiError::invalid("code", "you have a second factor: enter its code too"));
        }
        (true, Some(code)) => Some((wish.method.unwrap_or(FactorMethod::Totp), code)),
        (false, _) => None,
    };
    if !app.passwords.verify(wish.password, account.password_hash.as_deref()).await? {
        return Err(attempt.refuse(app, &failure("wrong_password"), not_confirmed()).await?);
    }
    match renew(app, caller, &permit, &attempt, &account, proof).await? {
        Some(stepped_up) => Ok(stepped_up),
        None => Err(attempt.refuse(app, &failure("wrong_code"), not_confirmed()).await?),
    }
}

/// Uses the code up and renews the proof and the tokens, all or nothing. None when the code is no good.
async fn renew(
    app: &App,
    caller: &Caller,
    permit: &Permit,
    attempt: &Attempt<'_>,
    account: &Account,
    proof: Option<(FactorMethod, TypedCode)>,
) -> Result<Option<SteppedUp>> {
    let _turn = app.passwords.turn().await?;
    let mut tx = app.db.unscoped("step up").await?;
    let mut events = Vec::new();
    if let Some((method, code)) = &proof {
        store::lock_account(tx.conn(), account.id).await?.ok_or_else(ApiError::unauthenticated)?;
        if !proof::spend(app, &mut tx, account, *method, code).await? {
            return Ok(None);
        }
        events = proof::events_of(&mut tx, account, attempt.origin, *method).await?;
    }
    let stepped_up =
        renew_tokens(app, tx.conn(), &caller.origin, (caller.user_id, caller.user_session_id)).await?;
    attempt.forget(tx.conn()).await?;
    let event = Event::by(caller, permit, &catalogue::STEP_UP, caller.org_id)
        .target(Target::new("user", caller.user_id.0, &caller.email))
        .details(serde_json::json!({ "factor": proof.as_ref().map(|(method, _)| *method) }));
    events.push(event);
    tx.commit_all(events).await?;
    Ok(Some(stepped_up))
}

/// Whoever has just proved anew who they are: the sign-in goes on by other tokens.
pub(super) async fn renew_tokens(
    app: &App,
    conn: &mut PgConnection,
    origin: &Origin,
    (user, session): (UserId, UserSessionId),
) -> Result<SteppedUp> {
    let at = store::renew_proof(conn, session, Some(origin.client_ip)).await?;
    let (handle, refresh) = (UserSessionId::new(&app.clock), OpaqueToken::new()?);
    let next = (RefreshTokenId::new(&app.clock), refresh.hash());
    let terms = store::renew_tokens(conn, session, handle, next).await?;
    let (Some(at), Some(terms)) = (at, terms) else { return Err(ApiError::unauthenticated()) };
    let tokens = Renewed {
        expires_at: app.clock.now() + ACCESS_LIFE,
        csrf_token: cookies::csrf_token(app, handle),
        access_token: Some(app.tokens.sign(user, handle, terms.epoch, &app.clock)?),
        refresh_token: Some(refresh.reveal()?),
        device: None,
    };
    Ok(SteppedUp { until: at + RECENT, tokens, sign_in_ends: terms.expires_at })
}

/// Which of the two was wrong is not said.
fn not_confirmed() -> ApiError {
    ApiError::new(
        StatusCode::FORBIDDEN,
        "not_confirmed",
        "The password or the code is not right. Check both and try again.",
    )
}
