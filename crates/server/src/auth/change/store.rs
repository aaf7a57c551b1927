//! All SQL of a change of password.

use crate::access::Caller;
use crate::error::Result;
use crate::ids::{RefreshTokenId, UserSessionId};
use ipnetwork::IpNetwork;
use sqlx::PgConnection;

/// The hash of the caller's password, where they have one.
pub(super) async fn password_hash(conn: &mut PgConnection, caller: &Caller) -> Result<Option<String>> {
    Ok(sqlx::query_scalar!(
        "SELECT password_hash FROM users WHERE org_id = $1 AND id = $2 AND status = 'active'",
        caller.org_id.0,
        caller.user_id.0
    )
    .fetch_optional(conn)
    .await?
    .flatten())
}

/// Sets another password where it still is the one that was checked; the new epoch, by which everything that was
/// given out before ends.
pub(super) async fn set_password(
    conn: &mut PgConnection,
    caller: &Caller,
    before: &str,
    now: &str,
) -> Result<Option<i32>> {
    Ok(sqlx::query_scalar!(
        "UPDATE users SET password_hash = $4, epoch = epoch + 1, updated_at = now(), version = version + 1
         WHERE org_id = $1 AND id = $2 AND status = 'active' AND password_hash = $3 RETURNING epoch",
        caller.org_id.0,
        caller.user_id.0,
        before,
        now
    )
    .fetch_optional(conn)
    .await?)
}

/// The caller's own place again, under a new id and with a new refresh token, held by a browser if one held it before. It ends when the old one would have.
pub(super) async fn go_on(
    conn: &mut PgConnection,
    caller: &Caller,
    epoch: i32,
    (next, device): (UserSessionId, &[u8]),
    (refresh, refresh_hash): (RefreshTokenId, &[u8]),
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO user_sessions (org_id, id, user_id, epoch, client_ip, user_agent, created_at, authenticated_at,
                                    expires_at, idle_minutes, device, sso_connection_id, sso_session)
         SELECT org_id, $3, user_id, $4, $5, $6, clock_timestamp(), authenticated_at, expires_at, idle_minutes,
                CASE WHEN device IS NOT NULL THEN $7::bytea END, sso_connection_id, sso_session
         FROM user_sessions WHERE org_id = $1 AND id = $2",
        caller.org_id.0,
        caller.user_session_id.0,
        next.0,
        epoch,
        IpNetwork::from(caller.origin.client_ip),
        caller.origin.user_agent,
        device,
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "INSERT INTO refresh_tokens (org_id, id, user_session_id, token_hash, expires_at)
         SELECT org_id, $2, id, $3, expires_at FROM user_sessions WHERE id = $1",
        next.0,
        refresh.0,
        refresh_hash
    )
    .execute(conn)
    .await?;
    Ok(())
}
