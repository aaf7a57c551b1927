//! Leaves, nodes and places, for proofs.

use crate::error::Result;
use crate::ids::{AuditEventId, OrganizationId};
use anyhow::Context as _;
use sallyport_audit_log::{Hash, TileId};
use sqlx::PgConnection;

/// The hashes of a tile.
pub(in crate::audit::tree) async fn tile(
    conn: &mut PgConnection,
    id: OrganizationId,
    tile: TileId,
) -> Result<Vec<Hash>> {
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
pub(in crate::audit::tree) async fn nodes(
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
pub(in crate::audit::tree) async fn find_place(
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
pub(in crate::audit::tree) async fn find_waiting(
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
