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
use crate::http::{Page, Window};
use crate::ids::OrganizationId;
use chrono::TimeDelta;
use cursor::Cursor;
use model::AuditSort;
pub use model::{AuditEvent, LogFilter, LogPage};

/// In order of time, entries are counted up to this many, and reached by the number of their page: a log of millions is
/// not counted for each look at it.
const COUNTED: i64 = 10_000;

/// A page of the log: all organizations for the provider's office, their own for a customer's admins. By number it is
/// one of the first pages, or of all when sorted by anything but time; by cursor it is the next one in order of time,
/// however deep it lies.
pub async fn list_audit_logs(app: &App, caller: &Caller, filter: &LogFilter) -> Result<LogPage> {
    app.may(caller, Action::AuditRead, &Resource::own(caller), &Facts::default())?;
    if filter.cursor.is_some() && filter.page.is_some() {
        return Err(ApiError::invalid(
            "page",
            "a cursor says where the page begins; leave one of the two out",
        ));
    }
    let window = Window::new(filter.page, filter.limit);
    let by_time = filter.sort.is_none_or(|sort| sort == AuditSort::OccurredAt);
    let only = only(caller, filter.organization_id);
    let from = filter.cursor.as_deref().map(|text| Cursor::open(app, caller, filter, text)).transpose()?;
    let mut tx = app.db.read(caller).await?;
    read::plan_each_anew(tx.conn()).await?;
    let (page, more) = match from {
        None if by_time => {
            let total = read::count(tx.conn(), filter, only, COUNTED + 1).await?;
            if total > COUNTED && window.offset() >= COUNTED {
                return Err(beyond());
            }
            let items = read::page_by_time(tx.conn(), filter, only, cursor::order(filter), window).await?;
            let more = window.offset() + window.limit < total;
            (Page::new(items, total, window), more)
        }
        None => {
            let page = read_page!(window, |at| read::list(tx.conn(), filter, only, at).await?);
            (page, false)
        }
        Some(cursor) => {
            // One more than is shown tells whether there is another page.
            let mut items = read::from_place(tx.conn(), filter, only, cursor.place, window.limit + 1).await?;
            let shown = usize::try_from(window.limit).unwrap_or(usize::MAX);
            let more = items.len() > shown;
            items.truncate(shown);
            let window = Window { page: cursor.page + 1, ..window };
            (Page::new(items, cursor.total, window), more)
        }
    };
    tx.done().await?;
    let last = page.items.last().filter(|_| more);
    let next = last.map(|last| Cursor::after(cursor::order(filter), last, page.total, page.page));
    let next_cursor = next.and_then(|next| next.seal(app, caller, filter));
    let total_capped = by_time && page.total > COUNTED;
    let total = if total_capped { COUNTED } else { page.total };
    let page = Page::new(page.items, total, Window { page: page.page, limit: page.limit });
    Ok(LogPage { page, total_capped, next_cursor })
}

fn beyond() -> ApiError {
    let message = format!(
        "pages by number end at {COUNTED} entries; go on by `nextCursor`, narrow the time, or turn the order round"
    );
    ApiError::invalid("page", message)
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
