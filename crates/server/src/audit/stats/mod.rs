//! The log in numbers, over a bounded time.

mod model;
mod store;

pub use model::{
    AuditBucket, AuditByActor, AuditByCode, AuditByOrganization, AuditByOutcome, AuditByRisk, AuditStats,
    BucketSize, StatsFilter,
};

use super::range::Range;
use super::resource_of;
use crate::access::{Action, Caller, Facts};
use crate::app::App;
use crate::error::Result;
use chrono::TimeDelta;

/// Without a word about the time.
const USUAL: TimeDelta = TimeDelta::days(30);

/// Over one organization, or over all that the caller sees: all for the provider's security people, their own for a
/// customer's admins.
pub async fn get_audit_stats(app: &App, caller: &Caller, filter: &StatsFilter) -> Result<AuditStats> {
    let range = Range::new(filter.from, filter.to, caller.asked_at, USUAL)?;
    let mut tx = app.db.read(caller).await?;
    let resource = resource_of(tx.conn(), caller, filter.organization_id).await?;
    app.may(caller, Action::AuditRead, &resource, &Facts::default())?;
    let only = caller.only(filter.organization_id);
    let size = BucketSize::fitting(range);
    tx.plan_each_anew().await?;
    let rows = store::count(tx.conn(), only, range, size).await?;
    tx.done().await?;
    Ok(AuditStats::of(rows, range, size))
}
