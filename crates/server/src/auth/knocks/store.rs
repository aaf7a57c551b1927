//! All SQL of knocks.

use crate::error::Result;
use crate::http::request::Origin;
use ipnetwork::IpNetwork;
use sqlx::PgConnection;
use uuid::Uuid;

/// More than this do not wait: a flood of them is nobody who forgot a password.
const MOST: i64 = 10_000;

/// Keeps a knock until it is looked at.
pub(super) async fn insert(
    conn: &mut PgConnection,
    id: Uuid,
    kind: &str,
    sealed_email: &[u8],
    origin: &Origin,
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO knocks (id, kind, sealed_email, client_ip, user_agent)
         SELECT $1, $2, $3, $4, $5 WHERE (SELECT count(*) FROM knocks) < $6",
        id,
        kind,
        sealed_email,
        IpNetwork::from(origin.client_ip),
        origin.user_agent,
        MOST
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A knock that waits.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) id: Uuid,
    pub(super) kind: String,
    pub(super) sealed_email: Vec<u8>,
    pub(super) client_ip: IpNetwork,
    pub(super) user_agent: String,
    /// Nobody waits for the answer any more.
    pub(super) stale: bool,
}

/// Takes the oldest that no other instance looks at. It is gone with the commit of what comes of it.
pub(super) async fn take(conn: &mut PgConnection) -> Result<Option<Waiting>> {
    Ok(sqlx::query_as!(
        Waiting,
        r#"DELETE FROM knocks WHERE id = (
               SELECT id FROM knocks ORDER BY created_at LIMIT 1 FOR UPDATE SKIP LOCKED)
           RETURNING id, kind, sealed_email, client_ip, user_agent,
                     created_at < clock_timestamp() - interval '30 minutes' AS "stale!""#
    )
    .fetch_optional(conn)
    .await?)
}
