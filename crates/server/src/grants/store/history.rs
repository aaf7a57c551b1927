//! The history of grants: written beside each change, never changed itself.

use crate::access::Caller;
use crate::error::Result;
use crate::grants::history::{AccessHistoryEntry, ChangeKind, HistoryFilter};
use crate::grants::hours::Hours;
use crate::grants::model::{Service, Terms};
use crate::http::{COUNTED, Total, Window};
use crate::ids::{AccessBatchId, AccessChangeId, GrantId, OrganizationId, UserId};
use chrono::{DateTime, Utc};
use ipnetwork::IpNetwork;
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

/// Who changes grants, why, and together with what.
#[derive(Clone, Copy, Debug)]
pub(in crate::grants) struct Act<'a> {
    /// None: the platform itself.
    pub by: Option<&'a Caller>,
    pub why: &'a str,
    pub batch: Option<AccessBatchId>,
}

impl<'a> Act<'a> {
    /// A change by itself.
    pub(in crate::grants) fn by(caller: &'a Caller, why: &'a str) -> Self {
        Self { by: Some(caller), why, batch: None }
    }
}

/// Keeps how these grants stand after what was just done to them.
pub(super) async fn keep(
    conn: &mut PgConnection,
    ids: &[Uuid],
    kind: ChangeKind,
    act: &Act<'_>,
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO access_changes (org_id, grant_id, version, batch_id, action, technician_org_id, technician_id,
             technician_name, access_level, services, ip_ranges, hours, reason, notes, starts_at, expires_at, why, changed_by,
             changed_by_name)
         SELECT org_id, id, version, $2, $3, technician_org_id, technician_id, technician_name, access_level, services,
             ip_ranges, hours, reason, notes, starts_at, expires_at, $4, $5, $6
         FROM technician_customer_access WHERE id = ANY ($1)",
        ids,
        act.batch.map(|batch| batch.0),
        kind.as_str(),
        act.why,
        act.by.map(|by| by.user_id.0),
        act.by.map_or("Sallyport", |by| &by.display_name),
    )
    .execute(conn)
    .await?;
    Ok(())
}

struct Row {
    id: AccessChangeId,
    batch_id: Option<AccessBatchId>,
    grant_id: GrantId,
    org_id: OrganizationId,
    org_name: String,
    technician_id: UserId,
    technician_name: String,
    action: String,
    access_level: String,
    services: Vec<String>,
    ip_ranges: Vec<IpNetwork>,
    hours: Option<Json<Hours>>,
    reason: String,
    notes: String,
    starts_at: Option<DateTime<Utc>>,
    expires_at: Option<DateTime<Utc>>,
    before_level: Option<String>,
    before_services: Option<Vec<String>>,
    before_ranges: Option<Vec<IpNetwork>>,
    before_hours: Option<Json<Hours>>,
    before_reason: Option<String>,
    before_notes: Option<String>,
    before_starts_at: Option<DateTime<Utc>>,
    before_expires_at: Option<DateTime<Utc>>,
    why: String,
    changed_by: Option<UserId>,
    changed_by_name: String,
    changed_at: DateTime<Utc>,
}

impl From<Row> for AccessHistoryEntry {
    fn from(row: Row) -> Self {
        let stood = Terms {
            access_level: row.access_level.into(),
            starts_at: row.starts_at,
            expires_at: row.expires_at,
            ip_ranges: row.ip_ranges,
            services: row.services.into_iter().map(Service::from).collect(),
            hours: row.hours.map(|hours| hours.0),
            reason: row.reason,
            notes: row.notes,
        };
        let was = row.before_level.map(|level| Terms {
            access_level: level.into(),
            starts_at: row.before_starts_at,
            expires_at: row.before_expires_at,
            ip_ranges: row.before_ranges.unwrap_or_default(),
            services: row.before_services.unwrap_or_default().into_iter().map(Service::from).collect(),
            hours: row.before_hours.map(|hours| hours.0),
            reason: row.before_reason.unwrap_or_default(),
            notes: row.before_notes.unwrap_or_default(),
        });
        let action = ChangeKind::from(row.action);
        let (before, after) = match action {
            ChangeKind::Create => (None, Some(stood)),
            ChangeKind::Update => (was, Some(stood)),
            ChangeKind::Revoke | ChangeKind::Expire => (Some(stood), None),
        };
        let notes = |terms: &Option<Terms>| terms.as_ref().map(|terms| terms.notes.clone());
        let (notes_before, notes_after) = (notes(&before), notes(&after));
        Self {
            id: row.id,
            batch_id: row.batch_id,
            grant_id: row.grant_id,
            organization_id: row.org_id,
            organization_name: row.org_name,
            technician_id: row.technician_id,
            technician_name: row.technician_name,
            action,
            before,
            after,
            notes_changed: notes_before.is_some() && notes_after.is_some() && notes_before != notes_after,
            notes_before,
            notes_after,
            reason: row.why,
            changed_by_id: row.changed_by,
            changed_by_name: row.changed_by_name,
            changed_at: row.changed_at,
        }
    }
}

/// A page, the newest first, and how many there are.
pub(in crate::grants) async fn list(
    conn: &mut PgConnection,
    filter: &HistoryFilter,
    window: Window,
) -> Result<(Vec<AccessHistoryEntry>, Total)> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT c.id AS "id: AccessChangeId", c.batch_id AS "batch_id: AccessBatchId", c.grant_id AS "grant_id: GrantId",
                  c.org_id AS "org_id: OrganizationId", o.name AS org_name, c.technician_id AS "technician_id: UserId",
                  c.technician_name, c.action, c.access_level, c.services, c.ip_ranges, c.hours AS "hours: Json<Hours>",
                  c.reason, c.notes, c.starts_at, c.expires_at,
                  p.access_level AS "before_level?", p.services AS "before_services?",
                  p.ip_ranges AS "before_ranges?: Vec<IpNetwork>", p.hours AS "before_hours?: Json<Hours>",
                  p.reason AS "before_reason?", p.notes AS "before_notes?",
                  p.starts_at AS "before_starts_at?", p.expires_at AS "before_expires_at?", c.why,
                  c.changed_by AS "changed_by: UserId", c.changed_by_name, c.changed_at
           FROM access_changes c
           JOIN organizations o ON o.id = c.org_id
           LEFT JOIN access_changes p ON c.action = 'update' AND p.org_id = c.org_id AND p.grant_id = c.grant_id
               AND p.version = c.version - 1
           WHERE ($1::uuid IS NULL OR c.org_id = $1) AND ($2::uuid IS NULL OR c.technician_id = $2)
             AND ($3::uuid IS NULL OR c.grant_id = $3) AND ($4::timestamptz IS NULL OR c.changed_at >= $4)
             AND ($5::timestamptz IS NULL OR c.changed_at < $5)
           ORDER BY c.changed_at DESC, c.id DESC
           LIMIT $6 OFFSET $7"#,
        filter.organization_id.map(|id| id.0),
        filter.technician_id.map(|id| id.0),
        filter.grant_id.map(|id| id.0),
        filter.from,
        filter.to,
        window.limit,
        window.offset(),
    )
    .fetch_all(&mut *conn)
    .await?;
    // Counted apart: the page stops at its last row, by the index.
    let total = sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM (SELECT FROM access_changes c
           WHERE ($1::uuid IS NULL OR c.org_id = $1) AND ($2::uuid IS NULL OR c.technician_id = $2)
             AND ($3::uuid IS NULL OR c.grant_id = $3) AND ($4::timestamptz IS NULL OR c.changed_at >= $4)
             AND ($5::timestamptz IS NULL OR c.changed_at < $5) LIMIT $6) f"#,
        filter.organization_id.map(|id| id.0),
        filter.technician_id.map(|id| id.0),
        filter.grant_id.map(|id| id.0),
        filter.from,
        filter.to,
        COUNTED + 1,
    )
    .fetch_one(conn)
    .await?;
    Ok((rows.into_iter().map(AccessHistoryEntry::from).collect(), Total::counted(total)))
}

/// One change of a batch, and how its grant stands now.
pub(in crate::grants) struct Done {
    pub grant_id: GrantId,
    pub action: String,
    pub version: i64,
    pub now_version: i64,
    pub changed_by: Option<UserId>,
    pub why: String,
    /// Whether it was made so lately that it can be undone.
    pub recent: bool,
    /// The terms before, of a changed one.
    pub before: Option<Terms>,
}

/// All of a batch, each grant held; none where there is no such batch for the caller of this transaction.
pub(in crate::grants) async fn lock_batch(
    conn: &mut PgConnection,
    batch: AccessBatchId,
    minutes: i32,
) -> Result<Vec<Done>> {
    sqlx::query!(
        "SELECT g.id FROM technician_customer_access g
         WHERE g.id IN (SELECT grant_id FROM access_changes WHERE batch_id = $1) ORDER BY g.id FOR NO KEY UPDATE",
        batch.0
    )
    .fetch_all(&mut *conn)
    .await?;
    let rows = sqlx::query!(
        r#"SELECT c.grant_id AS "grant_id: GrantId", c.action, c.version, g.version AS now_version,
                  c.changed_by AS "changed_by: UserId", c.why,
                  c.changed_at > now() - make_interval(mins => $2) AS "recent!",
                  p.access_level AS "level?", p.services AS "services?", p.ip_ranges AS "ranges?: Vec<IpNetwork>",
                  p.hours AS "hours?: Json<Hours>", p.reason AS "reason?", p.notes AS "notes?", p.starts_at AS "starts_at?", p.expires_at AS "expires_at?"
           FROM access_changes c
           JOIN technician_customer_access g ON g.org_id = c.org_id AND g.id = c.grant_id
           LEFT JOIN access_changes p ON p.org_id = c.org_id AND p.grant_id = c.grant_id AND p.version = c.version - 1
           WHERE c.batch_id = $1"#,
        batch.0,
        minutes,
    )
    .fetch_all(conn)
    .await?;
    let done = rows.into_iter().map(|row| Done {
        grant_id: row.grant_id,
        action: row.action,
        version: row.version,
        now_version: row.now_version,
        changed_by: row.changed_by,
        why: row.why,
        recent: row.recent,
        before: row.level.map(|level| Terms {
            access_level: level.into(),
            starts_at: row.starts_at,
            expires_at: row.expires_at,
            ip_ranges: row.ranges.unwrap_or_default(),
            services: row.services.unwrap_or_default().into_iter().map(Service::from).collect(),
            hours: row.hours.map(|hours| hours.0),
            reason: row.reason.unwrap_or_default(),
            notes: row.notes.unwrap_or_default(),
        }),
    });
    Ok(done.collect())
}
