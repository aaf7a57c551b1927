//! All SQL of password resets.

use crate::access::Role;
use crate::auth::links::Holder;
use crate::auth::store::Account;
use crate::error::Result;
use crate::ids::{OrganizationId, PasswordResetId, UserId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// Links that one person can be sent in an hour.
const MOST_AN_HOUR: i64 = 3;

/// A new link, good for half an hour; the person's older ones are over. None when they were sent enough lately.
pub(super) async fn insert(
    conn: &mut PgConnection,
    account: &Account,
    id: PasswordResetId,
    token_hash: &[u8],
) -> Result<Option<DateTime<Utc>>> {
    // Two requests at once wait for each other here, so the newest is one.
    sqlx::query!(
        "SELECT id FROM users WHERE org_id = $1 AND id = $2 FOR NO KEY UPDATE",
        account.org_id.0,
        account.id.0
    )
    .fetch_one(&mut *conn)
    .await?;
    let expires_at = sqlx::query_scalar!(
        "INSERT INTO password_resets (org_id, id, user_id, token_hash, expires_at)
         SELECT $1, $2, $3, $4, clock_timestamp() + interval '30 minutes'
         WHERE (SELECT count(*) FROM password_resets
                WHERE org_id = $1 AND user_id = $3 AND created_at > now() - interval '1 hour') < $5
         RETURNING expires_at",
        account.org_id.0,
        id.0,
        account.id.0,
        token_hash,
        MOST_AN_HOUR
    )
    .fetch_optional(&mut *conn)
    .await?;
    if expires_at.is_some() {
        end_all_but(conn, account.org_id, account.id, Some(id)).await?;
    }
    Ok(expires_at)
}

/// Ends the open links of a person, but the one that is named.
pub(in crate::auth) async fn end_all_but(
    conn: &mut PgConnection,
    organization: OrganizationId,
    user: UserId,
    but: Option<PasswordResetId>,
) -> Result<()> {
    sqlx::query!(
        "UPDATE password_resets SET expires_at = clock_timestamp()
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

/// The person of a standing link.
pub(super) async fn find(conn: &mut PgConnection, token_hash: &[u8]) -> Result<Option<Holder>> {
    Ok(sqlx::query_as!(
        Holder,
        r#"SELECT u.id AS "user_id: UserId", u.org_id AS "org_id: OrganizationId", o.name AS organization_name,
                  u.email, u.display_name, u.role AS "role: Role", o.password_classes,
                  r.expires_at
           FROM password_resets r JOIN users u ON u.org_id = r.org_id AND u.id = r.user_id
           JOIN organizations o ON o.id = u.org_id
           WHERE r.token_hash = $1 AND r.used_at IS NULL AND r.expires_at > now()
             AND u.status = 'active' AND o.status = 'active'"#,
        token_hash
    )
    .fetch_optional(conn)
    .await?)
}

/// Spends a link and sets the password, in one statement: of two at once, one finds the link unspent. Everything that
/// was given out before ends with the epoch.
pub(super) async fn accept(conn: &mut PgConnection, token_hash: &[u8], password_hash: &str) -> Result<bool> {
    let made = sqlx::query!(
        "WITH spent AS (
             UPDATE password_resets r SET used_at = now() FROM organizations o
             WHERE r.token_hash = $1 AND r.used_at IS NULL AND r.expires_at > now()
               AND o.id = r.org_id AND o.status = 'active'
             RETURNING r.org_id, r.user_id
         )
         UPDATE users u SET password_hash = $2, epoch = u.epoch + 1, updated_at = now(), version = u.version + 1
         FROM spent WHERE u.org_id = spent.org_id AND u.id = spent.user_id AND u.status = 'active'",
        token_hash,
        password_hash
    )
    .execute(conn)
    .await?;
    Ok(made.rows_affected() == 1)
}

/// Links that are long over.
pub(super) async fn forget_old(conn: &mut PgConnection) -> Result<()> {
    sqlx::query!("DELETE FROM password_resets WHERE created_at < now() - interval '30 days'")
        .execute(conn)
        .await?;
    Ok(())
}
