//! All SQL of proposals to take access back.

use super::model::{
    ProposedRevocation, ProposedRevocationStands, RevocationProposal, RevocationProposalStatus,
};
use super::wishes::RevocationProposalFilter;
use crate::access::Caller;
use crate::access::policies::Can;
use crate::error::Result;
use crate::grants::model::AccessLevel;
use crate::http::{Order, Window};
use crate::ids::{AccessBatchId, AccessProposalId, GrantId, OrganizationId, UserId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use std::collections::HashMap;
use uuid::Uuid;

struct Row {
    id: AccessProposalId,
    status: String,
    reason: String,
    proposed_by: UserId,
    proposed_by_name: String,
    created_at: DateTime<Utc>,
    grant_count: i32,
    technician_count: i32,
    customer_count: i32,
    decided_by: Option<UserId>,
    decided_by_name: Option<String>,
    decided_at: Option<DateTime<Utc>>,
    decision_reason: Option<String>,
    batch_id: Option<AccessBatchId>,
    version: i64,
    total: i64,
}

impl From<Row> for RevocationProposal {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            status: row.status.into(),
            reason: row.reason,
            proposed_by_id: row.proposed_by,
            proposed_by_name: row.proposed_by_name,
            created_at: row.created_at,
            grants: row.grant_count,
            technicians: row.technician_count,
            customers: row.customer_count,
            decided_by_id: row.decided_by,
            decided_by_name: row.decided_by_name,
            decided_at: row.decided_at,
            decision_reason: row.decision_reason,
            batch_id: row.batch_id,
            version: row.version,
            can: Can::default(),
        }
    }
}

/// A page by time; with `only`, that one alone.
async fn select(
    conn: &mut PgConnection,
    only: Option<AccessProposalId>,
    filter: &RevocationProposalFilter,
    window: Window,
) -> Result<(Vec<RevocationProposal>, i64)> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT id AS "id: AccessProposalId", status, reason, proposed_by AS "proposed_by: UserId", proposed_by_name,
                  created_at, grant_count, technician_count, customer_count, decided_by AS "decided_by: UserId",
                  decided_by_name, decided_at, decision_reason, batch_id AS "batch_id: AccessBatchId", version,
                  count(*) OVER () AS "total!"
           FROM access_proposals
           WHERE ($1::uuid IS NULL OR id = $1) AND ($2::text IS NULL OR status = $2)
           ORDER BY CASE WHEN $3 = 'asc' THEN created_at END, CASE WHEN $3 = 'desc' THEN created_at END DESC, id DESC
           LIMIT $4 OFFSET $5"#,
        only.map(|id| id.0),
        filter.status.map(RevocationProposalStatus::as_str),
        filter.order.unwrap_or(Order::Desc).as_str(),
        window.limit,
        window.offset(),
    )
    .fetch_all(conn)
    .await?;
    let total = rows.first().map_or(0, |row| row.total);
    Ok((rows.into_iter().map(RevocationProposal::from).collect(), total))
}

/// A page by time, and how many there are.
pub(super) async fn list(
    conn: &mut PgConnection,
    filter: &RevocationProposalFilter,
    window: Window,
) -> Result<(Vec<RevocationProposal>, i64)> {
    select(conn, None, filter, window).await
}

/// One, if the caller of this transaction sees it.
pub(super) async fn find(
    conn: &mut PgConnection,
    id: AccessProposalId,
) -> Result<Option<RevocationProposal>> {
    let (found, _) = select(conn, Some(id), &RevocationProposalFilter::default(), Window::ONE).await?;
    Ok(found.into_iter().next())
}

/// The same, held until the transaction ends: of two who decide, the second sees what the first did.
pub(super) async fn lock(
    conn: &mut PgConnection,
    id: AccessProposalId,
) -> Result<Option<RevocationProposal>> {
    sqlx::query_scalar!("SELECT id FROM access_proposals WHERE id = $1 FOR NO KEY UPDATE", id.0)
        .fetch_optional(&mut *conn)
        .await?;
    find(conn, id).await
}

/// The ids of its grants.
pub(super) async fn grants_of(conn: &mut PgConnection, id: AccessProposalId) -> Result<Vec<Uuid>> {
    let ids = sqlx::query_scalar!("SELECT grant_id FROM access_proposal_grants WHERE proposal_id = $1", id.0);
    Ok(ids.fetch_all(conn).await?)
}

/// Its grants as they stand now, or stood when it was approved, in the order of customers and technicians. What a deleted customer granted does not
/// hold, whatever its terms say.
pub(super) async fn items(conn: &mut PgConnection, id: AccessProposalId) -> Result<Vec<ProposedRevocation>> {
    Ok(sqlx::query_as!(
        ProposedRevocation,
        r#"SELECT g.id AS "grant_id: GrantId", g.technician_id AS "technician_id: UserId", g.technician_name,
                  g.org_id AS "customer_org_id: OrganizationId", o.name AS customer_org_name,
                  g.access_level AS "access_level: AccessLevel", g.last_used_at,
                  coalesce(p.stood, CASE WHEN o.status = 'deleted'
                            OR wall.grant_status(g.starts_at, g.expires_at, g.revoked_at) IN ('expired', 'revoked')
                       THEN 'over'
                       WHEN g.version <> p.grant_version THEN 'changed_since'
                       WHEN g.use_count <> p.use_count THEN 'used_since'
                       ELSE 'unused' END) AS "stands!: ProposedRevocationStands"
           FROM access_proposal_grants p
           JOIN technician_customer_access g ON g.org_id = p.grant_org_id AND g.id = p.grant_id
           JOIN organizations o ON o.id = g.org_id
           WHERE p.proposal_id = $1 ORDER BY lower(o.name), o.id, lower(g.technician_name), g.id"#,
        id.0
    )
    .fetch_all(conn)
    .await?)
}

/// A grant that somebody wants to propose.
#[derive(Debug)]
pub(super) struct Named {
    pub(super) id: GrantId,
    pub(super) technician_name: String,
    pub(super) customer_org_name: String,
    pub(super) access_level: AccessLevel,
    /// Now or later.
    pub(super) holds: bool,
    /// Stands in an open proposal.
    pub(super) proposed: bool,
}

/// The grants of these ids, held until the transaction ends, so that of two who propose the same the second sees what the
/// first did.
pub(super) async fn lock_named(conn: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<Named>> {
    sqlx::query_scalar!(
        "SELECT id FROM technician_customer_access WHERE id = ANY ($1) ORDER BY id FOR NO KEY UPDATE",
        ids
    )
    .fetch_all(&mut *conn)
    .await?;
    Ok(sqlx::query_as!(
        Named,
        r#"SELECT g.id AS "id: GrantId", g.technician_name, o.name AS customer_org_name,
                  g.access_level AS "access_level: AccessLevel",
                  wall.grant_status(g.starts_at, g.expires_at, g.revoked_at) IN ('active', 'scheduled') AS "holds!",
                  EXISTS (SELECT FROM access_proposal_grants p WHERE p.grant_id = g.id AND p.pending) AS "proposed!"
           FROM technician_customer_access g JOIN organizations o ON o.id = g.org_id AND o.status <> 'deleted'
           WHERE g.id = ANY ($1) ORDER BY lower(o.name), o.id, lower(g.technician_name), g.id"#,
        ids
    )
    .fetch_all(conn)
    .await?)
}

/// A new one, of grants as they are now.
pub(super) async fn insert(
    conn: &mut PgConnection,
    id: AccessProposalId,
    by: &Caller,
    reason: &str,
    grants: &[Uuid],
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO access_proposals (org_id, id, reason, proposed_by, proposed_by_name, grant_count, technician_count,
             customer_count)
         SELECT $1, $2, $3, $4, $5, count(*)::int, count(DISTINCT technician_id)::int, count(DISTINCT org_id)::int
         FROM technician_customer_access WHERE id = ANY ($6)",
        by.org_id.0,
        id.0,
        reason,
        by.user_id.0,
        by.display_name,
        grants,
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "INSERT INTO access_proposal_grants (org_id, proposal_id, grant_org_id, grant_id, grant_version, use_count)
         SELECT $1, $2, org_id, id, version, use_count FROM technician_customer_access WHERE id = ANY ($3)",
        by.org_id.0,
        id.0,
        grants,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// How it ended.
pub(super) struct Decision<'a> {
    pub(super) status: RevocationProposalStatus,
    pub(super) by: &'a Caller,
    pub(super) reason: Option<&'a str>,
    pub(super) batch: Option<AccessBatchId>,
    /// How the grants stood, if that decided what became of them.
    pub(super) stood: &'a [ProposedRevocation],
}

/// Writes it down; its grants may be proposed again.
pub(super) async fn decide(
    conn: &mut PgConnection,
    id: AccessProposalId,
    decision: &Decision<'_>,
) -> Result<()> {
    sqlx::query!(
        "UPDATE access_proposals SET status = $2, decided_at = now(), decided_by = $3, decided_by_name = $4,
             decision_reason = $5, batch_id = $6, version = version + 1
         WHERE id = $1",
        id.0,
        decision.status.as_str(),
        decision.by.user_id.0,
        decision.by.display_name,
        decision.reason,
        decision.batch.map(|batch| batch.0),
    )
    .execute(&mut *conn)
    .await?;
    let grants: Vec<Uuid> = decision.stood.iter().map(|item| item.grant_id.0).collect();
    let stood: Vec<String> = decision.stood.iter().map(|item| item.stands.as_str().to_owned()).collect();
    sqlx::query!(
        "UPDATE access_proposal_grants p SET pending = false,
             stood = (SELECT n.stood FROM unnest($2::uuid[], $3::text[]) n (grant_id, stood) WHERE n.grant_id = p.grant_id)
         WHERE proposal_id = $1",
        id.0,
        &grants,
        &stood,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The open proposals that hold these grants.
pub(in crate::grants) async fn pending_of(
    conn: &mut PgConnection,
    grants: &[Uuid],
) -> Result<HashMap<GrantId, AccessProposalId>> {
    let rows = sqlx::query!(
        r#"SELECT grant_id AS "grant_id: GrantId", proposal_id AS "proposal_id: AccessProposalId"
           FROM access_proposal_grants WHERE grant_id = ANY ($1) AND pending"#,
        grants
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.grant_id, row.proposal_id)).collect())
}
