//! All SQL of the keys of access tokens. They are of no organization: `sallyport_system` alone reads them.

use super::model::{KeyState, TokenKey};
use crate::error::Result;
use crate::http::Window;
use crate::ids::TokenKeyId;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// A key that verifies.
#[derive(Debug)]
pub(super) struct Standing {
    pub(super) id: TokenKeyId,
    pub(super) kid: String,
    pub(super) public_key: Vec<u8>,
    /// None once it is wiped.
    pub(super) sealed_key: Option<Vec<u8>>,
    pub(super) state: KeyState,
    /// Whether everybody who keeps the published set has read it with this key.
    pub(super) published: bool,
}

/// Of instances that change the ring at once, the others wait here and then see what the first did.
pub(super) async fn lock(conn: &mut PgConnection) -> Result<()> {
    sqlx::query!("SELECT pg_advisory_xact_lock(hashtext('sallyport token_keys'))").execute(conn).await?;
    Ok(())
}

/// All that verify: not revoked, and retired so short a time ago that a token of it can be alive (five minutes, and
/// those in which an instance may not have heard that it is retired).
pub(super) async fn standing(conn: &mut PgConnection) -> Result<Vec<Standing>> {
    Ok(sqlx::query_as!(
        Standing,
        r#"SELECT id AS "id: TokenKeyId", kid, public_key, sealed_key,
                  CASE WHEN retired_at IS NOT NULL THEN 'retired' WHEN activated_at IS NOT NULL THEN 'active'
                       ELSE 'next' END AS "state!: KeyState",
                  created_at <= now() - interval '5 minutes' AS "published!"
           FROM token_keys
           WHERE revoked_at IS NULL AND (retired_at IS NULL OR retired_at > now() - interval '15 minutes')
           ORDER BY created_at DESC, id DESC"#
    )
    .fetch_all(conn)
    .await?)
}

/// Whether there is anything to do: a key too old, none that could follow, a private half that signs no more.
pub(super) async fn is_due(conn: &mut PgConnection, rotation_days: i32) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"SELECT NOT EXISTS (SELECT 1 FROM token_keys WHERE activated_at IS NULL AND revoked_at IS NULL)
               OR NOT EXISTS (SELECT 1 FROM token_keys WHERE retired_at IS NULL AND revoked_at IS NULL
                   AND activated_at > now() - make_interval(days => $1))
               OR EXISTS (SELECT 1 FROM token_keys WHERE sealed_key IS NOT NULL
                   AND (revoked_at IS NOT NULL OR retired_at < now() - interval '15 minutes')) AS "due!""#,
        rotation_days
    )
    .fetch_one(conn)
    .await?)
}

/// Whether the key that signs is this old.
pub(super) async fn is_old(conn: &mut PgConnection, rotation_days: i32) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT 1 FROM token_keys WHERE activated_at <= now() - make_interval(days => $1)
               AND retired_at IS NULL AND revoked_at IS NULL) AS "old!""#,
        rotation_days
    )
    .fetch_one(conn)
    .await?)
}

/// A new key, which signs nothing yet.
pub(super) async fn insert(
    conn: &mut PgConnection,
    id: TokenKeyId,
    kid: &str,
    public_key: &[u8],
    sealed_key: &[u8],
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO token_keys (id, kid, public_key, sealed_key, created_at)
         VALUES ($1, $2, $3, $4, clock_timestamp())",
        id.0,
        kid,
        public_key,
        sealed_key
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The key that signs signs no more; its tokens live out their minutes.
pub(super) async fn retire(conn: &mut PgConnection) -> Result<()> {
    sqlx::query!(
        "UPDATE token_keys SET retired_at = now()
         WHERE activated_at IS NOT NULL AND retired_at IS NULL AND revoked_at IS NULL"
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The next key signs from now on.
pub(super) async fn activate(conn: &mut PgConnection, id: TokenKeyId) -> Result<()> {
    sqlx::query!("UPDATE token_keys SET activated_at = now() WHERE id = $1", id.0).execute(conn).await?;
    Ok(())
}

/// Nothing that this key signed is believed any more, and its private half is gone; its name, unless it was revoked
/// already or is not there.
pub(super) async fn revoke(conn: &mut PgConnection, id: TokenKeyId) -> Result<Option<String>> {
    Ok(sqlx::query_scalar!(
        "UPDATE token_keys SET revoked_at = now(), sealed_key = NULL WHERE id = $1 AND revoked_at IS NULL
         RETURNING kid",
        id.0
    )
    .fetch_optional(conn)
    .await?)
}

/// Wipes the private halves of keys whose last tokens are dead; which.
pub(super) async fn wipe(conn: &mut PgConnection) -> Result<Vec<(TokenKeyId, String)>> {
    let wiped = sqlx::query!(
        r#"UPDATE token_keys SET sealed_key = NULL WHERE sealed_key IS NOT NULL
             AND (revoked_at IS NOT NULL OR retired_at < now() - interval '15 minutes')
           RETURNING id AS "id: TokenKeyId", kid"#
    )
    .fetch_all(conn)
    .await?;
    Ok(wiped.into_iter().map(|row| (row.id, row.kid)).collect())
}

struct Row {
    id: TokenKeyId,
    kid: String,
    state: KeyState,
    wiped: bool,
    created_at: DateTime<Utc>,
    activated_at: Option<DateTime<Utc>>,
    retired_at: Option<DateTime<Utc>>,
    revoked_at: Option<DateTime<Utc>>,
    total: i64,
}

/// All there ever were, newest first, and how many.
pub(super) async fn list(conn: &mut PgConnection, window: Window) -> Result<(Vec<TokenKey>, i64)> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT id AS "id: TokenKeyId", kid,
                  CASE WHEN revoked_at IS NOT NULL THEN 'revoked' WHEN retired_at IS NOT NULL THEN 'retired'
                       WHEN activated_at IS NOT NULL THEN 'active' ELSE 'next' END AS "state!: KeyState",
                  sealed_key IS NULL AS "wiped!", created_at, activated_at, retired_at, revoked_at,
                  count(*) OVER () AS "total!"
           FROM token_keys ORDER BY created_at DESC, id DESC LIMIT $1 OFFSET $2"#,
        window.limit,
        window.offset()
    )
    .fetch_all(conn)
    .await?;
    let total = rows.first().map_or(0, |row| row.total);
    Ok((rows.into_iter().map(TokenKey::from).collect(), total))
}

impl From<Row> for TokenKey {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            key_id: row.kid,
            state: row.state,
            private_half_wiped: row.wiped,
            created_at: row.created_at,
            activated_at: row.activated_at,
            retired_at: row.retired_at,
            revoked_at: row.revoked_at,
        }
    }
}
