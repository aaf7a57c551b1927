//! All SQL of setting up a platform.

use crate::error::Result;
use crate::ids::{OrganizationId, UserId};
use sqlx::PgConnection;
use uuid::Uuid;

/// The first person.
#[derive(Debug)]
pub(super) struct First<'a> {
    pub(super) id: UserId,
    pub(super) email: &'a str,
    pub(super) display_name: &'a str,
    pub(super) password_hash: &'a str,
    pub(super) organization_name: &'a str,
}

/// A link, good for a day, if there is nobody yet.
pub(super) async fn insert_link(conn: &mut PgConnection, id: Uuid, token_hash: &[u8]) -> Result<bool> {
    let made = sqlx::query!(
        "INSERT INTO setup_links (id, token_hash, expires_at)
         SELECT $1, $2, now() + interval '1 day' WHERE NOT EXISTS (SELECT 1 FROM users)",
        id,
        token_hash
    )
    .execute(conn)
    .await?;
    Ok(made.rows_affected() == 1)
}

/// Whether a link can still be used.
pub(super) async fn link_is_good(conn: &mut PgConnection, token_hash: &[u8]) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT 1 FROM setup_links WHERE token_hash = $1 AND used_at IS NULL
             AND expires_at > now()) AND NOT EXISTS (SELECT 1 FROM users) AS "good!""#,
        token_hash
    )
    .fetch_one(conn)
    .await?)
}

/// Spends the link, names the provider, makes the person. The provider's row is locked first, so that of two
/// with different links the second sees that there is somebody.
pub(super) async fn set_up(
    conn: &mut PgConnection,
    token_hash: &[u8],
    provider: OrganizationId,
    first: &First<'_>,
) -> Result<bool> {
    sqlx::query!("SELECT id FROM organizations WHERE id = $1 FOR UPDATE", provider.0)
        .fetch_one(&mut *conn)
        .await?;
    let spent = sqlx::query!(
        "UPDATE setup_links SET used_at = now() WHERE token_hash = $1 AND used_at IS NULL
             AND expires_at > now() AND NOT EXISTS (SELECT 1 FROM users)",
        token_hash
    )
    .execute(&mut *conn)
    .await?;
    if spent.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query!(
        "UPDATE organizations SET name = $2, updated_at = now(), version = version + 1 WHERE id = $1",
        provider.0,
        first.organization_name
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "INSERT INTO users (org_id, id, email, display_name, role, status, password_hash)
         VALUES ($1, $2, $3, $4, 'super_admin', 'active', $5)",
        provider.0,
        first.id.0,
        first.email,
        first.display_name,
        first.password_hash
    )
    .execute(conn)
    .await?;
    Ok(true)
}
