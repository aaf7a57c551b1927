//! The second step of a sign-in: a code of the app, or a backup code.

use super::super::attempt::{Attempt, Failure, Shown};
use super::super::begin::{Carried, Proven, begin};
use super::super::model::{Owed, SignedIn};
use super::super::normal_email;
use super::super::store::Account;
use super::model::VerifyFactor;
use super::store::Presented;
use super::{challenge, proof, store};
use crate::app::App;
use crate::audit::catalogue;
use crate::error::{ApiError, Result};
use crate::http::request::Origin;
use axum::http::StatusCode;

/// Signs the person of a challenge in, if the code is theirs and unused.
pub async fn verify_factor(
    app: &App,
    origin: &Origin,
    wish: VerifyFactor,
    carried: Carried,
) -> Result<SignedIn> {
    let Some((presented, account)) = challenge::present(app, &wish.challenge, Owed::Factor, 1).await? else {
        return Err(challenge::over(app, origin, &catalogue::FACTOR_VERIFY).await?);
    };
    let attempt = Attempt::new(app, origin, &normal_email(&account.email))
        .with(carried.devices.known(app, Some(&account)));
    let wait_s = {
        let _turn = app.passwords.turn().await?;
        let mut tx = app.db.unscoped("see whether codes are put off").await?;
        attempt.wait_s(tx.conn(), Shown::Code).await?
    };
    if wait_s > 0 {
        return Err(attempt.put_off(app, failure(&account, ""), wait_s).await?);
    }
    match pay(app, &attempt, &presented, wish, carried).await? {
        Some(signed_in) => Ok(signed_in),
        None => Err(attempt.refuse(app, &failure(&account, "wrong_code"), wrong_code()).await?),
    }
}

/// Uses the code and the challenge up and begins the sign-in, all at once or not at all.
async fn pay(
    app: &App,
    attempt: &Attempt<'_>,
    presented: &Presented,
    wish: VerifyFactor,
    carried: Carried,
) -> Result<Option<SignedIn>> {
    let _turn = app.passwords.turn().await?;
    let mut tx = app.db.unscoped("sign in by a second factor").await?;
    let Some(account) = challenge::hold(&mut tx, presented, Owed::Factor).await? else { return Ok(None) };
    if !proof::spend(app, &mut tx, &account, wish.method, &wish.code).await?
        || !store::spend_challenge(tx.conn(), presented).await?
    {
        return Ok(None);
    }
    let events = proof::events_of(&mut tx, &account, attempt.origin, wish.method).await?;
    let proven = Proven {
        attempt,
        account: &account,
        delivery: wish.delivery,
        carried,
        factor: Some(wish.method.as_str()),
        via: presented.via(),
        events,
    };
    begin(app, tx, proven).await
}

fn failure<'a>(account: &'a Account, reason: &'a str) -> Failure<'a> {
    Failure {
        kind: &catalogue::FACTOR_VERIFY,
        shown: Shown::Code,
        account: Some(account),
        actor: None,
        reason,
    }
}

/// The one answer to wrong codes: used before, of another minute, or simply another.
fn wrong_code() -> ApiError {
    ApiError::new(
        StatusCode::UNAUTHORIZED,
        "wrong_code",
        "This code is not right, or was used already. Wait for the next one and try again.",
    )
}
