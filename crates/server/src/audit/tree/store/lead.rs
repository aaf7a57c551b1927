//! Who orders and signs, and by which keys.

use crate::error::Result;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

/// Whether this transaction orders and signs until it ends; another instance does if not. What it commits is on the
/// disk before anything is signed.
pub(in crate::audit::tree) async fn lead(conn: &mut PgConnection) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"SELECT pg_try_advisory_xact_lock(hashtext('sallyport audit sequencer'))
               AND set_config('synchronous_commit', 'on', true) = 'on' AS "leads!""#
    )
    .fetch_one(conn)
    .await?)
}

/// The same, once whoever orders and signs at the moment is done.
pub(in crate::audit::tree) async fn wait_to_lead(conn: &mut PgConnection) -> Result<()> {
    sqlx::query!("SELECT pg_advisory_xact_lock(hashtext('sallyport audit sequencer'))").execute(conn).await?;
    Ok(())
}

/// A key of checkpoints as it is stored.
pub(in crate::audit::tree) struct StoredKey {
    pub(in crate::audit::tree) key_id: String,
    pub(in crate::audit::tree) sealed_key: Vec<u8>,
    pub(in crate::audit::tree) retired_at: Option<DateTime<Utc>>,
}

/// All there ever were, the one that signs first.
pub(in crate::audit::tree) async fn keys(conn: &mut PgConnection, purpose: &str) -> Result<Vec<StoredKey>> {
    Ok(sqlx::query_as!(
        StoredKey,
        "SELECT key_id, sealed_key, retired_at FROM server_keys WHERE purpose = $1
         ORDER BY retired_at IS NULL DESC, created_at DESC, id DESC",
        purpose
    )
    .fetch_all(conn)
    .await?)
}

/// From now on this key signs, and none before it.
pub(in crate::audit::tree) async fn replace_key(
    conn: &mut PgConnection,
    purpose: &str,
    (id, key_id): (Uuid, &str),
    public_key: &[u8],
    sealed_key: &[u8],
) -> Result<()> {
    sqlx::query!(
        "UPDATE server_keys SET retired_at = clock_timestamp() WHERE purpose = $1 AND retired_at IS NULL",
        purpose
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "INSERT INTO server_keys (id, purpose, key_id, public_key, sealed_key, created_at)
         VALUES ($1, $2, $3, $4, $5, clock_timestamp())",
        id,
        purpose,
        key_id,
        public_key,
        sealed_key
    )
    .execute(conn)
    .await?;
    Ok(())
}
