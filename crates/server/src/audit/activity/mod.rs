//! What one person did, over a bounded time: for themselves, the provider's office and their organization's admins.

mod model;
mod store;

pub use model::{ActivityFilter, AuditByAddress, AuditByDay, PersonSessions, UserActivity};

use super::LogFilter;
use super::range::Range;
use super::read::{self, Place};
use crate::access::{Action, Caller, Facts};
use crate::app::App;
use crate::error::{ApiError, Result};
use crate::http::Order;
use crate::ids::UserId;
use chrono::TimeDelta;

/// Without a word about the time.
const USUAL: TimeDelta = TimeDelta::days(30);

/// How many of the newest entries are shown.
const RECENT: i64 = 10;

/// Numbers and the newest entries, as far as the wall lets the caller see: a customer's admin sees what their people
/// did at home, a technician what they did at home and where a grant lets them in now.
pub async fn get_user_activity(
    app: &App,
    caller: &Caller,
    id: UserId,
    filter: &ActivityFilter,
) -> Result<UserActivity> {
    let range = Range::new(filter.from, filter.to, caller.asked_at, USUAL)?;
    let mut tx = app.db.read(caller).await?;
    let person = store::find(tx.conn(), id).await?.ok_or_else(|| ApiError::not_found("person"))?;
    let facts = Facts { own: id == caller.user_id, ..Facts::default() };
    app.may(caller, Action::UserActivityRead, &person.resource(), &facts)?;
    let only = caller.only(None);
    tx.plan_each_anew().await?;
    let done = store::count(tx.conn(), id, only, range).await?;
    let signs = store::sign_ins(tx.conn(), &person, range).await?;
    let newest =
        LogFilter { actor_id: Some(id), from: Some(range.from), to: Some(range.to), ..LogFilter::default() };
    let recent = read::from_place(tx.conn(), &newest, only, Place::first(Order::Desc), RECENT).await?;
    tx.done().await?;
    Ok(UserActivity::of(person, range, done, &signs, recent))
}
