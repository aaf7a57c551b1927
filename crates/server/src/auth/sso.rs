//! What single sign-on needs of a sign-in: to begin one for a person whom an identity provider proved, to prove one
//! anew, and to keep passwords out where an organization asks for single sign-on.

use super::attempt::Attempt;
use super::begin::{Proven, begin};
use super::factors::challenge;
use super::model::{Delivery, LoginChallenge, SignedIn};
use super::normal_email;
use super::step_up;
use super::store::{self, Account};
use crate::access::Role;
use crate::app::App;
use crate::audit::{Actor, Event, Outcome, Target, catalogue};
use crate::db::WriteTx;
use crate::error::{ApiError, Result};
use crate::http::request::Origin;
use crate::ids::{SsoConnectionId, UserId, UserSessionId};
use crate::mail::{Letter, Place};
use crate::sso::tell_admins;
use axum::http::{HeaderMap, StatusCode};
use serde_json::json;
use sqlx::PgConnection;

pub(crate) use super::begin::Carried;
pub(crate) use super::cookies::SetCookies;

/// By which connection somebody came, and what the sign-in is called there.
#[derive(Clone, Debug)]
pub(crate) struct Via {
    /// The connection.
    pub(crate) connection: SsoConnectionId,
    /// The provider's name for the sign-in there.
    pub(crate) there: Option<String>,
}

/// What an arrival gives.
#[derive(Debug)]
pub(crate) enum Entered {
    /// Signed in.
    SignedIn(Box<SignedIn>),
    /// A second factor is owed here.
    Owes(LoginChallenge),
}

/// Somebody whom an identity provider proved.
pub(crate) struct ComeIn<'a> {
    pub(crate) user: UserId,
    pub(crate) origin: &'a Origin,
    pub(crate) carried: Carried,
    /// Whether the second factor is asked for here.
    pub(crate) asks_factor: bool,
    pub(crate) via: Via,
    /// What happened on the way: commits with the sign-in.
    pub(crate) events: Vec<Event>,
}

/// Brings them in, in the transaction at hand. None, and nothing done, when the account may not be entered.
pub(crate) async fn come_in(app: &App, mut tx: WriteTx, come: ComeIn<'_>) -> Result<Option<Entered>> {
    let Some(account) = store::lock_account(tx.conn(), come.user).await? else { return Ok(None) };
    let attempt = Attempt::new(app, come.origin, &normal_email(&account.email));
    let owed = if come.asks_factor { challenge::owed(&account) } else { None };
    if let Some(owed) = owed {
        tx.commit_all(come.events).await?;
        let challenge = challenge::make(app, &attempt, &account, owed, Some(&come.via)).await?;
        return Ok(Some(Entered::Owes(challenge)));
    }
    let proven = Proven {
        attempt: &attempt,
        account: &account,
        delivery: Delivery::Cookie,
        carried: come.carried,
        factor: None,
        via: Some(come.via),
        events: come.events,
    };
    let signed_in = begin(app, tx, proven).await?;
    Ok(signed_in.map(|signed_in| Entered::SignedIn(Box::new(signed_in))))
}

/// The tokens that a browser brings along.
pub(crate) fn carried(headers: &HeaderMap) -> Carried {
    super::http::carried(headers)
}

/// Whether whoever asks has their tokens in cookies.
pub(crate) fn is_browser(headers: &HeaderMap) -> bool {
    super::cookies::presented(headers).is_some_and(|token| token.is_cookie())
}

/// Moves the tokens of a new sign-in into cookies.
pub(crate) fn deliver(signed_in: &mut SignedIn) -> Result<Option<SetCookies>> {
    super::http::deliver(&mut signed_in.tokens, Delivery::Cookie)
}

/// Whoever is signed in still, in this very sign-in; none otherwise. Held until the transaction ends.
pub(crate) async fn still_in(
    conn: &mut PgConnection,
    user: UserId,
    session: UserSessionId,
) -> Result<Option<Actor>> {
    let Some(account) = store::lock_account(conn, user).await? else { return Ok(None) };
    let stands = store::stands(conn, user, session, account.epoch).await?;
    Ok(stands.then(|| account.actor()))
}

/// Somebody has just proved anew who they are: the sign-in goes on by other tokens. A browser gets them in cookies. A
/// program is not there to get any: the access token that it has ends, and its refresh token is good for the next.
pub(crate) async fn renew(
    app: &App,
    conn: &mut PgConnection,
    (user, session): (UserId, UserSessionId),
    by_browser: bool,
) -> Result<Option<SetCookies>> {
    if by_browser {
        let mut renewed = step_up::renew_tokens(app, conn, user, session).await?;
        let life = renewed.sign_in_ends - app.clock.now();
        return super::http::into_cookies(&mut renewed.tokens, life).map(Some);
    }
    store::renew_proof(conn, session).await?.ok_or_else(ApiError::unauthenticated)?;
    store::rename(conn, session, UserSessionId::new(&app.clock)).await?;
    Ok(None)
}

/// Where an organization asks for single sign-on, a right password is not enough; who may come in by it all the same,
/// on the day when the identity provider is down, stands in the log with high risk, and goes to the admins by mail.
pub(super) async fn guard_password(app: &App, attempt: &Attempt<'_>, account: &Account) -> Result<()> {
    if !account.sso_required {
        return Ok(());
    }
    let admin = matches!(account.role, Role::Admin | Role::SuperAdmin);
    let may = match account.sso_fallback.as_str() {
        "everyone" => true,
        "admins" => admin,
        _ => false,
    };
    let outcome = if may { Outcome::Success } else { Outcome::Refused };
    let event = Event::by_platform(&catalogue::SSO_FALLBACK, outcome, account.org_id)
        .actor(account.actor())
        .origin(attempt.origin.clone())
        .target(Target::new("user", account.id.0, &account.email))
        .details(json!({ "fallback": account.sso_fallback }));
    let mut tx = app.db.unscoped("keep that a password was used beside single sign-on").await?;
    if may {
        let letter = Letter::SsoFallback {
            who: account.display_name.clone(),
            at: app.clock.now(),
            place: Place::of(attempt.origin),
        };
        tell_admins(app, tx.conn(), account.org_id, &letter).await?;
        return tx.commit(event).await;
    }
    tx.commit(event.because("single sign-on is required")).await?;
    Err(ApiError::new(
        StatusCode::FORBIDDEN,
        "sso_required",
        "Your organization asks you to sign in by its identity provider. Go back and choose it.",
    )
    .audited())
}
