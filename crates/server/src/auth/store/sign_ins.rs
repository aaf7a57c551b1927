//! Standing sign-ins: used, seen and ended.

use crate::auth::model::SignIn;
use crate::error::Result;
use crate::ids::{OrganizationId, RefreshTokenId, UserId, UserSessionId};
use chrono::{DateTime, Utc};
use ipnetwork::IpNetwork;
use sqlx::PgConnection;
use std::net::IpAddr;

/// Somebody is there. At most one write a minute and sign-in.
pub(in crate::auth) async fn touch(conn: &mut PgConnection, session: UserSessionId) -> Result<()> {
    sqlx::query!(
        "UPDATE user_sessions SET last_seen_at = now()
         WHERE id = $1 AND last_seen_at < now() - interval '1 minute'",
        session.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Whether a sign-in of a person stands.
pub(in crate::auth) async fn stands(
    conn: &mut PgConnection,
    user: UserId,
    session: UserSessionId,
    epoch: i32,
) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT 1 FROM user_sessions WHERE id = $1 AND user_id = $2 AND epoch = $3
               AND revoked_at IS NULL AND expires_at > clock_timestamp()) AS "yes!""#,
        session.0,
        user.0,
        epoch
    )
    .fetch_one(conn)
    .await?)
}

/// Whose organization it is, where tokens that call a sign-in so, of this epoch, will never be good again: the sign-in
/// has ended, or the person's epoch was raised. Being disabled, suspended or idle can pass.
pub(in crate::auth) async fn find_dead(
    conn: &mut PgConnection,
    handle: UserSessionId,
    epoch: i32,
) -> Result<Option<OrganizationId>> {
    Ok(sqlx::query_scalar!(
        r#"SELECT s.org_id AS "org_id: OrganizationId" FROM user_sessions s
           JOIN users u ON u.org_id = s.org_id AND u.id = s.user_id
           WHERE coalesce(s.handle, s.id) = $1
             AND (s.revoked_at IS NOT NULL OR s.expires_at <= now() OR u.epoch > $2)"#,
        handle.0,
        epoch
    )
    .fetch_optional(conn)
    .await?)
}

/// Somebody proved anew who they are, and where they are if they were seen; when, unless the sign-in has ended.
pub(in crate::auth) async fn renew_proof(
    conn: &mut PgConnection,
    session: UserSessionId,
    client_ip: Option<IpAddr>,
) -> Result<Option<DateTime<Utc>>> {
    Ok(sqlx::query_scalar!(
        "UPDATE user_sessions SET authenticated_at = clock_timestamp(), client_ip = coalesce($2, client_ip)
         WHERE id = $1 AND revoked_at IS NULL AND expires_at > now() RETURNING authenticated_at",
        session.0,
        client_ip.map(IpNetwork::from)
    )
    .fetch_optional(conn)
    .await?)
}

/// The terms of new tokens of a sign-in.
#[derive(Debug)]
pub(in crate::auth) struct Terms {
    pub(in crate::auth) expires_at: DateTime<Utc>,
    pub(in crate::auth) epoch: i32,
}

/// Tokens call the sign-in otherwise from now on, and those of before are spent, so that one that comes back is a
/// theft. None when the sign-in has ended.
pub(in crate::auth) async fn renew_tokens(
    conn: &mut PgConnection,
    session: UserSessionId,
    handle: UserSessionId,
    (refresh, refresh_hash): (RefreshTokenId, &[u8]),
) -> Result<Option<Terms>> {
    Ok(sqlx::query_as!(
        Terms,
        r#"WITH renewed AS (
               UPDATE user_sessions SET handle = $2
               WHERE id = $1 AND revoked_at IS NULL AND expires_at > now() RETURNING org_id, id, expires_at, epoch
           ), spent AS (
               UPDATE refresh_tokens t SET used_at = clock_timestamp(), successor_hash = $4 FROM renewed r
               WHERE t.org_id = r.org_id AND t.user_session_id = r.id AND t.used_at IS NULL
           ), next AS (
               INSERT INTO refresh_tokens (org_id, id, user_session_id, handle, token_hash, expires_at)
               SELECT org_id, $3, id, $2, $4, expires_at FROM renewed
           )
           SELECT expires_at, epoch FROM renewed"#,
        session.0,
        handle.0,
        refresh.0,
        refresh_hash
    )
    .fetch_optional(conn)
    .await?)
}

/// Access tokens call the sign-in otherwise from now on: those of before are good for nothing. Its refresh token stays.
pub(in crate::auth) async fn rename(
    conn: &mut PgConnection,
    session: UserSessionId,
    handle: UserSessionId,
) -> Result<()> {
    sqlx::query!(
        "WITH renamed AS (
             UPDATE user_sessions SET handle = $2
             WHERE id = $1 AND revoked_at IS NULL AND expires_at > now() RETURNING org_id, id
         )
         UPDATE refresh_tokens t SET handle = $2 FROM renamed r
         WHERE t.org_id = r.org_id AND t.user_session_id = r.id AND t.used_at IS NULL",
        session.0,
        handle.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Where a person is signed in, newest first.
pub(in crate::auth) async fn list(
    conn: &mut PgConnection,
    user: UserId,
    current: UserSessionId,
) -> Result<Vec<SignIn>> {
    Ok(sqlx::query_as!(
        SignIn,
        r#"SELECT s.id AS "id: UserSessionId", s.created_at, s.last_seen_at, s.expires_at,
                  host(s.client_ip) AS "client_ip!", s.user_agent, s.id = $2 AS "current!"
           FROM user_sessions s JOIN users u ON u.org_id = s.org_id AND u.id = s.user_id
           WHERE s.user_id = $1 AND s.revoked_at IS NULL AND s.expires_at > now() AND s.epoch = u.epoch
             AND s.last_seen_at > now() - make_interval(mins => s.idle_minutes)
           ORDER BY s.created_at DESC"#,
        user.0,
        current.0
    )
    .fetch_all(conn)
    .await?)
}

/// Ends one sign-in of a person, or with `session` none all of them, in one statement; how many stood.
pub(in crate::auth) async fn end(
    conn: &mut PgConnection,
    user: UserId,
    session: Option<UserSessionId>,
    reason: &str,
) -> Result<u64> {
    let ended = sqlx::query!(
        "UPDATE user_sessions SET revoked_at = now(), revoke_reason = $3
         WHERE user_id = $1 AND ($2::uuid IS NULL OR id = $2) AND revoked_at IS NULL AND expires_at > now()",
        user.0,
        session.map(|session| session.0),
        reason
    )
    .execute(conn)
    .await?;
    Ok(ended.rows_affected())
}
