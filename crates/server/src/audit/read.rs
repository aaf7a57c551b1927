//! Reads the audit log: sorted pages by number, and entries from a place on, which costs the same however deep it lies.
//! All of it through the wall.

use super::model::{AuditActor, AuditEvent, AuditSort, AuditTarget, LogFilter};
use super::{Outcome, RiskLevel};
use crate::error::Result;
use crate::http::{Order, Window};
use crate::ids::{AuditEventId, AuditTargetId, OrganizationId, RequestId, SessionId, UserId};
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

/// Before the first entry, or after one, in order of time. Ids part entries of one instant, so none is lost or twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) order: Order,
    pub(super) after: Option<(DateTime<Utc>, AuditEventId)>,
}

impl Place {
    /// Before all of them.
    pub(super) fn first(order: Order) -> Self {
        Self { order, after: None }
    }

    /// The place after an entry.
    pub(super) fn after(order: Order, event: &AuditEvent) -> Self {
        Self { order, after: Some((event.occurred_at, event.id)) }
    }
}

/// What an organization that is seen is called.
pub(super) async fn organization_name(conn: &mut PgConnection, id: OrganizationId) -> Result<String> {
    Ok(sqlx::query_scalar!("SELECT name FROM organizations WHERE id = $1", id.0).fetch_one(conn).await?)
}

/// The next entries in order of time, at most `limit`. `only` is the organization that alone is looked at, whatever
/// else the wall would show.
pub(super) async fn from_place(
    conn: &mut PgConnection,
    filter: &LogFilter,
    only: Option<OrganizationId>,
    place: Place,
    limit: i64,
) -> Result<Vec<AuditEvent>> {
    let key = place.after.map_or((None, Uuid::nil()), |(at, id)| (Some(at), id.0));
    let span = Span::of(filter);
    let begin = if place.order == Order::Desc { filter.to } else { filter.from };
    let near = span.near(place.order, key.0.or(begin));
    by_time(conn, filter, only, (place.order, key), (limit, 0), (near, span)).await
}

/// The same by the number of the page, `now` being when it is asked for.
pub(super) async fn page_by_time(
    conn: &mut PgConnection,
    filter: &LogFilter,
    only: Option<OrganizationId>,
    (order, now): (Order, DateTime<Utc>),
    window: Window,
) -> Result<Vec<AuditEvent>> {
    let span = Span::of(filter);
    // What is newest is near now; where the oldest is nobody knows.
    let near = span.near(order, if order == Order::Desc { filter.to.or(Some(now)) } else { filter.from });
    let rows = (window.limit, window.offset());
    by_time(conn, filter, only, (order, (None, Uuid::nil())), rows, (near, span)).await
}

type Key = (Option<DateTime<Utc>>, Uuid);

/// From when on, and before when, entries are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    from: Option<DateTime<Utc>>,
    to: Option<DateTime<Utc>>,
}

/// How far from the place where a page begins it is looked at first: into one or two of the months that the log is kept
/// in, which nearly always hold the page. All of them are looked into only where these do not.
const NEAR: TimeDelta = TimeDelta::days(31);

impl Span {
    /// All that was asked for.
    fn of(filter: &LogFilter) -> Self {
        Self { from: filter.from, to: filter.to }
    }

    /// The part of it next to `place`, if it is not all of it.
    fn near(self, order: Order, place: Option<DateTime<Utc>>) -> Option<Self> {
        let place = place?;
        match order {
            Order::Desc => {
                let from = place.checked_sub_signed(NEAR)?;
                self.from.is_none_or(|asked| asked < from).then_some(Self { from: Some(from), ..self })
            }
            Order::Asc => {
                let to = place.checked_add_signed(NEAR)?;
                self.to.is_none_or(|asked| asked > to).then_some(Self { to: Some(to), ..self })
            }
        }
    }
}

async fn by_time(
    conn: &mut PgConnection,
    filter: &LogFilter,
    only: Option<OrganizationId>,
    (order, key): (Order, Key),
    rows: (i64, i64),
    (near, all): (Option<Span>, Span),
) -> Result<Vec<AuditEvent>> {
    for span in near.into_iter().chain([all]) {
        let found = match order {
            Order::Asc => older_first(conn, filter, only, (span, key), rows).await?,
            Order::Desc => newer_first(conn, filter, only, (span, key), rows).await?,
        };
        // A part that fills the page is followed by nothing that belongs before.
        if span == all || i64::try_from(found.len()).is_ok_and(|found| found >= rows.0) {
            return Ok(found.into_iter().map(AuditEvent::from).collect());
        }
    }
    Ok(Vec::new())
}

/// How many entries fit, for a page of them: counted up to `most`, and where the newest months have so many, no further.
pub(super) async fn count_for_page(
    conn: &mut PgConnection,
    filter: &LogFilter,
    only: Option<OrganizationId>,
    most: i64,
    now: DateTime<Utc>,
) -> Result<i64> {
    let span = Span::of(filter);
    if let Some(near) = span.near(Order::Desc, filter.to.or(Some(now))) {
        let counted = count_in(conn, filter, only, near, most).await?;
        if counted >= most {
            return Ok(counted);
        }
    }
    count_in(conn, filter, only, span, most).await
}

/// How many entries fit.
pub(super) async fn count(
    conn: &mut PgConnection,
    filter: &LogFilter,
    only: Option<OrganizationId>,
) -> Result<i64> {
    count_in(conn, filter, only, Span::of(filter), i64::MAX).await
}

async fn count_in(
    conn: &mut PgConnection,
    filter: &LogFilter,
    only: Option<OrganizationId>,
    span: Span,
    most: i64,
) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM (SELECT FROM audit_logs a
           WHERE ($1::uuid IS NULL OR a.org_id = $1) AND ($2::uuid IS NULL OR a.actor_id = $2)
             AND ($3::uuid IS NULL OR a.session_id = $3)
             AND ($4::text IS NULL OR a.code = $4 OR (right($4, 1) = '.' AND starts_with(a.code, $4)))
             AND ($5::text IS NULL OR a.outcome = $5) AND ($6::text IS NULL OR a.risk_level = $6)
             AND ($7::timestamptz IS NULL OR a.occurred_at >= $7) AND ($8::timestamptz IS NULL OR a.occurred_at < $8)
             AND ($9::text IS NULL OR strpos(lower(a.sentence), lower($9)) > 0)
             AND ($11::uuid IS NULL OR a.target_id = $11) AND ($12::inet IS NULL OR a.client_ip = $12)
             AND ($13::uuid IS NULL OR a.request_id = $13) AND ($14::text IS NULL OR $14 = ANY (a.controls)) LIMIT $10) fitting"#,
        only.map(|id| id.0),
        filter.actor_id.map(|id| id.0),
        filter.session_id.map(|id| id.0),
        filter.code,
        filter.outcome.map(Outcome::as_str),
        filter.risk_level.map(RiskLevel::as_str),
        span.from,
        span.to,
        filter.q,
        most,
        filter.target_id.map(|id| id.0),
        filter.address(),
        filter.request_id.map(|id| id.0),
        filter.control,
    )
    .fetch_one(conn)
    .await?)
}

/// A sorted page of entries, and how many there are.
pub(super) async fn list(
    conn: &mut PgConnection,
    filter: &LogFilter,
    only: Option<OrganizationId>,
    window: Window,
) -> Result<(Vec<AuditEvent>, i64)> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT a.id AS "id: AuditEventId", a.occurred_at, a.org_id AS "org_id: OrganizationId",
                  o.name AS organization_name, a.code, a.sentence, a.outcome, a.risk_level, a.controls,
                  a.actor_id AS "actor_id: UserId", a.actor_org_id AS "actor_org_id: OrganizationId", a.actor_name,
                  a.actor_email, a.actor_role, a.target_type, a.target_id AS "target_id: AuditTargetId", a.target_name,
                  a.session_id AS "session_id: SessionId", host(a.client_ip) AS client_ip, a.user_agent,
                  a.request_id AS "request_id: RequestId", a.policy_ids, a.details, count(*) OVER () AS "total!"
           FROM audit_logs a JOIN organizations o ON o.id = a.org_id
           CROSS JOIN LATERAL (SELECT
               CASE $10 WHEN 'code' THEN a.code WHEN 'outcome' THEN a.outcome
                        WHEN 'riskLevel' THEN array_position('{info,low,medium,high,critical}'::text[], a.risk_level)::text
                        WHEN 'actorName' THEN coalesce(lower(a.actor_name), '')
                        WHEN 'organizationName' THEN lower(o.name) END AS word,
               CASE $10 WHEN 'occurredAt' THEN a.occurred_at END AS moment) k
           WHERE ($1::uuid IS NULL OR a.org_id = $1) AND ($2::uuid IS NULL OR a.actor_id = $2)
             AND ($3::uuid IS NULL OR a.session_id = $3)
             AND ($4::text IS NULL OR a.code = $4 OR (right($4, 1) = '.' AND starts_with(a.code, $4)))
             AND ($5::text IS NULL OR a.outcome = $5) AND ($6::text IS NULL OR a.risk_level = $6)
             AND ($7::timestamptz IS NULL OR a.occurred_at >= $7) AND ($8::timestamptz IS NULL OR a.occurred_at < $8)
             AND ($9::text IS NULL OR strpos(lower(a.sentence), lower($9)) > 0)
             AND ($14::uuid IS NULL OR a.target_id = $14) AND ($15::inet IS NULL OR a.client_ip = $15)
             AND ($16::uuid IS NULL OR a.request_id = $16) AND ($17::text IS NULL OR $17 = ANY (a.controls))
           ORDER BY CASE WHEN $11 = 'asc' THEN k.word END, CASE WHEN $11 = 'desc' THEN k.word END DESC,
                    CASE WHEN $11 = 'asc' THEN k.moment END, CASE WHEN $11 = 'desc' THEN k.moment END DESC,
                    CASE WHEN $10 = 'occurredAt' AND $11 = 'asc' THEN a.id END, a.id DESC
           LIMIT $12 OFFSET $13"#,
        only.map(|id| id.0),
        filter.actor_id.map(|id| id.0),
        filter.session_id.map(|id| id.0),
        filter.code,
        filter.outcome.map(Outcome::as_str),
        filter.risk_level.map(RiskLevel::as_str),
        filter.from,
        filter.to,
        filter.q,
        filter.sort.unwrap_or(AuditSort::OccurredAt).as_str(),
        filter.order.unwrap_or(Order::Desc).as_str(),
        window.limit,
        window.offset(),
        filter.target_id.map(|id| id.0),
        filter.address(),
        filter.request_id.map(|id| id.0),
        filter.control,
    )
    .fetch_all(conn)
    .await?;
    let total = rows.first().map_or(0, |row| row.total);
    Ok((rows.into_iter().map(AuditEvent::from).collect(), total))
}

/// Oldest first.
async fn older_first(
    conn: &mut PgConnection,
    filter: &LogFilter,
    only: Option<OrganizationId>,
    (span, (at, id)): (Span, Key),
    (limit, offset): (i64, i64),
) -> Result<Vec<Row>> {
    Ok(sqlx::query_as!(
        Row,
        r#"SELECT a.id AS "id: AuditEventId", a.occurred_at, a.org_id AS "org_id: OrganizationId",
                  o.name AS organization_name, a.code, a.sentence, a.outcome, a.risk_level, a.controls,
                  a.actor_id AS "actor_id: UserId", a.actor_org_id AS "actor_org_id: OrganizationId", a.actor_name,
                  a.actor_email, a.actor_role, a.target_type, a.target_id AS "target_id: AuditTargetId", a.target_name,
                  a.session_id AS "session_id: SessionId", host(a.client_ip) AS client_ip, a.user_agent,
                  a.request_id AS "request_id: RequestId", a.policy_ids, a.details, 0::bigint AS "total!"
           FROM (SELECT * FROM audit_logs a
           WHERE ($1::uuid IS NULL OR a.org_id = $1) AND ($2::uuid IS NULL OR a.actor_id = $2)
             AND ($3::uuid IS NULL OR a.session_id = $3)
             AND ($4::text IS NULL OR a.code = $4 OR (right($4, 1) = '.' AND starts_with(a.code, $4)))
             AND ($5::text IS NULL OR a.outcome = $5) AND ($6::text IS NULL OR a.risk_level = $6)
             AND ($7::timestamptz IS NULL OR a.occurred_at >= $7) AND ($8::timestamptz IS NULL OR a.occurred_at < $8)
             AND ($9::text IS NULL OR strpos(lower(a.sentence), lower($9)) > 0)
             AND ($14::uuid IS NULL OR a.target_id = $14) AND ($15::inet IS NULL OR a.client_ip = $15)
             AND ($16::uuid IS NULL OR a.request_id = $16) AND ($17::text IS NULL OR $17 = ANY (a.controls))
             AND ($10::timestamptz IS NULL OR (a.occurred_at >= $10 AND (a.occurred_at, a.id) > ($10, $11::uuid)))
           ORDER BY a.occurred_at, a.id LIMIT $12 OFFSET $13) a
           JOIN organizations o ON o.id = a.org_id ORDER BY a.occurred_at, a.id"#,
        only.map(|id| id.0),
        filter.actor_id.map(|id| id.0),
        filter.session_id.map(|id| id.0),
        filter.code,
        filter.outcome.map(Outcome::as_str),
        filter.risk_level.map(RiskLevel::as_str),
        span.from,
        span.to,
        filter.q,
        at,
        id,
        limit,
        offset,
        filter.target_id.map(|id| id.0),
        filter.address(),
        filter.request_id.map(|id| id.0),
        filter.control,
    )
    .fetch_all(conn)
    .await?)
}

/// Newest first.
async fn newer_first(
    conn: &mut PgConnection,
    filter: &LogFilter,
    only: Option<OrganizationId>,
    (span, (at, id)): (Span, Key),
    (limit, offset): (i64, i64),
) -> Result<Vec<Row>> {
    Ok(sqlx::query_as!(
        Row,
        r#"SELECT a.id AS "id: AuditEventId", a.occurred_at, a.org_id AS "org_id: OrganizationId",
                  o.name AS organization_name, a.code, a.sentence, a.outcome, a.risk_level, a.controls,
                  a.actor_id AS "actor_id: UserId", a.actor_org_id AS "actor_org_id: OrganizationId", a.actor_name,
                  a.actor_email, a.actor_role, a.target_type, a.target_id AS "target_id: AuditTargetId", a.target_name,
                  a.session_id AS "session_id: SessionId", host(a.client_ip) AS client_ip, a.user_agent,
                  a.request_id AS "request_id: RequestId", a.policy_ids, a.details, 0::bigint AS "total!"
           FROM (SELECT * FROM audit_logs a
           WHERE ($1::uuid IS NULL OR a.org_id = $1) AND ($2::uuid IS NULL OR a.actor_id = $2)
             AND ($3::uuid IS NULL OR a.session_id = $3)
             AND ($4::text IS NULL OR a.code = $4 OR (right($4, 1) = '.' AND starts_with(a.code, $4)))
             AND ($5::text IS NULL OR a.outcome = $5) AND ($6::text IS NULL OR a.risk_level = $6)
             AND ($7::timestamptz IS NULL OR a.occurred_at >= $7) AND ($8::timestamptz IS NULL OR a.occurred_at < $8)
             AND ($9::text IS NULL OR strpos(lower(a.sentence), lower($9)) > 0)
             AND ($14::uuid IS NULL OR a.target_id = $14) AND ($15::inet IS NULL OR a.client_ip = $15)
             AND ($16::uuid IS NULL OR a.request_id = $16) AND ($17::text IS NULL OR $17 = ANY (a.controls))
             AND ($10::timestamptz IS NULL OR (a.occurred_at <= $10 AND (a.occurred_at, a.id) < ($10, $11::uuid)))
           ORDER BY a.occurred_at DESC, a.id DESC LIMIT $12 OFFSET $13) a
           JOIN organizations o ON o.id = a.org_id ORDER BY a.occurred_at DESC, a.id DESC"#,
        only.map(|id| id.0),
        filter.actor_id.map(|id| id.0),
        filter.session_id.map(|id| id.0),
        filter.code,
        filter.outcome.map(Outcome::as_str),
        filter.risk_level.map(RiskLevel::as_str),
        span.from,
        span.to,
        filter.q,
        at,
        id,
        limit,
        offset,
        filter.target_id.map(|id| id.0),
        filter.address(),
        filter.request_id.map(|id| id.0),
        filter.control,
    )
    .fetch_all(conn)
    .await?)
}

/// What is still there of a log from place `begin` to before `end`, in the order in which it is sealed. Each
/// is looked for in its own month (OFFSET 0 keeps that from becoming a look into all of them).
pub(super) async fn sealed(
    conn: &mut PgConnection,
    log: OrganizationId,
    begin: i64,
    end: i64,
) -> Result<Vec<(i64, AuditEvent)>> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT a.id AS "id: AuditEventId", a.occurred_at, a.org_id AS "org_id: OrganizationId",
                  o.name AS organization_name, a.code, a.sentence, a.outcome, a.risk_level, a.controls,
                  a.actor_id AS "actor_id: UserId", a.actor_org_id AS "actor_org_id: OrganizationId", a.actor_name,
                  a.actor_email, a.actor_role, a.target_type, a.target_id AS "target_id: AuditTargetId", a.target_name,
                  a.session_id AS "session_id: SessionId", host(a.client_ip) AS client_ip, a.user_agent,
                  a.request_id AS "request_id: RequestId", a.policy_ids, a.details, l.seq AS "total!"
           FROM audit_leaves l CROSS JOIN LATERAL (
               SELECT * FROM audit_logs e
               WHERE e.org_id = l.org_id AND e.id = l.event_id AND e.occurred_at = l.occurred_at OFFSET 0) a
           JOIN organizations o ON o.id = l.org_id
           WHERE l.org_id = $1 AND l.seq >= $2 AND l.seq < $3 ORDER BY l.seq"#,
        log.0,
        begin,
        end
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.total, AuditEvent::from(row))).collect())
}

/// An entry as the queries read it.
struct Row {
    id: AuditEventId,
    occurred_at: DateTime<Utc>,
    org_id: OrganizationId,
    organization_name: String,
    code: String,
    sentence: String,
    outcome: String,
    risk_level: String,
    controls: Vec<String>,
    actor_id: Option<UserId>,
    actor_org_id: Option<OrganizationId>,
    actor_name: Option<String>,
    actor_email: Option<String>,
    actor_role: Option<String>,
    target_type: Option<String>,
    target_id: Option<AuditTargetId>,
    target_name: Option<String>,
    session_id: Option<SessionId>,
    client_ip: Option<String>,
    user_agent: Option<String>,
    request_id: Option<RequestId>,
    policy_ids: Vec<String>,
    details: serde_json::Value,
    /// How many there are; of what is read in the order of the log, its place.
    total: i64,
}

impl From<Row> for AuditEvent {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            occurred_at: row.occurred_at,
            organization_id: row.org_id,
            organization_name: row.organization_name,
            code: row.code,
            sentence: row.sentence,
            outcome: row.outcome.into(),
            risk_level: row.risk_level.into(),
            compliance_relevant: !row.controls.is_empty(),
            controls: row.controls,
            actor: row.actor_id.map(|id| AuditActor {
                id,
                organization_id: row.actor_org_id,
                name: row.actor_name.unwrap_or_default(),
                email: row.actor_email.unwrap_or_default(),
                role: row.actor_role,
            }),
            target: row.target_id.map(|id| AuditTarget {
                kind: row.target_type.unwrap_or_default(),
                id,
                name: row.target_name.unwrap_or_default(),
            }),
            session_id: row.session_id,
            client_ip: row.client_ip,
            user_agent: row.user_agent,
            request_id: row.request_id,
            policy_ids: row.policy_ids,
            details: row.details,
        }
    }
}
