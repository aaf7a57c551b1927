//! The lease of every live session on this instance: every 250 ms the truth is asked whether each may go on,
//! and at once when the database says that something changed. What the push loses, the poll finds.

use crate::access::{Action, Caller, Facts, GrantFacts, OrganizationKind, Resource, Role};
use crate::app::App;
use crate::error::Result;
use crate::grants::{Closing, Hours, closings};
use crate::http::request::Origin;
use crate::ids::{GrantId, OrganizationId, RequestId, SessionId, UserId, UserSessionId};
use chrono::{DateTime, Utc};
use sallyport_relay::live::{EndCode, Reason, SessionHandle};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, MissedTickBehavior, interval};

/// Everything that a live session stands on. Two equal rows have the same verdict until an expiry passes.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own, compared as a whole")]
pub(super) struct Standing {
    pub id: SessionId,
    pub org_id: OrganizationId,
    pub org_name: String,
    pub org_active: bool,
    pub user_id: UserId,
    pub user_org_id: OrganizationId,
    pub user_role: String,
    pub user_active: bool,
    pub provider_active: bool,
    pub from_own_network: bool,
    pub user_session_id: UserSessionId,
    pub signed_in: bool,
    pub asset_unchanged: bool,
    pub key_kept: bool,
    pub credential_kept: bool,
    /// Its account and level; its secret may be rotated under a live session.
    pub credential_unchanged: bool,
    pub access_level: String,
    pub protocol: String,
    pub client_ip: IpAddr,
    pub grant_id: GrantId,
    pub grant_level: String,
    pub grant_starts_at: Option<DateTime<Utc>>,
    pub grant_expires_at: Option<DateTime<Utc>>,
    pub grant_revoked: bool,
    pub grant_revoke_reason: Option<String>,
    pub address_allowed: bool,
    pub services: Vec<String>,
    pub hours: Option<Hours>,
    /// Whether this is one of them.
    pub within_hours: bool,
    pub end_requested_code: Option<String>,
    pub end_requested_message: Option<String>,
    pub end_requested_by: Option<(UserId, String)>,
    pub now: DateTime<Utc>,
}

/// Runs for as long as the platform does.
pub async fn keep(app: Arc<App>) {
    let mut tick = interval(Duration::from_millis(app.config.sessions.lease_poll_ms.into()));
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut listener = None;
    let mut verdicts = HashMap::new();
    loop {
        if listener.is_none() {
            listener = listen(&app).await;
        }
        tokio::select! {
            _ = tick.tick() => {}
            pushed = next_push(&mut listener) => if !pushed { listener = None },
        }
        if app.live.registry.count() == 0 {
            verdicts.clear();
            continue;
        }
        if let Err(error) = renew_all(&app, &mut verdicts).await {
            // No answer renews nothing: sessions freeze and end by themselves.
            tracing::warn!(%error, "the truth about live sessions could not be asked");
        }
        if let Err(error) = super::watchers::check(&app).await {
            // Their sessions freeze and end by the same silence.
            tracing::warn!(%error, "the truth about those who watch could not be asked");
        }
    }
}

async fn listen(app: &App) -> Option<sqlx::postgres::PgListener> {
    let mut listener = app.db.listener().await.ok()?;
    listener.listen("leases").await.ok()?;
    Some(listener)
}

/// Waits for a push; false when the line to the database is lost (the poll goes on without it).
async fn next_push(listener: &mut Option<sqlx::postgres::PgListener>) -> bool {
    match listener {
        Some(listener) => listener.recv().await.is_ok(),
        None => std::future::pending().await,
    }
}

async fn renew_all(app: &App, known: &mut HashMap<SessionId, Standing>) -> Result<()> {
    let asked_at = Instant::now();
    // Before the question: whatever is in here has a row that was open.
    let mut here: HashMap<SessionId, SessionHandle> =
        app.live.registry.list().into_iter().map(|handle| (SessionId(handle.id()), handle)).collect();
    let mut tx = app.db.unscoped_for_leases("ask whether live sessions may go on").await?;
    let rows = super::store::standings(tx.conn(), app.instance).await?;
    known.retain(|id, _| here.contains_key(id));
    let (same, other): (Vec<_>, Vec<_>) =
        rows.into_iter().partition(|row| known.get(&row.id).is_some_and(|before| is_same(before, row)));
    let closings = closings_of(tx.conn(), &other).await?;
    tx.commit_unaudited("nothing was written").await?;
    for row in same {
        if let Some(handle) = here.remove(&row.id) {
            handle.renew(asked_at);
        }
    }
    for (row, closing) in other.into_iter().zip(closings) {
        let Some(handle) = here.remove(&row.id) else { continue };
        match verdict(app, &row, &closing) {
            None => {
                let end = end_of(&row, closing);
                handle.set_ends_at(end.map(|(at, reason)| (instant_of(asked_at, row.now, at), reason)));
                handle.renew(asked_at);
                known.insert(row.id, row);
            }
            Some(reason) => match &row.end_requested_by {
                Some((id, name)) => handle.end(reason, Some(super::live::person(*id, name))),
                None => handle.revoke(reason),
            },
        }
    }
    for handle in here.into_values() {
        handle.revoke(given_up());
    }
    Ok(())
}

/// When the hours of their grants close, one for one. Asked for what changed alone: it holds until the hours do not.
async fn closings_of(conn: &mut sqlx::PgConnection, rows: &[Standing]) -> Result<Vec<Closing>> {
    let asked: Vec<_> =
        rows.iter().filter_map(|row| Some((row.hours.as_ref()?, row.org_name.as_str()))).collect();
    let mut found = closings(conn, &asked).await?.into_iter();
    let of = |row: &Standing| row.hours.as_ref().and_then(|_| found.next()).unwrap_or_default();
    Ok(rows.iter().map(of).collect())
}

/// When its grant does not let it go on any more, and why: by its end or its hours, whichever comes first.
fn end_of(row: &Standing, closing: Closing) -> Option<(DateTime<Utc>, Reason)> {
    let end = row.grant_expires_at.map(|at| (at, expired()));
    let close = closing.closes.map(|(at, why)| (at, Reason::new(EndCode::OutsideHours, why)));
    end.into_iter().chain(close).min_by_key(|(at, _)| *at)
}

/// Live here and over in the database: this instance was silent for so long that another ended it. Of one that ended
/// by itself a moment ago, this changes nothing.
fn given_up() -> Reason {
    Reason::new(
        EndCode::GatewayLost,
        "The gateway was out of reach for so long that the session was given up.",
    )
}

/// Whether nothing but time changed, and no expiry passed meanwhile.
fn is_same(before: &Standing, now: &Standing) -> bool {
    let mut aged = before.clone();
    aged.now = now.now;
    let passed = |at: Option<DateTime<Utc>>| at.is_some_and(|at| at <= now.now);
    aged == *now && !passed(now.grant_expires_at)
}

fn instant_of(asked_at: Instant, now: DateTime<Utc>, at: DateTime<Utc>) -> Instant {
    asked_at + (at - now).to_std().unwrap_or_default()
}

fn expired() -> Reason {
    Reason::new(EndCode::GrantExpired, "Your access to this customer has expired.")
}

/// Why the session must end now, if it must. What is a fact of rows is said first; the policies have the last word.
fn verdict(app: &App, row: &Standing, closing: &Closing) -> Option<Reason> {
    if let Some(code) = row.end_requested_code.as_deref() {
        let code = if code == "ended_by_owner" { EndCode::EndedByOwner } else { EndCode::EndedByAdmin };
        return Some(Reason::new(code, row.end_requested_message.clone().unwrap_or_default()));
    }
    if !row.user_active {
        return Some(Reason::new(EndCode::UserDisabled, "Your account was disabled."));
    }
    if !row.provider_active || !row.org_active {
        return Some(Reason::new(EndCode::OrganizationSuspended, "This customer was suspended."));
    }
    if !row.signed_in {
        return Some(Reason::new(EndCode::SignedOut, "You signed out, or your sign-in ended."));
    }
    if !row.from_own_network {
        return Some(Reason::new(
            EndCode::SignedOut,
            "Your organization lets its people in from its own networks only now, and you come from elsewhere.",
        ));
    }
    if !row.asset_unchanged {
        return Some(Reason::new(EndCode::AssetChanged, "The machine's address or host key was changed."));
    }
    if let Some(message) = lost_credential(row) {
        return Some(Reason::new(EndCode::CredentialChanged, message));
    }
    if row.grant_revoked {
        let because = row.grant_revoke_reason.as_deref().filter(|reason| !reason.is_empty());
        let because = because.map(|reason| format!(": {reason}")).unwrap_or_default();
        return Some(Reason::new(
            EndCode::GrantRevoked,
            format!("Your access to this customer was revoked{because}"),
        ));
    }
    if row.grant_expires_at.is_some_and(|at| at <= row.now) {
        return Some(expired());
    }
    if let Some(why) = closed(row, closing) {
        return Some(Reason::new(EndCode::OutsideHours, why));
    }
    let resource = Resource { org_id: row.org_id, kind: OrganizationKind::Customer, active: row.org_active };
    let refusal = app
        .policies
        .may(&caller_of(row), Action::SessionControl, &resource, &facts_of(row, closing), row.now)
        .err()?;
    Some(Reason::new(EndCode::GrantRevoked, refusal.message))
}

fn lost_credential(row: &Standing) -> Option<&'static str> {
    match (row.key_kept, row.credential_kept, row.credential_unchanged) {
        (true, true, true) => None,
        (false, ..) => Some("This customer's key was destroyed, and with it the credential of this session."),
        (_, false, _) => Some("The credential of this session was deleted."),
        (.., false) => Some("The account or the access level of this session's credential was changed."),
    }
}

/// Why the hours do not let it go on, if they do not.
fn closed(row: &Standing, closing: &Closing) -> Option<String> {
    let why = || "Your access to this customer is not open at this time of the week.".to_owned();
    (!row.within_hours).then(|| closing.closed.clone().unwrap_or_else(why))
}

fn facts_of(row: &Standing, closing: &Closing) -> Facts {
    Facts {
        own: true,
        grant: Some(GrantFacts {
            id: row.grant_id,
            level: row.grant_level.clone(),
            starts_at: row.grant_starts_at,
            expires_at: row.grant_expires_at,
            revoked: row.grant_revoked,
            address_allowed: row.address_allowed,
            services: row.services.clone(),
            closed: closed(row, closing),
        }),
        service: Some(row.protocol.clone()),
        account_level: Some(row.access_level.clone()),
        given_role: None,
    }
}

/// The technician as the policies see them.
fn caller_of(row: &Standing) -> Caller {
    as_caller(
        (row.user_id, row.user_session_id),
        (row.user_org_id, OrganizationKind::MssProvider),
        Role::from(row.user_role.clone()),
        row.client_ip,
        row.now,
    )
}

/// Somebody as the policies see them; nothing is done in this caller's name.
pub(super) fn as_caller(
    (user_id, user_session_id): (UserId, UserSessionId),
    (org_id, org_kind): (OrganizationId, OrganizationKind),
    role: Role,
    client_ip: IpAddr,
    now: DateTime<Utc>,
) -> Caller {
    Caller {
        user_id,
        org_id,
        org_name: String::new(),
        org_kind,
        role,
        email: String::new(),
        display_name: String::new(),
        user_session_id,
        authenticated_at: now,
        last_seen_at: now,
        machine: None,
        decided: crate::access::Decided::default(),
        from_own_network: true,
        asked_at: now,
        expires_at: now,
        origin: Origin { request_id: RequestId(uuid::Uuid::nil()), client_ip, user_agent: String::new() },
    }
}
