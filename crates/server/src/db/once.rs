//! A request that carries an `Idempotency-Key` is done once: the key is kept in the transaction of what it does.

use crate::audit::Target;
use crate::error::Result;
use crate::ids::{OrganizationId, RequestId, UserId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// A key that no request of this person was done with yet.
#[derive(Clone, Debug)]
pub struct Once {
    /// The person's organization.
    pub org_id: OrganizationId,
    /// The person.
    pub user_id: UserId,
    /// As they sent it.
    pub key: String,
    /// Of method, path and body.
    pub request_hash: Vec<u8>,
    /// The request.
    pub request_id: RequestId,
}

/// What a request with this key did.
#[derive(Debug)]
pub(crate) struct Done {
    /// Of its method, path and body.
    pub request_hash: Vec<u8>,
    /// Its id, as in the log.
    pub request_id: RequestId,
    /// What it was about, or made.
    pub target_type: Option<String>,
    /// The same.
    pub target_id: Option<uuid::Uuid>,
    /// When.
    pub at: DateTime<Utc>,
}

/// What was done with this key, if something was.
pub(crate) async fn find_done(conn: &mut PgConnection, once: &Once) -> Result<Option<Done>> {
    Ok(sqlx::query_as!(
        Done,
        r#"SELECT request_hash, request_id AS "request_id: RequestId", target_type, target_id, created_at AS at
           FROM idempotency_keys WHERE org_id = $1 AND user_id = $2 AND key = $3"#,
        once.org_id.0,
        once.user_id.0,
        once.key,
    )
    .fetch_optional(conn)
    .await?)
}

/// Of two requests with one key, the second waits here for the first, and is undone when that one is done.
pub(super) async fn keep(conn: &mut PgConnection, once: &Once, target: Option<&Target>) -> Result<()> {
    sqlx::query!(
        "INSERT INTO idempotency_keys (org_id, user_id, key, request_hash, request_id, target_type, target_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        once.org_id.0,
        once.user_id.0,
        once.key,
        once.request_hash,
        once.request_id.0,
        target.map(|target| target.kind),
        target.map(|target| target.id),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Nobody sends a request again after a day.
pub(crate) async fn forget_old(conn: &mut PgConnection) -> Result<()> {
    sqlx::query!("DELETE FROM idempotency_keys WHERE created_at < now() - interval '1 day'")
        .execute(conn)
        .await?;
    Ok(())
}
