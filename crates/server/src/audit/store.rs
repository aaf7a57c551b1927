//! Writes the audit log; `read.rs` reads it. There is no update and no delete: the database grants neither.

use super::{Event, Outcome, RiskLevel};
use crate::error::Result;
use crate::ids::OrganizationId;
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
