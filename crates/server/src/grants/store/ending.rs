//! Grants that end soon.

use crate::error::Result;
use crate::grants::requests::store::Reader;
use crate::ids::{OrganizationId, UserId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// A grant that ends soon, and nobody was told yet.
#[derive(Debug)]
pub(in crate::grants) struct Ending {
    pub technician_org_id: OrganizationId,
    pub technician_id: UserId,
    pub technician_name: String,
    pub technician_email: String,
    pub org_name: String,
    pub access_level: String,
    pub expires_at: DateTime<Utc>,
    pub granted_by: UserId,
}

/// Takes those that are due: a week before the end of what lasts longer than two weeks, a day before the end of what lasts
/// longer than two days. When both are due at once, the nearer one is told.
pub(in crate::grants) async fn claim_ending(conn: &mut PgConnection) -> Result<Vec<Ending>> {
    Ok(sqlx::query_as!(
        Ending,
        r#"WITH told AS (
               INSERT INTO grant_notices (org_id, grant_id, days, expires_at)
               SELECT g.org_id, g.id, d.days, g.expires_at
               FROM technician_customer_access g
               CROSS JOIN (VALUES (7::smallint, 14), (1::smallint, 2)) d (days, life)
               JOIN organizations o ON o.id = g.org_id AND o.status = 'active'
               JOIN users u ON u.org_id = g.technician_org_id AND u.id = g.technician_id AND u.status = 'active'
               WHERE g.revoked_at IS NULL AND g.expires_at > now() AND g.expires_at <= now() + make_interval(days => d.days)
                 AND (d.days = 1 OR g.expires_at > now() + interval '1 day')
                 AND g.expires_at - coalesce(g.starts_at, g.granted_at) > make_interval(days => d.life)
                 AND NOT EXISTS (SELECT FROM grant_notices n WHERE n.org_id = g.org_id AND n.grant_id = g.id
                                 AND n.days = d.days AND n.expires_at = g.expires_at)
               LIMIT 100 ON CONFLICT DO NOTHING RETURNING org_id, grant_id)
           SELECT g.technician_org_id AS "technician_org_id: OrganizationId", g.technician_id AS "technician_id: UserId",
                  g.technician_name, u.email AS technician_email, o.name AS org_name, g.access_level,
                  g.expires_at AS "expires_at!", g.granted_by AS "granted_by: UserId"
           FROM told t JOIN technician_customer_access g ON g.org_id = t.org_id AND g.id = t.grant_id
           JOIN organizations o ON o.id = g.org_id
           JOIN users u ON u.org_id = g.technician_org_id AND u.id = g.technician_id"#
    )
    .fetch_all(conn)
    .await?)
}

/// Who granted it, while they may still do such things.
pub(in crate::grants) async fn active_manager(conn: &mut PgConnection, id: UserId) -> Result<Option<Reader>> {
    Ok(sqlx::query_as!(
        Reader,
        r#"SELECT org_id AS "org_id: OrganizationId", id AS "id: UserId", email FROM users
           WHERE id = $1 AND status = 'active' AND role IN ('super_admin', 'account_manager')"#,
        id.0,
    )
    .fetch_optional(conn)
    .await?)
}
