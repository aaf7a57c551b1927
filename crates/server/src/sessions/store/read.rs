//! Sessions, listed and found.

use crate::access::policies::Can;
use crate::error::Result;
use crate::grants::{Hours, closing_times};
use crate::http::{Order, Window};
use crate::ids::{AssetId, GrantId, OrganizationId, SessionId, UserId};
use crate::sessions::model::{Session, SessionFilter, SessionSort};
use chrono::{DateTime, Utc};
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
pub(in crate::sessions) async fn list(
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
pub(in crate::sessions) async fn find(conn: &mut PgConnection, id: SessionId) -> Result<Option<Session>> {
    let rows = select(&mut *conn, Some(id), &SessionFilter::default(), Window::ONE).await?;
    Ok(with_closings(conn, rows).await?.into_iter().next())
}

/// The machine of a session.
pub(in crate::sessions) async fn find_machine(
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
