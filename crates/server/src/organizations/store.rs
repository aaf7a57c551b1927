//! All SQL of organizations.

use super::model::{
    AccessApproval, CreateOrganization, Organization, OrganizationCounts, OrganizationFilter,
    OrganizationSort, OrganizationStats, OrganizationStatus, UpdateOrganization,
};
use crate::access::policies::Can;
use crate::access::{OrganizationKind, Resource};
use crate::auth::{PasswordClass, SignInBinding};
use crate::error::{ApiError, Result};
use crate::http::{Order, Window};
use crate::ids::{OrganizationId, OrganizationKeyId};
use ipnetwork::IpNetwork;
use sqlx::PgConnection;

struct Row {
    id: OrganizationId,
    name: String,
    r#type: String,
    status: String,
    sso_enabled: bool,
    mfa_required: bool,
    sign_in_idle_minutes: i32,
    sign_in_max_hours: i32,
    max_sign_ins: i32,
    sign_in_bindings: Vec<String>,
    password_classes: Vec<String>,
    ip_ranges: Vec<IpNetwork>,
    access_approval: String,
    session_idle_minutes: i32,
    session_max_minutes: i32,
    max_concurrent_sessions: i32,
    recording_retention_days: i32,
    users: i64,
    assets: i64,
    active_grants: i64,
    live_sessions: i64,
    created_at: chrono::DateTime<chrono::Utc>,
    updated_at: chrono::DateTime<chrono::Utc>,
    version: i64,
    total: i64,
}

impl From<Row> for Organization {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            name: row.name,
            kind: row.r#type.into(),
            status: row.status.into(),
            sso_enabled: row.sso_enabled,
            mfa_required: row.mfa_required,
            sign_in_idle_minutes: row.sign_in_idle_minutes,
            sign_in_max_hours: row.sign_in_max_hours,
            max_sign_ins: row.max_sign_ins,
            sign_in_bindings: row.sign_in_bindings.into_iter().map(Into::into).collect(),
            password_classes: row.password_classes.into_iter().map(Into::into).collect(),
            ip_ranges: row.ip_ranges,
            access_approval: row.access_approval.into(),
            session_idle_minutes: row.session_idle_minutes,
            session_max_minutes: row.session_max_minutes,
            max_concurrent_sessions: row.max_concurrent_sessions,
            recording_retention_days: row.recording_retention_days,
            counts: OrganizationCounts {
                users: row.users,
                assets: row.assets,
                active_grants: row.active_grants,
                live_sessions: row.live_sessions,
            },
            created_at: row.created_at,
            updated_at: row.updated_at,
            version: row.version,
            can: Can::default(),
        }
    }
}

/// One, as the policies see it. The caller's own organization is seen by the wall's rules like any other.
pub(super) async fn find_resource(conn: &mut PgConnection, id: OrganizationId) -> Result<Option<Resource>> {
    let row =
        sqlx::query!("SELECT type, status FROM organizations WHERE id = $1 AND status <> 'deleted'", id.0)
            .fetch_optional(conn)
            .await?;
    Ok(row.map(|row| Resource {
        org_id: id,
        kind: OrganizationKind::from(row.r#type),
        active: row.status == OrganizationStatus::Active.as_str(),
    }))
}

/// The same of one that may be deleted.
pub(super) async fn find_kept_resource(
    conn: &mut PgConnection,
    id: OrganizationId,
) -> Result<Option<Resource>> {
    let row = sqlx::query!("SELECT type, status FROM organizations WHERE id = $1", id.0)
        .fetch_optional(conn)
        .await?;
    Ok(row.map(|row| Resource {
        org_id: id,
        kind: OrganizationKind::from(row.r#type),
        active: row.status == OrganizationStatus::Active.as_str(),
    }))
}

/// A sorted page; with `only`, that one alone. Deleted ones are there for who asks for them. What is counted of each is counted for the rows of the page alone.
async fn select(
    conn: &mut PgConnection,
    only: Option<OrganizationId>,
    filter: &OrganizationFilter,
    window: Window,
) -> Result<Vec<Row>> {
    Ok(sqlx::query_as!(
        Row,
        r#"WITH fitting AS NOT MATERIALIZED (
           SELECT id, k.* FROM organizations
           CROSS JOIN LATERAL (SELECT
               CASE $5 WHEN 'name' THEN lower(name) WHEN 'status' THEN status END AS word,
               CASE $5 WHEN 'createdAt' THEN created_at END AS moment) k
           WHERE CASE WHEN $4 = 'deleted' THEN status = 'deleted' ELSE status <> 'deleted' END
             AND ($1::uuid IS NULL OR id = $1)
             AND ($2::text IS NULL OR strpos(lower(name), lower($2)) > 0)
             AND ($3::text IS NULL OR type = $3) AND ($4::text IS NULL OR status = $4))
           SELECT o.id AS "id: OrganizationId", o.name, o.type, o.status, o.sso_enabled, o.mfa_required, o.session_idle_minutes,
                  o.sign_in_idle_minutes, o.sign_in_max_hours, o.max_sign_ins,
                  o.sign_in_bindings, o.password_classes, o.ip_ranges, o.access_approval,
                  o.session_max_minutes, o.max_concurrent_sessions, o.recording_retention_days, o.created_at, o.updated_at, o.version,
                  (SELECT count(*) FROM users u WHERE u.org_id = o.id AND u.status <> 'deleted') AS "users!",
                  (SELECT count(*) FROM assets a WHERE a.org_id = o.id AND a.deleted_at IS NULL) AS "assets!",
                  (SELECT count(*) FROM technician_customer_access g WHERE g.org_id = o.id AND g.revoked_at IS NULL
                     AND (g.expires_at IS NULL OR g.expires_at > now())
                     AND (g.starts_at IS NULL OR g.starts_at <= now())) AS "active_grants!",
                  (SELECT count(*) FROM sessions s WHERE s.org_id = o.id AND s.ended_at IS NULL) AS "live_sessions!",
                  page.total AS "total!"
           FROM (SELECT id, (SELECT count(*) FROM fitting) AS total, row_number() OVER () AS place FROM (
                 SELECT id FROM fitting
                 ORDER BY CASE WHEN $6 = 'asc' THEN word END, CASE WHEN $6 = 'desc' THEN word END DESC,
                          CASE WHEN $6 = 'asc' THEN moment END, CASE WHEN $6 = 'desc' THEN moment END DESC,
                          CASE WHEN $6 = 'asc' THEN id END, CASE WHEN $6 = 'desc' THEN id END DESC
                 LIMIT $7 OFFSET $8) ordered) page
           JOIN organizations o ON o.id = page.id
           ORDER BY page.place"#,
        only.map(|id| id.0),
        filter.q,
        filter.kind.map(OrganizationKind::as_str),
        filter.status.map(OrganizationStatus::as_str),
        filter.sort.unwrap_or(OrganizationSort::Name).as_str(),
        filter.order.unwrap_or(Order::Asc).as_str(),
        window.limit,
        window.offset(),
    )
    .fetch_all(conn)
    .await?)
}

/// A sorted page, and how many there are.
pub(super) async fn list(
    conn: &mut PgConnection,
    filter: &OrganizationFilter,
    window: Window,
) -> Result<(Vec<Organization>, i64)> {
    let rows = select(conn, None, filter, window).await?;
    let total = rows.first().map_or(0, |row| row.total);
    Ok((rows.into_iter().map(Organization::from).collect(), total))
}

/// One, if the caller sees it.
pub(super) async fn find(conn: &mut PgConnection, id: OrganizationId) -> Result<Option<Organization>> {
    let rows = select(conn, Some(id), &OrganizationFilter::default(), Window::ONE).await?;
    Ok(rows.into_iter().next().map(Organization::from))
}

/// One that is deleted, if the caller sees it.
pub(super) async fn find_deleted(
    conn: &mut PgConnection,
    id: OrganizationId,
) -> Result<Option<Organization>> {
    let filter =
        OrganizationFilter { status: Some(OrganizationStatus::Deleted), ..OrganizationFilter::default() };
    let rows = select(conn, Some(id), &filter, Window::ONE).await?;
    Ok(rows.into_iter().next().map(Organization::from))
}

/// One as it is now, held until the transaction ends: of two that change it, the second sees what the first did.
pub(super) async fn lock(conn: &mut PgConnection, id: OrganizationId) -> Result<Organization> {
    hold(conn, id).await?;
    find(conn, id).await?.ok_or_else(|| ApiError::not_found("organization"))
}

/// The same of one that may be deleted.
pub(super) async fn lock_kept(conn: &mut PgConnection, id: OrganizationId) -> Result<Organization> {
    hold(conn, id).await?;
    match find_deleted(conn, id).await? {
        Some(deleted) => Ok(deleted),
        None => find(conn, id).await?.ok_or_else(|| ApiError::not_found("organization")),
    }
}

async fn hold(conn: &mut PgConnection, id: OrganizationId) -> Result<()> {
    sqlx::query!("SELECT id FROM organizations WHERE id = $1 FOR NO KEY UPDATE", id.0)
        .fetch_optional(conn)
        .await?;
    Ok(())
}

/// Numbers in full.
pub(super) async fn stats(conn: &mut PgConnection, id: OrganizationId) -> Result<OrganizationStats> {
    Ok(sqlx::query_as!(
        OrganizationStats,
        r#"SELECT
             (SELECT count(*) FROM users WHERE org_id = $1 AND status = 'active') AS "active_users!",
             (SELECT count(*) FROM users WHERE org_id = $1 AND status = 'invited') AS "invited_users!",
             (SELECT count(*) FROM users WHERE org_id = $1 AND status = 'disabled') AS "disabled_users!",
             (SELECT count(*) FROM assets WHERE org_id = $1 AND deleted_at IS NULL) AS "assets!",
             (SELECT count(*) FROM assets WHERE org_id = $1 AND deleted_at IS NULL AND host_key IS NULL)
               AS "unconfirmed_assets!",
             (SELECT count(*) FROM technician_customer_access WHERE org_id = $1 AND revoked_at IS NULL
                AND (expires_at IS NULL OR expires_at > now()) AND (starts_at IS NULL OR starts_at <= now()))
               AS "active_grants!",
             (SELECT count(*) FROM sessions WHERE org_id = $1 AND ended_at IS NULL) AS "live_sessions!",
             (SELECT count(*) FROM sessions WHERE org_id = $1 AND created_at > now() - interval '30 days')
               AS "sessions_last_30_days!",
             (SELECT count(*) FROM recordings WHERE org_id = $1 AND status <> 'deleted') AS "recordings!",
             (SELECT max(started_at) FROM sessions WHERE org_id = $1) AS last_session_at"#,
        id.0
    )
    .fetch_one(conn)
    .await?)
}

/// A new customer and its sealed key.
pub(super) async fn insert(
    conn: &mut PgConnection,
    id: OrganizationId,
    new: &CreateOrganization,
    key_id: OrganizationKeyId,
    sealed_key: &[u8],
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO organizations (id, name, type, session_idle_minutes, session_max_minutes, recording_retention_days,
             max_concurrent_sessions)
         VALUES ($1, $2, 'customer', coalesce($3, 15), coalesce($4, 480), coalesce($5, 365), coalesce($6, 100))",
        id.0,
        new.name.trim(),
        new.session_idle_minutes,
        new.session_max_minutes,
        new.recording_retention_days,
        new.max_concurrent_sessions,
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "INSERT INTO organization_keys (org_id, id, sealed_key) VALUES ($1, $2, $3)",
        id.0,
        key_id.0,
        sealed_key
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Changes what is given.
pub(super) async fn update(
    conn: &mut PgConnection,
    id: OrganizationId,
    change: &UpdateOrganization,
    networks: Option<&[IpNetwork]>,
) -> Result<()> {
    let classes = words(change.password_classes.as_deref(), PasswordClass::as_str);
    let bindings = words(change.sign_in_bindings.as_deref(), SignInBinding::as_str);
    sqlx::query!(
        "UPDATE organizations SET name = coalesce($2, name), status = coalesce($3, status),
             session_idle_minutes = coalesce($4, session_idle_minutes),
             session_max_minutes = coalesce($5, session_max_minutes),
             recording_retention_days = coalesce($6, recording_retention_days),
             max_concurrent_sessions = coalesce($7, max_concurrent_sessions),
             mfa_required = coalesce($8, mfa_required),
             sign_in_idle_minutes = coalesce($9, sign_in_idle_minutes),
             sign_in_max_hours = coalesce($10, sign_in_max_hours), max_sign_ins = coalesce($11, max_sign_ins),
             password_classes = coalesce($12, password_classes),
             sign_in_bindings = coalesce($13, sign_in_bindings), ip_ranges = coalesce($14, ip_ranges),
             access_approval = coalesce($15, access_approval),
             updated_at = now(), version = version + 1
         WHERE id = $1",
        id.0,
        change.name.as_deref().map(str::trim),
        change.status.map(OrganizationStatus::as_str),
        change.session_idle_minutes,
        change.session_max_minutes,
        change.recording_retention_days,
        change.max_concurrent_sessions,
        change.mfa_required,
        change.sign_in_idle_minutes,
        change.sign_in_max_hours,
        change.max_sign_ins,
        classes.as_deref(),
        bindings.as_deref(),
        networks,
        change.access_approval.map(AccessApproval::as_str),
    )
    .execute(conn)
    .await?;
    Ok(())
}

fn words<T: Copy>(of: Option<&[T]>, word: fn(T) -> &'static str) -> Option<Vec<String>> {
    of.map(|of| of.iter().map(|&one| word(one).to_owned()).collect())
}

/// Holds those who are signed in to the organization's terms as they are now. A sign-in that begins meanwhile waits for
/// the organization's row and takes them from there.
pub(super) async fn bound_sign_ins(conn: &mut PgConnection, id: OrganizationId) -> Result<()> {
    sqlx::query!(
        "UPDATE user_sessions s SET idle_minutes = o.sign_in_idle_minutes,
             expires_at = least(s.expires_at, s.created_at + make_interval(hours => o.sign_in_max_hours))
         FROM organizations o WHERE o.id = $1 AND s.org_id = $1 AND s.revoked_at IS NULL AND s.expires_at > now()",
        id.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Hides it; its people's sign-ins and its sessions end by the leases and by `wall.load_caller`.
pub(super) async fn delete(conn: &mut PgConnection, id: OrganizationId) -> Result<()> {
    sqlx::query!(
        "UPDATE organizations SET status = 'deleted', deleted_at = now(), updated_at = now(), version = version + 1
         WHERE id = $1",
        id.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Shows it again, suspended: it takes part once somebody has looked at it and resumes it. What let its people in before
/// it was deleted lets nobody in any more: the deletion itself only stopped it from counting.
pub(super) async fn restore(conn: &mut PgConnection, id: OrganizationId) -> Result<()> {
    sqlx::query!(
        "UPDATE organizations SET status = 'suspended', deleted_at = NULL, updated_at = now(), version = version + 1
         WHERE id = $1",
        id.0
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "UPDATE users SET epoch = epoch + 1, updated_at = now(), version = version + 1
         WHERE org_id = $1 AND status <> 'deleted'",
        id.0
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "UPDATE user_sessions SET revoked_at = now(), revoke_reason = 'the organization was deleted'
         WHERE org_id = $1 AND revoked_at IS NULL",
        id.0
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!("UPDATE invitations SET used_at = now() WHERE org_id = $1 AND used_at IS NULL", id.0)
        .execute(&mut *conn)
        .await?;
    sqlx::query!(
        "UPDATE directory_tokens SET revoked_at = now() WHERE org_id = $1 AND revoked_at IS NULL",
        id.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Overwrites the key and hides the credentials that nothing can open any more; how many.
pub(super) async fn destroy_key(conn: &mut PgConnection, id: OrganizationId) -> Result<i64> {
    sqlx::query!(
        "UPDATE organization_keys SET sealed_key = NULL, destroyed_at = now() WHERE org_id = $1 AND destroyed_at IS NULL",
        id.0
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!("DELETE FROM credential_secrets WHERE org_id = $1", id.0).execute(&mut *conn).await?;
    let gone = sqlx::query!(
        "UPDATE credentials SET deleted_at = now(), updated_at = now(), version = version + 1
         WHERE org_id = $1 AND deleted_at IS NULL",
        id.0
    )
    .execute(conn)
    .await?;
    Ok(i64::try_from(gone.rows_affected()).unwrap_or(i64::MAX))
}
