//! A passkey in use: alone, as the second step after a password, and as a fresh proof of whoever is signed in.

use super::super::super::attempt::{Attempt, Failure, Shown};
use super::super::super::begin::{Carried, Proven, begin};
use super::super::super::model::{Owed, SignedIn};
use super::super::super::step_up::{SteppedUp, renew_tokens};
use super::super::super::store::{self as accounts, Account};
use super::super::super::{normal_email, sso};
use super::super::store::Presented;
use super::super::{challenge as owing, store as factors};
use super::ceremony::{self, Refusal, State};
use super::model::{SignInByPasskey, StepUpByPasskey, UsedPasskey};
use super::store::{self, Kept};
use super::{Address, challenge};
use crate::access::{Action, Caller, Facts, Permit, Resource};
use crate::app::App;
use crate::audit::{Actor, Event, Kind, Outcome, Target, catalogue};
use crate::error::{ApiError, Result};
use crate::http::request::Origin;
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use sqlx::PgConnection;

/// What a passkey said, proven.
struct Proof {
    kept: Kept,
    state: State,
}

/// Why it proves nothing, and what that is an event of.
type Unproven = (&'static Kind, Refusal);

/// Signs a person in: by a passkey alone, or by one after the password.
pub async fn sign_in_by_passkey(
    app: &App,
    origin: &Origin,
    wish: SignInByPasskey,
    carried: Carried,
    held: Option<&str>,
) -> Result<SignedIn> {
    let address = Address::of(app)?;
    let challenge = challenge::spend(app, held).await?;
    let owing = match &wish.challenge {
        None => None,
        Some(token) => match owing::present(app, token, Owed::Factor, 1).await? {
            None => return Err(owing::over(app, origin, &catalogue::PASSKEY_SIGN_IN).await?),
            owing => owing,
        },
    };
    let turn = app.passwords.turn().await?;
    let mut tx = app.db.unscoped("find whose passkey it is").await?;
    let kept = find(tx.conn(), &wish.passkey).await?;
    let (presented, account) = match (owing, &kept) {
        (Some((presented, account)), _) => (Some(presented), Some(account)),
        (None, Some(kept)) => (None, accounts::lock_account(tx.conn(), kept.user_id).await?),
        (None, None) => (None, None),
    };
    let Some(account) = account else {
        drop((tx, turn));
        return Err(refuse_stranger(app, origin).await?);
    };
    let device = carried.devices.known(app, Some(&account));
    let attempt = Attempt::new(app, origin, &normal_email(&account.email)).with(device);
    // Whoever shows a passkey alone knows no password: they may not keep its owner's codes waiting.
    let shown = if presented.is_some() { Shown::Code } else { Shown::Password };
    let wait_s = attempt.wait_s(tx.conn(), shown).await?;
    tx.commit_unaudited("only read; gives the connection back at once").await?;
    drop(turn);
    let failure = |(kind, reason)| Failure { kind, shown, account: Some(&account), actor: None, reason };
    if wait_s > 0 {
        return Err(attempt.put_off(app, failure((&catalogue::PASSKEY_SIGN_IN, "")), wait_s).await?);
    }
    let paid = match prove(&address, challenge, kept, &account, &wish.passkey) {
        Ok(proof) => {
            if presented.is_none() && sso::guard_password(app, &attempt, &account).await?.is_some() {
                return Err(sso::link_by_password(app, &attempt, &account).await?);
            }
            let proven = Proven {
                attempt: &attempt,
                account: &account,
                delivery: wish.delivery,
                carried,
                factor: Some(if presented.is_some() { "passkey" } else { "passkey_alone" }),
                via: presented.as_ref().and_then(Presented::via),
                events: Vec::new(),
            };
            pay(app, presented.as_ref(), &proof, proven).await?
        }
        Err(why) => Err((&catalogue::PASSKEY_SIGN_IN, why)),
    };
    match paid {
        Ok(signed_in) => Ok(signed_in),
        Err(why) => Err(attempt.refuse(app, &failure(why), refused()).await?),
    }
}

/// Notes the use of the passkey, uses the challenge of the password up and begins the sign-in, all at once or not at
/// all.
async fn pay(
    app: &App,
    presented: Option<&Presented>,
    proof: &Proof,
    proven: Proven<'_>,
) -> Result<std::result::Result<SignedIn, Unproven>> {
    let overtaken = Err((&catalogue::PASSKEY_SIGN_IN, "changed_meanwhile"));
    let _turn = app.passwords.turn().await?;
    let mut tx = app.db.unscoped("sign in by a passkey").await?;
    let account = match presented {
        Some(presented) => owing::hold(&mut tx, presented, Owed::Factor).await?,
        None => accounts::lock_account(tx.conn(), proven.account.id).await?,
    };
    let Some(account) = account.filter(|account| account.epoch == proven.account.epoch) else {
        return Ok(overtaken);
    };
    if let Err(why) = note_use(tx.conn(), proof).await? {
        return Ok(Err(why));
    }
    if let Some(presented) = presented
        && !factors::spend_challenge(tx.conn(), presented).await?
    {
        return Ok(overtaken);
    }
    let signed_in = begin(app, tx, Proven { account: &account, ..proven }).await?;
    Ok(signed_in.ok_or((&catalogue::PASSKEY_SIGN_IN, "changed_meanwhile")))
}

/// Renews the caller's proof by one of their passkeys: as much as password and code.
pub async fn step_up_by_passkey(
    app: &App,
    caller: &Caller,
    wish: StepUpByPasskey,
    held: Option<&str>,
) -> Result<SteppedUp> {
    let own = Facts::own();
    let permit = app.may(caller, Action::UserSessionRenew, &Resource::own(caller), &own)?;
    let address = Address::of(app)?;
    let challenge = challenge::spend(app, held).await?;
    let attempt = Attempt::new(app, &caller.origin, &normal_email(&caller.email));
    let mut tx = app.db.unscoped("find the account and the passkey of a step-up").await?;
    let account =
        accounts::lock_account(tx.conn(), caller.user_id).await?.ok_or_else(ApiError::unauthenticated)?;
    let kept = find(tx.conn(), &wish.passkey).await?;
    let wait_s = attempt.wait_s(tx.conn(), Shown::Code).await?;
    tx.commit_unaudited("only read; gives the connection back at once").await?;
    let failure = |(kind, reason)| Failure {
        kind,
        shown: Shown::Code,
        account: Some(&account),
        actor: Some(Actor::of(caller)),
        reason,
    };
    if wait_s > 0 {
        return Err(attempt.put_off(app, failure((&catalogue::PASSKEY_STEP_UP, "")), wait_s).await?);
    }
    let renewed = match prove(&address, challenge, kept, &account, &wish.passkey) {
        Ok(proof) => renew(app, caller, &permit, &attempt, &proof).await?,
        Err(why) => Err((&catalogue::PASSKEY_STEP_UP, why)),
    };
    match renewed {
        Ok(stepped_up) => Ok(stepped_up),
        Err(why) => Err(attempt.refuse(app, &failure(why), not_confirmed()).await?),
    }
}

async fn renew(
    app: &App,
    caller: &Caller,
    permit: &Permit,
    attempt: &Attempt<'_>,
    proof: &Proof,
) -> Result<std::result::Result<SteppedUp, Unproven>> {
    let mut tx = app.db.unscoped("step up by a passkey").await?;
    accounts::lock_account(tx.conn(), caller.user_id).await?.ok_or_else(ApiError::unauthenticated)?;
    if let Err(why) = note_use(tx.conn(), proof).await? {
        return Ok(Err(why));
    }
    let stepped_up =
        renew_tokens(app, tx.conn(), &caller.origin, (caller.user_id, caller.user_session_id)).await?;
    attempt.forget(tx.conn()).await?;
    let event = Event::by(caller, permit, &catalogue::PASSKEY_STEP_UP, caller.org_id)
        .target(Target::new("user", caller.user_id.0, &caller.email))
        .details(json!({ "factorId": proof.kept.id }));
    tx.commit(event).await?;
    Ok(Ok(stepped_up))
}

/// What was kept of the passkey that is shown; nothing where it is nobody's.
async fn find(conn: &mut PgConnection, passkey: &UsedPasskey) -> Result<Option<Kept>> {
    match ceremony::bytes(&passkey.id) {
        Ok(id) => store::find(conn, &id).await,
        Err(_) => Ok(None),
    }
}

fn prove(
    address: &Address,
    challenge: Option<String>,
    kept: Option<Kept>,
    account: &Account,
    passkey: &UsedPasskey,
) -> std::result::Result<Proof, Refusal> {
    let challenge = challenge.ok_or("no challenge, or a used one")?;
    let kept = kept.filter(|kept| kept.user_id == account.id).ok_or("not a passkey of theirs")?;
    let handle = passkey.user_handle.as_deref();
    if handle.is_some_and(|handle| handle != URL_SAFE_NO_PAD.encode(account.id.0.as_bytes())) {
        return Err("made for somebody else");
    }
    let UsedPasskey { client_data, authenticator_data, signature, .. } = passkey;
    let state = ceremony::used(
        &address.site(),
        &challenge,
        client_data,
        authenticator_data,
        signature,
        &kept.public_key,
    )?;
    if state.backup_eligible != kept.backup_eligible {
        return Err("another kind of authenticator than it was");
    }
    Ok(Proof { kept, state })
}

async fn note_use(conn: &mut PgConnection, proof: &Proof) -> Result<std::result::Result<(), Unproven>> {
    let noted = store::note_use(conn, &proof.kept, proof.state).await?;
    Ok(if noted { Ok(()) } else { Err((&catalogue::PASSKEY_CLONE, "its count of uses has not grown")) })
}

/// A passkey of nobody, or of somebody who may not sign in.
async fn refuse_stranger(app: &App, origin: &Origin) -> Result<ApiError> {
    if let Some(provider) = app.provider_for_strangers() {
        let event = Event::by_platform(&catalogue::PASSKEY_SIGN_IN, Outcome::Refused, provider)
            .origin(origin.clone())
            .because("nobody's passkey");
        app.db.unscoped("log an unknown passkey").await?.commit(event).await?;
    }
    Ok(refused().audited())
}

/// The one answer to passkeys that sign nobody in.
fn refused() -> ApiError {
    ApiError::new(
        StatusCode::UNAUTHORIZED,
        "passkey_refused",
        "This passkey does not sign you in here. Try again, take another one, or use your password.",
    )
}

fn not_confirmed() -> ApiError {
    ApiError::new(
        StatusCode::FORBIDDEN,
        "not_confirmed",
        "This passkey does not confirm who you are. Try again, take another one, or use your password.",
    )
}
