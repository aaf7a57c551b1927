//! The matrix: its rows, its columns, its cells.

use super::window::{Row, cells_of};
use crate::error::Result;
use crate::grants::hours::Hours;
use crate::grants::matrix::{GrantMatrix, MatrixCustomer, MatrixTechnician};
use crate::ids::{GrantId, OrganizationId, UserId};
use sqlx::PgConnection;
use sqlx::types::Json;

/// Rows, columns and cells; with `holder`, that technician's row and the customers in it.
pub(in crate::grants) async fn matrix(
    conn: &mut PgConnection,
    holder: Option<UserId>,
) -> Result<GrantMatrix> {
    let holder = holder.map(|id| id.0);
    let technicians = sqlx::query_as!(
        MatrixTechnician,
        r#"SELECT id AS "id: UserId", display_name, email, status FROM users
           WHERE role = 'technician' AND status <> 'deleted' AND ($1::uuid IS NULL OR id = $1)
           ORDER BY lower(display_name), id"#,
        holder,
    )
    .fetch_all(&mut *conn)
    .await?;
    let customers = sqlx::query_as!(
        MatrixCustomer,
        r#"SELECT id AS "id: OrganizationId", name, status FROM organizations o
           WHERE type = 'customer' AND status <> 'deleted' AND ($1::uuid IS NULL OR EXISTS (
               SELECT 1 FROM technician_customer_access g WHERE g.org_id = o.id AND g.technician_id = $1
                 AND wall.grant_status(g.starts_at, g.expires_at, g.revoked_at) IN ('active', 'scheduled')))
           ORDER BY lower(name), id"#,
        holder,
    )
    .fetch_all(&mut *conn)
    .await?;
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT g.org_id AS "org_id: OrganizationId", g.technician_id AS "technician_id: UserId",
                  g.id AS "id: GrantId", g.access_level, s.status AS "status!", g.starts_at, g.expires_at,
                  g.hours AS "hours: Json<Hours>", g.last_used_at, g.version
           FROM technician_customer_access g
           CROSS JOIN LATERAL (SELECT wall.grant_status(g.starts_at, g.expires_at, g.revoked_at) AS status) s
           JOIN organizations o ON o.id = g.org_id AND o.status <> 'deleted'
           WHERE g.revoked_at IS NULL AND s.status IN ('active', 'scheduled')
             AND ($1::uuid IS NULL OR g.technician_id = $1)"#,
        holder,
    )
    .fetch_all(conn)
    .await?;
    Ok(GrantMatrix { technicians, customers, cells: cells_of(rows) })
}
