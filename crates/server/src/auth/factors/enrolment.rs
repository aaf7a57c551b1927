//! The enrolment that a sign-in owes: an app is added between the password and the first session.

use super::super::attempt::{Attempt, Failure, Shown};
use super::super::begin::{Carried, Proven, begin};
use super::super::model::Owed;
use super::super::normal_email;
use super::super::store::Account;
use super::model::{ConfirmEnrolment, Enrolled, NewFactor, StartEnrolment};
use super::seed::{self, Whose};
use super::store::Presented;
use super::{DEFAULT_NAME, accept_first_code, challenge, make_backup_codes, store};
use crate::app::App;
use crate::audit::{Event, Outcome, Target, catalogue};
use crate::error::Result;
use crate::http::request::Origin;

/// A seed for somebody who owes a factor. Asked again, the seed from before is worth nothing any more.
pub async fn start_enrolment(app: &App, origin: &Origin, wish: StartEnrolment) -> Result<NewFactor> {
    let Some((presented, _)) = challenge::present(app, &wish.challenge, Owed::Enrolment, 0).await? else {
        return Err(challenge::over(app, origin, &catalogue::ENROLMENT_START).await?);
    };
    let turn = app.passwords.turn().await?;
    let mut tx = app.db.unscoped("begin to enrol a second factor").await?;
    let Some(account) = challenge::hold(&mut tx, &presented, Owed::Enrolment).await? else {
        drop((tx, turn));
        return Err(challenge::over(app, origin, &catalogue::ENROLMENT_START).await?);
    };
    let issuer = store::issuer(tx.conn(), app.provider).await?;
    let whose = Whose {
        organization: account.org_id,
        user: account.id,
        email: &account.email,
        name: DEFAULT_NAME,
        issuer: &issuer,
    };
    let new = seed::make(app, &mut tx, whose).await?;
    let event = Event::by_platform(&catalogue::ENROLMENT_START, Outcome::Success, account.org_id)
        .actor(account.actor())
        .origin(origin.clone())
        .target(Target::new("user", account.id.0, &account.email));
    tx.commit(event).await?;
    Ok(new)
}

/// The first code of the new app: the factor stands, and the person is signed in.
pub async fn confirm_enrolment(
    app: &App,
    origin: &Origin,
    wish: ConfirmEnrolment,
    carried: Carried,
) -> Result<Enrolled> {
    let Some((presented, account)) = challenge::present(app, &wish.challenge, Owed::Enrolment, 1).await?
    else {
        return Err(challenge::over(app, origin, &catalogue::ENROLMENT_CONFIRM).await?);
    };
    let attempt = Attempt::new(app, origin, &normal_email(&account.email))
        .with(carried.devices.known(app, Some(&account)));
    match pay(app, &attempt, &presented, wish, carried).await? {
        Ok(enrolled) => Ok(enrolled),
        Err(refusal) => {
            let failure = Failure {
                kind: &catalogue::ENROLMENT_CONFIRM,
                shown: Shown::Password,
                account: Some(&account),
                actor: None,
                reason: refusal.code,
            };
            Err(attempt.refuse(app, &failure, refusal).await?)
        }
    }
}

/// Confirms the factor, uses the challenge up and begins the sign-in, all at once or not at all.
async fn pay(
    app: &App,
    attempt: &Attempt<'_>,
    presented: &Presented,
    wish: ConfirmEnrolment,
    carried: Carried,
) -> Result<Result<Enrolled>> {
    let _turn = app.passwords.turn().await?;
    let mut tx = app.db.unscoped("enrol a second factor").await?;
    let Some(account) = challenge::hold(&mut tx, presented, Owed::Enrolment).await? else {
        return Ok(Err(super::first_code_wrong()));
    };
    let whose = (account.org_id, account.id);
    if let Err(refusal) = accept_first_code(app, &mut tx, whose, wish.factor_id, &wish.code).await? {
        return Ok(Err(refusal));
    }
    if !store::spend_challenge(tx.conn(), presented).await? {
        return Ok(Err(super::first_code_wrong()));
    }
    let backup_codes = make_backup_codes(app, &mut tx, whose).await?;
    let event = Event::by_platform(&catalogue::ENROLMENT_CONFIRM, Outcome::Success, account.org_id)
        .actor(account.actor())
        .origin(attempt.origin.clone())
        .target(Target::new("user", account.id.0, &account.email))
        .details(serde_json::json!({ "factorId": wish.factor_id, "kind": "totp" }));
    let account = Account { mfa_enabled: true, ..account };
    let proven = Proven {
        attempt,
        account: &account,
        delivery: wish.delivery,
        carried,
        factor: Some("totp"),
        via: presented.via(),
        events: vec![event],
    };
    let signed_in = begin(app, tx, proven).await?;
    Ok(signed_in.map(|signed_in| Enrolled { backup_codes, signed_in }).ok_or_else(super::first_code_wrong))
}
