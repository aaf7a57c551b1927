//! Sign-ins on their way to an identity provider and back.

use crate::error::Result;
use crate::ids::{ChallengeId, OrganizationId, SsoConnectionId, SsoFlowId, UserId, UserSessionId};
use crate::sso::flow::Purpose;
use crate::sso::model::SsoCheck;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// A flow that begins.
#[derive(Debug)]
pub(in crate::sso) struct NewFlow<'a> {
    pub(in crate::sso) id: SsoFlowId,
    pub(in crate::sso) organization: OrganizationId,
    pub(in crate::sso) connection: SsoConnectionId,
    pub(in crate::sso) settings_version: i32,
    pub(in crate::sso) purpose: Purpose,
    pub(in crate::sso) state_hash: &'a [u8],
    pub(in crate::sso) browser_hash: &'a [u8],
    pub(in crate::sso) sealed: &'a [u8],
    pub(in crate::sso) whose: Option<(UserId, UserSessionId)>,
    pub(in crate::sso) challenge: Option<ChallengeId>,
    pub(in crate::sso) return_to: &'a str,
    pub(in crate::sso) by_browser: bool,
    pub(in crate::sso) checks: &'a [SsoCheck],
}

/// Remembers it for ten minutes.
pub(in crate::sso) async fn insert_flow(conn: &mut PgConnection, flow: &NewFlow<'_>) -> Result<()> {
    let checks = serde_json::to_value(flow.checks).map_err(anyhow::Error::from)?;
    sqlx::query!(
        "INSERT INTO sso_flows (org_id, id, connection_id, settings_version, purpose, state_hash, browser_hash,
             sealed_flow, user_id, user_session_id, return_to, by_browser, checks, challenge_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        flow.organization.0,
        flow.id.0,
        flow.connection.0,
        flow.settings_version,
        flow.purpose.as_str(),
        flow.state_hash,
        flow.browser_hash,
        flow.sealed,
        flow.whose.map(|(user, _)| user.0),
        flow.whose.map(|(_, session)| session.0),
        flow.return_to,
        flow.by_browser,
        checks,
        flow.challenge.map(|challenge| challenge.0),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A flow whose answer came.
#[derive(Debug)]
pub(in crate::sso) struct Spent {
    pub(in crate::sso) id: SsoFlowId,
    pub(in crate::sso) organization: OrganizationId,
    pub(in crate::sso) connection: SsoConnectionId,
    pub(in crate::sso) settings_version: i32,
    pub(in crate::sso) purpose: Purpose,
    pub(in crate::sso) sealed: Vec<u8>,
    pub(in crate::sso) user_id: Option<UserId>,
    pub(in crate::sso) user_session_id: Option<UserSessionId>,
    /// The sign-in that owes a link, if this one pays it.
    pub(in crate::sso) challenge: Option<ChallengeId>,
    pub(in crate::sso) return_to: String,
    /// Whether the sign-in of whoever asked lives in the cookies of a browser.
    pub(in crate::sso) by_browser: bool,
    /// What was looked at before.
    pub(in crate::sso) checks: Vec<SsoCheck>,
}

struct Row {
    id: SsoFlowId,
    org_id: OrganizationId,
    connection_id: SsoConnectionId,
    settings_version: i32,
    purpose: String,
    sealed_flow: Vec<u8>,
    user_id: Option<UserId>,
    user_session_id: Option<UserSessionId>,
    challenge_id: Option<ChallengeId>,
    return_to: String,
    by_browser: bool,
    checks: Option<serde_json::Value>,
}

impl From<Row> for Spent {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            organization: row.org_id,
            connection: row.connection_id,
            settings_version: row.settings_version,
            purpose: row.purpose.into(),
            sealed: row.sealed_flow,
            user_id: row.user_id,
            user_session_id: row.user_session_id,
            challenge: row.challenge_id,
            return_to: row.return_to,
            by_browser: row.by_browser,
            checks: row.checks.and_then(|checks| serde_json::from_value(checks).ok()).unwrap_or_default(),
        }
    }
}

/// Uses a flow up: once, in time, and by the browser that began it. One statement, so that of two answers one counts.
pub(in crate::sso) async fn spend_flow(
    conn: &mut PgConnection,
    state_hash: &[u8],
    browser_hash: &[u8],
) -> Result<Option<Spent>> {
    let row = sqlx::query_as!(
        Row,
        r#"UPDATE sso_flows SET spent_at = clock_timestamp()
           WHERE state_hash = $1 AND browser_hash = $2 AND spent_at IS NULL AND expires_at > clock_timestamp()
           RETURNING id AS "id: SsoFlowId", org_id AS "org_id: OrganizationId",
                     connection_id AS "connection_id: SsoConnectionId", settings_version, purpose, sealed_flow,
                     user_id AS "user_id: UserId", user_session_id AS "user_session_id: UserSessionId", return_to,
                     challenge_id AS "challenge_id: ChallengeId", by_browser, checks"#,
        state_hash,
        browser_hash
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(Spent::from))
}

/// A flow of this very browser: one on its way, or with `on_its_way` false one whatever became of it, to say where whoever
/// comes too late belongs.
pub(in crate::sso) async fn find_flow(
    conn: &mut PgConnection,
    state_hash: &[u8],
    browser_hash: &[u8],
    on_its_way: bool,
) -> Result<Option<Spent>> {
    let row = sqlx::query_as!(
        Row,
        r#"SELECT id AS "id: SsoFlowId", org_id AS "org_id: OrganizationId",
                  connection_id AS "connection_id: SsoConnectionId", settings_version, purpose, sealed_flow,
                  user_id AS "user_id: UserId", user_session_id AS "user_session_id: UserSessionId", return_to,
                  challenge_id AS "challenge_id: ChallengeId", by_browser, checks
           FROM sso_flows WHERE state_hash = $1 AND browser_hash = $2
             AND (NOT $3::boolean OR (spent_at IS NULL AND expires_at > clock_timestamp()))"#,
        state_hash,
        browser_hash,
        on_its_way
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(Spent::from))
}

/// The time of the transaction's database.
pub(in crate::sso) async fn now(conn: &mut PgConnection) -> Result<DateTime<Utc>> {
    Ok(sqlx::query_scalar!(r#"SELECT clock_timestamp() AS "now!""#).fetch_one(conn).await?)
}

/// Whether a message of a provider is new; from now on it is not.
pub(in crate::sso) async fn see_once(
    conn: &mut PgConnection,
    organization: OrganizationId,
    connection: SsoConnectionId,
    message: &str,
    until: DateTime<Utc>,
) -> Result<bool> {
    let done = sqlx::query!(
        "INSERT INTO sso_seen (org_id, connection_id, message_id, until) VALUES ($1, $2, $3, $4)
         ON CONFLICT DO NOTHING",
        organization.0,
        connection.0,
        message,
        until
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Forgets what can come back no more.
pub(in crate::sso) async fn forget_old(conn: &mut PgConnection) -> Result<()> {
    sqlx::query!("DELETE FROM sso_flows WHERE expires_at < now() - interval '1 hour'")
        .execute(&mut *conn)
        .await?;
    sqlx::query!("DELETE FROM sso_seen WHERE until < now() - interval '1 hour'").execute(conn).await?;
    Ok(())
}
