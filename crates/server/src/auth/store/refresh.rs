//! Refresh tokens: known by their hashes, spent by one statement.

use crate::access::Role;
use crate::error::Result;
use crate::ids::{OrganizationId, RefreshTokenId, UserId, UserSessionId};
use chrono::{DateTime, Utc};
use ipnetwork::IpNetwork;
use sqlx::PgConnection;

/// A refresh token that somebody presents, whatever its state.
#[derive(Debug)]
pub(in crate::auth) struct RefreshToken {
    pub(in crate::auth) session_id: UserSessionId,
    pub(in crate::auth) user_id: UserId,
    pub(in crate::auth) org_id: OrganizationId,
    pub(in crate::auth) email: String,
    pub(in crate::auth) user_status: String,
    pub(in crate::auth) org_status: String,
    /// Of the browser that signed in.
    pub(in crate::auth) user_agent: String,
    /// Stands for that browser.
    pub(in crate::auth) device: Option<Vec<u8>>,
    pub(in crate::auth) revoke_reason: Option<String>,
    /// None while it is good for its one use.
    pub(in crate::auth) used_ago_s: Option<f64>,
}

/// The token of a hash.
pub(in crate::auth) async fn find_refresh(
    conn: &mut PgConnection,
    hash: &[u8],
) -> Result<Option<RefreshToken>> {
    Ok(sqlx::query_as!(
        RefreshToken,
        r#"SELECT s.id AS "session_id: UserSessionId", u.id AS "user_id: UserId", u.org_id AS "org_id: OrganizationId", u.email,
                  u.status AS user_status, o.status AS org_status, s.user_agent, s.device, s.revoke_reason,
                  extract(epoch FROM clock_timestamp() - t.used_at)::float8 AS used_ago_s
           FROM refresh_tokens t JOIN user_sessions s ON s.org_id = t.org_id AND s.id = t.user_session_id
           JOIN users u ON u.org_id = s.org_id AND u.id = s.user_id JOIN organizations o ON o.id = u.org_id
           WHERE t.token_hash = $1"#,
        hash
    )
    .fetch_optional(conn)
    .await?)
}

/// What a refresh token was exchanged for.
#[derive(Debug)]
pub(in crate::auth) struct Spent {
    pub(in crate::auth) session_id: UserSessionId,
    /// What the new access token calls the sign-in.
    pub(in crate::auth) handle: UserSessionId,
    pub(in crate::auth) expires_at: DateTime<Utc>,
    /// From where it began, or was last proved.
    pub(in crate::auth) client_ip: IpNetwork,
    /// Stands for the browser that holds it.
    pub(in crate::auth) device: Option<Vec<u8>>,
    pub(in crate::auth) user_id: UserId,
    pub(in crate::auth) org_id: OrganizationId,
    pub(in crate::auth) email: String,
    pub(in crate::auth) display_name: String,
    pub(in crate::auth) role: Role,
    pub(in crate::auth) epoch: i32,
    /// What the organization binds sign-ins to.
    pub(in crate::auth) sign_in_bindings: Vec<String>,
}

/// Spends a refresh token and makes its successor: one statement, so of many that come with the same token
/// exactly one finds it unspent. None when it is spent, or the sign-in does not stand.
pub(in crate::auth) async fn spend_refresh(
    conn: &mut PgConnection,
    hash: &[u8],
    next: RefreshTokenId,
    next_hash: &[u8],
) -> Result<Option<Spent>> {
    Ok(sqlx::query_as!(
        Spent,
        r#"WITH spent AS (
               UPDATE refresh_tokens t SET used_at = clock_timestamp(), successor_hash = $3
               FROM user_sessions s, users u, organizations o
               WHERE t.token_hash = $1 AND t.used_at IS NULL AND t.expires_at > now()
                 AND s.org_id = t.org_id AND s.id = t.user_session_id AND s.revoked_at IS NULL
                 AND t.handle IS NOT DISTINCT FROM s.handle
                 AND s.expires_at > now() AND s.last_seen_at > now() - make_interval(mins => s.idle_minutes)
                 AND u.org_id = s.org_id AND u.id = s.user_id AND u.status = 'active' AND u.epoch = s.epoch
                 AND o.id = u.org_id AND o.status = 'active'
               RETURNING t.org_id, t.user_session_id, t.handle, s.expires_at, s.client_ip, s.device, s.user_id, u.email,
                         u.display_name, u.role, u.epoch, o.sign_in_bindings
           ), next AS (
               INSERT INTO refresh_tokens (org_id, id, user_session_id, handle, token_hash, expires_at)
               SELECT org_id, $2, user_session_id, handle, $3, expires_at FROM spent
           )
           SELECT user_session_id AS "session_id: UserSessionId", coalesce(handle, user_session_id) AS "handle!: UserSessionId",
                  expires_at, client_ip, device, user_id AS "user_id: UserId", org_id AS "org_id: OrganizationId", email,
                  display_name, role AS "role: Role", epoch, sign_in_bindings
           FROM spent"#,
        hash,
        next.0,
        next_hash
    )
    .fetch_optional(conn)
    .await?)
}

/// A token that is good for its one use still, as it was when it was given out; it stays so.
pub(in crate::auth) async fn find_unspent(conn: &mut PgConnection, hash: &[u8]) -> Result<Option<Spent>> {
    Ok(sqlx::query_as!(
        Spent,
        r#"SELECT s.id AS "session_id: UserSessionId", coalesce(s.handle, s.id) AS "handle!: UserSessionId", s.expires_at,
                  s.client_ip, s.device, u.id AS "user_id: UserId", u.org_id AS "org_id: OrganizationId", u.email,
                  u.display_name, u.role AS "role: Role", u.epoch, o.sign_in_bindings
           FROM refresh_tokens t JOIN user_sessions s ON s.org_id = t.org_id AND s.id = t.user_session_id
           JOIN users u ON u.org_id = s.org_id AND u.id = s.user_id JOIN organizations o ON o.id = u.org_id
           WHERE t.token_hash = $1 AND t.used_at IS NULL AND t.expires_at > now() AND s.revoked_at IS NULL
             AND t.handle IS NOT DISTINCT FROM s.handle AND u.status = 'active' AND u.epoch = s.epoch
             AND o.status = 'active'"#,
        hash
    )
    .fetch_optional(conn)
    .await?)
}

/// Ends a sign-in because one of its tokens was stolen; whether it stood until now.
pub(in crate::auth) async fn revoke_for_reuse(
    conn: &mut PgConnection,
    session: UserSessionId,
) -> Result<bool> {
    let ended = sqlx::query!(
        "UPDATE user_sessions SET revoked_at = now(), revoke_reason = 'token_reuse'
         WHERE id = $1 AND revoked_at IS NULL",
        session.0
    )
    .execute(conn)
    .await?;
    Ok(ended.rows_affected() > 0)
}
