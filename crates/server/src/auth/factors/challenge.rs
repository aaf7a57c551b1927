//! A sign-in that still owes something: made by the right password, good for a few tries in a few minutes.

use super::super::attempt::Attempt;
use super::super::model::{FactorMethod, LoginChallenge, Owed};
use super::super::opaque::{self, OpaqueToken};
use super::super::sso::Via;
use super::super::store::{self as accounts, Account};
use super::model::FactorKind;
use super::store::{self, Presented};
use crate::app::App;
use crate::audit::{Event, Kind, Outcome, Target, catalogue};
use crate::db::WriteTx;
use crate::error::{ApiError, Result};
use crate::http::request::Origin;
use crate::ids::ChallengeId;
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use sqlx::PgConnection;

/// What this account owes besides its password; none where nothing is asked for.
pub(in crate::auth) fn owed(account: &Account) -> Option<Owed> {
    match (account.mfa_enabled, account.mfa_required) {
        (true, _) => Some(Owed::Factor),
        (false, true) => Some(Owed::Enrolment),
        (false, false) => None,
    }
}

/// A challenge for somebody whose password was right.
pub(in crate::auth) async fn make(
    app: &App,
    attempt: &Attempt<'_>,
    account: &Account,
    owed: Owed,
    via: Option<&Via>,
) -> Result<LoginChallenge> {
    let token = OpaqueToken::new()?;
    let _turn = app.passwords.turn().await?;
    let mut tx = app.db.unscoped("ask for a second factor").await?;
    let id = ChallengeId::new(&app.clock);
    let expires_at = store::insert_challenge(tx.conn(), account, (id, token.hash()), owed, via).await?;
    let kind = if owed == Owed::Link { &catalogue::LOGIN_LINK } else { &catalogue::LOGIN_CHALLENGE };
    let event = Event::by_platform(kind, Outcome::Success, account.org_id)
        .actor(account.actor())
        .origin(attempt.origin.clone())
        .target(Target::new("user", account.id.0, &account.email))
        .details(json!({ "owed": owed }));
    let factors = store::list(tx.conn(), account.id).await?;
    tx.commit(event).await?;
    let has_app = factors.iter().any(|factor| factor.kind == FactorKind::Totp);
    let methods = match owed {
        Owed::Factor if has_app => FactorMethod::ALL.to_vec(),
        Owed::Factor => vec![FactorMethod::BackupCode],
        Owed::Enrolment | Owed::Link => Vec::new(),
    };
    let passkeys = factors.iter().filter(|_| owed == Owed::Factor);
    let passkeys = passkeys.filter_map(|factor| factor.credential_id.as_deref());
    let passkeys = passkeys.map(|id| URL_SAFE_NO_PAD.encode(id)).collect();
    let challenge = token.reveal()?;
    Ok(LoginChallenge { challenge, owed, methods, passkeys, connections: Vec::new(), expires_at })
}

/// The account of a challenge that is paid by what was proven elsewhere: the challenge is used up by this.
pub(in crate::auth) async fn redeem(conn: &mut PgConnection, id: ChallengeId) -> Result<Option<Account>> {
    let Some(presented) = store::find_challenge(conn, id).await? else { return Ok(None) };
    let account = accounts::lock_account(conn, presented.user_id).await?;
    let account = account.filter(|account| account.epoch == presented.epoch);
    Ok(if store::spend_challenge(conn, &presented).await? { account } else { None })
}

/// Who may be signed in once they pay what they owe. What was counted as a try stays counted.
pub(in crate::auth) async fn present(
    app: &App,
    challenge: &str,
    owed: Owed,
    tries: i32,
) -> Result<Option<(Presented, Account)>> {
    let Some(hash) = opaque::hash_of(challenge) else { return Ok(None) };
    let _turn = app.passwords.turn().await?;
    let mut tx = app.db.unscoped("count a try of a challenge").await?;
    let Some(presented) = store::present_challenge(tx.conn(), &hash, owed, tries).await? else {
        return Ok(None);
    };
    // Before the person is held: whoever pays holds the person first and then spends the challenge.
    tx.commit_unaudited("a try is counted; how it went is audited itself").await?;
    let mut tx = app.db.unscoped("find the account of a challenge").await?;
    let account = hold(&mut tx, &presented, owed).await?;
    tx.commit_unaudited("only read; gives the connection back at once").await?;
    Ok(account.map(|account| (presented, account)))
}

/// The account of a challenge, held until the transaction ends, if it is what it was when the password was checked.
pub(super) async fn hold(
    tx: &mut WriteTx,
    presented: &Presented,
    owed_then: Owed,
) -> Result<Option<Account>> {
    let account = accounts::lock_account(tx.conn(), presented.user_id).await?;
    // A link is owed by who has none, which is looked at when it is made.
    let same = |account: &Account| owed_then == Owed::Link || owed(account) == Some(owed_then);
    Ok(account.filter(|account| account.epoch == presented.epoch && same(account)))
}

/// The one answer to a challenge that never was, was used, is over or has no tries left.
pub(in crate::auth) async fn over(app: &App, origin: &Origin, kind: &'static Kind) -> Result<ApiError> {
    if let Some(provider) = app.provider_for_strangers() {
        let event = Event::by_platform(kind, Outcome::Refused, provider)
            .origin(origin.clone())
            .because("the challenge is not good");
        app.db.unscoped("log an unknown challenge").await?.commit(event).await?;
    }
    Ok(ApiError::new(
        StatusCode::UNAUTHORIZED,
        "challenge_over",
        "This sign-in took too long, or had too many wrong codes. Begin again with your password.",
    )
    .audited())
}
