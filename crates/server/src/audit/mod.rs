//! What happened: the catalogue of event kinds, and their writing in the transaction of the change itself.

pub mod activity;
pub mod catalogue;
pub mod compliance;
mod cursor;
mod event;
pub mod export;
pub mod forward;
pub mod http;
pub mod live;
mod model;
pub mod months;
mod range;
mod read;
pub mod refusals;
pub mod stats;
mod store;
pub mod tree;

pub use catalogue::{Kind, Outcome, RiskLevel};
pub use event::{Actor, Event, Target};
pub(crate) use store::append;

use crate::access::{Action, Caller, Facts, Resource};
use crate::app::App;
use crate::error::{ApiError, Result};
use crate::http::pagination::read_page;
use crate::http::{COUNTED, Page, Total, Window};
use crate::ids::OrganizationId;
use chrono::TimeDelta;
use cursor::Cursor;
use model::AuditSort;
pub use model::{AuditEvent, LogFilter, LogPage};
use sqlx::PgConnection;

/// A page of the log: all organizations for the provider's office, their own for a customer's admins. By number it is
/// one of the first pages, or of all when sorted by anything but time; by cursor it is the next one in order of time,
/// however deep it lies.
pub async fn list_audit_logs(app: &App, caller: &Caller, filter: &LogFilter) -> Result<LogPage> {
    let mut tx = app.db.read(caller).await?;
    let resource = resource_of(tx.conn(), caller, filter.organization_id).await?;
    app.may(caller, Action::AuditRead, &resource, &Facts::default())?;
    filter.check()?;
    if filter.cursor.is_some() && filter.page.is_some() {
        return Err(ApiError::invalid(
            "page",
            "a cursor says where the page begins; leave one of the two out",
        ));
    }
    let window = Window::new(filter.page, filter.limit);
    let by_time = filter.sort.is_none_or(|sort| sort == AuditSort::OccurredAt);
    let only = caller.only(filter.organization_id);
    let from = filter.cursor.as_deref().map(|text| Cursor::open(app, caller, filter, text)).transpose()?;
    tx.plan_each_anew().await?;
    // With what was counted for the first page, where there is a page after this one.
    let (page, more) = match from {
        None if by_time => {
            let at = caller.asked_at;
            let counted = read::count_for_page(tx.conn(), filter, only, COUNTED + 1, at).await?;
            Total::counted(counted).reaches(window)?;
            let from = (cursor::order(filter), at);
            let items = read::page_by_time(tx.conn(), filter, only, from, window).await?;
            let more = window.offset() + window.limit < counted;
            (Page::new(items, Total::counted(counted), window), more.then_some(counted))
        }
        None => {
            let page = read_page!(window, |at| read::list(tx.conn(), filter, only, at).await?);
            (page, None)
        }
        Some(cursor) => {
            // One more than is shown tells whether there is another page.
            let mut items = read::from_place(tx.conn(), filter, only, cursor.place, window.limit + 1).await?;
            let shown = usize::try_from(window.limit).unwrap_or(usize::MAX);
            let more = items.len() > shown;
            items.truncate(shown);
            let window = Window { page: cursor.page + 1, ..window };
            (Page::new(items, Total::counted(cursor.total), window), more.then_some(cursor.total))
        }
    };
    tx.done().await?;
    let last = page.items.last().zip(more);
    let next = last.map(|(last, counted)| Cursor::after(cursor::order(filter), last, counted, page.page));
    let next_cursor = next.and_then(|next| next.seal(app, caller, filter));
    Ok(LogPage { page, next_cursor })
}

/// Whose log is asked for: that of one organization, of a deleted one too, which has to be there and to be seen; or what
/// the caller sees of all.
async fn resource_of(
    conn: &mut PgConnection,
    caller: &Caller,
    asked: Option<OrganizationId>,
) -> Result<Resource> {
    match asked {
        Some(id) => crate::organizations::kept_resource(conn, caller, id).await,
        None => Ok(Resource::own(caller)),
    }
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
    let resource = crate::organizations::kept_resource(tx.conn(), caller, organization).await?;
    app.may(caller, Action::ActivityRead, &resource, &Facts::default())?;
    let from = Some(caller.asked_at - RECENT);
    let filter = LogFilter { organization_id: Some(organization), from, ..LogFilter::default() };
    tx.plan_each_anew().await?;
    let page = read_page!(window, |at| read::list(tx.conn(), &filter, Some(organization), at).await?);
    tx.done().await?;
    Ok(page)
}
