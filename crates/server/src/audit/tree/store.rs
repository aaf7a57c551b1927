//! All SQL of the tree. Leaves, nodes and checkpoints are added and read, never changed: the database grants no more.

use super::model::AuditHold;
use super::row::{Row, Sealed};
use crate::access::{OrganizationKind, Resource};
use crate::error::Result;
use crate::ids::{AuditEventId, OrganizationId, UserId};
use anyhow::Context as _;
use chrono::{DateTime, Utc};
use sallyport_audit_log::{Hash, Range, TileId};
use sqlx::PgConnection;
use std::collections::HashMap;
use uuid::Uuid;

/// The head of a log.
#[derive(Debug, Default)]
pub(super) struct Tree {
    pub(super) size: i64,
    pub(super) range: Vec<u8>,
    pub(super) signed_size: Option<i64>,
    pub(super) checkpoint: Option<String>,
    pub(super) signed_at: Option<DateTime<Utc>>,
    pub(super) halted_at: Option<DateTime<Utc>>,
    pub(super) halted_because: Option<String>,
}

impl Tree {
    pub(super) fn range(&self) -> Result<Range> {
        let hashes: Option<Vec<Hash>> = self.range.chunks(32).map(Hash::from_slice).collect();
        let range = hashes.and_then(|hashes| Range::new(self.size.cast_unsigned(), hashes));
        Ok(range.context("the head of an audit log is damaged")?)
    }
}

/// Whether this transaction orders and signs until it ends; another instance does if not. What it commits is on the
/// disk before anything is signed.
pub(super) async fn lead(conn: &mut PgConnection) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"SELECT pg_try_advisory_xact_lock(hashtext('sallyport audit sequencer'))
               AND set_config('synchronous_commit', 'on', true) = 'on' AS "leads!""#
    )
    .fetch_one(conn)
    .await?)
}

/// The same, once whoever orders and signs at the moment is done.
pub(super) async fn wait_to_lead(conn: &mut PgConnection) -> Result<()> {
    sqlx::query!("SELECT pg_advisory_xact_lock(hashtext('sallyport audit sequencer'))").execute(conn).await?;
    Ok(())
}

/// A key of checkpoints as it is stored.
pub(super) struct StoredKey {
    pub(super) key_id: String,
    pub(super) sealed_key: Vec<u8>,
    pub(super) retired_at: Option<DateTime<Utc>>,
}

/// All there ever were, the one that signs first.
pub(super) async fn keys(conn: &mut PgConnection, purpose: &str) -> Result<Vec<StoredKey>> {
    Ok(sqlx::query_as!(
        StoredKey,
        "SELECT key_id, sealed_key, retired_at FROM server_keys WHERE purpose = $1
         ORDER BY retired_at IS NULL DESC, created_at DESC, id DESC",
        purpose
    )
    .fetch_all(conn)
    .await?)
}

/// From now on this key signs, and none before it.
pub(super) async fn replace_key(
    conn: &mut PgConnection,
    purpose: &str,
    (id, key_id): (Uuid, &str),
    public_key: &[u8],
    sealed_key: &[u8],
) -> Result<()> {
    sqlx::query!(
        "UPDATE server_keys SET retired_at = clock_timestamp() WHERE purpose = $1 AND retired_at IS NULL",
        purpose
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "INSERT INTO server_keys (id, purpose, key_id, public_key, sealed_key, created_at)
         VALUES ($1, $2, $3, $4, $5, clock_timestamp())",
        id,
        purpose,
        key_id,
        public_key,
        sealed_key
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Organizations with events that wait for their place.
pub(super) async fn waiting(conn: &mut PgConnection) -> Result<Vec<OrganizationId>> {
    Ok(sqlx::query_scalar!(
        r#"SELECT o.id AS "id: OrganizationId" FROM organizations o LEFT JOIN audit_trees t ON t.org_id = o.id
           WHERE t.halted_at IS NULL AND EXISTS (SELECT 1 FROM audit_queue q WHERE q.org_id = o.id)"#
    )
    .fetch_all(conn)
    .await?)
}

/// Organizations whose head is not signed.
pub(super) async fn unsigned(conn: &mut PgConnection) -> Result<Vec<OrganizationId>> {
    Ok(sqlx::query_scalar!(
        r#"SELECT org_id AS "id: OrganizationId" FROM audit_trees
           WHERE halted_at IS NULL AND size > coalesce(signed_size, 0)"#
    )
    .fetch_all(conn)
    .await?)
}

/// All logs: how far they are ordered, and whether one is halted.
pub(super) async fn heads(conn: &mut PgConnection) -> Result<Vec<(OrganizationId, Tree)>> {
    let rows = sqlx::query!(
        r#"SELECT org_id AS "org_id: OrganizationId", size, signed_size, checkpoint, signed_at, halted_at,
                  halted_because FROM audit_trees ORDER BY org_id"#
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let tree = Tree {
                size: row.size,
                range: Vec::new(),
                signed_size: row.signed_size,
                checkpoint: row.checkpoint,
                signed_at: row.signed_at,
                halted_at: row.halted_at,
                halted_because: row.halted_because,
            };
            (row.org_id, tree)
        })
        .collect())
}

/// The head of one log, if it has one.
pub(super) async fn find_tree(conn: &mut PgConnection, id: OrganizationId) -> Result<Option<Tree>> {
    Ok(sqlx::query_as!(
        Tree,
        "SELECT size, range, signed_size, checkpoint, signed_at, halted_at, halted_because
         FROM audit_trees WHERE org_id = $1",
        id.0
    )
    .fetch_optional(conn)
    .await?)
}

/// So many events that wait, in the order of their queue. Each is looked for in its own month (OFFSET 0 keeps that from
/// becoming a look into all of them).
pub(super) async fn batch(
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
pub(super) struct Leaves {
    pub(super) seqs: Vec<i64>,
    pub(super) events: Vec<Uuid>,
    pub(super) times: Vec<DateTime<Utc>>,
    pub(super) hashes: Vec<Vec<u8>>,
    pub(super) marks: Vec<Vec<u8>>,
    pub(super) salts: Vec<Vec<u8>>,
}

/// Nodes to be added.
#[derive(Debug, Default)]
pub(super) struct Nodes {
    pub(super) levels: Vec<i16>,
    pub(super) places: Vec<i64>,
    pub(super) hashes: Vec<Vec<u8>>,
}

/// Adds leaves and nodes, takes their events out of the queue, and moves the head.
pub(super) async fn grow(
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

/// The head is signed; one checkpoint in ten minutes stays for ever.
pub(super) async fn set_signed(
    conn: &mut PgConnection,
    id: OrganizationId,
    size: u64,
    checkpoint: &str,
) -> Result<()> {
    sqlx::query!(
        "WITH head AS (UPDATE audit_trees SET signed_size = $2, checkpoint = $3, signed_at = now() WHERE org_id = $1)
         INSERT INTO audit_checkpoints (org_id, size, checkpoint) SELECT $1, $2, $3
         WHERE NOT EXISTS (SELECT 1 FROM audit_checkpoints
                           WHERE org_id = $1 AND signed_at > now() - interval '10 minutes')
         ON CONFLICT DO NOTHING",
        id.0,
        size.cast_signed(),
        checkpoint
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Nothing of this log is ordered or signed from now on; whether that is new. False too for an organization that is not
/// there, as of a backup of before it was.
pub(super) async fn halt(conn: &mut PgConnection, id: OrganizationId, because: &str) -> Result<bool> {
    let done = sqlx::query!(
        "INSERT INTO audit_trees (org_id, halted_at, halted_because)
         SELECT id, now(), $2 FROM organizations WHERE id = $1
         ON CONFLICT (org_id) DO UPDATE SET halted_at = now(), halted_because = $2
         WHERE audit_trees.halted_at IS NULL",
        id.0,
        because
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The log goes on; whether it was halted.
pub(super) async fn resume(conn: &mut PgConnection, id: OrganizationId) -> Result<bool> {
    let done = sqlx::query!(
        "UPDATE audit_trees SET halted_at = NULL, halted_because = NULL, signed_size = NULL, checkpoint = NULL,
             signed_at = NULL WHERE org_id = $1 AND halted_at IS NOT NULL",
        id.0
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// How many logs are halted, and for how many seconds the oldest event waits for its place.
pub(super) async fn state(conn: &mut PgConnection) -> Result<(i64, f64)> {
    let row = sqlx::query!(
        r#"SELECT (SELECT count(*) FROM audit_trees WHERE halted_at IS NOT NULL) AS "halted!",
                  coalesce((SELECT extract(epoch FROM clock_timestamp() - min(q.queued_at)) FROM audit_queue q
                      WHERE NOT EXISTS (SELECT 1 FROM audit_trees t WHERE t.org_id = q.org_id AND t.halted_at IS NOT NULL)),
                      0)::float8 AS "waits_s!""#
    )
    .fetch_one(conn)
    .await?;
    Ok((row.halted, row.waits_s))
}

/// The hashes of a tile.
pub(super) async fn tile(conn: &mut PgConnection, id: OrganizationId, tile: TileId) -> Result<Vec<Hash>> {
    let begin = (tile.index * sallyport_audit_log::TILE_WIDTH).cast_signed();
    let end = begin + i64::from(tile.width);
    let rows = if tile.level == 0 {
        sqlx::query_scalar!(
            "SELECT leaf_hash FROM audit_leaves WHERE org_id = $1 AND seq >= $2 AND seq < $3 ORDER BY seq",
            id.0,
            begin,
            end
        )
        .fetch_all(conn)
        .await?
    } else {
        nodes(conn, id, tile.level, begin, end).await?
    };
    let hashes: Option<Vec<Hash>> = rows.iter().map(|hash| Hash::from_slice(hash)).collect();
    let hashes = hashes.filter(|hashes| hashes.len() == usize::from(tile.width));
    Ok(hashes.with_context(|| format!("{} of an audit log is damaged", tile.path()))?)
}

/// The nodes of a level from `begin` to before `end`, as far as they are there.
pub(super) async fn nodes(
    conn: &mut PgConnection,
    id: OrganizationId,
    level: u8,
    begin: i64,
    end: i64,
) -> Result<Vec<Vec<u8>>> {
    Ok(sqlx::query_scalar!(
        "SELECT hash FROM audit_nodes WHERE org_id = $1 AND level = $2 AND place >= $3 AND place < $4 ORDER BY place",
        id.0,
        i16::from(level),
        begin,
        end
    )
    .fetch_all(conn)
    .await?)
}

/// Where an event has its place.
pub(super) async fn find_place(
    conn: &mut PgConnection,
    id: AuditEventId,
) -> Result<Option<(OrganizationId, u64)>> {
    let row = sqlx::query!(
        r#"SELECT org_id AS "org_id: OrganizationId", seq FROM audit_leaves WHERE event_id = $1"#,
        id.0
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| (row.org_id, row.seq.cast_unsigned())))
}

/// Whose log an event will be in that waits for its place.
pub(super) async fn find_waiting(
    conn: &mut PgConnection,
    id: AuditEventId,
) -> Result<Option<OrganizationId>> {
    Ok(sqlx::query_scalar!(
        r#"SELECT org_id AS "org_id: OrganizationId" FROM audit_queue WHERE event_id = $1"#,
        id.0
    )
    .fetch_optional(conn)
    .await?)
}

/// What an organization is called.
pub(super) async fn organization_name(conn: &mut PgConnection, id: OrganizationId) -> Result<String> {
    let name = sqlx::query_scalar!("SELECT name FROM organizations WHERE id = $1", id.0);
    Ok(name.fetch_optional(conn).await?.unwrap_or_default())
}

/// Leaves `begin` to before `end` that are there, with the rows that they stand for. The time of the first and of the last
/// of them say which months are looked into.
pub(super) async fn sealed(
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
pub(super) async fn sealed_whenever(
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

/// Checkpoints of a log that were kept, and when the head is not among them, that too.
pub(super) async fn checkpoints(conn: &mut PgConnection, id: OrganizationId) -> Result<Vec<(i64, String)>> {
    let rows = sqlx::query!(
        r#"SELECT size AS "size!", checkpoint AS "checkpoint!" FROM (
               SELECT size, checkpoint FROM audit_checkpoints WHERE org_id = $1
               UNION SELECT signed_size, checkpoint FROM audit_trees WHERE org_id = $1 AND checkpoint IS NOT NULL) c
           ORDER BY size"#,
        id.0
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.size, row.checkpoint)).collect())
}

/// Events that have neither a place nor wait for one: put there past the platform, beside one of the same id too, or their
/// leaf was taken away.
pub(super) async fn without_place(conn: &mut PgConnection, id: OrganizationId) -> Result<Vec<Uuid>> {
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
pub(super) async fn gone_while_waiting(conn: &mut PgConnection, id: OrganizationId) -> Result<Vec<Uuid>> {
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

/// All organizations, or the one.
pub(super) async fn organizations(
    conn: &mut PgConnection,
    only: Option<OrganizationId>,
) -> Result<Vec<(OrganizationId, String)>> {
    let rows = sqlx::query!(
        r#"SELECT id AS "id: OrganizationId", name FROM organizations WHERE $1::uuid IS NULL OR id = $1 ORDER BY id"#,
        only.map(|id| id.0)
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}

/// A verification reads for longer than a request may.
pub(super) async fn allow_time(conn: &mut PgConnection) -> Result<()> {
    sqlx::query!("SELECT set_config('statement_timeout', '600s', true)").fetch_one(conn).await?;
    Ok(())
}

/// The hold on a log, if there is one.
pub(super) async fn find_hold(conn: &mut PgConnection, id: OrganizationId) -> Result<Option<AuditHold>> {
    Ok(sqlx::query_as!(
        AuditHold,
        r#"SELECT reason, held_by AS "held_by_id: UserId", held_by_name, held_at, version
           FROM audit_holds WHERE org_id = $1"#,
        id.0
    )
    .fetch_optional(conn)
    .await?)
}

/// Holds a log, for this reason from now on.
pub(super) async fn set_hold(
    conn: &mut PgConnection,
    id: OrganizationId,
    reason: &str,
    (by, name): (UserId, &str),
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO audit_holds (org_id, reason, held_by, held_by_name) VALUES ($1, $2, $3, $4)
         ON CONFLICT (org_id) DO UPDATE SET reason = $2, held_by = $3, held_by_name = $4,
             version = audit_holds.version + 1",
        id.0,
        reason,
        by.0,
        name
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Lifts it; the one that there was.
pub(super) async fn lift_hold(conn: &mut PgConnection, id: OrganizationId) -> Result<Option<AuditHold>> {
    Ok(sqlx::query_as!(
        AuditHold,
        r#"DELETE FROM audit_holds WHERE org_id = $1
           RETURNING reason, held_by AS "held_by_id: UserId", held_by_name, held_at, version"#,
        id.0
    )
    .fetch_optional(conn)
    .await?)
}

/// Removes the content of some entries of before `before`, or says what it would; up to which, and how many.
pub(super) async fn clean_up(
    conn: &mut PgConnection,
    id: OrganizationId,
    before: DateTime<Utc>,
    (limit, preview): (i64, bool),
) -> Result<Option<(i64, i64)>> {
    let row = sqlx::query!(
        r#"SELECT up_to AS "up_to!", removed AS "removed!" FROM wall.clean_up_audit($1, $2, $3, $4)"#,
        id.0,
        before,
        limit,
        preview
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| (row.up_to, row.removed)))
}

/// Erases a person's detail from a log; from how many entries.
pub(super) async fn erase(conn: &mut PgConnection, id: OrganizationId, user: UserId) -> Result<i64> {
    Ok(sqlx::query_scalar!(r#"SELECT wall.erase_audit($1, $2) AS "erased!""#, id.0, user.0)
        .fetch_one(conn)
        .await?)
}

/// Organizations in whose log a person appears, as doer or as what it was done to.
pub(super) async fn appears_in(
    conn: &mut PgConnection,
    user: UserId,
) -> Result<Vec<(OrganizationId, String)>> {
    let rows = sqlx::query!(
        r#"SELECT o.id AS "id: OrganizationId", o.name FROM organizations o
           WHERE EXISTS (SELECT 1 FROM audit_logs a WHERE a.org_id = o.id AND (a.actor_id = $1 OR a.target_id = $1))
           ORDER BY o.id"#,
        user.0
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}

/// Whose person somebody is or was: who is gone is who asks to be forgotten.
pub(super) async fn find_person(conn: &mut PgConnection, id: UserId) -> Result<Option<Resource>> {
    let row = sqlx::query!(
        r#"SELECT u.org_id AS "org_id: OrganizationId", o.type AS "kind: OrganizationKind",
                  o.status = 'active' AS "active!"
           FROM users u JOIN organizations o ON o.id = u.org_id WHERE u.id = $1"#,
        id.0
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| Resource { org_id: row.org_id, kind: row.kind, active: row.active }))
}
