//! Heads of logs: how far each is ordered, signed and kept, and whether it is halted.

use crate::error::Result;
use crate::ids::OrganizationId;
use anyhow::Context as _;
use chrono::{DateTime, Utc};
use sallyport_audit_log::{Hash, Range};
use sqlx::PgConnection;

/// The head of a log.
#[derive(Debug, Default)]
pub(in crate::audit::tree) struct Tree {
    pub(in crate::audit::tree) size: i64,
    pub(in crate::audit::tree) range: Vec<u8>,
    pub(in crate::audit::tree) signed_size: Option<i64>,
    pub(in crate::audit::tree) checkpoint: Option<String>,
    pub(in crate::audit::tree) signed_at: Option<DateTime<Utc>>,
    pub(in crate::audit::tree) halted_at: Option<DateTime<Utc>>,
    pub(in crate::audit::tree) halted_because: Option<String>,
}

impl Tree {
    pub(in crate::audit::tree) fn range(&self) -> Result<Range> {
        let hashes: Option<Vec<Hash>> = self.range.chunks(32).map(Hash::from_slice).collect();
        let range = hashes.and_then(|hashes| Range::new(self.size.cast_unsigned(), hashes));
        Ok(range.context("the head of an audit log is damaged")?)
    }
}

/// All logs: how far they are ordered, and whether one is halted.
pub(in crate::audit::tree) async fn heads(conn: &mut PgConnection) -> Result<Vec<(OrganizationId, Tree)>> {
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
pub(in crate::audit::tree) async fn find_tree(
    conn: &mut PgConnection,
    id: OrganizationId,
) -> Result<Option<Tree>> {
    Ok(sqlx::query_as!(
        Tree,
        "SELECT size, range, signed_size, checkpoint, signed_at, halted_at, halted_because
         FROM audit_trees WHERE org_id = $1",
        id.0
    )
    .fetch_optional(conn)
    .await?)
}

/// Organizations with events that wait for their place.
pub(in crate::audit::tree) async fn waiting(conn: &mut PgConnection) -> Result<Vec<OrganizationId>> {
    Ok(sqlx::query_scalar!(
        r#"SELECT o.id AS "id: OrganizationId" FROM organizations o LEFT JOIN audit_trees t ON t.org_id = o.id
           WHERE t.halted_at IS NULL AND EXISTS (SELECT 1 FROM audit_queue q WHERE q.org_id = o.id)"#
    )
    .fetch_all(conn)
    .await?)
}

/// Organizations whose head is not signed.
pub(in crate::audit::tree) async fn unsigned(conn: &mut PgConnection) -> Result<Vec<OrganizationId>> {
    Ok(sqlx::query_scalar!(
        r#"SELECT org_id AS "id: OrganizationId" FROM audit_trees
           WHERE halted_at IS NULL AND size > coalesce(signed_size, 0)"#
    )
    .fetch_all(conn)
    .await?)
}

/// The head is signed; one checkpoint in ten minutes stays for ever.
pub(in crate::audit::tree) async fn set_signed(
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

/// Checkpoints of a log that were kept, and when the head is not among them, that too.
pub(in crate::audit::tree) async fn checkpoints(
    conn: &mut PgConnection,
    id: OrganizationId,
) -> Result<Vec<(i64, String)>> {
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

/// Nothing of this log is ordered or signed from now on; whether that is new. False too for an organization that is not
/// there, as of a backup of before it was.
pub(in crate::audit::tree) async fn halt(
    conn: &mut PgConnection,
    id: OrganizationId,
    because: &str,
) -> Result<bool> {
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
pub(in crate::audit::tree) async fn resume(conn: &mut PgConnection, id: OrganizationId) -> Result<bool> {
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
pub(in crate::audit::tree) async fn state(conn: &mut PgConnection) -> Result<(i64, f64)> {
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
