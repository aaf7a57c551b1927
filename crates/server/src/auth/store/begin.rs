//! The beginning of a sign-in, and the end of those that make room for it.

use super::Account;
use crate::auth::sso::Via;
use crate::db::CallerRow;
use crate::error::Result;
use crate::http::request::Origin;
use crate::ids::{OrganizationId, RefreshTokenId, UserId, UserSessionId};
use ipnetwork::IpNetwork;
use sqlx::PgConnection;

/// A sign-in to be.
#[derive(Debug)]
pub(in crate::auth) struct Begin<'a> {
    pub(in crate::auth) account: &'a Account,
    pub(in crate::auth) session: UserSessionId,
    pub(in crate::auth) refresh: RefreshTokenId,
    pub(in crate::auth) refresh_hash: &'a [u8],
    pub(in crate::auth) origin: &'a Origin,
    /// Stands for the browser, if one will hold the sign-in.
    pub(in crate::auth) device: Option<&'a [u8]>,
    pub(in crate::auth) via: Option<&'a Via>,
}

/// A sign-in that began.
#[derive(Debug)]
pub(in crate::auth) struct Begun {
    /// Of the person; goes into the tokens.
    pub(in crate::auth) epoch: i32,
    /// Who is signed in now.
    pub(in crate::auth) caller: CallerRow,
    /// Older sign-ins that made room.
    pub(in crate::auth) ended: u64,
}

/// Signs a person in. None when the account is no longer what was checked. The row of the person is locked, so
/// parallel sign-ins count each other.
pub(in crate::auth) async fn begin(conn: &mut PgConnection, begin: &Begin<'_>) -> Result<Option<Begun>> {
    let (org, user) = (begin.account.org_id.0, begin.account.id.0);
    let epoch = sqlx::query_scalar!(
        "UPDATE users SET last_login_at = now() WHERE org_id = $1 AND id = $2 AND status = 'active'
             AND epoch = $3 AND mfa_enabled = $4
             AND EXISTS (SELECT 1 FROM organizations o WHERE o.id = users.org_id AND o.status = 'active')
         RETURNING epoch",
        org,
        user,
        begin.account.epoch,
        begin.account.mfa_enabled
    )
    .fetch_optional(&mut *conn)
    .await?;
    let Some(epoch) = epoch else { return Ok(None) };
    let made = sqlx::query!(
        "INSERT INTO user_sessions (org_id, id, user_id, epoch, client_ip, user_agent, created_at, expires_at,
             idle_minutes, sso_connection_id, sso_session, device)
         SELECT id, $2, $3, $4, $5, $6, clock_timestamp(), now() + make_interval(hours => sign_in_max_hours),
                sign_in_idle_minutes, $7, $8, $9
         FROM organizations WHERE id = $1 FOR SHARE
         RETURNING authenticated_at, expires_at, last_seen_at",
        org,
        begin.session.0,
        user,
        epoch,
        IpNetwork::from(begin.origin.client_ip),
        begin.origin.user_agent,
        begin.via.map(|via| via.connection.0),
        begin.via.and_then(|via| via.there.as_deref()),
        begin.device,
    )
    .fetch_one(&mut *conn)
    .await?;
    let ended = sqlx::query!(
        "UPDATE user_sessions SET revoked_at = now(), revoke_reason = 'limit' WHERE org_id = $1 AND id IN (
             SELECT id FROM user_sessions WHERE user_id = $2 AND revoked_at IS NULL AND expires_at > now()
               AND last_seen_at > now() - make_interval(mins => idle_minutes)
             ORDER BY created_at DESC OFFSET (SELECT max_sign_ins FROM organizations WHERE id = $1))",
        org,
        user
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
    let account = begin.account;
    let caller = CallerRow {
        user_id: account.id,
        org_id: account.org_id,
        org_name: account.org_name.clone(),
        org_type: account.role.kind().as_str().to_owned(),
        role: account.role.as_str().to_owned(),
        email: account.email.clone(),
        display_name: account.display_name.clone(),
        authenticated_at: made.authenticated_at,
        expires_at: made.expires_at,
        last_seen_at: made.last_seen_at,
        org_ip_ranges: account.org_ip_ranges.clone(),
        now: made.last_seen_at,
    };
    Ok(Some(Begun { epoch, caller, ended: ended.rows_affected() }))
}

/// Whether a new sign-in came from a network (a /24, an IPv6 customer's /48) that the person never signed in from
/// before; or from any, where `anywhere` says so. The very first is nothing new to them.
pub(in crate::auth) async fn is_unseen(
    conn: &mut PgConnection,
    account: &Account,
    session: UserSessionId,
    anywhere: bool,
) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"SELECT coalesce(bool_and($3 OR NOT o.client_ip <<= network(set_masklen(s.client_ip,
                      CASE family(s.client_ip) WHEN 4 THEN 24 ELSE 48 END))), false) AS "unseen!"
           FROM user_sessions s JOIN user_sessions o ON o.org_id = s.org_id AND o.user_id = s.user_id AND o.id <> s.id
           WHERE s.org_id = $1 AND s.id = $2"#,
        account.org_id.0,
        session.0,
        anywhere
    )
    .fetch_one(conn)
    .await?)
}

/// A sign-in that ended for another in the same browser.
#[derive(Debug)]
pub(in crate::auth) struct Replaced {
    pub(in crate::auth) session_id: UserSessionId,
    pub(in crate::auth) user_id: UserId,
    pub(in crate::auth) org_id: OrganizationId,
    pub(in crate::auth) email: String,
}

/// Ends the sign-ins that a browser had before it signed in again, by what an access token calls one and by a refresh
/// token.
pub(in crate::auth) async fn replace(
    conn: &mut PgConnection,
    handle: Option<UserSessionId>,
    refresh_hash: Option<&[u8]>,
) -> Result<Vec<Replaced>> {
    Ok(sqlx::query_as!(
        Replaced,
        r#"UPDATE user_sessions s SET revoked_at = now(), revoke_reason = 'replaced' FROM users u
           WHERE s.revoked_at IS NULL AND s.expires_at > now() AND u.org_id = s.org_id AND u.id = s.user_id
             AND (coalesce(s.handle, s.id) = $1 OR s.id = (SELECT user_session_id FROM refresh_tokens WHERE token_hash = $2))
           RETURNING s.id AS "session_id: UserSessionId", s.user_id AS "user_id: UserId",
                     s.org_id AS "org_id: OrganizationId", u.email"#,
        handle.map(|handle| handle.0),
        refresh_hash
    )
    .fetch_all(conn)
    .await?)
}
