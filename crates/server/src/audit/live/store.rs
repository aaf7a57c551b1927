//! All SQL of live updates: how far each log is ordered, and what the new entries are about.

use crate::access::{OrganizationKind, Resource};
use crate::error::Result;
use crate::ids::OrganizationId;
use sqlx::PgConnection;
use uuid::Uuid;

/// How many entries each log has.
pub(super) async fn sizes(conn: &mut PgConnection) -> Result<Vec<(OrganizationId, i64)>> {
    let rows = sqlx::query!(r#"SELECT org_id AS "org_id: OrganizationId", size FROM audit_trees"#)
        .fetch_all(conn)
        .await?;
    Ok(rows.into_iter().map(|row| (row.org_id, row.size)).collect())
}

/// A kind of thing that new entries of a log are about, and people in them.
#[derive(Debug)]
pub(super) struct About {
    pub(super) org_id: OrganizationId,
    pub(super) noun: String,
    pub(super) people: Vec<String>,
}

/// What the entries of these logs from `begins` to before `ends` are about. Each is looked for in its own month (OFFSET 0
/// keeps that from becoming a look into all of them).
pub(super) async fn about(
    conn: &mut PgConnection,
    logs: &[Uuid],
    begins: &[i64],
    ends: &[i64],
) -> Result<Vec<About>> {
    Ok(sqlx::query_as!(
        About,
        r#"SELECT l.org_id AS "org_id!: OrganizationId", split_part(a.code, '.', 1) AS "noun!",
                  array_remove(array_agg(DISTINCT p.id), NULL) AS "people!"
           FROM unnest($1::uuid[], $2::bigint[], $3::bigint[]) AS g (org_id, begins, ends)
           JOIN audit_leaves l ON l.org_id = g.org_id AND l.seq >= g.begins AND l.seq < g.ends
           CROSS JOIN LATERAL (
               SELECT * FROM audit_logs e
               WHERE e.org_id = l.org_id AND e.id = l.event_id AND e.occurred_at = l.occurred_at OFFSET 0) a
           CROSS JOIN LATERAL (VALUES (a.actor_id::text), (a.target_id::text),
               (a.details ->> 'technicianId')) AS p (id)
           GROUP BY 1, 2"#,
        logs,
        begins,
        ends
    )
    .fetch_all(conn)
    .await?)
}

/// Those of the organizations that the transaction sees.
pub(super) async fn seen(conn: &mut PgConnection, organizations: &[Uuid]) -> Result<Vec<Resource>> {
    let rows = sqlx::query!(
        r#"SELECT id AS "id: OrganizationId", type AS "kind: OrganizationKind", status = 'active' AS "active!"
           FROM organizations WHERE id = ANY ($1)"#,
        organizations
    )
    .fetch_all(conn)
    .await?;
    let resource = |org_id, kind, active| Resource { org_id, kind, active };
    Ok(rows.into_iter().map(|row| resource(row.id, row.kind, row.active)).collect())
}
