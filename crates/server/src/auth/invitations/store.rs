//! All SQL of invitations.

use crate::access::Role;
use crate::auth::links::Holder;
use crate::error::Result;
use crate::ids::{InvitationId, OrganizationId, UserId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// A new link, good for seven days; the person's older ones are over.
pub(super) async fn insert(
    conn: &mut PgConnection,
    organization: OrganizationId,
    id: InvitationId,
    user: UserId,
    token_hash: &[u8],
) -> Result<DateTime<Utc>> {
    sqlx::query!(
        "UPDATE invitations SET expires_at = now()
         WHERE org_id = $1 AND user_id = $2 AND used_at IS NULL AND expires_at > now()",
        organization.0,
        user.0
    )
    .execute(&mut *conn)
    .await?;
    Ok(sqlx::query_scalar!(
        "INSERT INTO invitations (org_id, id, user_id, token_hash, expires_at)
         VALUES ($1, $2, $3, $4, now() + interval '7 days') RETURNING expires_at",
        organization.0,
        id.0,
        user.0,
        token_hash
    )
    .fetch_one(conn)
    .await?)
}

/// The person of a standing link.
pub(super) async fn find(conn: &mut PgConnection, token_hash: &[u8]) -> Result<Option<Holder>> {
    Ok(sqlx::query_as!(
        Holder,
        r#"SELECT u.id AS "user_id: UserId", u.org_id AS "org_id: OrganizationId", o.name AS organization_name,
                  u.email, u.display_name, u.role AS "role: Role", o.password_classes,
                  i.expires_at
           FROM invitations i JOIN users u ON u.org_id = i.org_id AND u.id = i.user_id
           JOIN organizations o ON o.id = u.org_id
           WHERE i.token_hash = $1 AND i.used_at IS NULL AND i.expires_at > now()
             AND u.status = 'invited' AND o.status = 'active'"#,
        token_hash
    )
    .fetch_optional(conn)
    .await?)
}

/// Spends a link and makes the account, in one statement: of two at once, one finds the link unspent.
pub(super) async fn accept(conn: &mut PgConnection, token_hash: &[u8], password_hash: &str) -> Result<bool> {
    let made = sqlx::query!(
        "WITH spent AS (
             UPDATE invitations i SET used_at = now() FROM organizations o
             WHERE i.token_hash = $1 AND i.used_at IS NULL AND i.expires_at > now()
               AND o.id = i.org_id AND o.status = 'active'
             RETURNING i.org_id, i.user_id
         )
         UPDATE users u SET status = 'active', password_hash = $2, updated_at = now(), version = u.version + 1
         FROM spent WHERE u.org_id = spent.org_id AND u.id = spent.user_id AND u.status = 'invited'",
        token_hash,
        password_hash
    )
    .execute(conn)
    .await?;
    Ok(made.rows_affected() == 1)
}
