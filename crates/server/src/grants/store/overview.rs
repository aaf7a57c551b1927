//! Numbers and lists about all access.

use super::window::cells;
use crate::error::Result;
use crate::grants::hours::Hours;
use crate::grants::model::{Service, Terms};
use crate::grants::overview::{
    AccessByLevel, AccessDifference, AccessSummary, CustomerTechnician, UnusedAccess,
};
use crate::http::{COUNTED, Total, Window};
use crate::ids::{OrganizationId, UserId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

/// All access in numbers.
pub(in crate::grants) async fn summary(conn: &mut PgConnection) -> Result<AccessSummary> {
    let row = sqlx::query!(
        r#"WITH held AS (
               SELECT g.technician_id, g.org_id, g.access_level, g.expires_at, s.status,
                      coalesce(g.last_used_at, greatest(g.granted_at, g.starts_at)) AS used_at
               FROM technician_customer_access g JOIN organizations o ON o.id = g.org_id AND o.status <> 'deleted'
               CROSS JOIN LATERAL (SELECT wall.grant_status(g.starts_at, g.expires_at, g.revoked_at) AS status) s
               WHERE g.revoked_at IS NULL)
           SELECT count(*) FILTER (WHERE status = 'active') AS "active!",
                  count(*) FILTER (WHERE status = 'scheduled') AS "scheduled!",
                  count(*) FILTER (WHERE status = 'active' AND expires_at <= now() + interval '7 days') AS "expiring!",
                  count(*) FILTER (WHERE status = 'active' AND access_level = 'full_access') AS "full_access!",
                  count(*) FILTER (WHERE status = 'active' AND access_level = 'emergency') AS "emergency!",
                  count(*) FILTER (WHERE status = 'active' AND access_level = 'read_only') AS "read_only!",
                  count(*) FILTER (WHERE status = 'active' AND used_at <= now() - interval '30 days') AS "days30!",
                  count(*) FILTER (WHERE status = 'active' AND used_at <= now() - interval '60 days') AS "days60!",
                  count(*) FILTER (WHERE status = 'active' AND used_at <= now() - interval '90 days') AS "days90!",
                  (SELECT count(*) FROM users u WHERE role = 'technician' AND status <> 'deleted' AND EXISTS (
                       SELECT FROM technician_customer_access g WHERE g.technician_id = u.id AND g.revoked_at IS NULL
                         AND g.org_id NOT IN (SELECT id FROM organizations WHERE status = 'deleted')
                         AND wall.grant_status(g.starts_at, g.expires_at, g.revoked_at) = 'active')) AS "technicians!",
                  (SELECT count(*) FROM organizations o WHERE type = 'customer' AND status <> 'deleted' AND EXISTS (
                       SELECT FROM technician_customer_access g WHERE g.org_id = o.id AND g.revoked_at IS NULL
                         AND wall.grant_status(g.starts_at, g.expires_at, g.revoked_at) = 'active')) AS "customers!",
                  (SELECT count(*) FROM users WHERE role = 'technician' AND status <> 'deleted') AS "all_technicians!",
                  (SELECT count(*) FROM organizations WHERE type = 'customer' AND status <> 'deleted') AS "all_customers!",
                  (SELECT count(*) FROM sessions WHERE ended_at IS NULL) AS "live_sessions!",
                  (SELECT count(*) FROM technician_customer_access
                   WHERE expires_at > now() - interval '30 days' AND expires_at <= now()
                     AND org_id NOT IN (SELECT id FROM organizations WHERE status = 'deleted')
                     AND (revoked_at IS NULL OR revoked_at >= expires_at)) AS "expired!"
           FROM held"#
    )
    .fetch_one(conn)
    .await?;
    Ok(AccessSummary {
        active_grants: row.active,
        scheduled_grants: row.scheduled,
        expiring_within_7_days: row.expiring,
        expired_last_30_days: row.expired,
        by_level: AccessByLevel {
            full_access: row.full_access,
            emergency: row.emergency,
            read_only: row.read_only,
        },
        unused: UnusedAccess { days30: row.days30, days60: row.days60, days90: row.days90 },
        technicians_with_access: row.technicians,
        technicians_without: row.all_technicians - row.technicians,
        customers_with_access: row.customers,
        customers_without: row.all_customers - row.customers,
        live_sessions: row.live_sessions,
    })
}

/// Active grants that nobody used for so many days, the longest unused first; and how many there are.
pub(in crate::grants) async fn unused(
    conn: &mut PgConnection,
    days: i32,
    window: Window,
) -> Result<(Vec<Uuid>, Total)> {
    // Counted apart: the page stops at its last row, by the index.
    let ids = sqlx::query_scalar!(
        r#"SELECT g.id FROM technician_customer_access g
           WHERE g.revoked_at IS NULL AND wall.grant_status(g.starts_at, g.expires_at, g.revoked_at) = 'active'
             AND coalesce(g.last_used_at, greatest(g.granted_at, g.starts_at)) <= now() - make_interval(days => $1)
             AND g.org_id NOT IN (SELECT id FROM organizations WHERE status = 'deleted')
           ORDER BY coalesce(g.last_used_at, greatest(g.granted_at, g.starts_at)), g.id LIMIT $2 OFFSET $3"#,
        days,
        window.limit,
        window.offset(),
    )
    .fetch_all(&mut *conn)
    .await?;
    let total = sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM (SELECT FROM technician_customer_access g
           WHERE g.revoked_at IS NULL AND wall.grant_status(g.starts_at, g.expires_at, g.revoked_at) = 'active'
             AND coalesce(g.last_used_at, greatest(g.granted_at, g.starts_at)) <= now() - make_interval(days => $1)
             AND g.org_id NOT IN (SELECT id FROM organizations WHERE status = 'deleted') LIMIT $2) f"#,
        days,
        COUNTED + 1,
    )
    .fetch_one(conn)
    .await?;
    Ok((ids, Total::counted(total)))
}

/// Who may come to a customer now or soon, by name; and how many there are.
pub(in crate::grants) async fn customer_technicians(
    conn: &mut PgConnection,
    organization: OrganizationId,
    window: Window,
) -> Result<(Vec<CustomerTechnician>, i64)> {
    let rows = sqlx::query!(
        r#"SELECT g.technician_id AS "id: UserId", min(g.technician_name) AS "name!", min(g.technician_email) AS "email!",
                  max(g.last_used_at) AS last_used_at, sum(g.use_count) AS "use_count!", count(*) OVER () AS "total!"
           FROM technician_customer_access g
           WHERE g.org_id = $1 AND g.revoked_at IS NULL
             AND wall.grant_status(g.starts_at, g.expires_at, g.revoked_at) IN ('active', 'scheduled')
           GROUP BY g.technician_id ORDER BY lower(min(g.technician_name)), g.technician_id LIMIT $2 OFFSET $3"#,
        organization.0,
        window.limit,
        window.offset(),
    )
    .fetch_all(&mut *conn)
    .await?;
    let total = rows.first().map_or(0, |row| row.total);
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id.0).collect();
    let mut held = cells(conn, &ids, &[organization.0]).await?;
    let people = rows.into_iter().map(|row| {
        let cell = held.iter_mut().find(|cell| cell.technician_id == row.id);
        CustomerTechnician {
            technician_id: row.id,
            technician_name: row.name,
            technician_email: Some(row.email),
            grants: cell.map(|cell| std::mem::take(&mut cell.grants)).unwrap_or_default(),
            last_used_at: row.last_used_at,
            use_count: row.use_count,
        }
    });
    Ok((people.collect(), total))
}

/// How access of one level stood, in the history.
#[derive(Debug, serde::Deserialize)]
struct Stood {
    level: String,
    starts_at: Option<DateTime<Utc>>,
    expires_at: Option<DateTime<Utc>>,
    ip_ranges: Vec<String>,
    services: Vec<String>,
    hours: Option<Hours>,
    reason: String,
}

/// The fullest first.
fn terms_of(stood: Vec<Stood>) -> Vec<Terms> {
    let mut all: Vec<Terms> = stood
        .into_iter()
        .map(|stood| Terms {
            access_level: stood.level.into(),
            starts_at: stood.starts_at,
            expires_at: stood.expires_at,
            ip_ranges: stood.ip_ranges.iter().filter_map(|range| range.parse().ok()).collect(),
            services: stood.services.into_iter().map(Service::from).collect(),
            hours: stood.hours,
            reason: stood.reason,
            notes: String::new(),
        })
        .collect();
    all.sort_by_key(|terms| terms.access_level.rank());
    all
}

/// Between whom access was another at `to` than at `from`: by level or by any term but the remarks. Only where something
/// was changed, began or ended in between, or the customer was deleted, is it looked at.
pub(in crate::grants) async fn differences(
    conn: &mut PgConnection,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    most: i64,
) -> Result<Vec<AccessDifference>> {
    let rows = sqlx::query!(
        r#"SELECT k.technician_id AS "technician_id!: UserId", u.display_name AS technician_name,
                  k.org_id AS "org_id!: OrganizationId", o.name AS org_name,
                  b.stood AS "before!: Json<Vec<Stood>>", a.stood AS "after!: Json<Vec<Stood>>"
           FROM (SELECT technician_id, org_id FROM (
                     SELECT technician_id, org_id FROM access_changes WHERE changed_at > $1 AND changed_at <= $2
                     UNION SELECT technician_id, org_id FROM access_changes WHERE starts_at > $1 AND starts_at <= $2
                     UNION SELECT technician_id, org_id FROM access_changes WHERE expires_at > $1 AND expires_at <= $2
                     UNION SELECT c.technician_id, c.org_id FROM organizations d JOIN access_changes c ON c.org_id = d.id
                         WHERE d.deleted_at > $1 AND d.deleted_at <= $2) t
                 ORDER BY 1, 2) k
           JOIN users u ON u.id = k.technician_id
           JOIN organizations o ON o.id = k.org_id
           CROSS JOIN LATERAL (SELECT coalesce(jsonb_agg(jsonb_build_object('level', d.access_level,
                   'starts_at', d.starts_at, 'expires_at', d.expires_at, 'ip_ranges', d.ip_ranges::text[],
                   'services', d.services, 'hours', d.hours, 'reason', d.reason) ORDER BY d.access_level), '[]') AS stood
               FROM (SELECT DISTINCT ON (c.grant_id) c.* FROM access_changes c
                   WHERE c.technician_id = k.technician_id AND c.org_id = k.org_id AND c.changed_at <= $1
                   ORDER BY c.grant_id, c.version DESC) d
               WHERE d.action IN ('create', 'update')
                 AND wall.grant_status_at(d.starts_at, d.expires_at, NULL, $1) = 'active'
                 AND (o.deleted_at IS NULL OR o.deleted_at > $1)) b
           CROSS JOIN LATERAL (SELECT coalesce(jsonb_agg(jsonb_build_object('level', d.access_level,
                   'starts_at', d.starts_at, 'expires_at', d.expires_at, 'ip_ranges', d.ip_ranges::text[],
                   'services', d.services, 'hours', d.hours, 'reason', d.reason) ORDER BY d.access_level), '[]') AS stood
               FROM (SELECT DISTINCT ON (c.grant_id) c.* FROM access_changes c
                   WHERE c.technician_id = k.technician_id AND c.org_id = k.org_id AND c.changed_at <= $2
                   ORDER BY c.grant_id, c.version DESC) d
               WHERE d.action IN ('create', 'update')
                 AND wall.grant_status_at(d.starts_at, d.expires_at, NULL, $2) = 'active'
                 AND (o.deleted_at IS NULL OR o.deleted_at > $2)) a
           WHERE b.stood <> a.stood LIMIT $3"#,
        from,
        to,
        most,
    )
    .fetch_all(conn)
    .await?;
    let items = rows.into_iter().map(|row| {
        let (before, after) = (terms_of(row.before.0), terms_of(row.after.0));
        AccessDifference {
            technician_id: row.technician_id,
            technician_name: row.technician_name,
            customer_org_id: row.org_id,
            customer_org_name: row.org_name,
            before: before.first().map(|terms| terms.access_level),
            after: after.first().map(|terms| terms.access_level),
            hours_before: before.first().and_then(|terms| terms.hours.clone()),
            hours_after: after.first().and_then(|terms| terms.hours.clone()),
            levels: AccessDifference::levels_of(&before, &after),
        }
    });
    Ok(items.collect())
}
