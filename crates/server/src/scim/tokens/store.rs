//! All SQL of directories' tokens.

use super::model::{CreateDirectoryToken, DirectoryToken};
use crate::access::policies::Can;
use crate::access::{Caller, Resource};
use crate::error::Result;
use crate::ids::{DirectoryTokenId, OrganizationId, SsoConnectionId};
use ipnetwork::IpNetwork;
use sqlx::PgConnection;
use std::net::IpAddr;

/// Those that stand, newest first; with `only`, that one.
pub(super) async fn list(
    conn: &mut PgConnection,
    only: Option<DirectoryTokenId>,
    organization: Option<OrganizationId>,
) -> Result<Vec<DirectoryToken>> {
    let rows = sqlx::query!(
        r#"SELECT t.id AS "id: DirectoryTokenId", t.org_id AS "org_id: OrganizationId", t.name,
                  t.connection_id AS "connection_id: SsoConnectionId", c.name AS "connection_name?", t.created_by_name,
                  t.created_at, t.expires_at, t.last_used_at, host(t.last_used_ip) AS last_used_ip,
                  o.type AS org_type, o.status = 'active' AS "org_active!"
           FROM directory_tokens t JOIN organizations o ON o.id = t.org_id
           LEFT JOIN sso_connections c ON c.org_id = t.org_id AND c.id = t.connection_id
           WHERE ($1::uuid IS NULL OR t.id = $1) AND ($2::uuid IS NULL OR t.org_id = $2)
             AND t.revoked_at IS NULL AND t.expires_at > now()
           ORDER BY t.created_at DESC, t.id DESC LIMIT 100"#,
        only.map(|id| id.0),
        organization.map(|id| id.0)
    )
    .fetch_all(conn)
    .await?;
    let tokens = rows.into_iter().map(|row| DirectoryToken {
        id: row.id,
        organization_id: row.org_id,
        name: row.name,
        connection_id: row.connection_id,
        connection_name: row.connection_name,
        created_by: row.created_by_name,
        created_at: row.created_at,
        expires_at: row.expires_at,
        last_used_at: row.last_used_at,
        last_used_ip: row.last_used_ip,
        scim_url: String::new(),
        can: Can::default(),
        organization: Resource { org_id: row.org_id, kind: row.org_type.into(), active: row.org_active },
    });
    Ok(tokens.collect())
}

/// Holds the organization until the transaction ends.
pub(super) async fn lock_organization(conn: &mut PgConnection, organization: OrganizationId) -> Result<()> {
    sqlx::query!("SELECT id FROM organizations WHERE id = $1 FOR NO KEY UPDATE", organization.0)
        .fetch_optional(conn)
        .await?;
    Ok(())
}

/// Whether the connection is the organization's.
pub(super) async fn has_connection(
    conn: &mut PgConnection,
    organization: OrganizationId,
    connection: SsoConnectionId,
) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT 1 FROM sso_connections WHERE org_id = $1 AND id = $2 AND deleted_at IS NULL)
               AS "yes!""#,
        organization.0,
        connection.0
    )
    .fetch_one(conn)
    .await?)
}

/// A new one, of the caller's making.
pub(super) async fn insert(
    conn: &mut PgConnection,
    caller: &Caller,
    id: DirectoryTokenId,
    new: &CreateDirectoryToken,
    hash: &[u8],
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO directory_tokens (org_id, id, name, connection_id, token_hash, created_by, created_by_name,
             expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, now() + make_interval(days => $8))",
        new.organization_id.0,
        id.0,
        new.name,
        new.connection_id.map(|id| id.0),
        hash,
        caller.user_id.0,
        caller.display_name,
        new.expires_in_days
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Ends one; whether it stood until now.
pub(super) async fn revoke(conn: &mut PgConnection, id: DirectoryTokenId) -> Result<bool> {
    let ended = sqlx::query!(
        "UPDATE directory_tokens SET revoked_at = now() WHERE id = $1 AND revoked_at IS NULL",
        id.0
    )
    .execute(conn)
    .await?;
    Ok(ended.rows_affected() > 0)
}

/// Ends those that were made for a connection which is no more; which they were.
pub(crate) async fn revoke_of_connection(
    conn: &mut PgConnection,
    organization: OrganizationId,
    connection: SsoConnectionId,
) -> Result<Vec<(DirectoryTokenId, String)>> {
    let ended = sqlx::query!(
        r#"UPDATE directory_tokens SET revoked_at = now()
           WHERE org_id = $1 AND connection_id = $2 AND revoked_at IS NULL AND expires_at > now()
           RETURNING id AS "id: DirectoryTokenId", name"#,
        organization.0,
        connection.0
    )
    .fetch_all(conn)
    .await?;
    Ok(ended.into_iter().map(|row| (row.id, row.name)).collect())
}

/// A directory used one. At most one write a minute and token.
pub(super) async fn touch(conn: &mut PgConnection, id: DirectoryTokenId, from: IpAddr) -> Result<()> {
    sqlx::query!(
        "UPDATE directory_tokens SET last_used_at = now(), last_used_ip = $2
         WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')",
        id.0,
        IpNetwork::from(from)
    )
    .execute(conn)
    .await?;
    Ok(())
}
