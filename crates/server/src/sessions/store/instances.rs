//! Instances, and what they left open.

use crate::error::Result;
use crate::ids::{AssetId, InstanceId, OrganizationId, SessionId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// An instance begins to serve.
pub(in crate::sessions) async fn register(conn: &mut PgConnection, instance: InstanceId) -> Result<()> {
    sqlx::query!(
        "INSERT INTO instances (id) VALUES ($1)
         ON CONFLICT (id) DO UPDATE SET started_at = clock_timestamp(), seen_at = clock_timestamp()",
        instance.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// It is there.
pub(in crate::sessions) async fn beat(conn: &mut PgConnection, instance: InstanceId) -> Result<()> {
    sqlx::query!(
        "INSERT INTO instances (id) VALUES ($1) ON CONFLICT (id) DO UPDATE SET seen_at = clock_timestamp()",
        instance.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Instances that left nothing and were not heard of for a month. One that comes back makes its row anew.
pub(in crate::sessions) async fn forget_instances(conn: &mut PgConnection) -> Result<()> {
    sqlx::query!(
        "DELETE FROM instances i WHERE seen_at < clock_timestamp() - interval '30 days'
             AND NOT EXISTS (SELECT 1 FROM sessions s WHERE s.instance_id = i.id AND s.ended_at IS NULL)"
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A session that an instance left open.
pub(in crate::sessions) struct LeftOpen {
    pub id: SessionId,
    pub org_id: OrganizationId,
    pub asset_id: AssetId,
    pub asset_name: String,
    pub technician_name: String,
    /// When its instance was last heard of.
    pub seen_at: Option<DateTime<Utc>>,
}

/// Sessions of an instance that are open in the database.
pub(in crate::sessions) async fn left_open(
    conn: &mut PgConnection,
    instance: InstanceId,
) -> Result<Vec<LeftOpen>> {
    Ok(sqlx::query_as!(
        LeftOpen,
        r#"SELECT s.id AS "id: SessionId", s.org_id AS "org_id: OrganizationId", s.asset_id AS "asset_id: AssetId",
                  s.asset_name, s.technician_name, i.seen_at AS "seen_at?"
           FROM sessions s LEFT JOIN instances i ON i.id = s.instance_id
           WHERE s.instance_id = $1 AND s.ended_at IS NULL"#,
        instance.0
    )
    .fetch_all(conn)
    .await?)
}

/// Open sessions of instances, other than `own`, that were not heard of for so long, by the database's clock.
pub(in crate::sessions) async fn left_open_by_silent(
    conn: &mut PgConnection,
    own: InstanceId,
    silent_s: f64,
) -> Result<Vec<LeftOpen>> {
    Ok(sqlx::query_as!(
        LeftOpen,
        r#"SELECT s.id AS "id: SessionId", s.org_id AS "org_id: OrganizationId", s.asset_id AS "asset_id: AssetId",
                  s.asset_name, s.technician_name, i.seen_at AS "seen_at?"
           FROM instances i JOIN sessions s ON s.instance_id = i.id AND s.ended_at IS NULL
           WHERE i.id <> $1 AND i.seen_at < clock_timestamp() - make_interval(secs => $2)
           ORDER BY s.id LIMIT 500"#,
        own.0,
        silent_s
    )
    .fetch_all(conn)
    .await?)
}
