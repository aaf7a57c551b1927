//! All SQL of knocks.

use crate::error::Result;
use crate::http::request::Origin;
use crate::ids::{OrganizationId, UserId};
use chrono::{DateTime, Utc};
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
    pub(super) created_at: DateTime<Utc>,
    /// Nobody waits for the answer any more.
    pub(super) stale: bool,
}

/// Takes the oldest that no other instance looks at. It is gone with the commit of what comes of it.
pub(super) async fn take(conn: &mut PgConnection) -> Result<Option<Waiting>> {
    Ok(sqlx::query_as!(
        Waiting,
        r#"DELETE FROM knocks WHERE id = (
               SELECT id FROM knocks ORDER BY created_at LIMIT 1 FOR UPDATE SKIP LOCKED)
           RETURNING id, kind, sealed_email, client_ip, user_agent, created_at,
                     created_at < clock_timestamp() - interval '30 minutes' AS "stale!""#
    )
    .fetch_optional(conn)
    .await?)
}

/// Whether somebody was not warned so today. Holds their row until the transaction ends, so that two warnings at once
/// see each other.
pub(super) async fn may_warn(
    conn: &mut PgConnection,
    organization: OrganizationId,
    user: UserId,
    kind: &str,
) -> Result<bool> {
    sqlx::query!(
        "SELECT id FROM users WHERE org_id = $1 AND id = $2 FOR NO KEY UPDATE",
        organization.0,
        user.0
    )
    .fetch_one(&mut *conn)
    .await?;
    Ok(sqlx::query_scalar!(
        r#"SELECT NOT EXISTS (SELECT 1 FROM mails WHERE org_id = $1 AND user_id = $2 AND kind = $3
               AND created_at > clock_timestamp() - interval '1 day') AS "may!""#,
        organization.0,
        user.0,
        kind
    )
    .fetch_one(conn)
    .await?)
}

/// Whether an organization's directory keeps somebody.
pub(super) async fn is_kept_by_directory(
    conn: &mut PgConnection,
    organization: OrganizationId,
    user: UserId,
) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM directory_users WHERE org_id = $1 AND user_id = $2) AS "kept!""#,
        organization.0,
        user.0
    )
    .fetch_one(conn)
    .await?)
}
