//! All SQL of sessions and tickets.

mod instances;

pub(super) use instances::{LeftOpen, beat, forget_instances, left_open, left_open_by_silent, register};

use super::lease::Standing;
use super::model::{Session, SessionFilter, SessionSort, SessionStatus, TicketMode};
use super::watchers::{Watcher, WatcherStanding};
use crate::access::Caller;
use crate::access::policies::Can;
use crate::error::{ApiError, Result};
use crate::grants::{Hours, closing_times};
use crate::http::{Order, Window};
use crate::ids::{
    AssetId, CredentialId, GrantId, InstanceId, OrganizationId, SessionId, TicketId, UserId, UserSessionId,
};
use chrono::{DateTime, Utc};
use ipnetwork::IpNetwork;
use sallyport_relay::live::Reason;
use sqlx::PgConnection;
use sqlx::types::Json;

struct Row {
    id: SessionId,
    org_id: OrganizationId,
    org_name: String,
    org_active: bool,
    asset_id: AssetId,
    asset_name: String,
    technician_id: UserId,
    technician_name: String,
    technician_email: String,
    username: String,
    access_level: String,
    protocol: String,
    status: String,
    reason: String,
    client_ip: String,
    created_at: DateTime<Utc>,
    started_at: Option<DateTime<Utc>>,
    ended_at: Option<DateTime<Utc>>,
    end_code: Option<String>,
    end_message: Option<String>,
    grant_id: GrantId,
    grant_reason: String,
    grant_expires_at: Option<DateTime<Utc>>,
    grant_hours: Option<Json<Hours>>,
    must_end_at: DateTime<Utc>,
    idle_minutes: i32,
    cols: i32,
    rows: i32,
    total: i64,
}

impl From<Row> for Session {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            organization_id: row.org_id,
            organization_name: row.org_name,
            asset_id: row.asset_id,
            asset_name: row.asset_name,
            technician_id: row.technician_id,
            technician_name: row.technician_name,
            technician_email: row.technician_email,
            username: row.username,
            access_level: row.access_level,
            protocol: row.protocol,
            status: row.status.into(),
            reason: row.reason,
            client_ip: row.client_ip,
            created_at: row.created_at,
            started_at: row.started_at,
            ended_at: row.ended_at,
            end_code: row.end_code,
            end_message: row.end_message,
            grant_id: row.grant_id,
            grant_reason: row.grant_reason,
            grant_expires_at: row.grant_expires_at,
            grant_closes_at: row.grant_expires_at,
            must_end_at: row.must_end_at,
            idle_minutes: row.idle_minutes,
            cols: row.cols,
            rows: row.rows,
            viewers: Vec::new(),
            can: Can::default(),
            organization_active: row.org_active,
        }
    }
}

async fn select(
    conn: &mut PgConnection,
    only: Option<SessionId>,
    filter: &SessionFilter,
    window: Window,
) -> Result<Vec<Row>> {
    let statuses = filter.statuses()?;
    Ok(sqlx::query_as!(
        Row,
        r#"SELECT s.id AS "id: SessionId", s.org_id AS "org_id: OrganizationId", o.name AS org_name,
                  (o.status = 'active') AS "org_active!", s.asset_id AS "asset_id: AssetId", s.asset_name,
                  s.technician_id AS "technician_id: UserId", s.technician_name, s.technician_email, s.username,
                  s.access_level, s.protocol, s.status, s.reason, host(s.client_ip) AS "client_ip!", s.created_at,
                  s.started_at, s.ended_at, s.end_code, s.end_message, s.grant_id AS "grant_id: GrantId",
                  g.reason AS grant_reason, g.expires_at AS grant_expires_at,
                  g.hours AS "grant_hours: Json<Hours>", s.must_end_at, s.idle_minutes, s.cols, s.rows,
                  count(*) OVER () AS "total!"
           FROM sessions s JOIN organizations o ON o.id = s.org_id
           JOIN technician_customer_access g ON g.org_id = s.org_id AND g.id = s.grant_id
           CROSS JOIN LATERAL (SELECT
               CASE $7 WHEN 'assetName' THEN lower(s.asset_name) WHEN 'technicianName' THEN lower(s.technician_name)
                       WHEN 'organizationName' THEN lower(o.name) WHEN 'status' THEN s.status END AS word,
               CASE $7 WHEN 'createdAt' THEN s.created_at
                       WHEN 'endedAt' THEN coalesce(s.ended_at, 'infinity') END AS moment) k
           WHERE ($1::uuid IS NULL OR s.id = $1) AND ($2::text[] = '{}' OR s.status = ANY ($2))
             AND ($3::uuid IS NULL OR s.org_id = $3) AND ($4::uuid IS NULL OR s.technician_id = $4)
             AND ($5::uuid IS NULL OR s.asset_id = $5)
             AND ($6::text IS NULL
                  OR strpos(lower(s.asset_name || ' ' || s.technician_name || ' ' || o.name), lower($6)) > 0)
           ORDER BY CASE WHEN $8 = 'asc' THEN k.word END, CASE WHEN $8 = 'desc' THEN k.word END DESC,
                    CASE WHEN $8 = 'asc' THEN k.moment END, CASE WHEN $8 = 'desc' THEN k.moment END DESC, s.id DESC
           LIMIT $9 OFFSET $10"#,
        only.map(|id| id.0),
        &statuses,
        filter.organization_id.map(|id| id.0),
        filter.technician_id.map(|id| id.0),
        filter.asset_id.map(|id| id.0),
        filter.q,
        filter.sort.unwrap_or(SessionSort::CreatedAt).as_str(),
        filter.order.unwrap_or(Order::Desc).as_str(),
        window.limit,
        window.offset(),
    )
    .fetch_all(conn)
    .await?)
}

/// A sorted page, and how many there are.
pub(super) async fn list(
    conn: &mut PgConnection,
    filter: &SessionFilter,
    window: Window,
) -> Result<(Vec<Session>, i64)> {
    let rows = select(&mut *conn, None, filter, window).await?;
    let total = rows.first().map_or(0, |row| row.total);
    Ok((with_closings(conn, rows).await?, total))
}

/// Those that are open end with the hours of their grants too.
async fn with_closings(conn: &mut PgConnection, mut rows: Vec<Row>) -> Result<Vec<Session>> {
    let hours: Vec<Option<Hours>> = rows
        .iter_mut()
        .map(|row| row.grant_hours.take().filter(|_| row.ended_at.is_none()).map(|hours| hours.0))
        .collect();
    let asked: Vec<&Hours> = hours.iter().flatten().collect();
    let mut closings = closing_times(conn, &asked).await?.into_iter();
    let sessions = rows.into_iter().zip(&hours).map(|(row, hours)| {
        let mut session = Session::from(row);
        if hours.is_some() {
            let closing = closings.next().flatten();
            session.grant_closes_at = session.grant_expires_at.into_iter().chain(closing).min();
        }
        session
    });
    Ok(sessions.collect())
}

/// One, if it is seen from this transaction.
pub(super) async fn find(conn: &mut PgConnection, id: SessionId) -> Result<Option<Session>> {
    let rows = select(&mut *conn, Some(id), &SessionFilter::default(), Window::ONE).await?;
    Ok(with_closings(conn, rows).await?.into_iter().next())
}

/// What a session's row begins with.
pub(super) struct NewSession<'a> {
    pub id: SessionId,
    pub org_id: OrganizationId,
    pub asset_id: AssetId,
    pub asset_name: &'a str,
    pub endpoint_version: i64,
    pub credential_id: CredentialId,
    pub username: &'a str,
    pub grant_id: GrantId,
    pub access_level: &'a str,
    pub reason: &'a str,
    pub instance_id: InstanceId,
    pub cols: u16,
    pub rows: u16,
}

/// How many more sessions may be opened in the organization's network; nobody else opens one there until the
/// transaction ends.
pub(super) async fn lock_room(conn: &mut PgConnection, org: OrganizationId) -> Result<i64> {
    let most = sqlx::query_scalar!(
        "SELECT max_concurrent_sessions FROM organizations WHERE id = $1 FOR NO KEY UPDATE",
        org.0
    )
    .fetch_optional(&mut *conn)
    .await?
    .ok_or_else(ApiError::access_ended)?;
    // A statement of its own: it sees what was committed while this one waited for the lock.
    let open = sqlx::query_scalar!(
        r#"SELECT count(*) AS "open!" FROM sessions WHERE org_id = $1 AND ended_at IS NULL"#,
        org.0
    )
    .fetch_one(conn)
    .await?;
    Ok(i64::from(most) - open)
}

/// The attempt: the session's row and that of its recording, before anything is reached. False when the grant has
/// ended meanwhile, by the database's clock.
pub(super) async fn insert(conn: &mut PgConnection, caller: &Caller, new: &NewSession<'_>) -> Result<bool> {
    let made = sqlx::query!(
        "INSERT INTO sessions (org_id, id, asset_id, asset_name, endpoint_version, credential_id, username, grant_id,
             technician_org_id, technician_id, technician_name, technician_email, user_session_id, access_level,
             protocol, reason, client_ip, instance_id, cols, rows, idle_minutes, must_end_at)
         SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 'ssh', $15, $16, $17, $18, $19,
             o.session_idle_minutes,
             least(now() + o.session_max_minutes * interval '1 minute', g.expires_at, wall.hours_change(g.hours, now()))
         FROM organizations o JOIN technician_customer_access g ON g.org_id = o.id AND g.id = $8
         WHERE o.id = $1 AND g.revoked_at IS NULL AND (g.starts_at IS NULL OR g.starts_at <= clock_timestamp())
             AND (g.expires_at IS NULL OR g.expires_at > clock_timestamp())
             AND wall.within_hours(g.hours, clock_timestamp())",
        new.org_id.0,
        new.id.0,
        new.asset_id.0,
        new.asset_name,
        new.endpoint_version,
        new.credential_id.0,
        new.username,
        new.grant_id.0,
        caller.org_id.0,
        caller.user_id.0,
        caller.display_name,
        caller.email,
        caller.user_session_id.0,
        new.access_level,
        new.reason,
        IpNetwork::from(caller.origin.client_ip),
        new.instance_id.0,
        i32::from(new.cols),
        i32::from(new.rows),
    )
    .execute(&mut *conn)
    .await?;
    if made.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query!(
        "INSERT INTO recordings (org_id, id, instance_id, cols, rows, retain_until)
         SELECT $1, $2, $3, $4, $5, now() + recording_retention_days * interval '1 day'
         FROM organizations WHERE id = $1",
        new.org_id.0,
        new.id.0,
        new.instance_id.0,
        i32::from(new.cols),
        i32::from(new.rows),
    )
    .execute(conn)
    .await?;
    Ok(true)
}

/// The terminal is there. False when the grant has ended meanwhile, by the database's clock.
pub(super) async fn set_started(conn: &mut PgConnection, org: OrganizationId, id: SessionId) -> Result<bool> {
    let done = sqlx::query!(
        "UPDATE sessions s SET status = 'detached', started_at = now() FROM technician_customer_access g
         WHERE s.org_id = $1 AND s.id = $2 AND s.ended_at IS NULL AND g.org_id = s.org_id AND g.id = s.grant_id
             AND g.revoked_at IS NULL AND (g.expires_at IS NULL OR g.expires_at > clock_timestamp())
             AND wall.within_hours(g.hours, clock_timestamp())",
        org.0,
        id.0
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The machine of a session.
pub(super) async fn find_machine(
    conn: &mut PgConnection,
    org: OrganizationId,
    id: SessionId,
) -> Result<Option<(AssetId, String)>> {
    let row = sqlx::query!(
        r#"SELECT asset_id AS "asset_id: AssetId", asset_name FROM sessions WHERE org_id = $1 AND id = $2"#,
        org.0,
        id.0
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| (row.asset_id, row.asset_name)))
}

/// Another status of a session that is not over.
pub(super) async fn set_status(
    conn: &mut PgConnection,
    org: OrganizationId,
    id: SessionId,
    status: SessionStatus,
    size: (u16, u16),
) -> Result<()> {
    sqlx::query!(
        "UPDATE sessions SET status = $3, cols = $4, rows = $5 WHERE org_id = $1 AND id = $2 AND ended_at IS NULL",
        org.0,
        id.0,
        status.as_str(),
        i32::from(size.0),
        i32::from(size.1),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Over, once: false if it was over already.
pub(super) async fn set_over(
    conn: &mut PgConnection,
    org: OrganizationId,
    id: SessionId,
    status: SessionStatus,
    code: &str,
    message: &str,
) -> Result<bool> {
    set_over_since(conn, org, id, status, (code, message), None).await
}

/// Over since the moment when its gateway was last heard of.
pub(super) async fn set_over_since(
    conn: &mut PgConnection,
    org: OrganizationId,
    id: SessionId,
    status: SessionStatus,
    (code, message): (&str, &str),
    since: Option<DateTime<Utc>>,
) -> Result<bool> {
    let done = sqlx::query!(
        "UPDATE sessions SET status = $3, ended_at = least(now(), greatest(created_at, started_at, coalesce($6, now()))), end_code = $4,
             end_message = $5
         WHERE org_id = $1 AND id = $2 AND ended_at IS NULL",
        org.0,
        id.0,
        status.as_str(),
        code,
        message,
        since,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Asks whichever instance holds the session to end it.
pub(super) async fn request_end(
    conn: &mut PgConnection,
    org: OrganizationId,
    id: SessionId,
    reason: &Reason,
    by: &Caller,
) -> Result<()> {
    sqlx::query!(
        "UPDATE sessions SET end_requested_code = $3, end_requested_message = $4, end_requested_by = $5,
             end_requested_by_name = $6
         WHERE org_id = $1 AND id = $2 AND ended_at IS NULL AND end_requested_code IS NULL",
        org.0,
        id.0,
        reason.code.as_str(),
        &*reason.message,
        by.user_id.0,
        by.display_name,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A ticket to be: only its hash stays.
pub(super) struct NewTicket {
    pub id: TicketId,
    pub mode: TicketMode,
    pub hash: Vec<u8>,
    /// Those that let its bearer in.
    pub policy_ids: Vec<String>,
    pub life_s: i32,
}

/// A ticket of `caller` for `session`; until when.
pub(super) async fn insert_ticket(
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
pub(super) struct Admission {
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
pub(super) async fn take_ticket(conn: &mut PgConnection, hash: &[u8]) -> Result<Option<Admission>> {
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

/// What somebody's watching stands on; none when the session or the person is gone.
pub(super) async fn watcher_standing(
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

/// Forgets tickets that nobody used.
pub(super) async fn delete_stale_tickets(conn: &mut PgConnection) -> Result<u64> {
    Ok(sqlx::query!("DELETE FROM session_tickets WHERE expires_at < now() - interval '1 minute'")
        .execute(conn)
        .await?
        .rows_affected())
}

/// What a session's organization allows.
pub(super) struct OrganizationLimits {
    pub organization_name: String,
    pub max_minutes: i32,
    pub idle_minutes: i32,
}

/// The organization's limits of sessions.
pub(super) async fn limits(conn: &mut PgConnection, org: OrganizationId) -> Result<OrganizationLimits> {
    Ok(sqlx::query_as!(
        OrganizationLimits,
        "SELECT name AS organization_name, session_max_minutes AS max_minutes, session_idle_minutes AS idle_minutes
         FROM organizations WHERE id = $1",
        org.0
    )
    .fetch_one(conn)
    .await?)
}

/// What each open session of an instance stands on, now, by the database's clock.
pub(super) async fn standings(conn: &mut PgConnection, instance: InstanceId) -> Result<Vec<Standing>> {
    let rows = sqlx::query!(
        r#"SELECT s.id AS "id: SessionId", s.org_id AS "org_id: OrganizationId", o.name AS org_name,
                  (o.status = 'active') AS "org_active!", s.technician_id AS "user_id: UserId", s.technician_org_id AS "user_org_id: OrganizationId",
                  u.role AS user_role, (u.status = 'active') AS "user_active!", (p.status = 'active') AS "provider_active!",
                  (p.ip_ranges = '{}' OR s.client_ip <<= ANY (p.ip_ranges)) AS "from_own_network!",
                  s.user_session_id AS "user_session_id: UserSessionId",
                  (us.revoked_at IS NULL AND us.expires_at > now() AND us.epoch = u.epoch) AS "signed_in!",
                  (a.endpoint_version = s.endpoint_version AND a.deleted_at IS NULL) AS "asset_unchanged!",
                  (k.destroyed_at IS NULL) AS "key_kept!", (c.deleted_at IS NULL) AS "credential_kept!",
                  (c.access_level = s.access_level AND c.username = s.username) AS "credential_unchanged!",
                  s.access_level, s.protocol, s.client_ip, s.grant_id AS "grant_id: GrantId",
                  g.access_level AS grant_level, g.starts_at, g.expires_at, (g.revoked_at IS NOT NULL) AS "grant_revoked!",
                  g.revoke_reason, (g.ip_ranges = '{}' OR s.client_ip <<= ANY (g.ip_ranges)) AS "address_allowed!",
                  g.services, g.hours AS "hours: Json<Hours>", wall.within_hours(g.hours, now()) AS "within_hours!",
                  s.end_requested_code, s.end_requested_message,
                  s.end_requested_by AS "end_requested_by: UserId", s.end_requested_by_name, now() AS "now!"
           FROM sessions s
           JOIN organizations o ON o.id = s.org_id
           JOIN users u ON u.org_id = s.technician_org_id AND u.id = s.technician_id
           JOIN organizations p ON p.id = u.org_id
           JOIN user_sessions us ON us.org_id = u.org_id AND us.id = s.user_session_id
           JOIN assets a ON a.org_id = s.org_id AND a.id = s.asset_id
           JOIN credentials c ON c.org_id = s.org_id AND c.id = s.credential_id
           JOIN organization_keys k ON k.org_id = c.org_id AND k.id = c.organization_key_id
           JOIN technician_customer_access g ON g.org_id = s.org_id AND g.id = s.grant_id
           WHERE s.instance_id = $1 AND s.ended_at IS NULL"#,
        instance.0
    )
    .fetch_all(conn)
    .await?;
    let standings = rows.into_iter().map(|row| Standing {
        id: row.id,
        org_id: row.org_id,
        org_name: row.org_name,
        org_active: row.org_active,
        user_id: row.user_id,
        user_org_id: row.user_org_id,
        user_role: row.user_role,
        user_active: row.user_active,
        provider_active: row.provider_active,
        from_own_network: row.from_own_network,
        user_session_id: row.user_session_id,
        signed_in: row.signed_in,
        asset_unchanged: row.asset_unchanged,
        key_kept: row.key_kept,
        credential_kept: row.credential_kept,
        credential_unchanged: row.credential_unchanged,
        access_level: row.access_level,
        protocol: row.protocol,
        client_ip: row.client_ip.ip(),
        grant_id: row.grant_id,
        grant_level: row.grant_level,
        grant_starts_at: row.starts_at,
        grant_expires_at: row.expires_at,
        grant_revoked: row.grant_revoked,
        grant_revoke_reason: row.revoke_reason,
        address_allowed: row.address_allowed,
        services: row.services,
        hours: row.hours.map(|hours| hours.0),
        within_hours: row.within_hours,
        end_requested_code: row.end_requested_code,
        end_requested_message: row.end_requested_message,
        end_requested_by: row.end_requested_by.zip(row.end_requested_by_name),
        now: row.now,
    });
    Ok(standings.collect())
}
