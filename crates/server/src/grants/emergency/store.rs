//! All SQL of emergency access. Its rows are made and closed by the database itself, with the grant
//! (`wall.follow_emergency`). Every look says whose are meant, for a technician's do not stand behind their wall.

use super::model::{EmergencyAccess, EmergencyFilter, EmergencyReview, EmergencyStatus, ReviewVerdict};
use crate::access::Caller;
use crate::access::policies::Can;
use crate::error::Result;
use crate::grants::requests::store::Scope;
use crate::http::Window;
use crate::ids::{EmergencyId, GrantId, OrganizationId, UserId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

struct Row {
    id: EmergencyId,
    grant_id: GrantId,
    technician_id: UserId,
    technician_name: String,
    org_id: OrganizationId,
    org_name: String,
    org_active: bool,
    reason: String,
    started_by: UserId,
    started_by_name: String,
    started_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
    ended_at: Option<DateTime<Utc>>,
    status: String,
    review_due_at: DateTime<Utc>,
    overdue: bool,
    sessions: i64,
    told_count: i32,
    reviewed_by: Option<UserId>,
    reviewed_by_name: Option<String>,
    reviewed_at: Option<DateTime<Utc>>,
    verdict: Option<String>,
    review_words: Option<String>,
    total: i64,
}

impl From<Row> for EmergencyAccess {
    fn from(row: Row) -> Self {
        let review = row.reviewed_by.zip(row.reviewed_at).zip(row.verdict);
        let (by_name, words) =
            (row.reviewed_by_name.unwrap_or_default(), row.review_words.unwrap_or_default());
        let review = review.map(|((by_id, at), verdict)| EmergencyReview {
            by_id,
            by_name,
            at,
            verdict: verdict.into(),
            words,
        });
        Self {
            id: row.id,
            grant_id: row.grant_id,
            technician_id: row.technician_id,
            technician_name: row.technician_name,
            customer_org_id: row.org_id,
            customer_org_name: row.org_name,
            reason: row.reason,
            started_by_id: row.started_by,
            started_by_name: row.started_by_name,
            started_at: row.started_at,
            ends_at: row.ends_at,
            ended_at: row.ended_at,
            status: row.status.into(),
            review_due_at: row.review_due_at,
            overdue: row.overdue,
            sessions: row.sessions,
            told_count: row.told_count,
            review,
            can: Can::default(),
            customer_active: row.org_active,
        }
    }
}

/// Which ones.
#[derive(Clone, Copy, Debug)]
enum Only<'a> {
    Id(EmergencyId),
    Grants(&'a [Uuid]),
    All,
}

/// The newest first. What was done at a customer that is deleted by now is owed its review all the same.
async fn select(
    conn: &mut PgConnection,
    only: Only<'_>,
    scope: &Scope,
    filter: &EmergencyFilter,
    window: Window,
) -> Result<Vec<Row>> {
    let (id, grants) = match only {
        Only::Id(id) => (Some(id.0), None),
        Only::Grants(grants) => (None, Some(grants)),
        Only::All => (None, None),
    };
    Ok(sqlx::query_as!(
        Row,
        r#"SELECT e.id AS "id: EmergencyId", e.grant_id AS "grant_id: GrantId",
                  e.technician_id AS "technician_id: UserId", e.technician_name, e.org_id AS "org_id: OrganizationId",
                  o.name AS org_name, o.status = 'active' AS "org_active!", e.reason,
                  e.started_by AS "started_by: UserId", e.started_by_name, e.started_at, e.ends_at,
                  CASE WHEN least(e.ended_at, e.ends_at) <= now() THEN least(e.ended_at, e.ends_at) END AS ended_at,
                  s.status AS "status!", d.due AS "review_due_at!",
                  s.status = 'awaiting_review' AND d.due <= now() AS "overdue!",
                  (SELECT count(*) FROM sessions l WHERE l.org_id = e.org_id AND l.grant_id = e.grant_id
                     AND l.created_at >= e.started_at - interval '1 minute'
                     AND l.created_at <= least(e.ended_at, e.ends_at)) AS "sessions!",
                  coalesce(e.told_count, 0) AS "told_count!", e.reviewed_by AS "reviewed_by: UserId",
                  e.reviewed_by_name, e.reviewed_at, e.verdict, e.review_words, count(*) OVER () AS "total!"
           FROM emergency_accesses e
           JOIN organizations o ON o.id = e.org_id
           CROSS JOIN LATERAL (SELECT CASE WHEN e.reviewed_at IS NOT NULL THEN 'reviewed'
               WHEN least(e.ended_at, e.ends_at) <= now() THEN 'awaiting_review' ELSE 'active' END AS status) s
           CROSS JOIN LATERAL (SELECT wall.review_due_at(e.ended_at, e.ends_at) AS due) d
           WHERE ($1::uuid IS NULL OR e.id = $1) AND ($2::uuid[] IS NULL OR e.grant_id = ANY ($2))
             AND ($3::uuid IS NULL OR e.technician_id = $3) AND ($4::uuid IS NULL OR e.org_id = $4)
             AND ($5::uuid IS NULL OR e.technician_id = $5) AND ($6::uuid IS NULL OR e.org_id = $6)
             AND ($7::text IS NULL OR s.status = $7)
           ORDER BY e.started_at DESC, e.id DESC LIMIT $8 OFFSET $9"#,
        id,
        grants,
        scope.technician.map(|id| id.0),
        scope.organization.map(|id| id.0),
        filter.technician_id.map(|id| id.0),
        filter.customer_org_id.map(|id| id.0),
        filter.status.map(EmergencyStatus::as_str),
        window.limit,
        window.offset(),
    )
    .fetch_all(conn)
    .await?)
}

/// A page, and how many there are.
pub(super) async fn list(
    conn: &mut PgConnection,
    scope: &Scope,
    filter: &EmergencyFilter,
    window: Window,
) -> Result<(Vec<EmergencyAccess>, i64)> {
    let rows = select(conn, Only::All, scope, filter, window).await?;
    let total = rows.first().map_or(0, |row| row.total);
    Ok((rows.into_iter().map(EmergencyAccess::from).collect(), total))
}

/// One, if it is in scope.
pub(super) async fn find(
    conn: &mut PgConnection,
    scope: &Scope,
    id: EmergencyId,
) -> Result<Option<EmergencyAccess>> {
    let one = Window::ONE;
    let rows = select(conn, Only::Id(id), scope, &EmergencyFilter::default(), one).await?;
    Ok(rows.into_iter().next().map(EmergencyAccess::from))
}

/// The same, held until the transaction ends.
pub(super) async fn lock(
    conn: &mut PgConnection,
    scope: &Scope,
    id: EmergencyId,
) -> Result<Option<EmergencyAccess>> {
    sqlx::query_scalar!("SELECT id FROM emergency_accesses WHERE id = $1 FOR NO KEY UPDATE", id.0)
        .fetch_optional(&mut *conn)
        .await?;
    find(conn, scope, id).await
}

const ALL: Scope = Scope { technician: None, organization: None };

/// Those of these grants of which nobody was told yet.
pub(super) async fn untold(conn: &mut PgConnection, grants: &[Uuid]) -> Result<Vec<EmergencyAccess>> {
    let untold = sqlx::query_scalar!(
        "SELECT grant_id FROM emergency_accesses WHERE grant_id = ANY ($1) AND told_count IS NULL",
        grants
    )
    .fetch_all(&mut *conn)
    .await?;
    of_grants(conn, &untold).await
}

async fn of_grants(conn: &mut PgConnection, grants: &[Uuid]) -> Result<Vec<EmergencyAccess>> {
    if grants.is_empty() {
        return Ok(Vec::new());
    }
    let all = Window { page: 1, limit: i64::MAX };
    let rows = select(conn, Only::Grants(grants), &ALL, &EmergencyFilter::default(), all).await?;
    // The newest of each grant is the one that holds.
    let mut seen = std::collections::HashSet::new();
    let newest = rows.into_iter().filter(|row| seen.insert(row.grant_id));
    Ok(newest.map(EmergencyAccess::from).collect())
}

/// Any that began and of which nobody was told, by a way that forgot to; held.
pub(super) async fn lock_forgotten(conn: &mut PgConnection) -> Result<Vec<EmergencyAccess>> {
    let forgotten = sqlx::query_scalar!(
        "SELECT grant_id FROM emergency_accesses WHERE told_count IS NULL LIMIT 20 FOR NO KEY UPDATE SKIP LOCKED"
    )
    .fetch_all(&mut *conn)
    .await?;
    of_grants(conn, &forgotten).await
}

/// So many people were told of its beginning.
pub(super) async fn set_told(conn: &mut PgConnection, id: EmergencyId, told: i32) -> Result<()> {
    sqlx::query!("UPDATE emergency_accesses SET told_count = $2 WHERE id = $1", id.0, told)
        .execute(conn)
        .await?;
    Ok(())
}

/// Its end is in the log.
pub(super) async fn set_end_told(conn: &mut PgConnection, id: EmergencyId) -> Result<()> {
    sqlx::query!("UPDATE emergency_accesses SET end_told = true WHERE id = $1", id.0).execute(conn).await?;
    Ok(())
}

/// One whose end is not in the log yet.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) id: EmergencyId,
    pub(super) org_id: OrganizationId,
    pub(super) org_name: String,
    pub(super) technician_name: String,
    pub(super) end_reason: Option<String>,
}

/// Those that ended by themselves or with their grant, from now on in the log.
pub(super) async fn claim_ended(conn: &mut PgConnection) -> Result<Vec<Ended>> {
    Ok(sqlx::query_as!(
        Ended,
        r#"UPDATE emergency_accesses e SET end_told = true, ended_at = least(e.ended_at, e.ends_at)
           FROM organizations o
           WHERE o.id = e.org_id AND (e.org_id, e.id) IN (
               SELECT org_id, id FROM emergency_accesses
               WHERE NOT end_told AND least(ended_at, ends_at) <= now() LIMIT 100 FOR NO KEY UPDATE SKIP LOCKED)
           RETURNING e.id AS "id: EmergencyId", e.org_id AS "org_id: OrganizationId", o.name AS org_name,
                     e.technician_name, e.end_reason"#
    )
    .fetch_all(conn)
    .await?)
}

/// Those whose review is overdue since the last look, for one reminder each.
pub(super) async fn claim_overdue(conn: &mut PgConnection) -> Result<Vec<Ended>> {
    Ok(sqlx::query_as!(
        Ended,
        r#"UPDATE emergency_accesses e SET reminded_at = now()
           FROM organizations o
           WHERE o.id = e.org_id AND (e.org_id, e.id) IN (
               SELECT org_id, id FROM emergency_accesses
               WHERE reviewed_at IS NULL AND reminded_at IS NULL AND wall.review_due_at(ended_at, ends_at) <= now()
               LIMIT 20 FOR NO KEY UPDATE SKIP LOCKED)
           RETURNING e.id AS "id: EmergencyId", e.org_id AS "org_id: OrganizationId", o.name AS org_name,
                     e.technician_name, e.end_reason"#
    )
    .fetch_all(conn)
    .await?)
}

/// Somebody looked into it.
pub(super) async fn review(
    conn: &mut PgConnection,
    id: EmergencyId,
    by: &Caller,
    (verdict, words): (ReviewVerdict, &str),
) -> Result<()> {
    sqlx::query!(
        "UPDATE emergency_accesses SET reviewed_at = now(), reviewed_by = $2, reviewed_by_name = $3, verdict = $4,
             review_words = $5
         WHERE id = $1",
        id.0,
        by.user_id.0,
        by.display_name,
        verdict.as_str(),
        words,
    )
    .execute(conn)
    .await?;
    Ok(())
}
