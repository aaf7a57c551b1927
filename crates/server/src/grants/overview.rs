//! All access at a glance: a window of the matrix, now or back in time, what differs between two days, numbers, what is
//! unused, who may come to a customer.

use super::changes::provider;
use super::hours::Hours;
use super::matrix::{MatrixCell, MatrixCustomer, MatrixGrant, MatrixTechnician};
use super::model::{AccessLevel, Grant};
use super::store::{self, Strip};
use crate::access::{Action, Caller, Facts};
use crate::app::App;
use crate::db::ReadTx;
use crate::error::{ApiError, Result};
use crate::http::pagination::read_page;
use crate::http::{Page, Window};
use crate::ids::{OrganizationId, UserId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Differences that are told at once.
const MOST_DIFFERENCES: usize = 1000;

/// Which part of the matrix, and when.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct MatrixQuery {
    /// As it was then; as it is now when not given.
    pub at: Option<DateTime<Utc>>,
    /// Rows to skip.
    #[param(minimum = 0, default = 0)]
    pub technician_offset: Option<i64>,
    /// Rows, 1 to 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub technician_limit: Option<i64>,
    /// Columns to skip.
    #[param(minimum = 0, default = 0)]
    pub customer_offset: Option<i64>,
    /// Columns, 1 to 500.
    #[param(minimum = 1, maximum = 500, default = 100)]
    pub customer_limit: Option<i64>,
    /// A part of a name: of technicians, of customers, or of both. Where it is of one kind only, all of the other are
    /// shown.
    pub q: Option<String>,
}

/// A window of the matrix.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccessMatrix {
    /// As it was then; null: as it is.
    pub at: Option<DateTime<Utc>>,
    /// Its rows, by name.
    pub technicians: Vec<MatrixTechnician>,
    /// Its columns, by name.
    pub customers: Vec<MatrixCustomer>,
    /// The cells in it that are not empty.
    pub cells: Vec<MatrixCell>,
    /// Rows in all.
    pub total_technicians: i64,
    /// Columns in all.
    pub total_customers: i64,
}

/// A window of who reaches whom: its rows and columns first, then what lies between them and nothing else.
pub async fn get_access_matrix(app: &App, caller: &Caller, query: &MatrixQuery) -> Result<AccessMatrix> {
    app.may(caller, Action::GrantReview, &provider(app), &Facts::default())?;
    let mut tx = app.db.read(caller).await?;
    let q = query.q.as_deref().map(str::trim).filter(|q| !q.is_empty());
    let mut rows = rows(&mut tx, app, query, q).await?;
    let mut columns = columns(&mut tx, query, q).await?;
    match (q, rows.1, columns.1) {
        (Some(_), 0, 1..) => rows = self::rows(&mut tx, app, query, None).await?,
        (Some(_), 1.., 0) => columns = self::columns(&mut tx, query, None).await?,
        _ => {}
    }
    let ((technicians, total_technicians), (customers, total_customers)) = (rows, columns);
    let between: (Vec<Uuid>, Vec<Uuid>) = (
        technicians.iter().map(|technician| technician.id.0).collect(),
        customers.iter().map(|customer| customer.id.0).collect(),
    );
    let cells = match query.at {
        None => store::cells(tx.conn(), &between.0, &between.1).await?,
        Some(at) => store::cells_at(tx.conn(), (&between.0, &between.1), at).await?,
    };
    tx.done().await?;
    Ok(AccessMatrix { at: query.at, technicians, customers, cells, total_technicians, total_customers })
}

async fn rows(
    tx: &mut ReadTx,
    app: &App,
    query: &MatrixQuery,
    q: Option<&str>,
) -> Result<(Vec<MatrixTechnician>, i64)> {
    let strip = Strip {
        q,
        offset: query.technician_offset.unwrap_or(0).clamp(0, 10_000_000),
        limit: query.technician_limit.unwrap_or(50).clamp(1, 200),
    };
    Ok(if let Some(at) = query.at {
        let total = store::count_technicians_at(tx.conn(), app.provider, at, q).await?;
        (store::technicians_at(tx.conn(), app.provider, at, strip).await?, total)
    } else {
        let total = store::count_technicians(tx.conn(), q).await?;
        (store::technicians(tx.conn(), strip).await?, total)
    })
}

async fn columns(
    tx: &mut ReadTx,
    query: &MatrixQuery,
    q: Option<&str>,
) -> Result<(Vec<MatrixCustomer>, i64)> {
    let strip = Strip {
        q,
        offset: query.customer_offset.unwrap_or(0).clamp(0, 10_000_000),
        limit: query.customer_limit.unwrap_or(100).clamp(1, 500),
    };
    Ok(if let Some(at) = query.at {
        let total = store::count_customers_at(tx.conn(), at, q).await?;
        (store::customers_at(tx.conn(), at, strip).await?, total)
    } else {
        let total = store::count_customers(tx.conn(), q).await?;
        (store::customers(tx.conn(), strip).await?, total)
    })
}

/// Two instants.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DifferencesQuery {
    /// The first.
    pub from: DateTime<Utc>,
    /// The second, later one.
    pub to: DateTime<Utc>,
}

/// One technician's access to one customer, at two instants.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccessDifference {
    /// Whose.
    pub technician_id: UserId,
    /// The technician's name.
    pub technician_name: String,
    /// To whom.
    pub customer_org_id: OrganizationId,
    /// The customer's name.
    pub customer_org_name: String,
    /// How far at the first; null: not at all.
    pub before: Option<AccessLevel>,
    /// How far at the second; null: not at all.
    pub after: Option<AccessLevel>,
    /// At which times of the week by the first; null: at any, or not at all.
    pub hours_before: Option<Hours>,
    /// At which times of the week by the second.
    pub hours_after: Option<Hours>,
}

/// What differs.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccessDifferences {
    /// The first instant.
    pub from: DateTime<Utc>,
    /// The second.
    pub to: DateTime<Utc>,
    /// By technician and customer, at most 1000.
    pub items: Vec<AccessDifference>,
    /// Whether there are more.
    pub truncated: bool,
}

/// Who could reach whom at one instant and not, not as far or not at the same hours at the other.
pub async fn list_access_differences(
    app: &App,
    caller: &Caller,
    query: &DifferencesQuery,
) -> Result<AccessDifferences> {
    app.may(caller, Action::GrantReview, &provider(app), &Facts::default())?;
    let DifferencesQuery { from, to } = *query;
    if from >= to {
        return Err(ApiError::invalid("to", "it must lie after from"));
    }
    let mut tx = app.db.read(caller).await?;
    let most = i64::try_from(MOST_DIFFERENCES + 1).unwrap_or(i64::MAX);
    let mut items = store::differences(tx.conn(), (from, to), most).await?;
    tx.done().await?;
    let truncated = items.len() > MOST_DIFFERENCES;
    items.truncate(MOST_DIFFERENCES);
    items.sort_by_cached_key(|item| {
        (item.technician_name.to_lowercase(), item.customer_org_name.to_lowercase())
    });
    Ok(AccessDifferences { from, to, items, truncated })
}

/// All access in numbers.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccessSummary {
    /// Grants that hold now.
    pub active_grants: i64,
    /// Grants that will hold.
    pub scheduled_grants: i64,
    /// Those that end within a week.
    pub expiring_within_7_days: i64,
    /// Those that ended by themselves in the last 30 days.
    pub expired_last_30_days: i64,
    /// Those that hold, by how far they go.
    pub by_level: AccessByLevel,
    /// Those that hold and are not used.
    pub unused: UnusedAccess,
    /// Technicians who may come somewhere now.
    pub technicians_with_access: i64,
    /// Technicians who may not.
    pub technicians_without: i64,
    /// Customers to whom somebody may come now.
    pub customers_with_access: i64,
    /// Customers to whom nobody may.
    pub customers_without: i64,
    /// Sessions that are open now.
    pub live_sessions: i64,
}

/// Grants by level.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccessByLevel {
    /// All that the account can.
    pub full_access: i64,
    /// In an emergency.
    pub emergency: i64,
    /// Look, never touch.
    pub read_only: i64,
}

/// Grants by how long nobody used them.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnusedAccess {
    /// For 30 days.
    pub days30: i64,
    /// For 60.
    pub days60: i64,
    /// For 90.
    pub days90: i64,
}

/// Counts.
pub async fn get_access_summary(app: &App, caller: &Caller) -> Result<AccessSummary> {
    app.may(caller, Action::GrantReview, &provider(app), &Facts::default())?;
    let mut tx = app.db.read(caller).await?;
    let summary = store::summary(tx.conn()).await?;
    tx.done().await?;
    Ok(summary)
}

/// For how long unused.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct UnusedQuery {
    /// 30, 60 or 90.
    #[param(default = 30)]
    pub days: Option<i32>,
    /// From 1.
    #[param(minimum = 1, default = 1)]
    pub page: Option<i64>,
    /// 1 to 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<i64>,
}

/// Grants that hold and that nobody used for so long: not since they began, if never. The longest unused first.
pub async fn list_unused_access(app: &App, caller: &Caller, query: &UnusedQuery) -> Result<Page<Grant>> {
    app.may(caller, Action::GrantReview, &provider(app), &Facts::default())?;
    let days = query.days.unwrap_or(30);
    if ![30, 60, 90].contains(&days) {
        return Err(ApiError::invalid("days", "it must be 30, 60 or 90"));
    }
    let window = Window::new(query.page, query.limit);
    let mut tx = app.db.read(caller).await?;
    let page = read_page!(window, |at| store::unused(tx.conn(), days, at).await?);
    let mut found = store::find_many(tx.conn(), &page.items).await?;
    tx.done().await?;
    found.sort_by_key(|grant| page.items.iter().position(|id| *id == grant.id.0));
    Ok(page.with(found.into_iter().map(|grant| super::shown(app, caller, grant)).collect()))
}

/// A technician who may come to a customer.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CustomerTechnician {
    /// Who.
    pub technician_id: UserId,
    /// The technician's name.
    pub technician_name: String,
    /// The technician's address; null for a customer's people.
    pub technician_email: Option<String>,
    /// What they hold there, active or scheduled, the fullest first.
    pub grants: Vec<MatrixGrant>,
    /// When they last came by it.
    pub last_used_at: Option<DateTime<Utc>>,
    /// How often they came by it.
    pub use_count: i64,
}

/// Who may come to a customer, now or soon: for its admins and the provider's managers.
pub async fn list_customer_technicians(
    app: &App,
    caller: &Caller,
    organization: OrganizationId,
    window: Window,
) -> Result<Page<CustomerTechnician>> {
    let mut tx = app.db.read(caller).await?;
    let resource = crate::organizations::resource(tx.conn(), organization).await?;
    app.may(caller, Action::GrantReview, &resource, &Facts::default())?;
    let page = read_page!(window, |at| store::customer_technicians(tx.conn(), organization, at).await?);
    tx.done().await?;
    let provider = caller.is_provider();
    Ok(page.map(|person| CustomerTechnician {
        technician_email: person.technician_email.filter(|_| provider),
        ..person
    }))
}
