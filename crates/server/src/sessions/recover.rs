//! After a death of this instance: what it left open is ended, and what was recorded until then is sealed.

use super::model::SessionStatus;
use super::store::{self, LeftOpen};
use crate::app::App;
use crate::audit::{Event, Outcome, Target, catalogue};
use crate::error::Result;
use crate::ids::{OrganizationId, SessionId};
use sallyport_relay::live::EndCode;
use sallyport_relay::recording::Sealed;
use sqlx::PgConnection;
use std::sync::Arc;
use std::time::Duration;

const MESSAGE: &str = "The gateway was restarted in the middle of the session.";
/// How often recordings that the store did not take are tried again.
const RETRY: Duration = Duration::from_secs(30);

/// Before this instance serves: no session of its earlier life is open any more.
pub async fn end_left_over(app: &App) -> Result<()> {
    let mut tx = app.db.unscoped("end what a restart left open").await?;
    let mut events = Vec::new();
    for session in store::left_open(tx.conn(), app.instance).await? {
        events.extend(close(tx.conn(), session, EndCode::GatewayRestart, MESSAGE).await?);
    }
    tx.commit_all(events).await
}

/// The end of a session that nobody carries any more; none if it was over already.
pub(super) async fn close(
    conn: &mut PgConnection,
    session: LeftOpen,
    code: EndCode,
    message: &str,
) -> Result<Option<Event>> {
    let LeftOpen { id, org_id, asset_id, asset_name, technician_name, seen_at } = session;
    let (code, status) = (code.as_str(), SessionStatus::Ended);
    // What it did after its gateway was last heard of, nobody knows; that it was away is no part of it.
    if !store::set_over_since(conn, org_id, id, status, (code, message), seen_at).await? {
        return Ok(None);
    }
    let event = Event::by_platform(&catalogue::SESSION_CLOSE, Outcome::Success, org_id)
        .target(Target::new("asset", asset_id.0, asset_name))
        .session(id)
        .because(message)
        .details(serde_json::json!({ "code": code, "technician": technician_name }));
    Ok(Some(event))
}

/// Seals what lies in the spool without a recorder: at start, and again whenever the store was down.
/// Also forgets tickets that nobody used, instances that are long gone and mails that were sent, and deletes recordings whose time is over.
pub async fn tend(app: Arc<App>) {
    // At the start all that is over is of an earlier life; later, its own end may still be on its way.
    let mut over_for_s = 0.0;
    loop {
        if let Err(error) = seal_orphans(&app, over_for_s).await {
            tracing::warn!(%error, "recordings wait in the spool");
        }
        over_for_s = 60.0;
        app.limits.tidy();
        if let Err(error) = housekeeping(&app).await {
            tracing::warn!(%error, "housekeeping waits");
        }
        tokio::time::sleep(RETRY).await;
    }
}

async fn seal_orphans(app: &App, over_for_s: f64) -> Result<()> {
    let orphans = app.live.spool.recover().await.map_err(anyhow::Error::from)?;
    for orphan in orphans {
        let sealed =
            app.live.spool.seal(orphan.header.session_id, sallyport_relay::recording::INTERRUPTED).await;
        match sealed {
            Ok(sealed) => keep_sealed(app, &sealed).await?,
            Err(error) => {
                tracing::error!(%error, session = %orphan.header.session_id, "a recording cannot be sealed");
            }
        }
    }
    let mut tx = app.db.unscoped("tell of recordings that never began").await?;
    crate::recordings::set_lost(tx.conn(), app.instance, over_for_s).await?;
    tx.commit_unaudited("that their sessions ended is in the log").await
}

async fn keep_sealed(app: &App, sealed: &Sealed) -> Result<()> {
    let (org, id) = (OrganizationId(sealed.key.organization_id), SessionId(sealed.key.session_id));
    let mut tx = app.db.unscoped("keep that a recording is sealed").await?;
    crate::recordings::keep_sealed(tx.conn(), sealed).await?;
    let mut event = Event::by_platform(&catalogue::RECORDING_SEAL, Outcome::Success, org)
        .session(id)
        .details(serde_json::json!({
            "complete": sealed.complete, "durationMs": sealed.duration_ms, "bytes": sealed.size_bytes,
        }));
    if let Some((asset, name)) = store::find_machine(tx.conn(), org, id).await? {
        event = event.target(Target::new("asset", asset.0, name));
    }
    tx.commit(event).await?;
    crate::recordings::index_text(app, org, id).await;
    Ok(())
}

async fn housekeeping(app: &App) -> Result<()> {
    let mut tx = app.db.unscoped("forget tickets that nobody used").await?;
    store::delete_stale_tickets(tx.conn()).await?;
    store::forget_instances(tx.conn()).await?;
    crate::db::forget_old_idempotency_keys(tx.conn()).await?;
    crate::mail::forget_old(tx.conn()).await?;
    crate::auth::forget_old_password_resets(tx.conn()).await?;
    crate::auth::forget_old_address_changes(tx.conn()).await?;
    crate::auth::forget_passwords_of_the_gone(tx.conn()).await?;
    crate::sso::forget_old(tx.conn()).await?;
    tx.commit_unaudited("unused tickets are no one's, nor are instances, old keys and sent mails").await?;
    crate::recordings::delete_expired(app).await
}
