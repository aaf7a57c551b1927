//! What is removed from the log, and what may not be: old content, personal detail, holds. Leaves stay, and with them
//! every proof; each removal is an entry of the log that it was made in, which explains to a verifier what is missing.

use super::model::{
    AuditCleanup, AuditErased, AuditHold, CleanUpAuditLogs, CleanedUp, EraseAuditDetail, LiftAuditHold,
    SetAuditHold,
};
use super::store;
use crate::access::{Action, Caller, Facts, Resource};
use crate::app::App;
use crate::audit::{Event, Target, catalogue};
use crate::error::{ApiError, Result};
use crate::http::text;
use crate::ids::OrganizationId;
use chrono::TimeDelta;
use serde_json::json;

/// Nothing younger is removed. The database holds the same.
const LEAST_DAYS: i32 = 365;
/// Entries that one transaction removes.
const BATCH: i64 = 10_000;

/// Removes the content of entries that are old enough, of one organization or of all.
pub async fn clean_up_audit_logs(
    app: &App,
    caller: &Caller,
    wish: &CleanUpAuditLogs,
) -> Result<AuditCleanup> {
    let reason = text::line("reason", &wish.reason, 1000)?;
    if !(LEAST_DAYS..=36_500).contains(&wish.older_than_days) {
        return Err(ApiError::invalid(
            "olderThanDays",
            "it must be between 365 and 36500: entries of the last year stay",
        ));
    }
    let mut tx = app.db.read(caller).await?;
    let resource = match wish.organization_id {
        Some(id) => crate::organizations::kept_resource(tx.conn(), caller, id).await?,
        None => Resource::own(caller),
    };
    let permit = app.may(caller, Action::AuditCleanUp, &resource, &Facts::default())?;
    let organizations = store::organizations(tx.conn(), wish.organization_id).await?;
    tx.done().await?;
    // A minute of grace: the database's clock decides, and it is a moment later there.
    let before = caller.asked_at - TimeDelta::days(wish.older_than_days.into()) - TimeDelta::minutes(1);
    let preview = wish.preview.unwrap_or(false);
    let mut done = AuditCleanup { preview, organizations: Vec::new(), removed: 0 };
    for (id, name) in organizations {
        let mut one =
            CleanedUp { organization_id: id, organization_name: name.clone(), removed: 0, held: false };
        loop {
            let mut tx = app.db.unscoped("remove old entries of an audit log").await?;
            store::wait_for_holds(tx.conn(), id, false).await?;
            one.held = store::find_hold(tx.conn(), id).await?.is_some();
            if one.held {
                break;
            }
            let limit = if preview { i64::from(u32::MAX) } else { BATCH };
            let Some((up_to, removed)) = store::clean_up(tx.conn(), id, before, (limit, preview)).await?
            else {
                break;
            };
            one.removed += removed;
            if preview {
                break;
            }
            let event = Event::by(caller, &permit, &catalogue::AUDIT_CLEANUP, id)
                .target(Target::new("organization", id.0, name.clone()))
                .because(reason.clone())
                .details(json!({ "upTo": up_to, "removed": removed, "before": before }));
            tx.commit(event).await?;
        }
        done.removed += one.removed;
        if one.held || one.removed > 0 {
            done.organizations.push(one);
        }
    }
    if wish.organization_id.is_some() && done.organizations.iter().any(|one| one.held) && !preview {
        return Err(held());
    }
    if done.removed == 0 && !preview {
        // Asked for is done, even where nothing was old enough.
        let event = Event::by(caller, &permit, &catalogue::AUDIT_CLEANUP, resource.org_id)
            .because(reason)
            .details(json!({ "upTo": 0, "removed": 0, "before": before }));
        app.db.write(caller).await?.commit(event).await?;
    }
    Ok(done)
}

fn held() -> ApiError {
    ApiError::conflict("audit_held", "This log is held, so nothing of it is removed. Lift the hold first.")
}

/// Erases what the logs say of a person beyond their id; logs that are held stay whole.
pub async fn erase_audit_detail(app: &App, caller: &Caller, wish: &EraseAuditDetail) -> Result<AuditErased> {
    let reason = text::line("reason", &wish.reason, 1000)?;
    let mut tx = app.db.read(caller).await?;
    let resource =
        store::find_person(tx.conn(), wish.user_id).await?.ok_or_else(|| ApiError::not_found("person"))?;
    let permit = app.may(caller, Action::AuditErase, &resource, &Facts::default())?;
    tx.done().await?;
    let mut tx = app.db.unscoped("find the logs in which a person appears").await?;
    let organizations = store::appears_in(tx.conn(), wish.user_id).await?;
    tx.commit_unaudited("only read").await?;
    let mut done = AuditErased { erased: 0, held: Vec::new() };
    let mut told = false;
    for (id, name) in organizations {
        let mut tx = app.db.unscoped("erase a person's detail from an audit log").await?;
        store::wait_for_holds(tx.conn(), id, false).await?;
        if store::find_hold(tx.conn(), id).await?.is_some() {
            done.held.push(name);
            continue;
        }
        let erased = store::erase(tx.conn(), id, wish.user_id).await?;
        done.erased += erased;
        tx.commit(event_of_erasure(caller, &permit, id, wish, &reason, erased)).await?;
        told = true;
    }
    if !told {
        let event = event_of_erasure(caller, &permit, resource.org_id, wish, &reason, 0);
        app.db.write(caller).await?.commit(event).await?;
    }
    Ok(done)
}

/// By the person's id alone: their name is what is to be gone.
fn event_of_erasure(
    caller: &Caller,
    permit: &crate::access::Permit,
    id: OrganizationId,
    wish: &EraseAuditDetail,
    reason: &str,
    erased: i64,
) -> Event {
    Event::by(caller, permit, &catalogue::AUDIT_ERASE, id)
        .target(Target::new("user", wish.user_id.0, "a person"))
        .because(reason)
        .details(json!({ "userId": wish.user_id, "erased": erased }))
}

/// From now on nothing of this log is removed. That of a deleted organization can be held too: old entries of all logs
/// are removed together.
pub async fn set_audit_hold(
    app: &App,
    caller: &Caller,
    id: OrganizationId,
    wish: &SetAuditHold,
    version: Option<i64>,
) -> Result<()> {
    let reason = text::line("reason", &wish.reason, 1000)?;
    let mut tx = app.db.write(caller).await?;
    let resource = crate::organizations::kept_resource(tx.conn(), caller, id).await?;
    let permit = app.may(caller, Action::AuditHold, &resource, &Facts::default())?;
    let name = store::organization_name(tx.conn(), id).await?;
    store::wait_for_holds(tx.conn(), id, true).await?;
    let before = store::find_hold(tx.conn(), id).await?;
    match (&before, version) {
        (Some(held), None) => return Err(already_held(held)),
        (held, Some(seen)) if held.as_ref().is_none_or(|held| held.version != seen) => {
            return Err(ApiError::stale());
        }
        _ => {}
    }
    store::set_hold(tx.conn(), id, &reason, (caller.user_id, &caller.display_name)).await?;
    let event = Event::by(caller, &permit, &catalogue::AUDIT_HOLD_SET, id)
        .target(Target::new("organization", id.0, name))
        .because(reason)
        .details(json!({ "before": before }));
    tx.commit(event).await
}

/// One matter is not written over by another unseen.
fn already_held(held: &AuditHold) -> ApiError {
    let message = format!(
        "{} holds this log already: {}. Lift that hold first, or send its version as If-Match to give it another reason.",
        held.held_by_name, held.reason
    );
    ApiError::conflict("already_held", message)
}

/// What is old may go again.
pub async fn lift_audit_hold(
    app: &App,
    caller: &Caller,
    id: OrganizationId,
    wish: &LiftAuditHold,
    version: Option<i64>,
) -> Result<()> {
    let reason = text::line("reason", &wish.reason, 1000)?;
    let mut tx = app.db.write(caller).await?;
    let resource = crate::organizations::kept_resource(tx.conn(), caller, id).await?;
    let permit = app.may(caller, Action::AuditHold, &resource, &Facts::default())?;
    let name = store::organization_name(tx.conn(), id).await?;
    let held = store::lift_hold(tx.conn(), id).await?.ok_or_else(|| ApiError::not_found("hold"))?;
    if version.is_some_and(|version| version != held.version) {
        return Err(ApiError::stale());
    }
    let event = Event::by(caller, &permit, &catalogue::AUDIT_HOLD_LIFT, id)
        .target(Target::new("organization", id.0, name))
        .because(reason)
        .details(json!({ "heldBecause": held.reason, "heldById": held.held_by_id, "heldAt": held.held_at }));
    tx.commit(event).await
}
