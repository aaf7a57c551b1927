//! The beginning of a sign-in: where every way to prove oneself ends.

use super::attempt::Attempt;
use super::cookies;
use super::devices::{self, Proofs};
use super::model::{Delivery, Renewed, SignedIn};
use super::opaque::{self, OpaqueToken};
use super::profile::profile;
use super::sso::Via;
use super::store::{self, Account, Begin};
use super::tokens::ACCESS_LIFE;
use crate::access::Caller;
use crate::app::App;
use crate::audit::{Event, Outcome, Target, catalogue};
use crate::db::WriteTx;
use crate::error::{ApiError, Result};
use crate::grants::ranges;
use crate::http::request::Origin;
use crate::ids::{RefreshTokenId, UserSessionId};
use crate::mail::{self, Letter, Place, To};
use crate::sso::bind;
use serde_json::json;

/// What a browser still carries when somebody signs in: of whoever sat there before.
#[derive(Debug, Default)]
pub struct Carried {
    /// The access token.
    pub access: Option<String>,
    /// The refresh token.
    pub refresh: Option<String>,
    /// That people signed in with it before.
    pub devices: Proofs,
}

/// Somebody who has proved who they are, all that was owed.
#[derive(Debug)]
pub(super) struct Proven<'a> {
    pub(super) attempt: &'a Attempt<'a>,
    pub(super) account: &'a Account,
    pub(super) delivery: Delivery,
    pub(super) carried: Carried,
    /// By what, besides the password.
    pub(super) factor: Option<&'static str>,
    /// By which identity provider, if one.
    pub(super) via: Option<Via>,
    /// What else happened on the way.
    pub(super) events: Vec<Event>,
}

/// Signs a person in at a new place, in the transaction at hand, and commits. The id is always new, and what the
/// browser carried before is ended: a session planted in it does not become anybody's. None, and nothing done, when
/// the account is no longer what was checked.
pub(super) async fn begin(app: &App, mut tx: WriteTx, proven: Proven<'_>) -> Result<Option<SignedIn>> {
    let Proven { attempt, account, delivery, carried, factor, via, mut events } = proven;
    if !ranges::allow(&account.org_ip_ranges, attempt.origin.client_ip) {
        drop(tx);
        return Err(refuse_elsewhere(app, attempt.origin, account).await?);
    }
    let session = UserSessionId::new(&app.clock);
    let refresh = OpaqueToken::new()?;
    let known = carried.devices.known(app, Some(account)).is_some();
    let devices = carried.devices.clone();
    if let Some((via, link)) = via.as_ref().and_then(|via| via.link.as_ref().map(|link| (via, link))) {
        let whose = (account.org_id, account.id, account.actor());
        let bound = bind(app, tx.conn(), attempt.origin, whose, (via.connection, link)).await?;
        let Some(bound) = bound else { return Ok(None) };
        events.extend(bound);
    }
    let device = app.clock.new_id();
    let bound = (delivery == Delivery::Cookie).then(|| devices::stands_for(app, device));
    if delivery == Delivery::Cookie {
        events.extend(replace(app, &mut tx, attempt.origin, carried).await?);
    }
    let wish = Begin {
        account,
        session,
        refresh: RefreshTokenId::new(&app.clock),
        refresh_hash: refresh.hash(),
        origin: attempt.origin,
        device: bound.as_deref(),
        via: via.as_ref(),
    };
    let Some(begun) = store::begin(tx.conn(), &wish).await? else { return Ok(None) };
    // The cookie of a known device is not sent along from an identity provider's page, and programs keep none.
    let shows_devices = delivery == Delivery::Cookie && via.is_none();
    let unseen = !known && store::is_unseen(tx.conn(), account, session, shows_devices).await?;
    if unseen {
        let to = To { org_id: account.org_id, user_id: account.id, email: &account.email };
        let letter = Letter::NewDevice { at: begun.caller.now, place: Place::of(attempt.origin) };
        mail::queue(app, tx.conn(), &to, &letter).await?;
    }
    let failures = attempt.forget(tx.conn()).await?;
    let ways = store::ways(tx.conn(), account.id).await?;
    let event = Event::by_platform(&catalogue::LOGIN, Outcome::Success, account.org_id)
        .actor(account.actor())
        .origin(attempt.origin.clone())
        .target(Target::new("user", account.id.0, &account.email))
        .details(json!({
            "userSessionId": session, "failedBefore": failures, "olderSignInsEnded": begun.ended, "factor": factor,
            "newDevice": unseen,
            "connectionId": via.as_ref().map(|via| via.connection),
        }));
    events.push(event);
    tx.commit_all(events).await?;
    let tokens = Renewed {
        expires_at: app.clock.now() + ACCESS_LIFE,
        csrf_token: cookies::csrf_token(app, session),
        access_token: Some(app.tokens.sign(account.id, session, begun.epoch, &app.clock)?),
        refresh_token: Some(refresh.reveal()?),
        device: Some(devices.renewed(app, device, (account.id.0, begun.epoch))),
    };
    let caller = Caller::at_sign_in(begun.caller, session, attempt.origin.clone());
    Ok(Some(SignedIn { profile: profile(app, &caller, ways), tokens }))
}

/// They proved who they are, so they are told; their organization's log too, by name.
async fn refuse_elsewhere(app: &App, origin: &Origin, account: &Account) -> Result<ApiError> {
    let event = Event::by_platform(&catalogue::LOGIN, Outcome::Refused, account.org_id)
        .actor(account.actor())
        .origin(origin.clone())
        .target(Target::new("user", account.id.0, &account.email))
        .because("they came from outside the organization's networks");
    app.db.unscoped("write down who came from outside their networks").await?.commit(event).await?;
    Ok(ApiError::elsewhere(origin.client_ip).audited())
}

/// Ends what the browser carried, in the name of the platform: it may be somebody else's.
async fn replace(app: &App, tx: &mut WriteTx, origin: &Origin, carried: Carried) -> Result<Vec<Event>> {
    let access = carried.access.and_then(|token| app.tokens.verify(&token, &app.clock));
    let refresh = carried.refresh.and_then(|token| opaque::hash_of(&token));
    let replaced =
        store::replace(tx.conn(), access.map(|claims| claims.handle()), refresh.as_deref()).await?;
    let events = replaced.into_iter().map(|replaced| {
        Event::by_platform(&catalogue::USER_SESSION_END, Outcome::Success, replaced.org_id)
            .origin(origin.clone())
            .target(Target::new("user", replaced.user_id.0, replaced.email))
            .because("somebody signed in anew in the same browser")
            .details(json!({ "userSessionId": replaced.session_id }))
    });
    Ok(events.collect())
}
