//! Sign-in by password. Every wrong try gets the same answer after the same work: no account, one that is
//! invited, disabled or suspended, or simply another password; and at the same time after it came. Who owes a second
//! factor gets a challenge.

use super::attempt::{Attempt, Failure, Shown};
use super::begin::{Carried, Proven, begin};
use super::factors::challenge;
use super::model::{Login, LoginAnswer, LoginChallenge, Owed};
use super::sso;
use super::store::{self, Account};
use crate::app::App;
use crate::audit::catalogue;
use crate::error::{ApiError, Result};
use crate::http::request::Origin;
use axum::http::StatusCode;
use tokio::time::Instant;

/// Checks the password; signs the person in when nothing else is owed.
pub async fn login(app: &App, origin: &Origin, wish: Login, carried: Carried) -> Result<LoginAnswer> {
    let begun = Instant::now();
    wish.password.check_length("password")?;
    let answer = check(app, origin, wish, carried).await;
    if answer.as_ref().is_err_and(|error| error.status == StatusCode::UNAUTHORIZED) {
        app.passwords.even_out(begun).await;
    }
    answer
}

async fn check(app: &App, origin: &Origin, wish: Login, carried: Carried) -> Result<LoginAnswer> {
    let _seat = app.passwords.seat()?;
    let email = super::normal_email(&wish.email);
    let turn = app.passwords.turn().await?;
    let mut tx = app.db.unscoped("find the account of a sign-in").await?;
    let account = store::find_account(tx.conn(), &email).await?;
    let device = carried.devices.known(app, account.as_ref());
    let attempt = Attempt::new(app, origin, &email).with(device);
    let wait_s = attempt.wait_s(tx.conn(), Shown::Password).await?;
    tx.commit_unaudited("only read; gives the connection back at once").await?;
    drop(turn);
    if wait_s > 0 {
        return Err(attempt.put_off(app, failure(account.as_ref(), ""), wait_s).await?);
    }
    let hash = account.as_ref().and_then(|account| account.password_hash.as_deref());
    let verdict = app.passwords.verify_and_renew(wish.password, hash).await?;
    let account = match (why_not(account.as_ref(), verdict.same), account) {
        (None, Some(account)) => account,
        (reason, account) => {
            return Err(refuse(app, &attempt, account.as_ref(), reason.unwrap_or("no_account")).await?);
        }
    };
    if let Some(hash) = verdict.renewed {
        renew_hash(app, &account, &hash).await?;
    }
    if let Some(connections) = sso::guard_password(app, &attempt, &account).await? {
        let challenge = challenge::make(app, &attempt, &account, Owed::Link, None).await?;
        return Ok(LoginAnswer::Challenge(LoginChallenge { connections, ..challenge }));
    }
    if let Some(owed) = challenge::owed(&account) {
        let challenge = challenge::make(app, &attempt, &account, owed, None).await?;
        return Ok(LoginAnswer::Challenge(challenge));
    }
    let proven = Proven {
        attempt: &attempt,
        account: &account,
        delivery: wish.delivery,
        carried,
        factor: None,
        via: None,
        events: Vec::new(),
    };
    let turn = app.passwords.turn().await?;
    let signed_in = begin(app, app.db.unscoped("sign in").await?, proven).await?;
    drop(turn);
    match signed_in {
        Some(signed_in) => Ok(LoginAnswer::SignedIn(Box::new(signed_in))),
        None => Err(refuse(app, &attempt, Some(&account), "changed_meanwhile").await?),
    }
}

/// Stores the same password as it is hashed now, where it was hashed otherwise.
async fn renew_hash(app: &App, account: &Account, hash: &str) -> Result<()> {
    let _turn = app.passwords.turn().await?;
    let mut tx = app.db.unscoped("renew the hash of a password").await?;
    store::renew_hash(tx.conn(), account, hash).await?;
    tx.commit_unaudited("the same password, hashed as it is now").await
}

/// Why this account may not be entered; for the log, never for the answer.
fn why_not(account: Option<&Account>, same_password: bool) -> Option<&'static str> {
    let Some(account) = account else { return Some("no_account") };
    match account.status.as_str() {
        "active" if account.org_status != "active" => Some("organization_suspended"),
        "active" if !same_password => Some("wrong_password"),
        "active" => None,
        "invited" => Some("invitation_not_accepted"),
        _ => Some("account_disabled"),
    }
}

fn failure<'a>(account: Option<&'a Account>, reason: &'a str) -> Failure<'a> {
    Failure { kind: &catalogue::LOGIN, shown: Shown::Password, account, actor: None, reason }
}

/// The one answer to all wrong tries.
async fn refuse(
    app: &App,
    attempt: &Attempt<'_>,
    account: Option<&Account>,
    reason: &str,
) -> Result<ApiError> {
    let answer = ApiError::new(
        StatusCode::UNAUTHORIZED,
        "invalid_credentials",
        "The address or the password is not right. Check both and try again.",
    );
    attempt.refuse(app, &failure(account, reason), answer).await
}
