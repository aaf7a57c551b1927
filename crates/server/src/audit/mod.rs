//! What happened: the catalogue of event kinds, and their writing in the transaction of the change itself.

pub mod activity;
pub mod catalogue;
mod event;
pub mod http;
mod model;
mod range;
mod read;
pub mod refusals;
pub mod stats;
mod store;

pub use catalogue::{Kind, Outcome, RiskLevel};
pub use event::{Actor, Event, Target};
pub(crate) use store::append;

use crate::access::{Action, Caller, Facts, Resource};
use crate::app::App;
use crate::error::Result;
use crate::http::pagination::read_page;
use crate::http::{Page, Window};
use crate::ids::OrganizationId;
use chrono::TimeDelta;
pub use model::{AuditEvent, LogFilter};

/// A page of the log: all organizations for the provider's office, their own for a customer's admins.
pub async fn list_audit_logs(app: &App, caller: &Caller, filter: &LogFilter) -> Result<Page<AuditEvent>> {
    app.may(caller, Action::AuditRead, &Resource::own(caller), &Facts::default())?;
    let window = Window::new(filter.page, filter.limit);
    let only = only(caller, filter.organization_id);
    let mut tx = app.db.read(caller).await?;
    read::plan_each_anew(tx.conn()).await?;
    let page = read_page!(window, |at| read::list(tx.conn(), filter, only, at).await?);
    tx.done().await?;
    Ok(page)
}

/// How long what happened is recent.
const RECENT: TimeDelta = TimeDelta::days(30);

/// The newest entries of one organization: for its own people and the provider's office. The rest of the log is for
/// who may read all of it.
pub async fn list_recent_activity(
    app: &App,
    caller: &Caller,
    organization: OrganizationId,
    window: Window,
) -> Result<Page<AuditEvent>> {
    let mut tx = app.db.read(caller).await?;
    let resource = crate::organizations::resource(tx.conn(), organization).await?;
    app.may(caller, Action::ActivityRead, &resource, &Facts::default())?;
    let from = Some(caller.asked_at - RECENT);
    let filter = LogFilter { organization_id: Some(organization), from, ..LogFilter::default() };
    read::plan_each_anew(tx.conn()).await?;
    let page = read_page!(window, |at| read::list(tx.conn(), &filter, Some(organization), at).await?);
    tx.done().await?;
    Ok(page)
}

/// The one organization whose entries are looked at, if it is one. The wall keeps a customer's people at home anyway;
/// said in the query too, it is found by the index of that organization.
fn only(caller: &Caller, asked: Option<OrganizationId>) -> Option<OrganizationId> {
    asked.or_else(|| (!caller.is_provider()).then_some(caller.org_id))
}
