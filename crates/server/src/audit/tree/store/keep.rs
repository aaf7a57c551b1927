//! Holds, and what is removed and erased; whose log it is, and whose detail.

use crate::access::{OrganizationKind, Resource};
use crate::audit::tree::model::AuditHold;
use crate::error::Result;
use crate::ids::{OrganizationId, UserId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// The hold on a log, if there is one.
pub(in crate::audit::tree) async fn find_hold(
    conn: &mut PgConnection,
    id: OrganizationId,
) -> Result<Option<AuditHold>> {
    Ok(sqlx::query_as!(
        AuditHold,
        r#"SELECT reason, held_by AS "held_by_id: UserId", held_by_name, held_at, version
           FROM audit_holds WHERE org_id = $1"#,
        id.0
    )
    .fetch_optional(conn)
    .await?)
}

/// Whoever sets a hold waits for what is being removed, and what would be removed waits for the hold, until the
/// transaction ends: nothing goes once somebody was told that it is held.
pub(in crate::audit::tree) async fn wait_for_holds(
    conn: &mut PgConnection,
    id: OrganizationId,
    holds: bool,
) -> Result<()> {
    let key = format!("sallyport hold of {id}");
    if holds {
        sqlx::query!("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", key).execute(conn).await?;
    } else {
        sqlx::query!("SELECT pg_advisory_xact_lock_shared(hashtextextended($1, 0))", key)
            .execute(conn)
            .await?;
    }
    Ok(())
}

/// Holds a log, for this reason from now on.
pub(in crate::audit::tree) async fn set_hold(
    conn: &mut PgConnection,
    id: OrganizationId,
    reason: &str,
    (by, name): (UserId, &str),
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO audit_holds (org_id, reason, held_by, held_by_name) VALUES ($1, $2, $3, $4)
         ON CONFLICT (org_id) DO UPDATE SET reason = $2, held_by = $3, held_by_name = $4,
             held_at = now(), version = audit_holds.version + 1",
        id.0,
        reason,
        by.0,
        name
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Lifts it; the one that there was.
pub(in crate::audit::tree) async fn lift_hold(
    conn: &mut PgConnection,
    id: OrganizationId,
) -> Result<Option<AuditHold>> {
    Ok(sqlx::query_as!(
        AuditHold,
        r#"DELETE FROM audit_holds WHERE org_id = $1
           RETURNING reason, held_by AS "held_by_id: UserId", held_by_name, held_at, version"#,
        id.0
    )
    .fetch_optional(conn)
    .await?)
}

/// Removes the content of some entries of before `before`, or says what it would; up to which, and how many.
pub(in crate::audit::tree) async fn clean_up(
    conn: &mut PgConnection,
    id: OrganizationId,
    before: DateTime<Utc>,
    (limit, preview): (i64, bool),
) -> Result<Option<(i64, i64)>> {
    let row = sqlx::query!(
        r#"SELECT up_to AS "up_to!", removed AS "removed!" FROM wall.clean_up_audit($1, $2, $3, $4)"#,
        id.0,
        before,
        limit,
        preview
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| (row.up_to, row.removed)))
}

/// Erases a person's detail from a log; from how many entries.
pub(in crate::audit::tree) async fn erase(
    conn: &mut PgConnection,
    id: OrganizationId,
    user: UserId,
) -> Result<i64> {
    Ok(sqlx::query_scalar!(r#"SELECT wall.erase_audit($1, $2) AS "erased!""#, id.0, user.0)
        .fetch_one(conn)
        .await?)
}

/// Organizations in whose log a person appears, as doer or as what it was done to.
pub(in crate::audit::tree) async fn appears_in(
    conn: &mut PgConnection,
    user: UserId,
) -> Result<Vec<(OrganizationId, String)>> {
    let rows = sqlx::query!(
        r#"SELECT o.id AS "id: OrganizationId", o.name FROM organizations o
           WHERE EXISTS (SELECT 1 FROM audit_logs a WHERE a.org_id = o.id AND (a.actor_id = $1 OR a.target_id = $1))
           ORDER BY o.id"#,
        user.0
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}

/// Whose person somebody is or was: who is gone is who asks to be forgotten.
pub(in crate::audit::tree) async fn find_person(
    conn: &mut PgConnection,
    id: UserId,
) -> Result<Option<Resource>> {
    let row = sqlx::query!(
        r#"SELECT u.org_id AS "org_id: OrganizationId", o.type AS "kind: OrganizationKind",
                  o.status = 'active' AS "active!"
           FROM users u JOIN organizations o ON o.id = u.org_id WHERE u.id = $1"#,
        id.0
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| Resource { org_id: row.org_id, kind: row.kind, active: row.active }))
}

/// What an organization is called.
pub(in crate::audit::tree) async fn organization_name(
    conn: &mut PgConnection,
    id: OrganizationId,
) -> Result<String> {
    let name = sqlx::query_scalar!("SELECT name FROM organizations WHERE id = $1", id.0);
    Ok(name.fetch_optional(conn).await?.unwrap_or_default())
}

/// All organizations, or the one.
pub(in crate::audit::tree) async fn organizations(
    conn: &mut PgConnection,
    only: Option<OrganizationId>,
) -> Result<Vec<(OrganizationId, String)>> {
    let rows = sqlx::query!(
        r#"SELECT id AS "id: OrganizationId", name FROM organizations WHERE $1::uuid IS NULL OR id = $1 ORDER BY id"#,
        only.map(|id| id.0)
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}
