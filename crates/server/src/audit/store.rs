//! All SQL of the audit log. There is no update and no delete: the database grants neither.

use super::model::{AuditActor, AuditEvent, AuditSort, AuditTarget, LogFilter};
use super::{Event, Outcome, RiskLevel};
use crate::error::Result;
use crate::http::{Order, Window};
use crate::ids::{AuditEventId, OrganizationId, RequestId, SessionId, UserId};
use ipnetwork::IpNetwork;
use sqlx::PgConnection;

/// Writes one entry in the transaction at hand.
pub(crate) async fn append(conn: &mut PgConnection, event: &Event) -> Result<()> {
    let controls: Vec<String> = event.kind.controls.iter().map(|&control| control.to_owned()).collect();
    let risk = match event.outcome {
        Outcome::Refused if matches!(event.kind.risk, RiskLevel::Info | RiskLevel::Low) => RiskLevel::Medium,
        _ => event.kind.risk,
    };
    let (actor, origin, target) = (event.actor.as_ref(), event.origin.as_ref(), event.target.as_ref());
    // UUIDv7 by the database's clock would need version 18; the id is random but for its time part.
    sqlx::query!(
        "INSERT INTO audit_logs (org_id, id, code, outcome, risk_level, controls, sentence, actor_id, actor_org_id,
             actor_name, actor_email, actor_role, target_type, target_id, target_name, session_id, client_ip,
             user_agent, request_id, policy_ids, details)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)",
        event.org_id.0,
        crate::clock::Clock::default().new_id(),
        event.kind.code,
        event.outcome.as_str(),
        risk.as_str(),
        &controls,
        event.sentence(),
        actor.map(|a| a.id.0),
        actor.and_then(|a| a.org_id).map(|id| id.0),
        actor.map(|a| a.name.as_str()).or(event.directory.as_ref().map(|(_, name)| name.as_str())),
        actor.map(|a| a.email.as_str()),
        actor.and_then(|a| a.role),
        target.map(|t| t.kind),
        target.map(|t| t.id),
        target.map(|t| t.name.as_str()),
        event.session_id.map(|s| s.0),
        origin.map(|o| IpNetwork::from(o.client_ip)),
        origin.map(|o| o.user_agent.as_str()),
        origin.map(|o| o.request_id.0),
        &event.policy_ids,
        event.kept_details(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Whether there is such an organization, seen by whoever keeps the log.
pub(super) async fn organization_exists(conn: &mut PgConnection, id: OrganizationId) -> Result<bool> {
    Ok(sqlx::query_scalar!(r#"SELECT EXISTS (SELECT FROM organizations WHERE id = $1) AS "found!""#, id.0)
        .fetch_one(conn)
        .await?)
}

/// A sorted page of entries, and how many there are.
pub(super) async fn list(
    conn: &mut PgConnection,
    filter: &LogFilter,
    window: Window,
) -> Result<(Vec<AuditEvent>, i64)> {
    let rows = sqlx::query!(
        r#"SELECT a.id AS "id: AuditEventId", a.occurred_at, a.org_id AS "org_id: OrganizationId",
                  o.name AS organization_name, a.code, a.sentence, a.outcome, a.risk_level, a.controls,
                  a.actor_id AS "actor_id: UserId", a.actor_org_id AS "actor_org_id: OrganizationId", a.actor_name,
                  a.actor_email, a.actor_role, a.target_type, a.target_id, a.target_name,
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
           ORDER BY CASE WHEN $11 = 'asc' THEN k.word END, CASE WHEN $11 = 'desc' THEN k.word END DESC,
                    CASE WHEN $11 = 'asc' THEN k.moment END, CASE WHEN $11 = 'desc' THEN k.moment END DESC, a.id DESC
           LIMIT $12 OFFSET $13"#,
        filter.organization_id.map(|id| id.0),
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
    )
    .fetch_all(conn)
    .await?;
    let total = rows.first().map_or(0, |row| row.total);
    let items = rows
        .into_iter()
        .map(|row| AuditEvent {
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
        })
        .collect();
    Ok((items, total))
}
