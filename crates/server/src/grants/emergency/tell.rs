//! Who hears of emergency access: the customer's admins and all super admins when it begins, at once; whoever may review
//! it when that is overdue.

use super::store::{self, Ended};
use super::{EmergencyAccess, event};
use crate::access::{Caller, Permit, Role};
use crate::app::App;
use crate::audit::{Event, Outcome, Target, catalogue};
use crate::error::Result;
use crate::grants::requests::{queue, store::people_of};
use crate::ids::EmergencyId;
use crate::mail::Letter;
use sqlx::PgConnection;
use uuid::Uuid;

/// Of what of these grants is an emergency that began in the transaction at hand: mails in the outbox, and what happened.
pub(in crate::grants) async fn announce(
    app: &App,
    conn: &mut PgConnection,
    (caller, permit): (&Caller, &Permit),
    grants: &[Uuid],
) -> Result<(Vec<EmergencyId>, Vec<Event>)> {
    let (mut ids, mut events) = (Vec::new(), Vec::new());
    for emergency in store::untold(conn, grants).await? {
        let told = tell(app, conn, &emergency).await?;
        ids.push(emergency.id);
        events.push(
            event(caller, permit, &catalogue::EMERGENCY_START, &emergency)
                .because(&emergency.reason)
                .details(details(&emergency, told)),
        );
    }
    Ok((ids, events))
}

/// The same of what a way of making grants forgot. None does; but nobody shall be left untold.
pub(in crate::grants) async fn announce_forgotten(app: &App) -> Result<()> {
    let mut tx = app.db.unscoped("tell of emergency access that nobody was told of").await?;
    let mut events = Vec::new();
    for emergency in store::lock_forgotten(tx.conn()).await? {
        let told = tell(app, tx.conn(), &emergency).await?;
        let org = emergency.customer_org_id;
        events.push(
            Event::by_platform(&catalogue::EMERGENCY_START, Outcome::Success, org)
                .target(Target::new("emergency", emergency.id.0, emergency.title()))
                .because(&emergency.reason)
                .details(details(&emergency, told)),
        );
    }
    tx.commit_all(events).await
}

fn details(emergency: &EmergencyAccess, told: i32) -> serde_json::Value {
    serde_json::json!({
        "grantId": emergency.grant_id, "technicianId": emergency.technician_id, "endsAt": emergency.ends_at,
        "reviewDueAt": emergency.review_due_at, "told": told,
    })
}

async fn tell(app: &App, conn: &mut PgConnection, emergency: &EmergencyAccess) -> Result<i32> {
    let mut readers = people_of(conn, emergency.customer_org_id, &[Role::Admin]).await?;
    readers.extend(people_of(conn, app.provider, &[Role::SuperAdmin]).await?);
    let letter = Letter::EmergencyStarted {
        technician: emergency.technician_name.clone(),
        customer: emergency.customer_org_name.clone(),
        by: emergency.started_by_name.clone(),
        reason: emergency.reason.clone(),
        at: emergency.started_at,
        until: emergency.ends_at,
    };
    let told = queue(app, conn, &readers, &letter).await?;
    let told = i32::try_from(told).unwrap_or(i32::MAX);
    store::set_told(conn, emergency.id, told).await?;
    Ok(told)
}

/// Writes the ends into the log that nobody brought about by the emergency itself.
pub(in crate::grants) async fn tell_of_ends(app: &App) -> Result<()> {
    let mut tx = app.db.unscoped("tell the log of emergency access that ended").await?;
    let ended = store::claim_ended(tx.conn()).await?;
    let events = ended.iter().map(|ended| {
        Event::by_platform(&catalogue::EMERGENCY_END, Outcome::Success, ended.org_id)
            .target(target(ended))
            .because(ended.end_reason.as_deref().unwrap_or("its time is over"))
    });
    tx.commit_all(events.collect::<Vec<_>>()).await
}

/// Reminds those who may review of what is overdue, once.
pub(in crate::grants) async fn remind(app: &App) -> Result<()> {
    let mut tx = app.db.unscoped("remind of reviews of emergency access").await?;
    let overdue = store::claim_overdue(tx.conn()).await?;
    let mut events = Vec::new();
    for owed in &overdue {
        let roles = [Role::SuperAdmin, Role::AccountManager, Role::SecurityAnalyst];
        let readers = people_of(tx.conn(), app.provider, &roles).await?;
        let letter = Letter::EmergencyReviewOwed {
            technician: owed.technician_name.clone(),
            customer: owed.org_name.clone(),
        };
        let told = queue(app, tx.conn(), &readers, &letter).await?;
        events.push(
            Event::by_platform(&catalogue::EMERGENCY_OVERDUE, Outcome::Success, owed.org_id)
                .target(target(owed))
                .details(serde_json::json!({ "told": told })),
        );
    }
    tx.commit_all(events).await
}

fn target(of: &Ended) -> Target {
    Target::new("emergency", of.id.0, format!("{} at {}", of.technician_name, of.org_name))
}
