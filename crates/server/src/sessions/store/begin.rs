//! How a session begins: whether there is room, its row and that of its recording, what its organization allows.

use crate::access::Caller;
use crate::error::{ApiError, Result};
use crate::ids::{AssetId, CredentialId, GrantId, InstanceId, OrganizationId, SessionId};
use ipnetwork::IpNetwork;
use sqlx::PgConnection;

/// What a session's row begins with.
pub(in crate::sessions) struct NewSession<'a> {
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
pub(in crate::sessions) async fn lock_room(conn: &mut PgConnection, org: OrganizationId) -> Result<i64> {
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
pub(in crate::sessions) async fn insert(
    conn: &mut PgConnection,
    caller: &Caller,
    new: &NewSession<'_>,
) -> Result<bool> {
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
pub(in crate::sessions) async fn set_started(
    conn: &mut PgConnection,
    org: OrganizationId,
    id: SessionId,
) -> Result<bool> {
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

/// What a session's organization allows.
pub(in crate::sessions) struct OrganizationLimits {
    pub organization_name: String,
    pub max_minutes: i32,
    pub idle_minutes: i32,
}

/// The organization's limits of sessions.
pub(in crate::sessions) async fn limits(
    conn: &mut PgConnection,
    org: OrganizationId,
) -> Result<OrganizationLimits> {
    Ok(sqlx::query_as!(
        OrganizationLimits,
        "SELECT name AS organization_name, session_max_minutes AS max_minutes, session_idle_minutes AS idle_minutes
         FROM organizations WHERE id = $1",
        org.0
    )
    .fetch_one(conn)
    .await?)
}
