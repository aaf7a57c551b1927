//! Sign-in by password. Every wrong try gets the same answer after the same work: no account, one that is
//! invited, disabled or suspended, or simply another password.

use super::model::{Delivery, Login, Renewed, SignedIn};
use super::opaque::{self, OpaqueToken};
use super::store::{self, Account, Begin};
use super::tokens::ACCESS_LIFE;
use super::{cookies, profile};
use crate::access::Caller;
use crate::app::App;
use crate::audit::{Event, Outcome, Target, catalogue};
use crate::db::WriteTx;
use crate::error::{ApiError, Result};
use crate::http::request::Origin;
use crate::ids::{RefreshTokenId, UserSessionId};
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ipnetwork::IpNetwork;
use serde_json::json;
use std::net::IpAddr;

/// The tokens that a browser still carries when somebody signs in: of whoever sat there before.
#[derive(Debug, Default)]
pub struct Carried {
    /// The access token.
    pub access: Option<String>,
    /// The refresh token.
    pub refresh: Option<String>,
}

/// What somebody tries to be, and from where.
struct Attempt<'a> {
    origin: &'a Origin,
    /// Stands for the address that was typed.
    pseudonym: Vec<u8>,
    net: IpNetwork,
}

/// Signs a person in at a new place. The id is always new, and what the browser carried before is ended: a
/// session planted in it does not become anybody's.
pub async fn login(app: &App, origin: &Origin, wish: Login, carried: Carried) -> Result<SignedIn> {
    wish.password.check_length("password")?;
    let _seat = app.passwords.seat()?;
    let email = super::normal_email(&wish.email);
    let attempt = Attempt { origin, pseudonym: app.pseudonym_key.of(&email), net: network(origin.client_ip) };
    let turn = app.passwords.turn().await?;
    let mut tx = app.db.unscoped("find the account of a sign-in").await?;
    let wait_s = store::wait_s(tx.conn(), &attempt.pseudonym, attempt.net).await?;
    let account = store::find_account(tx.conn(), &email).await?;
    tx.commit_unaudited("only read; gives the connection back at once").await?;
    drop(turn);
    if wait_s > 0 {
        return Err(put_off(app, &attempt, account.as_ref(), wait_s).await?);
    }
    let hash = account.as_ref().and_then(|account| account.password_hash.as_deref());
    let verdict = app.passwords.verify_and_renew(wish.password, hash).await?;
    let account = match (why_not(account.as_ref(), verdict.same), account) {
        (None, Some(account)) => account,
        (reason, account) => {
            let reason = reason.unwrap_or("no_account");
            return Err(refuse(app, &attempt, account.as_ref(), reason).await?);
        }
    };
    if let Some(hash) = verdict.renewed {
        renew_hash(app, &account, &hash).await?;
    }
    begin(app, &attempt, &account, wish.delivery, carried).await
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

async fn begin(
    app: &App,
    attempt: &Attempt<'_>,
    account: &Account,
    delivery: Delivery,
    carried: Carried,
) -> Result<SignedIn> {
    let session = UserSessionId::new(&app.clock);
    let refresh = OpaqueToken::new()?;
    let turn = app.passwords.turn().await?;
    let mut tx = app.db.unscoped("sign in").await?;
    let mut events = Vec::new();
    if delivery == Delivery::Cookie {
        events = replace(app, &mut tx, attempt.origin, carried).await?;
    }
    let wish = Begin {
        account,
        session,
        refresh: RefreshTokenId::new(&app.clock),
        refresh_hash: refresh.hash(),
        origin: attempt.origin,
    };
    let Some(begun) = store::begin(tx.conn(), &wish).await? else {
        drop((tx, turn));
        return Err(refuse(app, attempt, Some(account), "changed_meanwhile").await?);
    };
    let failures = store::forget_failures(tx.conn(), &attempt.pseudonym, attempt.net).await?;
    let event = Event::by_platform(&catalogue::LOGIN, Outcome::Success, account.org_id)
        .actor(account.actor())
        .origin(attempt.origin.clone())
        .target(Target::new("user", account.id.0, &account.email))
        .details(
            json!({ "userSessionId": session, "failedBefore": failures, "olderSignInsEnded": begun.ended }),
        );
    events.push(event);
    tx.commit_all(events).await?;
    drop(turn);
    let tokens = Renewed {
        expires_at: app.clock.now() + ACCESS_LIFE,
        csrf_token: cookies::csrf_token(app, session),
        access_token: Some(app.tokens.sign(account.id, session, begun.epoch, &app.clock)?),
        refresh_token: Some(refresh.reveal()?),
    };
    let caller = Caller::at_sign_in(begun.caller, session, attempt.origin.clone());
    Ok(SignedIn { profile: profile(app, &caller), tokens })
}

/// Ends what the browser carried, in the name of the platform: it may be somebody else's.
async fn replace(app: &App, tx: &mut WriteTx, origin: &Origin, carried: Carried) -> Result<Vec<Event>> {
    let access = carried.access.and_then(|token| app.tokens.verify(&token, &app.clock));
    let refresh = carried.refresh.and_then(|token| opaque::hash_of(&token));
    let replaced =
        store::replace(tx.conn(), access.map(|claims| claims.session_id()), refresh.as_deref()).await?;
    let events = replaced.into_iter().map(|replaced| {
        Event::by_platform(&catalogue::USER_SESSION_END, Outcome::Success, replaced.org_id)
            .origin(origin.clone())
            .target(Target::new("user", replaced.user_id.0, replaced.email))
            .because("somebody signed in anew in the same browser")
            .details(json!({ "userSessionId": replaced.session_id }))
    });
    Ok(events.collect())
}

/// Counts and logs a wrong try; the one answer to all of them.
async fn refuse(
    app: &App,
    attempt: &Attempt<'_>,
    account: Option<&Account>,
    reason: &str,
) -> Result<ApiError> {
    let _turn = app.passwords.turn().await?;
    let mut tx = app.db.unscoped("count a wrong sign-in").await?;
    let failures = store::count_failure(tx.conn(), &attempt.pseudonym, attempt.net).await?;
    tx.commit(refusal(app, attempt, account, reason, failures)).await?;
    Ok(ApiError::new(
        StatusCode::UNAUTHORIZED,
        "invalid_credentials",
        "The address or the password is not right. Check both and try again.",
    )
    .audited())
}

/// Too many wrong tries of this account from there: whether it exists is not even looked at for the answer.
async fn put_off(
    app: &App,
    attempt: &Attempt<'_>,
    account: Option<&Account>,
    wait_s: u32,
) -> Result<ApiError> {
    let _turn = app.passwords.turn().await?;
    let tx = app.db.unscoped("log a sign-in that was put off").await?;
    tx.commit(refusal(app, attempt, account, "too_many_tries", 0)).await?;
    let mut error = ApiError::new(
        StatusCode::TOO_MANY_REQUESTS,
        "rate_limited",
        format!("Too many wrong tries. Wait {wait_s} seconds, then try again."),
    )
    .audited();
    error.retry_after_s = Some(wait_s);
    Ok(error)
}

fn refusal(
    app: &App,
    attempt: &Attempt<'_>,
    account: Option<&Account>,
    reason: &str,
    failures: i32,
) -> Event {
    let org = account.map_or(app.provider, |account| account.org_id);
    let event = Event::by_platform(&catalogue::LOGIN, Outcome::Refused, org)
        .origin(attempt.origin.clone())
        .because(reason)
        .details(json!({
            "reason": reason,
            "failures": failures,
            "address": URL_SAFE_NO_PAD.encode(&attempt.pseudonym),
        }));
    match account {
        Some(account) => event.target(Target::new("user", account.id.0, &account.email)),
        None => event,
    }
}

/// One household or office line: an IPv6 customer has at least a /64 to change addresses in.
pub(super) fn network(ip: IpAddr) -> IpNetwork {
    let prefix = if ip.is_ipv4() { 32 } else { 64 };
    IpNetwork::new(ip, prefix)
        .and_then(|range| IpNetwork::new(range.network(), prefix))
        .unwrap_or_else(|_| IpNetwork::from(ip))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_one_line_count_together() {
        let net = |text: &str| network(text.parse().unwrap()).to_string();
        assert_eq!(net("203.0.113.9"), "203.0.113.9/32");
        assert_eq!(net("2001:db8:1:2:3::4"), "2001:db8:1:2::/64");
        assert_eq!(net("2001:db8:1:2:ffff::1"), net("2001:db8:1:2::1"));
    }
}
