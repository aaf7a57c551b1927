//! What comes next in a log: events that wait, and the leaves and nodes that they become.

use crate::audit::tree::row::Row;
use crate::error::Result;
use crate::ids::OrganizationId;
use chrono::{DateTime, Utc};
use sallyport_audit_log::Range;
use sqlx::PgConnection;
use uuid::Uuid;

/// So many events that wait, in the order of their queue. Each is looked for in its own month (OFFSET 0 keeps that from
/// becoming a look into all of them).
pub(in crate::audit::tree) async fn batch(
    conn: &mut PgConnection,
    id: OrganizationId,
    limit: i64,
) -> Result<(Vec<i64>, Vec<Row>)> {
    let rows = sqlx::query!(
        r#"SELECT q.place, a.org_id AS "org_id!", a.id AS "id!", a.occurred_at AS "occurred_at!", a.code AS "code!",
                  a.outcome AS "outcome!", a.risk_level AS "risk_level!", a.controls AS "controls!",
                  a.sentence AS "sentence!", a.actor_id, a.actor_org_id, a.actor_name, a.actor_email, a.actor_role, a.target_type, a.target_id,
                  a.target_name, a.session_id, nullif(concat(a.client_ip), '') AS client_ip, a.user_agent,
                  a.request_id, a.policy_ids AS "policy_ids!", a.details::text AS "details!"
           FROM audit_queue q CROSS JOIN LATERAL (
               SELECT * FROM audit_logs l
               WHERE l.org_id = q.org_id AND l.id = q.event_id AND l.occurred_at = q.occurred_at OFFSET 0) a
           WHERE q.org_id = $1 ORDER BY q.place LIMIT $2"#,
        id.0,
        limit
    )
    .fetch_all(conn)
    .await?;
    let (mut places, mut found) = (Vec::with_capacity(rows.len()), Vec::with_capacity(rows.len()));
    for row in rows {
        places.push(row.place);
        found.push(Row {
            org_id: row.org_id,
            id: row.id,
            occurred_at: row.occurred_at,
            code: row.code,
            outcome: row.outcome,
            risk_level: row.risk_level,
            controls: row.controls,
            sentence: row.sentence,
            actor_id: row.actor_id,
            actor_org_id: row.actor_org_id,
            actor_name: row.actor_name,
            actor_email: row.actor_email,
            actor_role: row.actor_role,
            target_type: row.target_type,
            target_id: row.target_id,
            target_name: row.target_name,
            session_id: row.session_id,
            client_ip: row.client_ip,
            user_agent: row.user_agent,
            request_id: row.request_id,
            policy_ids: row.policy_ids,
            details: row.details,
        });
    }
    Ok((places, found))
}

/// Leaves to be added, column by column.
#[derive(Debug, Default)]
pub(in crate::audit::tree) struct Leaves {
    pub(in crate::audit::tree) seqs: Vec<i64>,
    pub(in crate::audit::tree) events: Vec<Uuid>,
    pub(in crate::audit::tree) times: Vec<DateTime<Utc>>,
    pub(in crate::audit::tree) hashes: Vec<Vec<u8>>,
    pub(in crate::audit::tree) marks: Vec<Vec<u8>>,
    pub(in crate::audit::tree) salts: Vec<Vec<u8>>,
}

/// Nodes to be added.
#[derive(Debug, Default)]
pub(in crate::audit::tree) struct Nodes {
    pub(in crate::audit::tree) levels: Vec<i16>,
    pub(in crate::audit::tree) places: Vec<i64>,
    pub(in crate::audit::tree) hashes: Vec<Vec<u8>>,
}

/// Adds leaves and nodes, takes their events out of the queue, and moves the head.
pub(in crate::audit::tree) async fn grow(
    conn: &mut PgConnection,
    id: OrganizationId,
    queued: &[i64],
    (leaves, nodes): (&Leaves, &Nodes),
    range: &Range,
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO audit_leaves (org_id, seq, event_id, occurred_at, leaf_hash, marks, salts)
         SELECT $1, * FROM unnest($2::bigint[], $3::uuid[], $4::timestamptz[], $5::bytea[], $6::bytea[], $7::bytea[])",
        id.0,
        &leaves.seqs,
        &leaves.events,
        &leaves.times,
        &leaves.hashes,
        &leaves.marks,
        &leaves.salts
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "INSERT INTO audit_nodes (org_id, level, place, hash)
         SELECT $1, * FROM unnest($2::smallint[], $3::bigint[], $4::bytea[])",
        id.0,
        &nodes.levels,
        &nodes.places,
        &nodes.hashes
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!("DELETE FROM audit_queue WHERE org_id = $1 AND place = ANY ($2)", id.0, queued)
        .execute(&mut *conn)
        .await?;
    let hashes: Vec<u8> = range.hashes().iter().flat_map(|hash| hash.0).collect();
    sqlx::query!(
        "INSERT INTO audit_trees (org_id, size, range) VALUES ($1, $2, $3)
         ON CONFLICT (org_id) DO UPDATE SET size = excluded.size, range = excluded.range",
        id.0,
        range.size().cast_signed(),
        hashes
    )
    .execute(conn)
    .await?;
    Ok(())
}
