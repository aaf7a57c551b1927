//! The compliance report: for each control what is true now, what happened, and the newest evidence.

mod checks;
mod controls;
mod model;
mod paper;
mod store;

pub use model::{
    ComplianceCheck, ComplianceControl, ComplianceEvidence, ComplianceReport, ComplianceStandard,
    ComplianceState, ReportFilter,
};
pub use paper::Papers;

use super::range::Range;
use super::{Event, Target, catalogue, read, resource_of};
use crate::access::{Action, Caller, Facts, Permit};
use crate::app::App;
use crate::error::Result;
use crate::ids::OrganizationId;
use chrono::TimeDelta;

/// Without a word about the time.
const USUAL: TimeDelta = TimeDelta::days(90);

/// Over one organization, or over all that the caller sees: all for the provider's security people, their own for a
/// customer's admins.
pub async fn get_compliance_report(
    app: &App,
    caller: &Caller,
    filter: &ReportFilter,
) -> Result<ComplianceReport> {
    let (report, ..) = report(app, caller, filter).await?;
    Ok(report)
}

/// The same as PDF; kept, because it leaves the platform.
pub async fn export_compliance_report(app: &App, caller: &Caller, filter: &ReportFilter) -> Result<Vec<u8>> {
    // Before the database is asked for what takes a while.
    let place = app.papers.place(caller.user_id)?;
    let (report, permit, org) = report(app, caller, filter).await?;
    let name = report.organization_name.clone().unwrap_or_else(|| "all organizations".to_owned());
    let details = serde_json::json!({ "standard": filter.standard, "from": report.from, "to": report.to });
    let pdf = paper::pdf(app, caller, report, place).await?;
    let event = Event::by(caller, &permit, &catalogue::COMPLIANCE_REPORT_EXPORT, org)
        .target(Target::new("organization", org.0, name))
        .details(details);
    app.db.write(caller).await?.commit(event).await?;
    Ok(pdf)
}

/// The report, the permit to read it, and in whose log it stands that somebody did.
async fn report(
    app: &App,
    caller: &Caller,
    filter: &ReportFilter,
) -> Result<(ComplianceReport, Permit, OrganizationId)> {
    let range = Range::new(filter.from, filter.to, caller.asked_at, USUAL)?;
    let only = caller.only(filter.organization_id);
    let mut tx = app.db.read(caller).await?;
    let resource = resource_of(tx.conn(), caller, filter.organization_id).await?;
    let permit = app.may(caller, Action::AuditRead, &resource, &Facts::default())?;
    tx.plan_each_anew().await?;
    let happened = store::happened(tx.conn(), only, range).await?;
    let people = store::people(tx.conn(), only).await?;
    let access = store::access(tx.conn(), only, range).await?;
    let name = match only {
        Some(id) => Some(read::organization_name(tx.conn(), id).await?),
        None => None,
    };
    let found = checks::Found { happened, people, access };
    let wanted = |control: &&controls::Control| filter.standard.is_none_or(|one| one == control.standard);
    let reported: Vec<_> =
        controls::ALL.iter().filter(wanted).map(|control| control.report(&found, catalogue::ALL)).collect();
    tx.done().await?;
    let report = ComplianceReport::of(caller.asked_at, range, only.zip(name), reported);
    Ok((report, permit, resource.org_id))
}
