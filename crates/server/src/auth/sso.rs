//! What single sign-on needs of a sign-in: to begin one for a person whom an identity provider proved, to prove one
//! anew, and to keep passwords out where an organization asks for single sign-on.

use super::attempt::{Attempt, Failure, Shown};
use super::begin::{Proven, begin};
use super::factors::{TypedCode, challenge, proof};
use super::model::{Delivery, FactorMethod, LoginChallenge, Owed, SignedIn, StepUpAtSso};
use super::normal_email;
use super::step_up;
use super::store::{self, Account};
use crate::access::Caller;
use crate::app::App;
use crate::audit::{Actor, Event, Outcome, Target, catalogue};
use crate::db::WriteTx;
use crate::error::{ApiError, Result};
use crate::http::request::Origin;
use crate::ids::{ChallengeId, OrganizationId, SsoConnectionId, UserId, UserSessionId};
use crate::mail::{Letter, Place};
use crate::sso::{SsoWay, tell_admins, ways_of};
use axum::http::{HeaderMap, StatusCode};
use serde_json::json;
use sqlx::PgConnection;

pub(crate) use super::attempt::network;
pub(crate) use super::begin::Carried;
pub(crate) use super::cookies::SetCookies;

/// By which connection somebody came, and what the sign-in is called there.
#[derive(Clone, Debug)]
pub(crate) struct Via {
    /// The connection.
    pub(crate) connection: SsoConnectionId,
    /// The provider's name for the sign-in there.
    pub(crate) there: Option<String>,
    /// What is bound to the account once they are in: of somebody who owed it.
    pub(crate) link: Option<Link>,
}

/// An identity that was proven, and is nobody's yet.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    /// The provider's name for the person.
    pub(crate) subject: String,
    /// The address that it told.
    pub(crate) email: Option<String>,
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
    // Whoever links an account shows all that its owner has to show here; a passkey or an app is not theirs by a password.
    let links = come.via.link.is_some();
    let asks = |owed: &Owed| come.asks_factor || (links && *owed == Owed::Factor);
    let owed = challenge::owed(&account).filter(asks);
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
    browser: Option<&Origin>,
) -> Result<Option<SetCookies>> {
    if let Some(origin) = browser {
        let mut renewed = step_up::renew_tokens(app, conn, origin, (user, session)).await?;
        let life = renewed.sign_in_ends - app.clock.now();
        return super::http::into_cookies(&mut renewed.tokens, life).map(Some);
    }
    store::renew_proof(conn, session, None).await?.ok_or_else(ApiError::unauthenticated)?;
    store::rename(conn, session, UserSessionId::new(&app.clock)).await?;
    Ok(None)
}

/// The code that a proof anew owes where the second factor is asked for here: spent in the transaction at hand, before
/// anybody is sent away. A passkey proves both at once and goes its own way.
pub(crate) async fn pay_code(
    app: &App,
    mut tx: WriteTx,
    caller: &Caller,
    code: Option<(FactorMethod, TypedCode)>,
) -> Result<(WriteTx, Vec<Event>)> {
    let account =
        store::lock_account(tx.conn(), caller.user_id).await?.ok_or_else(ApiError::unauthenticated)?;
    if !account.mfa_enabled {
        return Ok((tx, Vec::new()));
    }
    let Some((method, code)) = code else {
        let has_code = store::ways(tx.conn(), caller.user_id).await?.has_code;
        return Err(if has_code {
            ApiError::invalid("code", "your second factor is asked for here: enter its code too")
        } else {
            ApiError::conflict(
                "use_passkey",
                "Your second factor here is a passkey. Confirm with the passkey alone: it stands for both.",
            )
        });
    };
    let attempt = Attempt::new(app, &caller.origin, &normal_email(&caller.email));
    let failure = |reason| Failure {
        kind: &catalogue::SSO_STEP_UP_START,
        shown: Shown::Code,
        account: Some(&account),
        actor: Some(Actor::of(caller)),
        reason,
    };
    let wait_s = attempt.wait_s(tx.conn(), Shown::Code).await?;
    if wait_s > 0 {
        drop(tx);
        return Err(attempt.put_off(app, failure(""), wait_s).await?);
    }
    if !proof::spend(app, &mut tx, &account, method, &code).await? {
        drop(tx);
        let answer = ApiError::new(
            StatusCode::FORBIDDEN,
            "not_confirmed",
            "This code is not right, or was used already. Wait for the next one and try again.",
        );
        return Err(attempt.refuse(app, &failure("wrong_code"), answer).await?);
    }
    attempt.forget(tx.conn()).await?;
    let events = proof::events_of(&mut tx, &account, &caller.origin, method).await?;
    Ok((tx, events))
}

/// A sign-in that owes a link, and is about to pay it.
pub(crate) struct OwesLink {
    pub(crate) challenge: ChallengeId,
    pub(crate) organization: OrganizationId,
    pub(crate) email: String,
}

/// Who owes it. One of the challenge's few tries is taken.
pub(crate) async fn present_link(app: &App, origin: &Origin, challenge: &str) -> Result<OwesLink> {
    match challenge::present(app, challenge, Owed::Link, 1).await? {
        Some((presented, account)) => {
            Ok(OwesLink { challenge: presented.id, organization: presented.org_id, email: account.email })
        }
        None => Err(challenge::over(app, origin, &catalogue::SSO_START).await?),
    }
}

/// Whose account is to be linked, held until the transaction ends, and whether it was linked meanwhile; the challenge is
/// used up. None when it is over.
pub(crate) async fn redeem_link(
    conn: &mut PgConnection,
    challenge: ChallengeId,
) -> Result<Option<(UserId, bool)>> {
    let Some(account) = challenge::redeem(conn, challenge).await? else { return Ok(None) };
    let linked = !store::ways(conn, account.id).await?.sso.is_empty();
    Ok(Some((account.id, linked)))
}

/// Where an organization asks for single sign-on, a right password is not enough; who may come in by it all the same,
/// on the day when the identity provider is down, stands in the log with high risk, and goes to the admins by mail.
/// Given back: where somebody who is linked to nothing yet can link their account, which is all that the password is
/// good for.
pub(super) async fn guard_password(
    app: &App,
    attempt: &Attempt<'_>,
    account: &Account,
) -> Result<Option<Vec<SsoWay>>> {
    if !account.sso_required {
        return Ok(None);
    }
    let may = account.may_use_password();
    let outcome = if may { Outcome::Success } else { Outcome::Refused };
    let event = beside(attempt, account, outcome).details(json!({ "fallback": account.sso_fallback }));
    let mut tx = app.db.unscoped("keep that a password was used beside single sign-on").await?;
    if may {
        let letter = Letter::SsoFallback {
            who: account.display_name.clone(),
            at: app.clock.now(),
            place: Place::of(attempt.origin),
        };
        tell_admins(app, tx.conn(), account.org_id, &letter).await?;
        tx.commit(event).await?;
        return Ok(None);
    }
    let theirs = store::ways(tx.conn(), account.id).await?.sso;
    if theirs.is_empty() {
        let all = ways_of(tx.conn(), account.org_id).await?;
        if !all.is_empty() {
            tx.commit_unaudited("only read; what is owed is audited itself").await?;
            return Ok(Some(all));
        }
    }
    tx.commit(event.because("single sign-on is required")).await?;
    let theirs = theirs.into_iter().map(|StepUpAtSso { id, name, profile, .. }| SsoWay { id, name, profile });
    let connections = serde_json::to_value(theirs.collect::<Vec<_>>()).map_err(anyhow::Error::from)?;
    Err(required("Your organization asks you to sign in at its identity provider.")
        .detail("connections", connections))
}

/// A passkey alone links nothing: the way to it begins with address and password.
pub(super) async fn link_by_password(
    app: &App,
    attempt: &Attempt<'_>,
    account: &Account,
) -> Result<ApiError> {
    let event = beside(attempt, account, Outcome::Refused)
        .because("single sign-on is required, and the account is not linked yet");
    app.db.unscoped("keep that a passkey was used beside single sign-on").await?.commit(event).await?;
    Ok(required(
        "Your organization asks you to sign in at its identity provider, and your account is not linked to it yet. \
         Sign in by address and password once: that leads there, and links it.",
    ))
}

/// Somebody proved who they are in another way than by the single sign-on that is required of them.
fn beside(attempt: &Attempt<'_>, account: &Account, outcome: Outcome) -> Event {
    Event::by_platform(&catalogue::SSO_FALLBACK, outcome, account.org_id)
        .actor(account.actor())
        .origin(attempt.origin.clone())
        .target(Target::new("user", account.id.0, &account.email))
}

fn required(words: &'static str) -> ApiError {
    ApiError::new(StatusCode::FORBIDDEN, "sso_required", words).audited()
}
