//! The matrix: who reaches whom, in one look. A window of it, now or back in time, and never more than that: its rows
//! and columns first, then what lies between them and nothing else.

use super::OWN;
use super::changes::provider;
use super::hours::Hours;
use super::model::{AccessLevel, GrantStatus};
use super::store::{self, Strip};
use crate::access::{Action, Caller, Facts, Role};
use crate::app::App;
use crate::error::Result;
use crate::ids::{GrantId, OrganizationId, UserId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Which part of the matrix of today.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct GrantMatrixQuery {
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
    #[param(max_length = 200)]
    pub q: Option<String>,
}

/// Technicians × customers, and what holds between them now or soon: a window.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct GrantMatrix {
    /// The rows, by name.
    pub technicians: Vec<MatrixTechnician>,
    /// The columns, by name.
    pub customers: Vec<MatrixCustomer>,
    /// The cells that are not empty.
    pub cells: Vec<MatrixCell>,
    /// Rows in all.
    pub total_technicians: i64,
    /// Columns in all.
    pub total_customers: i64,
}

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
    #[param(max_length = 200)]
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

/// A row.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MatrixTechnician {
    /// The technician.
    pub id: UserId,
    /// Their name.
    pub display_name: String,
    /// Their address.
    pub email: String,
    /// `invited`, `active` or `disabled`.
    pub status: String,
}

/// A column.
#[derive(Debug, Serialize, ToSchema)]
pub struct MatrixCustomer {
    /// The customer.
    pub id: OrganizationId,
    /// Its name.
    pub name: String,
    /// `active` or `suspended`.
    pub status: String,
}

/// One technician's grants for one customer, active or scheduled, the fullest first.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MatrixCell {
    /// The row.
    pub technician_id: UserId,
    /// The column.
    pub customer_org_id: OrganizationId,
    /// At least one.
    pub grants: Vec<MatrixGrant>,
}

/// A grant in a cell.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MatrixGrant {
    /// Its id.
    pub id: GrantId,
    /// How far.
    pub access_level: AccessLevel,
    /// Active or scheduled.
    pub status: GrantStatus,
    /// From when on.
    pub starts_at: Option<DateTime<Utc>>,
    /// Until when.
    pub expires_at: Option<DateTime<Utc>>,
    /// At which times of the week; null: at any.
    pub hours: Option<Hours>,
    /// When it last let somebody in.
    pub last_used_at: Option<DateTime<Utc>>,
    /// For `If-Match`.
    pub version: i64,
}

/// A window of who reaches whom, now or back in time.
pub async fn get_access_matrix(app: &App, caller: &Caller, query: &MatrixQuery) -> Result<AccessMatrix> {
    app.may(caller, Action::GrantReview, &provider(app), &Facts::default())?;
    let mut tx = app.db.read(caller).await?;
    let matrix = window(app, tx.conn(), query, None).await?;
    tx.done().await?;
    Ok(matrix)
}

/// The same of today for all of the provider's office; a technician gets their own row and the customers in it.
pub async fn get_grant_matrix(app: &App, caller: &Caller, query: GrantMatrixQuery) -> Result<GrantMatrix> {
    let technician = caller.role == Role::Technician;
    app.may(caller, Action::GrantRead, &provider(app), &super::own(technician))?;
    let query = MatrixQuery {
        at: None,
        technician_offset: query.technician_offset,
        technician_limit: query.technician_limit,
        customer_offset: query.customer_offset,
        customer_limit: query.customer_limit,
        q: query.q,
    };
    let matrix = if technician {
        let mut tx = app.db.unscoped(OWN).await?;
        let matrix = window(app, tx.conn(), &query, Some(caller.user_id)).await?;
        tx.commit_unaudited("nothing was written").await?;
        matrix
    } else {
        let mut tx = app.db.read(caller).await?;
        let matrix = window(app, tx.conn(), &query, None).await?;
        tx.done().await?;
        matrix
    };
    let AccessMatrix { technicians, customers, cells, total_technicians, total_customers, .. } = matrix;
    Ok(GrantMatrix { technicians, customers, cells, total_technicians, total_customers })
}

/// With `holder`, which is of today only: that technician's row and the customers in it.
async fn window(
    app: &App,
    conn: &mut PgConnection,
    query: &MatrixQuery,
    holder: Option<UserId>,
) -> Result<AccessMatrix> {
    let q = query.q.as_deref().map(str::trim).filter(|q| !q.is_empty());
    let mut rows = rows(app, conn, query, (q, holder)).await?;
    let mut columns = columns(conn, query, (q, holder)).await?;
    match (q, rows.1, columns.1) {
        (Some(_), 0, 1..) => rows = self::rows(app, conn, query, (None, holder)).await?,
        (Some(_), 1.., 0) => columns = self::columns(conn, query, (None, holder)).await?,
        _ => {}
    }
    let ((technicians, total_technicians), (customers, total_customers)) = (rows, columns);
    let between: (Vec<Uuid>, Vec<Uuid>) = (
        technicians.iter().map(|technician| technician.id.0).collect(),
        customers.iter().map(|customer| customer.id.0).collect(),
    );
    let cells = match query.at {
        None => store::cells(conn, &between.0, &between.1).await?,
        Some(at) => store::cells_at(conn, (&between.0, &between.1), at).await?,
    };
    Ok(AccessMatrix { at: query.at, technicians, customers, cells, total_technicians, total_customers })
}

async fn rows(
    app: &App,
    conn: &mut PgConnection,
    query: &MatrixQuery,
    (q, holder): (Option<&str>, Option<UserId>),
) -> Result<(Vec<MatrixTechnician>, i64)> {
    let strip = Strip {
        q,
        holder,
        offset: query.technician_offset.unwrap_or(0).clamp(0, 10_000_000),
        limit: query.technician_limit.unwrap_or(50).clamp(1, 200),
    };
    Ok(if let Some(at) = query.at {
        let total = store::count_technicians_at(conn, app.provider, at, q).await?;
        (store::technicians_at(conn, app.provider, at, strip).await?, total)
    } else {
        let total = store::count_technicians(conn, q, holder).await?;
        (store::technicians(conn, strip).await?, total)
    })
}

async fn columns(
    conn: &mut PgConnection,
    query: &MatrixQuery,
    (q, holder): (Option<&str>, Option<UserId>),
) -> Result<(Vec<MatrixCustomer>, i64)> {
    let strip = Strip {
        q,
        holder,
        offset: query.customer_offset.unwrap_or(0).clamp(0, 10_000_000),
        limit: query.customer_limit.unwrap_or(100).clamp(1, 500),
    };
    Ok(if let Some(at) = query.at {
        let total = store::count_customers_at(conn, at, q).await?;
        (store::customers_at(conn, at, strip).await?, total)
    } else {
        let total = store::count_customers(conn, q, holder).await?;
        (store::customers(conn, strip).await?, total)
    })
}
