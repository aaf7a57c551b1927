//! From "Connect" to a recorded shell. The attempt is kept before anything is reached; nothing is typed or
//! shown before the recorder has its first durable chunk.

use super::model::{SessionStatus, StartSession, StartedSession, TicketMode};
use super::store::{self, NewSession};
use super::{follow, give_ticket, live, websocket_path};
use crate::access::{Action, Caller, GrantFacts, Permit};
use crate::app::App;
use crate::assets::{Account, Asset, Endpoint};
use crate::audit::{Event, Outcome, Target, catalogue};
use crate::credentials;
use crate::error::{ApiError, Result};
use crate::grants::{self, AccessLevel};
use crate::ids::SessionId;
use crate::{assets, targets};
use axum::http::StatusCode;
use sallyport_relay::live::{Limits, SessionSpec, TargetIo, TermSize};
use sallyport_relay::recording::{Header, Recorder, Sealed};
use sallyport_relay_ssh as ssh;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::OwnedSemaphorePermit;

/// What was decided, and stands in the database as an attempt.
struct Attempt {
    id: SessionId,
    asset: Asset,
    endpoint: Endpoint,
    account: Account,
    grant: GrantFacts,
    permit: Permit,
    size: TermSize,
    limits: store::OrganizationLimits,
}

/// Opens a session; answers when its terminal is there.
pub(super) async fn start_session(
    app: &Arc<App>,
    caller: &Caller,
    mut wish: StartSession,
) -> Result<StartedSession> {
    wish.check()?;
    let place = Arc::clone(&app.live.places).try_acquire_owned().map_err(|_| {
        ApiError::unavailable(
            "This gateway carries as many sessions as it may. End one, or try again in a moment.",
        )
    })?;
    let attempt = app.db.while_it_stays(decide(app, caller, &wish)).await?;
    let reason = wish.reason.as_deref().unwrap_or_default();
    app.db.while_it_stays(write_attempt(app, caller, &attempt, reason)).await?;
    match open(app, caller, &attempt).await {
        Ok((recorder, target)) => {
            live_from_here(app, caller, &attempt, (recorder, target), place);
            app.db.while_it_stays(first_ticket(app, caller, &attempt)).await
        }
        Err((refusal, sealed)) => {
            app.db.while_it_stays(refuse(app, caller, &attempt, &refusal, sealed)).await?;
            Err(refusal.audited())
        }
    }
}

/// Whether, and by which grant and account.
async fn decide(app: &App, caller: &Caller, wish: &StartSession) -> Result<Attempt> {
    let mut tx = app.db.read(caller).await?;
    let mut asset = assets::get(tx.conn(), wish.asset_id).await?;
    caller.asks_about(Target::new("asset", asset.id.0, &asset.name));
    let endpoint = assets::endpoint(tx.conn(), wish.asset_id).await?;
    let best = grants::facts(&mut tx, caller, asset.organization_id).await?;
    let accounts = std::mem::take(&mut asset.accounts);
    let account = choose_account(accounts, wish, best.grant.as_ref());
    // Whoever may open no session here hears that, and not what the machine lacks.
    let granted = best.grant.map_or(AccessLevel::FullAccess, |grant| AccessLevel::from(grant.level));
    let level = account.as_ref().map_or(granted, |account| account.access_level);
    let mut facts = grants::facts_for_level(tx.conn(), caller, asset.organization_id, level).await?;
    facts.own = true;
    facts.service = Some("ssh".to_owned());
    facts.account_level = Some(level.as_str().to_owned());
    let permit = app.may(caller, Action::SessionStart, &asset.resource(), &facts)?;
    let grant = facts.grant.ok_or_else(|| anyhow::anyhow!("a session was permitted without a grant"))?;
    let account = account?;
    if endpoint.host_key.is_none() {
        return Err(ApiError::conflict(
            "host_key_unconfirmed",
            "Nobody has confirmed this machine's host key yet. Ask an account manager to do so.",
        ));
    }
    let limits = store::limits(tx.conn(), asset.organization_id).await?;
    tx.done().await?;
    let (id, size) = (SessionId::new(&app.clock), TermSize::clamped(wish.cols, wish.rows));
    Ok(Attempt { id, asset, endpoint, account, grant, permit, size, limits })
}

/// The account that was asked for, or the one that fits the caller's best grant.
fn choose_account(accounts: Vec<Account>, wish: &StartSession, best: Option<&GrantFacts>) -> Result<Account> {
    if let Some(id) = wish.credential_id {
        let chosen = accounts.into_iter().find(|account| account.credential_id == id);
        return chosen.ok_or_else(|| ApiError::not_found("credential"));
    }
    let level = best.map_or("full_access", |grant| grant.level.as_str());
    let fitting = accounts.iter().position(|account| account.access_level.as_str() == level);
    accounts.into_iter().nth(fitting.unwrap_or(0)).ok_or_else(|| {
        ApiError::conflict(
            "credential_missing",
            "There is no credential for this machine yet. Ask an account manager or the customer's admin to add one.",
        )
    })
}

async fn write_attempt(app: &App, caller: &Caller, attempt: &Attempt, reason: &str) -> Result<()> {
    let Attempt { asset, account, grant, .. } = attempt;
    let mut tx = app.db.write(caller).await?;
    if store::lock_room(tx.conn(), asset.organization_id).await? < 1 {
        return Err(ApiError::conflict(
            "too_many_sessions",
            "As many sessions are open in this customer's network as may be at a time. End one, or ask a super \
             admin or an account manager to raise the limit.",
        ));
    }
    let new = NewSession {
        id: attempt.id,
        org_id: asset.organization_id,
        asset_id: asset.id,
        asset_name: &asset.name,
        endpoint_version: attempt.endpoint.version,
        credential_id: account.credential_id,
        username: &account.username,
        grant_id: grant.id,
        access_level: account.access_level.as_str(),
        reason,
        instance_id: app.instance,
        cols: attempt.size.cols,
        rows: attempt.size.rows,
    };
    if !store::insert(tx.conn(), caller, &new).await? {
        return Err(ApiError::access_ended());
    }
    grants::record_use(tx.conn(), grant.id).await?;
    tx.commit(event(caller, attempt, Outcome::Attempt).because(reason)).await
}

/// Recorder first, then the machine, then the word of the database that the grant still holds. A refusal comes with
/// what was recorded until then.
async fn open(
    app: &App,
    caller: &Caller,
    attempt: &Attempt,
) -> Result<(Recorder, TargetIo), (ApiError, Option<Sealed>)> {
    let recorder = start_recorder(app, caller, attempt).await.map_err(|refusal| (refusal, None))?;
    let entered = async {
        let target = enter(app, caller, attempt).await?;
        set_started(app, caller, attempt).await?;
        Ok::<_, ApiError>(target)
    };
    match app.db.while_it_stays(entered).await {
        Ok(target) => Ok((recorder, target)),
        Err(refusal) => {
            let sealed = recorder.finish(refusal.code).await.inspect_err(|error| {
                tracing::warn!(%error, session = %attempt.id, "the recording of a refused session could not be closed");
            });
            Err((refusal, sealed.ok()))
        }
    }
}

async fn start_recorder(app: &App, caller: &Caller, attempt: &Attempt) -> Result<Recorder> {
    let Attempt { asset, account, size, .. } = attempt;
    let header = Header {
        session_id: attempt.id.0,
        organization_id: asset.organization_id.0,
        cols: size.cols,
        rows: size.rows,
        started_at_ms: app.clock.now().timestamp_millis(),
        title: format!("{} ({})", asset.name, account.username),
        people: BTreeMap::from([(caller.user_id.0, caller.display_name.clone())]),
    };
    Recorder::start(&app.live.spool, header).await.map_err(|error| {
        tracing::error!(%error, session = %attempt.id, "the recorder did not start");
        ApiError::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "recorder_unavailable",
            "Sessions cannot be recorded at the moment, so none is opened. Tell a super admin.",
        )
    })
}

async fn enter(app: &App, caller: &Caller, attempt: &Attempt) -> Result<TargetIo> {
    let Attempt { endpoint, account, .. } = attempt;
    let opened =
        credentials::open(app, caller, attempt.permit.clone(), attempt.id, account.credential_id).await?;
    let stream = targets::dial(&app.config, &endpoint.address, endpoint.port).await?;
    let pinned = endpoint.host_key.as_deref().unwrap_or_default();
    let config = ssh::Config::new(&account.username, opened.auth, pinned, attempt.size)?
        .timeout(Duration::from_secs(app.config.sessions.connect_seconds.into()));
    match ssh::connect(stream, config).await {
        Ok(target) => Ok(target),
        Err(error) => {
            if let ssh::Error::HostKeyChanged { expected, offered } = &error {
                let event = event(caller, attempt, Outcome::Refused)
                    .kind(&catalogue::HOST_KEY_CHANGED)
                    .details(serde_json::json!({ "expected": expected, "offered": offered }));
                app.db.write(caller).await?.commit(event).await?;
            }
            Err(error.into())
        }
    }
}

async fn set_started(app: &App, caller: &Caller, attempt: &Attempt) -> Result<()> {
    let Attempt { id, asset, account, .. } = attempt;
    let mut tx = app.db.write(caller).await?;
    if !store::set_started(tx.conn(), asset.organization_id, *id).await? {
        return Err(ApiError::access_ended());
    }
    let details = serde_json::json!({
        "organization": attempt.limits.organization_name, "account": account.username,
        "level": account.access_level, "grantId": attempt.grant.id,
    });
    tx.commit(event(caller, attempt, Outcome::Success).details(details)).await
}

impl From<ssh::Error> for ApiError {
    fn from(error: ssh::Error) -> Self {
        let advice = match &error {
            ssh::Error::HostKeyChanged { .. } => {
                " The session was not opened. Find out why the key changed before anyone confirms the new one."
            }
            ssh::Error::AuthRefused { .. } => " Ask the customer's admin or an account manager to rotate it.",
            _ => "",
        };
        let status = match error {
            ssh::Error::HostKeyChanged { .. } => StatusCode::CONFLICT,
            _ => StatusCode::BAD_GATEWAY,
        };
        Self::new(status, error.code(), format!("{error}{advice}"))
    }
}

/// From here on the session lives by its own task, whatever becomes of the request.
fn live_from_here(
    app: &Arc<App>,
    caller: &Caller,
    attempt: &Attempt,
    (recorder, target): (Recorder, TargetIo),
    place: OwnedSemaphorePermit,
) {
    let Attempt { id, asset, .. } = attempt;
    let sessions = &app.config.sessions;
    let minutes = |minutes: i32| Some(Duration::from_secs(60 * u64::try_from(minutes).unwrap_or(1)));
    let spec = SessionSpec {
        id: id.0,
        owner: live::person(caller.user_id, &caller.display_name),
        size: attempt.size,
        limits: Limits {
            idle: minutes(attempt.limits.idle_minutes),
            max: minutes(attempt.limits.max_minutes),
            resume: Duration::from_secs(sessions.resume_seconds.into()),
            lease_stale: Duration::from_secs(sessions.freeze_after_seconds.into()),
            lease_end: Duration::from_secs(sessions.end_after_seconds.into()),
            ..Limits::default()
        },
    };
    let handle = app.live.registry.start(spec, recorder, target);
    follow::follow(
        Arc::clone(app),
        handle.clone(),
        follow::Followed {
            id: *id,
            org_id: asset.organization_id,
            asset: Target::new("asset", asset.id.0, &asset.name),
            technician: crate::audit::Actor::of(caller),
            origin: caller.origin.clone(),
        },
        place,
    );
}

/// For whoever opened it.
async fn first_ticket(app: &App, caller: &Caller, attempt: &Attempt) -> Result<StartedSession> {
    let mut tx = app.db.read(caller).await?;
    let session = store::find(tx.conn(), attempt.id).await?.ok_or_else(|| ApiError::not_found("session"))?;
    tx.done().await?;
    let ticket = give_ticket(app, caller, &session, TicketMode::Control, &attempt.permit).await?;
    let session = super::get_session(app, caller, session.id).await?;
    Ok(StartedSession { websocket_path: websocket_path(session.id), session, ticket })
}

async fn refuse(
    app: &App,
    caller: &Caller,
    attempt: &Attempt,
    refusal: &ApiError,
    sealed: Option<Sealed>,
) -> Result<()> {
    // By the platform: the grant may be gone by now, and the end must be kept all the same.
    let mut tx = app.db.unscoped("keep how an attempt to open a session ended").await?;
    let (org, id) = (attempt.asset.organization_id, attempt.id);
    store::set_over(tx.conn(), org, id, SessionStatus::Refused, refusal.code, &refusal.message).await?;
    if let Some(sealed) = sealed {
        crate::recordings::keep_sealed(tx.conn(), &sealed).await?;
    }
    let event = event(caller, attempt, Outcome::Failed)
        .because(refusal.message.clone())
        .details(serde_json::json!({ "error": refusal.code }));
    tx.commit(event).await
}

fn event(caller: &Caller, attempt: &Attempt, outcome: Outcome) -> Event {
    let asset = &attempt.asset;
    Event::by(caller, &attempt.permit, &catalogue::SESSION_START, asset.organization_id)
        .target(Target::new("asset", asset.id.0, &asset.name))
        .session(attempt.id)
        .outcome(outcome)
}
