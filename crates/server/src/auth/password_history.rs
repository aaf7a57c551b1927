//! The passwords that a person had last, as hashes: none of them is to come again.

use crate::error::Result;
use crate::ids::{OrganizationId, UserId};
use sqlx::PgConnection;

/// With the one of now: the last five.
const OLD: i64 = 4;

/// Keeps the hash of now, which is about to be replaced in the transaction at hand.
pub(super) async fn remember(
    conn: &mut PgConnection,
    organization: OrganizationId,
    user: UserId,
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO password_history (org_id, user_id, password_hash)
         SELECT org_id, id, password_hash FROM users WHERE org_id = $1 AND id = $2 AND password_hash IS NOT NULL",
        organization.0,
        user.0
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "DELETE FROM password_history WHERE org_id = $1 AND user_id = $2 AND id NOT IN (
             SELECT id FROM password_history WHERE org_id = $1 AND user_id = $2 ORDER BY created_at DESC LIMIT $3)",
        organization.0,
        user.0,
        OLD
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Forgets those of people who are gone.
pub(crate) async fn forget_gone(conn: &mut PgConnection) -> Result<()> {
    sqlx::query!(
        "DELETE FROM password_history h USING users u
         WHERE u.org_id = h.org_id AND u.id = h.user_id AND u.status = 'deleted'"
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The hashes of now and of before.
pub(super) async fn hashes(
    conn: &mut PgConnection,
    organization: OrganizationId,
    user: UserId,
) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar!(
        r#"SELECT password_hash AS "hash!" FROM users WHERE org_id = $1 AND id = $2 AND password_hash IS NOT NULL
           UNION ALL
           SELECT password_hash FROM password_history WHERE org_id = $1 AND user_id = $2"#,
        organization.0,
        user.0
    )
    .fetch_all(conn)
    .await?)
}
