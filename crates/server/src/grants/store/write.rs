//! Grants made, changed, closed, used.

use super::find;
use crate::access::Caller;
use crate::error::Result;
use crate::grants::model::{AccessLevel, Grant, Service, Terms};
use crate::ids::{GrantId, OrganizationId, UserId};
use sqlx::PgConnection;

/// One, held against other writers until the end of the transaction.
pub(in crate::grants) async fn lock(conn: &mut PgConnection, id: GrantId) -> Result<Option<Grant>> {
    let locked = sqlx::query_scalar!(
        "SELECT id FROM technician_customer_access WHERE id = $1 FOR NO KEY UPDATE",
        id.0
    )
    .fetch_optional(&mut *conn)
    .await?;
    match locked {
        Some(_) => find(conn, None, id).await,
        None => Ok(None),
    }
}

/// A technician as a grant needs to know them.
pub(in crate::grants) struct Technician {
    pub org_id: OrganizationId,
    pub id: UserId,
    pub name: String,
    pub email: String,
    /// Technician by role, and active.
    pub fit: bool,
}

/// The person, held so that nobody disables them before this transaction ends.
pub(in crate::grants) async fn lock_technician(
    conn: &mut PgConnection,
    id: UserId,
) -> Result<Option<Technician>> {
    Ok(sqlx::query_as!(
        Technician,
        r#"SELECT org_id AS "org_id: OrganizationId", id AS "id: UserId", display_name AS name, email,
                  role = 'technician' AND status = 'active' AS "fit!"
           FROM users WHERE id = $1 AND status <> 'deleted' FOR SHARE"#,
        id.0
    )
    .fetch_optional(conn)
    .await?)
}

/// A new grant.
pub(in crate::grants) async fn insert(
    conn: &mut PgConnection,
    id: GrantId,
    (technician, organization): (&Technician, OrganizationId),
    terms: &Terms,
    granted_by: &Caller,
) -> Result<()> {
    let services = names(&terms.services);
    sqlx::query!(
        "INSERT INTO technician_customer_access (org_id, id, technician_org_id, technician_id, technician_name,
             technician_email, access_level, services, ip_ranges, reason, notes, starts_at, expires_at, granted_by,
             granted_by_name)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        organization.0,
        id.0,
        technician.org_id.0,
        technician.id.0,
        technician.name,
        technician.email,
        terms.access_level.as_str(),
        &services,
        &terms.ip_ranges,
        terms.reason,
        terms.notes,
        terms.starts_at,
        terms.expires_at,
        granted_by.user_id.0,
        granted_by.display_name,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// New terms.
pub(in crate::grants) async fn update(conn: &mut PgConnection, id: GrantId, terms: &Terms) -> Result<()> {
    let services = names(&terms.services);
    sqlx::query!(
        "UPDATE technician_customer_access SET access_level = $2, services = $3, ip_ranges = $4, reason = $5,
             notes = $6, expires_at = $7, updated_at = now(), version = version + 1
         WHERE id = $1",
        id.0,
        terms.access_level.as_str(),
        &services,
        &terms.ip_ranges,
        terms.reason,
        terms.notes,
        terms.expires_at,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes it back.
pub(in crate::grants) async fn revoke(
    conn: &mut PgConnection,
    id: GrantId,
    by: &Caller,
    reason: &str,
) -> Result<()> {
    sqlx::query!(
        "UPDATE technician_customer_access SET revoked_at = now(), revoked_by = $2, revoked_by_name = $3,
             revoke_reason = $4, updated_at = now(), version = version + 1
         WHERE id = $1",
        id.0,
        by.user_id.0,
        by.display_name,
        reason,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Closes the expired grant of this level between the two, if there is one, so that the next can stand.
pub(in crate::grants) async fn close_expired(
    conn: &mut PgConnection,
    technician: UserId,
    organization: OrganizationId,
    level: AccessLevel,
) -> Result<Option<GrantId>> {
    Ok(sqlx::query_scalar!(
        r#"UPDATE technician_customer_access SET revoked_at = now(), revoke_reason = 'expired', updated_at = now(),
               version = version + 1
           WHERE technician_id = $1 AND org_id = $2 AND access_level = $3 AND revoked_at IS NULL AND expires_at <= now()
           RETURNING id AS "id: GrantId""#,
        technician.0,
        organization.0,
        level.as_str(),
    )
    .fetch_optional(conn)
    .await?)
}

/// What [`super::revoke_all_of`] took back.
pub(in crate::grants) struct Revoked {
    pub org_id: OrganizationId,
    pub id: GrantId,
    pub technician_name: String,
    pub access_level: String,
}

/// Takes back whatever one technician holds.
pub(in crate::grants) async fn revoke_all(
    conn: &mut PgConnection,
    technician: UserId,
    by: Option<&Caller>,
    reason: &str,
) -> Result<Vec<Revoked>> {
    Ok(sqlx::query_as!(
        Revoked,
        r#"UPDATE technician_customer_access SET revoked_at = now(), revoked_by = $2, revoked_by_name = $3,
               revoke_reason = $4, updated_at = now(), version = version + 1
           WHERE technician_id = $1 AND revoked_at IS NULL
           RETURNING org_id AS "org_id: OrganizationId", id AS "id: GrantId", technician_name, access_level"#,
        technician.0,
        by.map(|by| by.user_id.0),
        by.map(|by| &*by.display_name),
        reason,
    )
    .fetch_all(conn)
    .await?)
}

/// The name that customers read, after it changed.
pub(in crate::grants) async fn rename(conn: &mut PgConnection, technician: UserId, name: &str) -> Result<()> {
    sqlx::query!(
        "UPDATE technician_customer_access SET technician_name = $2 WHERE technician_id = $1 AND revoked_at IS NULL",
        technician.0,
        name,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Counts one use; the version stays, for the terms are the same.
pub(in crate::grants) async fn record_use(conn: &mut PgConnection, id: GrantId) -> Result<()> {
    sqlx::query!(
        "UPDATE technician_customer_access SET last_used_at = now(), use_count = use_count + 1 WHERE id = $1",
        id.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

fn names(services: &[Service]) -> Vec<String> {
    services.iter().map(|service| service.as_str().to_owned()).collect()
}
