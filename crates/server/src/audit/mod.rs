//! What happened: the catalogue of event kinds, and their writing in the transaction of the change itself.

pub mod catalogue;
mod event;
pub mod http;
mod model;
pub mod refusals;
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
    let mut tx = app.db.read(caller).await?;
    let page = read_page!(window, |at| store::list(tx.conn(), filter, at).await?);
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
    let page = read_page!(window, |at| store::list(tx.conn(), &filter, at).await?);
    tx.done().await?;
    Ok(page)
}
