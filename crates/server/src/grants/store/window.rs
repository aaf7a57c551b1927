//! A part of the matrix: first its technicians and its customers, each by an index, then the cells between them.

use crate::error::Result;
use crate::grants::hours::Hours;
use crate::grants::matrix::{MatrixCell, MatrixCustomer, MatrixGrant, MatrixTechnician};
use crate::grants::model::{AccessLevel, GrantStatus};
use crate::ids::{GrantId, OrganizationId, UserId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

/// Which rows or columns: of a name that contains `q`, from `offset` on. Those of today also for one technician alone:
/// `holder`, and where they hold anything now or soon.
#[derive(Clone, Copy, Debug)]
pub(in crate::grants) struct Strip<'a> {
    pub q: Option<&'a str>,
    pub holder: Option<UserId>,
    pub offset: i64,
    pub limit: i64,
}

/// Technicians of today.
pub(in crate::grants) async fn technicians(
    conn: &mut PgConnection,
    strip: Strip<'_>,
) -> Result<Vec<MatrixTechnician>> {
    Ok(sqlx::query_as!(
        MatrixTechnician,
        r#"SELECT id AS "id: UserId", display_name, email, status FROM users
           WHERE role = 'technician' AND status <> 'deleted' AND ($4::uuid IS NULL OR id = $4)
             AND ($1::text IS NULL OR strpos(lower(display_name), lower($1)) > 0)
           ORDER BY lower(display_name), id LIMIT $2 OFFSET $3"#,
        strip.q,
        strip.limit,
        strip.offset,
        strip.holder.map(|id| id.0),
    )
    .fetch_all(conn)
    .await?)
}

/// How many there are.
pub(in crate::grants) async fn count_technicians(
    conn: &mut PgConnection,
    q: Option<&str>,
    holder: Option<UserId>,
) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM users WHERE role = 'technician' AND status <> 'deleted'
             AND ($2::uuid IS NULL OR id = $2) AND ($1::text IS NULL OR strpos(lower(display_name), lower($1)) > 0)"#,
        q,
        holder.map(|id| id.0),
    )
    .fetch_one(conn)
    .await?)
}

/// Technicians of today who were there, and whoever held access then.
pub(in crate::grants) async fn technicians_at(
    conn: &mut PgConnection,
    provider: OrganizationId,
    at: DateTime<Utc>,
    strip: Strip<'_>,
) -> Result<Vec<MatrixTechnician>> {
    Ok(sqlx::query_as!(
        MatrixTechnician,
        r#"SELECT u.id AS "id: UserId", u.display_name, u.email, u.status FROM users u
           WHERE u.org_id = $1 AND u.created_at <= $2
             AND ($3::text IS NULL OR strpos(lower(u.display_name), lower($3)) > 0)
             AND (u.role = 'technician' AND u.status <> 'deleted' OR EXISTS (
                 SELECT FROM access_changes c WHERE c.technician_id = u.id AND c.changed_at <= $2
                   AND c.action IN ('create', 'update')
                   AND wall.grant_status_at(c.starts_at, c.expires_at, NULL, $2) IN ('active', 'scheduled')
                   AND NOT EXISTS (SELECT FROM access_changes n WHERE n.org_id = c.org_id
                       AND n.grant_id = c.grant_id AND n.version > c.version AND n.changed_at <= $2)))
           ORDER BY lower(u.display_name), u.id LIMIT $4 OFFSET $5"#,
        provider.0,
        at,
        strip.q,
        strip.limit,
        strip.offset,
    )
    .fetch_all(conn)
    .await?)
}

/// How many that were.
pub(in crate::grants) async fn count_technicians_at(
    conn: &mut PgConnection,
    provider: OrganizationId,
    at: DateTime<Utc>,
    q: Option<&str>,
) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM users u
           WHERE u.org_id = $1 AND u.created_at <= $2
             AND ($3::text IS NULL OR strpos(lower(u.display_name), lower($3)) > 0)
             AND (u.role = 'technician' AND u.status <> 'deleted' OR EXISTS (
                 SELECT FROM access_changes c WHERE c.technician_id = u.id AND c.changed_at <= $2
                   AND c.action IN ('create', 'update')
                   AND wall.grant_status_at(c.starts_at, c.expires_at, NULL, $2) IN ('active', 'scheduled')
                   AND NOT EXISTS (SELECT FROM access_changes n WHERE n.org_id = c.org_id
                       AND n.grant_id = c.grant_id AND n.version > c.version AND n.changed_at <= $2)))"#,
        provider.0,
        at,
        q
    )
    .fetch_one(conn)
    .await?)
}

/// Customers of today.
pub(in crate::grants) async fn customers(
    conn: &mut PgConnection,
    strip: Strip<'_>,
) -> Result<Vec<MatrixCustomer>> {
    Ok(sqlx::query_as!(
        MatrixCustomer,
        r#"SELECT id AS "id: OrganizationId", name, status FROM organizations o
           WHERE type = 'customer' AND status <> 'deleted'
             AND ($1::text IS NULL OR strpos(lower(name), lower($1)) > 0)
             AND ($4::uuid IS NULL OR EXISTS (SELECT FROM technician_customer_access g
                 WHERE g.org_id = o.id AND g.technician_id = $4 AND g.revoked_at IS NULL
                   AND wall.grant_status(g.starts_at, g.expires_at, g.revoked_at) IN ('active', 'scheduled')))
           ORDER BY lower(name), id LIMIT $2 OFFSET $3"#,
        strip.q,
        strip.limit,
        strip.offset,
        strip.holder.map(|id| id.0),
    )
    .fetch_all(conn)
    .await?)
}

/// How many there are.
pub(in crate::grants) async fn count_customers(
    conn: &mut PgConnection,
    q: Option<&str>,
    holder: Option<UserId>,
) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM organizations o WHERE type = 'customer' AND status <> 'deleted'
             AND ($1::text IS NULL OR strpos(lower(name), lower($1)) > 0)
             AND ($2::uuid IS NULL OR EXISTS (SELECT FROM technician_customer_access g
                 WHERE g.org_id = o.id AND g.technician_id = $2 AND g.revoked_at IS NULL
                   AND wall.grant_status(g.starts_at, g.expires_at, g.revoked_at) IN ('active', 'scheduled')))"#,
        q,
        holder.map(|id| id.0),
    )
    .fetch_one(conn)
    .await?)
}

/// Customers that were there.
pub(in crate::grants) async fn customers_at(
    conn: &mut PgConnection,
    at: DateTime<Utc>,
    strip: Strip<'_>,
) -> Result<Vec<MatrixCustomer>> {
    Ok(sqlx::query_as!(
        MatrixCustomer,
        r#"SELECT id AS "id: OrganizationId", name, status FROM organizations
           WHERE type = 'customer' AND created_at <= $1 AND (deleted_at IS NULL OR deleted_at > $1)
             AND ($2::text IS NULL OR strpos(lower(name), lower($2)) > 0)
           ORDER BY lower(name), id LIMIT $3 OFFSET $4"#,
        at,
        strip.q,
        strip.limit,
        strip.offset,
    )
    .fetch_all(conn)
    .await?)
}

/// How many that were.
pub(in crate::grants) async fn count_customers_at(
    conn: &mut PgConnection,
    at: DateTime<Utc>,
    q: Option<&str>,
) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM organizations
           WHERE type = 'customer' AND created_at <= $1 AND (deleted_at IS NULL OR deleted_at > $1)
             AND ($2::text IS NULL OR strpos(lower(name), lower($2)) > 0)"#,
        at,
        q
    )
    .fetch_one(conn)
    .await?)
}

/// A grant on its way into a cell.
struct Row {
    technician_id: UserId,
    org_id: OrganizationId,
    id: GrantId,
    access_level: String,
    status: String,
    starts_at: Option<DateTime<Utc>>,
    expires_at: Option<DateTime<Utc>>,
    hours: Option<Json<Hours>>,
    last_used_at: Option<DateTime<Utc>>,
    version: i64,
}

/// Rows become cells, the fullest grant of each first.
fn cells_of(mut rows: Vec<Row>) -> Vec<MatrixCell> {
    let rank = |row: &Row| AccessLevel::from(row.access_level.clone()).rank();
    rows.sort_by_cached_key(|row| (row.technician_id, row.org_id, rank(row), row.id));
    let mut cells: Vec<MatrixCell> = Vec::new();
    for row in rows {
        let grant = MatrixGrant {
            id: row.id,
            access_level: row.access_level.into(),
            status: GrantStatus::from(row.status),
            starts_at: row.starts_at,
            expires_at: row.expires_at,
            hours: row.hours.map(|hours| hours.0),
            last_used_at: row.last_used_at,
            version: row.version,
        };
        match cells.last_mut() {
            Some(cell) if (cell.technician_id, cell.customer_org_id) == (row.technician_id, row.org_id) => {
                cell.grants.push(grant);
            }
            _ => cells.push(MatrixCell {
                technician_id: row.technician_id,
                customer_org_id: row.org_id,
                grants: vec![grant],
            }),
        }
    }
    cells
}

/// What holds or will hold between these, now.
pub(in crate::grants) async fn cells(
    conn: &mut PgConnection,
    technicians: &[Uuid],
    customers: &[Uuid],
) -> Result<Vec<MatrixCell>> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT g.technician_id AS "technician_id: UserId", g.org_id AS "org_id: OrganizationId", g.id AS "id: GrantId",
                  g.access_level, s.status AS "status!", g.starts_at, g.expires_at, g.hours AS "hours: Json<Hours>",
                  g.last_used_at, g.version
           FROM technician_customer_access g
           CROSS JOIN LATERAL (SELECT wall.grant_status(g.starts_at, g.expires_at, g.revoked_at) AS status) s
           WHERE g.technician_id = ANY ($1) AND g.org_id = ANY ($2) AND g.revoked_at IS NULL
             AND s.status IN ('active', 'scheduled')"#,
        technicians,
        customers,
    )
    .fetch_all(conn)
    .await?;
    Ok(cells_of(rows))
}

/// What held or was to hold between these at an instant, by the history.
pub(in crate::grants) async fn cells_at(
    conn: &mut PgConnection,
    (technicians, customers): (&[Uuid], &[Uuid]),
    at: DateTime<Utc>,
) -> Result<Vec<MatrixCell>> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT d.technician_id AS "technician_id!: UserId", d.org_id AS "org_id!: OrganizationId",
                  d.grant_id AS "id!: GrantId", d.access_level AS "access_level!", s.status AS "status!", d.starts_at,
                  d.expires_at, d.hours AS "hours: Json<Hours>", CASE WHEN g.last_used_at <= $3 THEN g.last_used_at END AS last_used_at,
                  d.version AS "version!"
           FROM (SELECT DISTINCT ON (c.grant_id) c.* FROM access_changes c
                 WHERE c.technician_id = ANY ($1) AND c.org_id = ANY ($2) AND c.changed_at <= $3
                 ORDER BY c.grant_id, c.version DESC) d
           JOIN technician_customer_access g ON g.org_id = d.org_id AND g.id = d.grant_id
           CROSS JOIN LATERAL (SELECT wall.grant_status_at(d.starts_at, d.expires_at, NULL, $3) AS status) s
           WHERE d.action IN ('create', 'update') AND s.status IN ('active', 'scheduled')"#,
        technicians,
        customers,
        at,
    )
    .fetch_all(conn)
    .await?;
    Ok(cells_of(rows))
}
