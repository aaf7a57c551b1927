//! Grants as the API shows them.

use super::hours::openings;
use crate::access::policies::Can;
use crate::error::Result;
use crate::grants::hours::Hours;
use crate::grants::model::{AccessLevel, Grant, GrantStatus, Service};
use crate::grants::wishes::{GrantFilter, GrantSort};
use crate::http::{COUNTED, Order, Total, Window};
use crate::ids::{GrantId, OrganizationId, UserId};
use chrono::{DateTime, Utc};
use ipnetwork::IpNetwork;
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

struct Row {
    id: GrantId,
    technician_id: UserId,
    technician_name: String,
    technician_email: String,
    org_id: OrganizationId,
    org_name: String,
    org_active: bool,
    access_level: String,
    status: String,
    reason: String,
    notes: String,
    ip_ranges: Vec<IpNetwork>,
    services: Vec<String>,
    hours: Option<Json<Hours>>,
    starts_at: Option<DateTime<Utc>>,
    expires_at: Option<DateTime<Utc>>,
    granted_by: UserId,
    granted_by_name: String,
    granted_at: DateTime<Utc>,
    revoked_at: Option<DateTime<Utc>>,
    revoked_by_name: Option<String>,
    revoke_reason: Option<String>,
    last_used_at: Option<DateTime<Utc>>,
    use_count: i32,
    version: i64,
    total: i64,
}

impl From<Row> for Grant {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            technician_id: row.technician_id,
            technician_name: row.technician_name,
            technician_email: row.technician_email,
            customer_org_id: row.org_id,
            customer_org_name: row.org_name,
            access_level: row.access_level.into(),
            status: row.status.into(),
            reason: row.reason,
            notes: row.notes,
            ip_ranges: row.ip_ranges,
            services: row.services.into_iter().map(Service::from).collect(),
            starts_at: row.starts_at,
            expires_at: row.expires_at,
            hours: row.hours.map(|hours| hours.0),
            open_now: false,
            opens_at: None,
            closes_at: None,
            granted_by_id: row.granted_by,
            granted_by_name: row.granted_by_name,
            granted_at: row.granted_at,
            revoked_at: row.revoked_at,
            revoked_by_name: row.revoked_by_name,
            revoke_reason: row.revoke_reason,
            last_used_at: row.last_used_at,
            use_count: row.use_count,
            version: row.version,
            can: Can::default(),
            customer_active: row.org_active,
            closed: None,
        }
    }
}

/// A sorted page; with `only`, of those alone; with `holder`, only what that technician holds. A page costs what stands
/// on it, by the index of its order; only the order of how they stand now has none. What else is told of a grant is looked
/// for on the page alone. How many fit is counted up to where numbers end.
async fn select(
    conn: &mut PgConnection,
    only: Option<&[Uuid]>,
    holder: Option<UserId>,
    filter: &GrantFilter,
    window: Window,
) -> Result<(Vec<Grant>, i64)> {
    let rows = sqlx::query_as!(
        Row,
        r#"WITH fitting AS NOT MATERIALIZED (
           SELECT g.* FROM technician_customer_access g
           LEFT JOIN organizations n ON $7::text IS NOT NULL AND n.id = g.org_id
           WHERE g.org_id NOT IN (SELECT id FROM organizations WHERE status = 'deleted')
             AND ($1::uuid[] IS NULL OR g.id = ANY ($1)) AND ($2::uuid IS NULL OR g.technician_id = $2)
             AND ($3::uuid IS NULL OR g.org_id = $3) AND ($4::uuid IS NULL OR g.technician_id = $4)
             AND ($5::text IS NULL OR wall.grant_status(g.starts_at, g.expires_at, g.revoked_at) = $5)
             AND ($5 IS DISTINCT FROM 'expired' OR coalesce(g.expires_at, 'infinity') <= now()) -- both for the index
             AND ($5 IS DISTINCT FROM 'revoked' OR g.revoked_at IS NOT NULL) AND ($6::text IS NULL OR g.access_level = $6)
             AND ($7::text IS NULL OR strpos(lower(g.technician_name), lower($7)) > 0
                  OR strpos(lower(n.name), lower($7)) > 0 OR strpos(lower(g.reason), lower($7)) > 0))
           SELECT g.id AS "id: GrantId", g.technician_id AS "technician_id: UserId", g.technician_name,
                  g.technician_email, g.org_id AS "org_id: OrganizationId", o.name AS org_name,
                  o.status = 'active' AS "org_active!", g.access_level,
                  wall.grant_status(g.starts_at, g.expires_at, g.revoked_at) AS "status!", g.reason, g.notes,
                  g.ip_ranges, g.services, g.hours AS "hours: Json<Hours>", g.starts_at, g.expires_at, g.granted_by AS "granted_by: UserId",
                  g.granted_by_name, g.granted_at, g.revoked_at, g.revoked_by_name, g.revoke_reason,
                  g.last_used_at, g.use_count, g.version,
                  (SELECT count(*) FROM (SELECT FROM fitting LIMIT $12) f) AS "total!"
           FROM (SELECT *, row_number() OVER () AS place FROM (
                 SELECT g.* FROM fitting g
                 LEFT JOIN organizations n ON $8 = 'customerOrgName' AND n.id = g.org_id
                 CROSS JOIN LATERAL (SELECT
                     CASE $8 WHEN 'technicianName' THEN lower(g.technician_name) WHEN 'customerOrgName' THEN lower(n.name)
                             WHEN 'accessLevel' THEN g.access_level
                             WHEN 'status' THEN wall.grant_status(g.starts_at, g.expires_at, g.revoked_at) END AS word,
                     CASE $8 WHEN 'expiresAt' THEN coalesce(g.expires_at, 'infinity')
                             WHEN 'lastUsedAt' THEN coalesce(g.last_used_at, '-infinity')
                             WHEN 'grantedAt' THEN g.granted_at END AS moment) k
                 ORDER BY CASE WHEN $9 = 'asc' THEN k.word END, CASE WHEN $9 = 'desc' THEN k.word END DESC,
                          CASE WHEN $9 = 'asc' THEN k.moment END, CASE WHEN $9 = 'desc' THEN k.moment END DESC,
                          CASE WHEN $9 = 'asc' THEN g.id END, CASE WHEN $9 = 'desc' THEN g.id END DESC
                 LIMIT $10 OFFSET $11) ordered) g
           JOIN organizations o ON o.id = g.org_id
           ORDER BY g.place"#,
        only,
        holder.map(|id| id.0),
        filter.organization_id.map(|id| id.0),
        filter.technician_id.map(|id| id.0),
        filter.status.map(GrantStatus::as_str),
        filter.access_level.map(AccessLevel::as_str),
        filter.q,
        filter.sort.unwrap_or(GrantSort::GrantedAt).as_str(),
        filter.order.unwrap_or(Order::Desc).as_str(),
        window.limit,
        window.offset(),
        COUNTED + 1,
    )
    .fetch_all(&mut *conn)
    .await?;
    let total = rows.first().map_or(0, |row| row.total);
    let mut grants: Vec<Grant> = rows.into_iter().map(Grant::from).collect();
    let hours: Vec<Option<(Hours, Option<DateTime<Utc>>)>> = grants.iter().map(hours_of).collect();
    let looks = hours.iter().flatten().map(|(hours, at)| (hours, *at));
    let openings = openings(conn, looks).await?;
    for (grant, hours) in grants.iter_mut().zip(&hours) {
        grant.stand(hours.as_ref().and_then(|(hours, at)| openings.get(&(hours, *at))));
    }
    Ok((grants, total))
}

/// Its hours, and when to look at them: now, or at its beginning where that lies ahead.
fn hours_of(grant: &Grant) -> Option<(Hours, Option<DateTime<Utc>>)> {
    let ahead = grant.starts_at.filter(|_| grant.status == GrantStatus::Scheduled);
    grant.hours.clone().filter(|_| grant.revoked_at.is_none()).map(|hours| (hours, ahead))
}

/// A sorted page, and how many there are.
pub(in crate::grants) async fn list(
    conn: &mut PgConnection,
    holder: Option<UserId>,
    filter: &GrantFilter,
    window: Window,
) -> Result<(Vec<Grant>, Total)> {
    let (grants, total) = select(conn, None, holder, filter, window).await?;
    Ok((grants, Total::counted(total)))
}

/// One, if the caller of this transaction sees it and `holder`, if given, holds it.
pub(in crate::grants) async fn find(
    conn: &mut PgConnection,
    holder: Option<UserId>,
    id: GrantId,
) -> Result<Option<Grant>> {
    let (grants, _) = select(conn, Some(&[id.0]), holder, &GrantFilter::default(), Window::ONE).await?;
    Ok(grants.into_iter().next())
}

/// Those of these ids that the caller of this transaction sees, in no order.
pub(in crate::grants) async fn find_many(conn: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<Grant>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let all = Window { page: 1, limit: i64::MAX };
    Ok(select(conn, Some(ids), None, &GrantFilter::default(), all).await?.0)
}

/// What one technician ever held for one customer and nobody took back.
pub(in crate::grants) async fn list_held(
    conn: &mut PgConnection,
    holder: UserId,
    organization: OrganizationId,
) -> Result<Vec<Grant>> {
    let filter = GrantFilter { organization_id: Some(organization), ..GrantFilter::default() };
    Ok(select(conn, None, Some(holder), &filter, Window { page: 1, limit: 200 }).await?.0)
}

/// Whether `id` is a technician whom the caller of this transaction may know of.
pub(in crate::grants) async fn technician_exists(conn: &mut PgConnection, id: UserId) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT 1 FROM users WHERE id = $1 AND role = 'technician' AND status <> 'deleted') AS "yes!""#,
        id.0
    )
    .fetch_one(conn)
    .await?)
}
