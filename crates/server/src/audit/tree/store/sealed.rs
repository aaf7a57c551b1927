//! Leaves with the rows that they stand for, and rows without one, for who verifies.

use crate::audit::tree::row::{Row, Sealed};
use crate::error::Result;
use crate::ids::OrganizationId;
use anyhow::Context as _;
use sallyport_audit_log::Hash;
use sqlx::PgConnection;
use std::collections::HashMap;
use uuid::Uuid;

/// Leaves `begin` to before `end` that are there, with the rows that they stand for. The time of the first and of the last
/// of them say which months are looked into.
pub(in crate::audit::tree) async fn sealed(
    conn: &mut PgConnection,
    id: OrganizationId,
    begin: u64,
    end: u64,
) -> Result<Vec<Sealed>> {
    let rows = sqlx::query!(
        r#"WITH part AS MATERIALIZED (SELECT * FROM audit_leaves WHERE org_id = $1 AND seq >= $2 AND seq < $3)
           SELECT l.seq AS "seq!", l.event_id AS "event_id!", l.leaf_hash AS "leaf_hash!", l.marks, l.salts,
                  l.erased AS "erased!", l.commitments, l.occurred_at IS NOT NULL AS "timed!",
                  l.content_removed_at IS NOT NULL AS "content_removed!", a.id IS NOT NULL AS "there!",
                  a.org_id AS "org_id?", a.id AS "id?", a.occurred_at AS "occurred_at?", a.code AS "code?",
                  a.outcome AS "outcome?", a.risk_level AS "risk_level?", a.controls AS "controls?",
                  a.sentence AS "sentence?", a.actor_id, a.actor_org_id, a.actor_name, a.actor_email, a.actor_role,
                  a.target_type, a.target_id, a.target_name, a.session_id,
                  nullif(concat(a.client_ip), '') AS client_ip, a.user_agent, a.request_id,
                  a.policy_ids AS "policy_ids?", a.details::text AS details
           FROM part l LEFT JOIN audit_logs a ON a.org_id = l.org_id AND a.id = l.event_id
               AND a.occurred_at = l.occurred_at AND a.org_id = $1
               AND a.occurred_at >= (SELECT min(occurred_at) FROM part)
               AND a.occurred_at <= (SELECT max(occurred_at) FROM part)
           ORDER BY l.seq"#,
        id.0,
        begin.cast_signed(),
        end.cast_signed()
    )
    .fetch_all(conn)
    .await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        let content = row.there.then(|| {
            Some(Row {
                org_id: row.org_id?,
                id: row.id?,
                occurred_at: row.occurred_at?,
                code: row.code?,
                outcome: row.outcome?,
                risk_level: row.risk_level?,
                controls: row.controls?,
                sentence: row.sentence?,
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
                policy_ids: row.policy_ids?,
                details: row.details?,
            })
        });
        found.push(Sealed {
            seq: row.seq.cast_unsigned(),
            event_id: row.event_id,
            leaf: Hash::from_slice(&row.leaf_hash).context("a leaf is not 32 bytes")?,
            marks: row.marks,
            salts: row.salts,
            erased: row.erased,
            commitments: row.commitments,
            timed: row.timed,
            elsewhere: false,
            content_removed: row.content_removed,
            row: content.flatten(),
        });
    }
    Ok(found)
}

/// The same, and rows that are not there at the time of their leaf are looked for at every other: either of the two was
/// changed then.
pub(in crate::audit::tree) async fn sealed_whenever(
    conn: &mut PgConnection,
    id: OrganizationId,
    begin: u64,
    end: u64,
) -> Result<Vec<Sealed>> {
    let mut found = sealed(conn, id, begin, end).await?;
    let lost = |one: &Sealed| one.row.is_none() && !one.content_removed;
    let events: Vec<Uuid> = found.iter().filter(|one| lost(one)).map(|one| one.event_id).collect();
    if events.is_empty() {
        return Ok(found);
    }
    allow_time(conn).await?;
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT a.org_id, a.id, a.occurred_at, a.code, a.outcome, a.risk_level, a.controls, a.sentence, a.actor_id,
                  a.actor_org_id, a.actor_name, a.actor_email, a.actor_role, a.target_type, a.target_id, a.target_name,
                  a.session_id, nullif(concat(a.client_ip), '') AS client_ip, a.user_agent, a.request_id, a.policy_ids,
                  a.details::text AS "details!"
           FROM audit_logs a WHERE a.org_id = $1 AND a.id = ANY ($2)"#,
        id.0,
        &events
    )
    .fetch_all(conn)
    .await?;
    let mut rows: HashMap<Uuid, Row> = rows.into_iter().map(|row| (row.id, row)).collect();
    for one in found.iter_mut().filter(|one| lost(one)) {
        one.row = rows.remove(&one.event_id);
        one.elsewhere = one.row.is_some();
    }
    Ok(found)
}

/// Events that have neither a place nor wait for one: put there past the platform, beside one of the same id too, or their
/// leaf was taken away.
pub(in crate::audit::tree) async fn without_place(
    conn: &mut PgConnection,
    id: OrganizationId,
) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        "SELECT a.id FROM audit_logs a WHERE a.org_id = $1
           AND NOT EXISTS (SELECT 1 FROM audit_leaves l
                           WHERE l.event_id = a.id AND l.org_id = a.org_id AND l.occurred_at = a.occurred_at)
           AND NOT EXISTS (SELECT 1 FROM audit_queue q WHERE q.org_id = a.org_id AND q.event_id = a.id)
         ORDER BY a.occurred_at LIMIT 100",
        id.0
    )
    .fetch_all(conn)
    .await?)
}

/// Events that wait for their place and are not there, at the time that they had when they were written.
pub(in crate::audit::tree) async fn gone_while_waiting(
    conn: &mut PgConnection,
    id: OrganizationId,
) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        "SELECT q.event_id FROM audit_queue q WHERE q.org_id = $1
           AND NOT EXISTS (SELECT 1 FROM audit_logs a
                           WHERE a.org_id = q.org_id AND a.id = q.event_id AND a.occurred_at = q.occurred_at OFFSET 0)
         ORDER BY q.place LIMIT 100",
        id.0
    )
    .fetch_all(conn)
    .await?)
}

/// A verification reads for longer than a request may.
pub(in crate::audit::tree) async fn allow_time(conn: &mut PgConnection) -> Result<()> {
    sqlx::query!("SELECT set_config('statement_timeout', '600s', true)").fetch_one(conn).await?;
    Ok(())
}
