//! Grants made, changed, closed, used. Whatever is done to one is kept in the history before the function returns.

use super::find;
use super::history::{Act, keep};
use crate::access::Caller;
use crate::error::{ApiError, Result};
use crate::grants::history::ChangeKind;
use crate::grants::hours::Hours;
use crate::grants::model::{AccessLevel, Grant, Service, Terms};
use crate::ids::{GrantId, OrganizationId, UserId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

/// One, held against other writers until the end of the transaction.
pub(in crate::grants) async fn lock(conn: &mut PgConnection, id: GrantId) -> Result<Option<Grant>> {
    if hold(conn, id).await? { find(conn, None, id).await } else { Ok(None) }
}

/// Holds one likewise, of a deleted customer too; whether it is there.
pub(in crate::grants) async fn hold(conn: &mut PgConnection, id: GrantId) -> Result<bool> {
    let held = sqlx::query_scalar!(
        "SELECT id FROM technician_customer_access WHERE id = $1 FOR NO KEY UPDATE",
        id.0
    );
    Ok(held.fetch_optional(conn).await?.is_some())
}

/// A grant to be: for whom and where.
pub(in crate::grants) struct NewGrant {
    pub id: GrantId,
    pub technician: UserId,
    pub organization: OrganizationId,
}

/// New grants, all of the same terms. In the order of technicians: an emergency waits for the technician's other ones, and
/// two who give them at once shall wait and never deadlock.
pub(in crate::grants) async fn insert(
    conn: &mut PgConnection,
    new: &[NewGrant],
    terms: &Terms,
    (granted_by, granted_by_name): (UserId, &str),
    act: &Act<'_>,
) -> Result<()> {
    let ids: Vec<Uuid> = new.iter().map(|new| new.id.0).collect();
    let technicians: Vec<Uuid> = new.iter().map(|new| new.technician.0).collect();
    let organizations: Vec<Uuid> = new.iter().map(|new| new.organization.0).collect();
    let services = names(&terms.services);
    let made = sqlx::query!(
        "INSERT INTO technician_customer_access (org_id, id, technician_org_id, technician_id, technician_name,
             technician_email, access_level, services, ip_ranges, reason, notes, starts_at, expires_at, granted_by,
             granted_by_name, hours)
         SELECT n.org_id, n.id, u.org_id, u.id, u.display_name, u.email, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13
         FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) n (id, technician_id, org_id)
         JOIN users u ON u.id = n.technician_id ORDER BY u.id",
        &ids,
        &technicians,
        &organizations,
        terms.access_level.as_str(),
        &services,
        &terms.ip_ranges,
        terms.reason,
        terms.notes,
        terms.starts_at,
        terms.expires_at,
        granted_by.0,
        granted_by_name,
        terms.hours.as_ref().map(Json) as Option<Json<&Hours>>,
    )
    .execute(&mut *conn)
    .await?;
    expect_all(made.rows_affected(), new.len())?;
    keep(conn, &ids, ChangeKind::Create, act).await
}

/// For another technician what one holds: each new grant has the terms of the one that it comes from.
pub(in crate::grants) async fn copy(
    conn: &mut PgConnection,
    (ids, sources): (&[Uuid], &[Uuid]),
    technician: UserId,
    by: &Caller,
    act: &Act<'_>,
) -> Result<()> {
    let made = sqlx::query!(
        "INSERT INTO technician_customer_access (org_id, id, technician_org_id, technician_id, technician_name,
             technician_email, access_level, services, ip_ranges, hours, reason, notes, starts_at, expires_at,
             granted_by, granted_by_name)
         SELECT g.org_id, n.id, u.org_id, u.id, u.display_name, u.email, g.access_level, g.services, g.ip_ranges,
             g.hours, $4, g.notes, g.starts_at, g.expires_at, $5, $6
         FROM unnest($1::uuid[], $2::uuid[]) n (id, source)
         JOIN technician_customer_access g ON g.id = n.source
         JOIN users u ON u.id = $3",
        ids,
        sources,
        technician.0,
        act.why,
        by.user_id.0,
        by.display_name,
    )
    .execute(&mut *conn)
    .await?;
    expect_all(made.rows_affected(), ids.len())?;
    keep(conn, ids, ChangeKind::Create, act).await
}

/// New terms of one.
pub(in crate::grants) async fn update(
    conn: &mut PgConnection,
    id: GrantId,
    terms: &Terms,
    act: &Act<'_>,
) -> Result<()> {
    update_many(conn, &[(id, terms)], terms, act).await
}

/// New terms of many: the same for all, but for the beginning and the remarks, which stand with each.
pub(in crate::grants) async fn update_many(
    conn: &mut PgConnection,
    each: &[(GrantId, &Terms)],
    terms: &Terms,
    act: &Act<'_>,
) -> Result<()> {
    let ids: Vec<Uuid> = each.iter().map(|(id, _)| id.0).collect();
    let notes: Vec<String> = each.iter().map(|(_, own)| own.notes.clone()).collect();
    let starts: Vec<Option<DateTime<Utc>>> = each.iter().map(|(_, own)| own.starts_at).collect();
    let services = names(&terms.services);
    sqlx::query!(
        "UPDATE technician_customer_access g SET access_level = $4, services = $5, ip_ranges = $6, reason = $7,
             notes = n.notes, starts_at = n.starts_at, expires_at = $8, hours = $9, updated_at = now(),
             version = version + 1
         FROM unnest($1::uuid[], $2::text[], $3::timestamptz[]) n (id, notes, starts_at) WHERE g.id = n.id",
        &ids,
        &notes,
        &starts as &[Option<DateTime<Utc>>],
        terms.access_level.as_str(),
        &services,
        &terms.ip_ranges,
        terms.reason,
        terms.expires_at,
        terms.hours.as_ref().map(Json) as Option<Json<&Hours>>,
    )
    .execute(&mut *conn)
    .await?;
    keep(conn, &ids, ChangeKind::Update, act).await
}

/// Gives back the terms that were before the newest change.
pub(in crate::grants) async fn restore(conn: &mut PgConnection, ids: &[Uuid], act: &Act<'_>) -> Result<()> {
    let done = sqlx::query!(
        "UPDATE technician_customer_access g SET access_level = c.access_level, services = c.services,
             ip_ranges = c.ip_ranges, hours = c.hours, reason = c.reason, notes = c.notes, starts_at = c.starts_at,
             expires_at = c.expires_at, updated_at = now(), version = g.version + 1
         FROM access_changes c
         WHERE g.id = ANY ($1) AND c.org_id = g.org_id AND c.grant_id = g.id AND c.version = g.version - 1",
        ids
    )
    .execute(&mut *conn)
    .await?;
    expect_all(done.rows_affected(), ids.len())?;
    keep(conn, ids, ChangeKind::Update, act).await
}

/// Takes them back; `act` says why.
pub(in crate::grants) async fn revoke(
    conn: &mut PgConnection,
    ids: &[Uuid],
    by: &Caller,
    act: &Act<'_>,
) -> Result<()> {
    sqlx::query!(
        "UPDATE technician_customer_access SET revoked_at = now(), revoked_by = $2, revoked_by_name = $3,
             revoke_reason = $4, updated_at = now(), version = version + 1
         WHERE id = ANY ($1)",
        ids,
        by.user_id.0,
        by.display_name,
        act.why,
    )
    .execute(&mut *conn)
    .await?;
    keep(conn, ids, ChangeKind::Revoke, act).await
}

/// Undoes that they were taken back.
pub(in crate::grants) async fn reopen(conn: &mut PgConnection, ids: &[Uuid], act: &Act<'_>) -> Result<()> {
    sqlx::query!(
        "UPDATE technician_customer_access SET revoked_at = NULL, revoked_by = NULL, revoked_by_name = NULL,
             revoke_reason = NULL, updated_at = now(), version = version + 1
         WHERE id = ANY ($1)",
        ids
    )
    .execute(&mut *conn)
    .await?;
    keep(conn, ids, ChangeKind::Create, act).await
}

/// Closes the expired grant of this level between the two, if there is one, so that the next can stand.
pub(in crate::grants) async fn close_expired(
    conn: &mut PgConnection,
    technician: UserId,
    organization: OrganizationId,
    level: AccessLevel,
    act: &Act<'_>,
) -> Result<Option<GrantId>> {
    let expired = sqlx::query_scalar!(
        r#"SELECT id AS "id: GrantId" FROM technician_customer_access
           WHERE technician_id = $1 AND org_id = $2 AND access_level = $3 AND revoked_at IS NULL AND expires_at <= now()
           FOR NO KEY UPDATE"#,
        technician.0,
        organization.0,
        level.as_str(),
    )
    .fetch_optional(&mut *conn)
    .await?;
    if let Some(id) = expired {
        close(conn, &[id.0], act).await?;
    }
    Ok(expired)
}

/// Closes expired grants that stand in the way of others.
pub(in crate::grants) async fn close(conn: &mut PgConnection, ids: &[Uuid], act: &Act<'_>) -> Result<()> {
    sqlx::query!(
        "UPDATE technician_customer_access SET revoked_at = now(), revoke_reason = 'expired', updated_at = now(),
             version = version + 1
         WHERE id = ANY ($1)",
        ids
    )
    .execute(&mut *conn)
    .await?;
    keep(conn, ids, ChangeKind::Expire, act).await
}

/// What [`super::revoke_all_of`] took back.
pub(in crate::grants) struct Revoked {
    pub org_id: OrganizationId,
    pub id: GrantId,
    pub technician_name: String,
    pub access_level: String,
}

/// Takes back whatever one technician holds; what had expired is closed.
pub(in crate::grants) async fn revoke_all(
    conn: &mut PgConnection,
    technician: UserId,
    act: &Act<'_>,
) -> Result<Vec<Revoked>> {
    let revoked = sqlx::query_as!(
        Revoked,
        r#"UPDATE technician_customer_access SET revoked_at = now(), revoked_by = $2, revoked_by_name = $3,
               revoke_reason = $4, updated_at = now(), version = version + 1
           WHERE technician_id = $1 AND revoked_at IS NULL
           RETURNING org_id AS "org_id: OrganizationId", id AS "id: GrantId", technician_name, access_level"#,
        technician.0,
        act.by.map(|by| by.user_id.0),
        act.by.map(|by| &*by.display_name),
        act.why,
    )
    .fetch_all(&mut *conn)
    .await?;
    let ids: Vec<Uuid> = revoked.iter().map(|grant| grant.id.0).collect();
    keep(conn, &ids, ChangeKind::Revoke, act).await?;
    Ok(revoked)
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

/// What a statement was to write and did not, somebody took away meanwhile.
fn expect_all(written: u64, wanted: usize) -> Result<()> {
    if u64::try_from(wanted).is_ok_and(|wanted| wanted == written) {
        return Ok(());
    }
    Err(ApiError::conflict(
        "changed_since",
        "Somebody changed this access meanwhile. Nothing was changed; look at it again.",
    ))
}

fn names(services: &[Service]) -> Vec<String> {
    services.iter().map(|service| service.as_str().to_owned()).collect()
}
