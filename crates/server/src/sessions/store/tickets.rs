//! Tickets, and what watching stands on.

use crate::access::Caller;
use crate::error::Result;
use crate::ids::{AssetId, OrganizationId, SessionId, TicketId, UserId, UserSessionId};
use crate::sessions::model::{Session, TicketMode};
use crate::sessions::watchers::{Watcher, WatcherStanding};
use chrono::{DateTime, Utc};
use ipnetwork::IpNetwork;
use sqlx::PgConnection;

/// A ticket to be: only its hash stays.
pub(in crate::sessions) struct NewTicket {
    pub id: TicketId,
    pub mode: TicketMode,
    pub hash: Vec<u8>,
    /// Those that let its bearer in.
    pub policy_ids: Vec<String>,
    pub life_s: i32,
}

/// A ticket of `caller` for `session`; until when.
pub(in crate::sessions) async fn insert_ticket(
    conn: &mut PgConnection,
    caller: &Caller,
    session: &Session,
    new: &NewTicket,
) -> Result<DateTime<Utc>> {
    // The app's role writes tickets and reads none, so their end is asked for and not returned.
    let expires_at = sqlx::query_scalar!(
        r#"SELECT now() + $1 * interval '1 second' AS "expires_at!""#,
        f64::from(new.life_s)
    )
    .fetch_one(&mut *conn)
    .await?;
    sqlx::query!(
        "INSERT INTO session_tickets (org_id, id, session_id, user_id, user_name, user_session_id, mode, token_hash, expires_at,
             policy_ids)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        session.organization_id.0,
        new.id.0,
        session.id.0,
        caller.user_id.0,
        caller.display_name,
        caller.user_session_id.0,
        new.mode.as_str(),
        new.hash,
        expires_at,
        &new.policy_ids,
    )
    .execute(conn)
    .await?;
    Ok(expires_at)
}

/// A ticket that was presented in time, and whose it is.
pub(in crate::sessions) struct Admission {
    pub session_id: SessionId,
    pub org_id: OrganizationId,
    pub asset_id: AssetId,
    pub asset_name: String,
    pub user_id: UserId,
    pub user_org_id: OrganizationId,
    pub user_name: String,
    pub user_email: String,
    pub user_role: String,
    pub user_session_id: UserSessionId,
    pub mode: String,
    pub policy_ids: Vec<String>,
}

/// Takes a ticket: one statement, so that of two that present it one gets in. Its sign-in must still stand.
pub(in crate::sessions) async fn take_ticket(
    conn: &mut PgConnection,
    hash: &[u8],
) -> Result<Option<Admission>> {
    Ok(sqlx::query_as!(
        Admission,
        r#"WITH taken AS (DELETE FROM session_tickets WHERE token_hash = $1 RETURNING *)
           SELECT t.session_id AS "session_id: SessionId", t.org_id AS "org_id: OrganizationId",
                  s.asset_id AS "asset_id: AssetId", s.asset_name, t.user_id AS "user_id: UserId",
                  u.org_id AS "user_org_id: OrganizationId", t.user_name, u.email AS user_email, u.role AS user_role,
                  t.user_session_id AS "user_session_id: UserSessionId", t.mode, t.policy_ids
           FROM taken t JOIN sessions s ON s.org_id = t.org_id AND s.id = t.session_id
           JOIN user_sessions us ON us.id = t.user_session_id JOIN users u ON u.id = t.user_id
           WHERE t.expires_at > now() AND us.revoked_at IS NULL AND us.expires_at > now() AND us.epoch = u.epoch
             AND u.status = 'active'"#,
        hash
    )
    .fetch_optional(conn)
    .await?)
}

/// Forgets tickets that nobody used.
pub(in crate::sessions) async fn delete_stale_tickets(conn: &mut PgConnection) -> Result<u64> {
    Ok(sqlx::query!("DELETE FROM session_tickets WHERE expires_at < now() - interval '1 minute'")
        .execute(conn)
        .await?
        .rows_affected())
}

/// What somebody's watching stands on; none when the session or the person is gone.
pub(in crate::sessions) async fn watcher_standing(
    conn: &mut PgConnection,
    watcher: &Watcher,
) -> Result<Option<WatcherStanding>> {
    Ok(sqlx::query_as!(
        WatcherStanding,
        r#"SELECT s.org_id AS "org_id: OrganizationId", (o.status = 'active') AS "org_active!", s.access_level, u.role,
                  u.org_id AS "home: OrganizationId", h.type AS home_kind,
                  (us.revoked_at IS NULL AND us.expires_at > now() AND us.epoch = u.epoch AND u.status = 'active'
                   AND h.status = 'active' AND (h.ip_ranges = '{}' OR $4::inet <<= ANY (h.ip_ranges))) AS "signed_in!", now() AS "now!"
           FROM sessions s
           JOIN organizations o ON o.id = s.org_id
           JOIN users u ON u.id = $2
           JOIN organizations h ON h.id = u.org_id
           JOIN user_sessions us ON us.org_id = u.org_id AND us.id = $3 AND us.user_id = u.id
           WHERE s.id = $1"#,
        watcher.session_id.0,
        watcher.user_id.0,
        watcher.user_session_id.0,
        IpNetwork::from(watcher.client_ip),
    )
    .fetch_optional(conn)
    .await?)
}
