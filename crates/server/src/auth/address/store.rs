//! All SQL of changes of address.

use super::PendingAddress;
use crate::access::{Caller, Role};
use crate::auth::links::Holder;
use crate::error::Result;
use crate::ids::{AddressChangeId, OrganizationId, UserId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// Links that one person can ask for in an hour.
const MOST_AN_HOUR: i64 = 3;

/// What a person has now.
#[derive(Debug)]
pub(super) struct Before {
    pub(super) email: String,
    pub(super) has_password: bool,
}

/// The caller's link that waits.
pub(super) async fn find_pending(conn: &mut PgConnection, caller: &Caller) -> Result<Option<PendingAddress>> {
    Ok(sqlx::query_as!(
        PendingAddress,
        "SELECT email, expires_at FROM address_changes
         WHERE org_id = $1 AND user_id = $2 AND used_at IS NULL AND expires_at > now()
         ORDER BY created_at DESC LIMIT 1",
        caller.org_id.0,
        caller.user_id.0
    )
    .fetch_optional(conn)
    .await?)
}

/// The caller's account, held: two requests at once wait for each other here, so the newest is one.
pub(super) async fn lock_person(conn: &mut PgConnection, caller: &Caller) -> Result<Option<Before>> {
    Ok(sqlx::query_as!(
        Before,
        r#"SELECT email, password_hash IS NOT NULL AS "has_password!" FROM users
           WHERE org_id = $1 AND id = $2 AND status = 'active' FOR NO KEY UPDATE"#,
        caller.org_id.0,
        caller.user_id.0
    )
    .fetch_optional(conn)
    .await?)
}

/// Whether the address is somebody's.
pub(super) async fn is_taken(conn: &mut PgConnection, email: &str) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM users WHERE lower(email) = lower($1) AND status <> 'deleted') AS "taken!""#,
        email
    )
    .fetch_one(conn)
    .await?)
}

/// A new link, good for half an hour; the person's older ones are over. None when they asked often enough lately.
pub(super) async fn insert(
    conn: &mut PgConnection,
    caller: &Caller,
    id: AddressChangeId,
    email: &str,
    token_hash: &[u8],
) -> Result<Option<DateTime<Utc>>> {
    let expires_at = sqlx::query_scalar!(
        "INSERT INTO address_changes (org_id, id, user_id, email, token_hash, expires_at)
         SELECT $1, $2, $3, $4, $5, clock_timestamp() + interval '30 minutes'
         WHERE (SELECT count(*) FROM address_changes
                WHERE org_id = $1 AND user_id = $3 AND created_at > now() - interval '1 hour') < $6
         RETURNING expires_at",
        caller.org_id.0,
        id.0,
        caller.user_id.0,
        email,
        token_hash,
        MOST_AN_HOUR
    )
    .fetch_optional(&mut *conn)
    .await?;
    if expires_at.is_some() {
        end_all_but(conn, caller.org_id, caller.user_id, Some(id)).await?;
    }
    Ok(expires_at)
}

/// Ends the open links of a person, but the one that is named.
pub(super) async fn end_all_but(
    conn: &mut PgConnection,
    organization: OrganizationId,
    user: UserId,
    but: Option<AddressChangeId>,
) -> Result<()> {
    sqlx::query!(
        "UPDATE address_changes SET expires_at = clock_timestamp()
         WHERE org_id = $1 AND user_id = $2 AND used_at IS NULL AND expires_at > clock_timestamp()
           AND ($3::uuid IS NULL OR id <> $3)",
        organization.0,
        user.0,
        but.map(|id| id.0)
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Spends a link and sets the address, in one statement: of two at once, one finds the link unspent. The new address,
/// and the person as they were before.
pub(super) async fn confirm(conn: &mut PgConnection, token_hash: &[u8]) -> Result<Option<(String, Holder)>> {
    let row = sqlx::query!(
        r#"WITH spent AS (
               UPDATE address_changes c SET used_at = now() FROM organizations o
               WHERE c.token_hash = $1 AND c.used_at IS NULL AND c.expires_at > now()
                 AND o.id = c.org_id AND o.status = 'active'
               RETURNING c.org_id, c.user_id, c.email, c.expires_at, o.name
           ), before AS (
               SELECT u.org_id, u.id, u.email FROM users u JOIN spent s ON u.org_id = s.org_id AND u.id = s.user_id
               WHERE u.status = 'active' FOR NO KEY UPDATE OF u
           )
           UPDATE users u SET email = spent.email, updated_at = now(), version = u.version + 1
           FROM spent, before WHERE u.org_id = before.org_id AND u.id = before.id
           RETURNING u.id AS "user_id: UserId", u.org_id AS "org_id: OrganizationId", spent.name AS organization_name,
                     before.email AS "from", u.email AS "to", u.display_name, u.role AS "role: Role", spent.expires_at"#,
        token_hash
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| {
        let person = Holder {
            user_id: row.user_id,
            org_id: row.org_id,
            organization_name: row.organization_name,
            email: row.from,
            display_name: row.display_name,
            role: row.role,
            // No password is chosen by this link.
            password_classes: Vec::new(),
            expires_at: row.expires_at,
        };
        (row.to, person)
    }))
}

/// Links that are long over.
pub(super) async fn forget_old(conn: &mut PgConnection) -> Result<()> {
    sqlx::query!("DELETE FROM address_changes WHERE created_at < now() - interval '30 days'")
        .execute(conn)
        .await?;
    Ok(())
}
