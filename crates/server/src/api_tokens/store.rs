//! All SQL of API tokens.

use super::model::{ApiToken, Checked};
use crate::access::Caller;
use crate::error::Result;
use crate::http::Window;
use crate::ids::{ApiTokenId, OrganizationId, UserId};
use chrono::{DateTime, Utc};
use ipnetwork::IpNetwork;
use sqlx::PgConnection;
use std::net::IpAddr;

struct Row {
    id: ApiTokenId,
    user_id: UserId,
    org_id: OrganizationId,
    name: String,
    scopes: Vec<String>,
    ip_ranges: Vec<IpNetwork>,
    created_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    last_used_at: Option<DateTime<Utc>>,
    last_used_ip: Option<String>,
    total: i64,
}

impl From<Row> for ApiToken {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            user_id: row.user_id,
            organization_id: row.org_id,
            name: row.name,
            scopes: row.scopes,
            ip_ranges: row.ip_ranges,
            created_at: row.created_at,
            expires_at: row.expires_at,
            last_used_at: row.last_used_at,
            last_used_ip: row.last_used_ip,
        }
    }
}

/// The tokens of a person that stand, newest first, and how many; with `only`, that one.
pub(super) async fn list(
    conn: &mut PgConnection,
    user: Option<UserId>,
    only: Option<ApiTokenId>,
    window: Window,
) -> Result<(Vec<ApiToken>, i64)> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT t.id AS "id: ApiTokenId", t.user_id AS "user_id: UserId", t.org_id AS "org_id: OrganizationId",
                  t.name, t.scopes, t.ip_ranges, t.created_at, t.expires_at, t.last_used_at,
                  host(t.last_used_ip) AS last_used_ip, count(*) OVER () AS "total!"
           FROM api_tokens t JOIN users u ON u.org_id = t.org_id AND u.id = t.user_id
           WHERE ($1::uuid IS NULL OR t.user_id = $1) AND ($2::uuid IS NULL OR t.id = $2)
             AND t.revoked_at IS NULL AND t.expires_at > now() AND t.epoch = u.epoch
           ORDER BY t.created_at DESC, t.id DESC LIMIT $3 OFFSET $4"#,
        user.map(|user| user.0),
        only.map(|id| id.0),
        window.limit,
        window.offset()
    )
    .fetch_all(conn)
    .await?;
    let total = rows.first().map_or(0, |row| row.total);
    Ok((rows.into_iter().map(ApiToken::from).collect(), total))
}

/// One that stands, if the caller sees it.
pub(super) async fn find(conn: &mut PgConnection, id: ApiTokenId) -> Result<Option<ApiToken>> {
    Ok(list(conn, None, Some(id), Window::ONE).await?.0.into_iter().next())
}

/// Of one person's new tokens each is made after the other, so that each counts those before.
pub(super) async fn wait_for_my_turn(conn: &mut PgConnection, user: UserId) -> Result<()> {
    sqlx::query!(
        "SELECT pg_advisory_xact_lock(hashtextextended('api tokens ' || $1::uuid::text, 0))",
        user.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A new one of the caller's.
pub(super) async fn insert(
    conn: &mut PgConnection,
    caller: &Caller,
    id: ApiTokenId,
    new: &Checked,
    hash: &[u8],
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO api_tokens (org_id, id, user_id, name, token_hash, scopes, ip_ranges, epoch, expires_at)
         SELECT org_id, $3, id, $4, $5, $6, $7, epoch, now() + make_interval(days => $8)
         FROM users WHERE org_id = $1 AND id = $2",
        caller.org_id.0,
        caller.user_id.0,
        id.0,
        new.name,
        hash,
        &new.scopes,
        &new.ip_ranges,
        new.days
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Ends one; whether it stood until now.
pub(super) async fn revoke(conn: &mut PgConnection, id: ApiTokenId) -> Result<bool> {
    let ended =
        sqlx::query!("UPDATE api_tokens SET revoked_at = now() WHERE id = $1 AND revoked_at IS NULL", id.0)
            .execute(conn)
            .await?;
    Ok(ended.rows_affected() > 0)
}

/// Somebody used one. At most one write a minute and token.
pub(super) async fn touch(conn: &mut PgConnection, id: ApiTokenId, from: IpAddr) -> Result<()> {
    sqlx::query!(
        "UPDATE api_tokens SET last_used_at = now(), last_used_ip = $2
         WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')",
        id.0,
        IpNetwork::from(from)
    )
    .execute(conn)
    .await?;
    Ok(())
}
