//! All SQL of sign-ins. Everything here but the last section runs before there is a caller, by the narrow
//! rights of `sallyport_system`.

use super::model::{MAX_SIGN_INS, SIGN_IN_LIFE, SignIn};
use crate::access::Role;
use crate::audit::Actor;
use crate::error::Result;
use crate::http::request::Origin;
use crate::ids::{OrganizationId, RefreshTokenId, UserId, UserSessionId};
use chrono::{DateTime, Utc};
use ipnetwork::IpNetwork;
use sqlx::PgConnection;

/// An account, as the one who proves to be its owner finds it.
#[derive(Debug)]
pub(super) struct Account {
    pub(super) id: UserId,
    pub(super) org_id: OrganizationId,
    pub(super) org_status: String,
    pub(super) email: String,
    pub(super) display_name: String,
    pub(super) role: Role,
    pub(super) status: String,
    pub(super) password_hash: Option<String>,
}

impl Account {
    /// For the log.
    pub(super) fn actor(&self) -> Actor {
        Actor {
            id: self.id,
            org_id: Some(self.org_id),
            name: self.display_name.clone(),
            email: self.email.clone(),
            role: Some(self.role.as_str()),
        }
    }
}

/// The account of an address.
pub(super) async fn find_account(conn: &mut PgConnection, email: &str) -> Result<Option<Account>> {
    Ok(sqlx::query_as!(
        Account,
        r#"SELECT u.id AS "id: UserId", u.org_id AS "org_id: OrganizationId", o.status AS org_status, u.email,
                  u.display_name, u.role AS "role: Role", u.status, u.password_hash
           FROM users u JOIN organizations o ON o.id = u.org_id
           WHERE lower(u.email) = lower($1) AND u.status <> 'deleted'"#,
        email
    )
    .fetch_optional(conn)
    .await?)
}

/// Seconds that this address must wait before it may try this account again; zero mostly. From the tenth wrong
/// password on each one doubles the wait, up to five minutes; a quarter of an hour without one forgets all.
pub(super) async fn wait_s(conn: &mut PgConnection, account: &[u8], net: IpNetwork) -> Result<u32> {
    let wait = sqlx::query_scalar!(
        r#"SELECT ceil(extract(epoch FROM last_failed_at - clock_timestamp())
                       + least(power(2, least(failures - 10, 9)), 300))::integer AS "wait!"
           FROM login_attempts WHERE account_hash = $1 AND client_net = $2 AND failures >= 10
             AND last_failed_at > now() - interval '15 minutes'"#,
        account,
        net
    )
    .fetch_optional(conn)
    .await?;
    Ok(wait.and_then(|wait| u32::try_from(wait).ok()).unwrap_or_default())
}

/// Counts a wrong password, exactly however many come at once; how many it makes.
pub(super) async fn count_failure(conn: &mut PgConnection, account: &[u8], net: IpNetwork) -> Result<i32> {
    let failures = sqlx::query_scalar!(
        "INSERT INTO login_attempts AS a (account_hash, client_net) VALUES ($1, $2)
         ON CONFLICT (account_hash, client_net) DO UPDATE SET last_failed_at = clock_timestamp(),
             failures = CASE WHEN a.last_failed_at > now() - interval '15 minutes' THEN a.failures + 1 ELSE 1 END
         RETURNING failures",
        account,
        net
    )
    .fetch_one(&mut *conn)
    .await?;
    // Takes more than one at a time, so the table shrinks however fast it grew.
    sqlx::query!(
        "DELETE FROM login_attempts WHERE (account_hash, client_net) IN (
             SELECT account_hash, client_net FROM login_attempts
             WHERE last_failed_at < now() - interval '1 hour' ORDER BY last_failed_at LIMIT 20
             FOR UPDATE SKIP LOCKED)"
    )
    .execute(conn)
    .await?;
    Ok(failures)
}

/// Forgets the wrong passwords before the right one; how many there were.
pub(super) async fn forget_failures(conn: &mut PgConnection, account: &[u8], net: IpNetwork) -> Result<i32> {
    let failures = sqlx::query_scalar!(
        "DELETE FROM login_attempts WHERE account_hash = $1 AND client_net = $2 RETURNING failures",
        account,
        net
    )
    .fetch_optional(conn)
    .await?;
    Ok(failures.unwrap_or_default())
}

/// A sign-in to be.
#[derive(Debug)]
pub(super) struct Begin<'a> {
    pub(super) account: &'a Account,
    pub(super) session: UserSessionId,
    pub(super) refresh: RefreshTokenId,
    pub(super) refresh_hash: &'a [u8],
    pub(super) origin: &'a Origin,
}

/// Signs a person in: the epoch of their tokens, and how many older sign-ins made room. None when the account
/// is no longer what was checked. The row of the person is locked, so parallel sign-ins count each other.
pub(super) async fn begin(conn: &mut PgConnection, begin: &Begin<'_>) -> Result<Option<(i32, u64)>> {
    let (org, user) = (begin.account.org_id.0, begin.account.id.0);
    let epoch = sqlx::query_scalar!(
        "UPDATE users SET last_login_at = now() WHERE org_id = $1 AND id = $2 AND status = 'active'
             AND password_hash = $3
             AND EXISTS (SELECT 1 FROM organizations o WHERE o.id = users.org_id AND o.status = 'active')
         RETURNING epoch",
        org,
        user,
        begin.account.password_hash
    )
    .fetch_optional(&mut *conn)
    .await?;
    let Some(epoch) = epoch else { return Ok(None) };
    sqlx::query!(
        "INSERT INTO user_sessions (org_id, id, user_id, epoch, client_ip, user_agent, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, clock_timestamp(), now() + make_interval(secs => $7))",
        org,
        begin.session.0,
        user,
        epoch,
        IpNetwork::from(begin.origin.client_ip),
        begin.origin.user_agent,
        f64::from(i32::try_from(SIGN_IN_LIFE.num_seconds()).unwrap_or(i32::MAX)),
    )
    .execute(&mut *conn)
    .await?;
    let ended = sqlx::query!(
        "UPDATE user_sessions SET revoked_at = now(), revoke_reason = 'limit' WHERE org_id = $1 AND id IN (
             SELECT id FROM user_sessions WHERE user_id = $2 AND revoked_at IS NULL AND expires_at > now()
               AND last_seen_at > now() - make_interval(mins => idle_minutes)
             ORDER BY created_at DESC OFFSET $3)",
        org,
        user,
        MAX_SIGN_INS
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "DELETE FROM refresh_tokens WHERE org_id = $1 AND expires_at < now() AND user_session_id IN
             (SELECT id FROM user_sessions WHERE org_id = $1 AND user_id = $2)",
        org,
        user
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "INSERT INTO refresh_tokens (org_id, id, user_session_id, token_hash, expires_at)
         SELECT org_id, $2, id, $3, expires_at FROM user_sessions WHERE id = $1",
        begin.session.0,
        begin.refresh.0,
        begin.refresh_hash
    )
    .execute(conn)
    .await?;
    Ok(Some((epoch, ended.rows_affected())))
}

/// Ends the sign-in that a browser had before it signed in again, by its id or by its refresh token.
pub(super) async fn replace(
    conn: &mut PgConnection,
    session: Option<UserSessionId>,
    refresh_hash: Option<&[u8]>,
) -> Result<()> {
    sqlx::query!(
        "UPDATE user_sessions SET revoked_at = now(), revoke_reason = 'replaced' WHERE revoked_at IS NULL
             AND (id = $1 OR id = (SELECT user_session_id FROM refresh_tokens WHERE token_hash = $2))",
        session.map(|session| session.0),
        refresh_hash
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A refresh token that somebody presents, whatever its state.
#[derive(Debug)]
pub(super) struct RefreshToken {
    pub(super) session_id: UserSessionId,
    pub(super) user_id: UserId,
    pub(super) org_id: OrganizationId,
    pub(super) email: String,
    pub(super) display_name: String,
    pub(super) role: Role,
    pub(super) user_status: String,
    pub(super) org_status: String,
    /// Of the browser that signed in.
    pub(super) user_agent: String,
    pub(super) revoke_reason: Option<String>,
    /// None while it is good for its one use.
    pub(super) used_ago_s: Option<f64>,
}

/// The token of a hash.
pub(super) async fn find_refresh(conn: &mut PgConnection, hash: &[u8]) -> Result<Option<RefreshToken>> {
    Ok(sqlx::query_as!(
        RefreshToken,
        r#"SELECT s.id AS "session_id: UserSessionId", u.id AS "user_id: UserId",
                  u.org_id AS "org_id: OrganizationId", u.email, u.display_name, u.role AS "role: Role",
                  u.status AS user_status, o.status AS org_status, s.user_agent, s.revoke_reason,
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
pub(super) struct Spent {
    pub(super) epoch: i32,
    pub(super) expires_at: DateTime<Utc>,
}

/// Spends a refresh token and makes its successor: one statement, so of many that come with the same token
/// exactly one finds it unspent. None when it is spent, or the sign-in does not stand.
pub(super) async fn spend_refresh(
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
                 AND s.expires_at > now() AND s.last_seen_at > now() - make_interval(mins => s.idle_minutes)
                 AND u.org_id = s.org_id AND u.id = s.user_id AND u.status = 'active' AND u.epoch = s.epoch
                 AND o.id = u.org_id AND o.status = 'active'
               RETURNING t.org_id, t.user_session_id, s.expires_at, u.epoch
           ), next AS (
               INSERT INTO refresh_tokens (org_id, id, user_session_id, token_hash, expires_at)
               SELECT org_id, $2, user_session_id, $3, expires_at FROM spent
           )
           SELECT epoch, expires_at FROM spent"#,
        hash,
        next.0,
        next_hash
    )
    .fetch_optional(conn)
    .await?)
}

/// Ends a sign-in because one of its tokens was stolen; whether it stood until now.
pub(super) async fn revoke_for_reuse(conn: &mut PgConnection, session: UserSessionId) -> Result<bool> {
    let ended = sqlx::query!(
        "UPDATE user_sessions SET revoked_at = now(), revoke_reason = 'token_reuse'
         WHERE id = $1 AND revoked_at IS NULL",
        session.0
    )
    .execute(conn)
    .await?;
    Ok(ended.rows_affected() > 0)
}

/// Somebody is there. At most one write a minute and sign-in.
pub(super) async fn touch(conn: &mut PgConnection, session: UserSessionId) -> Result<()> {
    sqlx::query!(
        "UPDATE user_sessions SET last_seen_at = now()
         WHERE id = $1 AND last_seen_at < now() - interval '1 minute'",
        session.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

// From here on in a caller's own transaction.

/// Where a person is signed in, newest first.
pub(super) async fn list(
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
pub(super) async fn end(
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
