//! All SQL of assets.

use super::model::{
    Account, Asset, AssetFilter, AssetSort, CreateAsset, HostKey, Protocol, UpdateAsset, filter_tag,
};
use crate::access::Caller;
use crate::access::policies::Can;
use crate::error::Result;
use crate::http::{Order, Window};
use crate::ids::{AssetId, OrganizationId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use sqlx::types::Json;

struct Row {
    id: AssetId,
    org_id: OrganizationId,
    org_name: String,
    org_active: bool,
    name: String,
    address: String,
    port: i32,
    protocol: String,
    tags: Vec<String>,
    description: String,
    host_key: Option<String>,
    host_key_fingerprint: Option<String>,
    host_key_confirmed_by_name: Option<String>,
    host_key_confirmed_at: Option<DateTime<Utc>>,
    accounts: Json<Vec<Account>>,
    live_sessions: i64,
    last_session_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    version: i64,
    total: i64,
}

impl From<Row> for Asset {
    fn from(row: Row) -> Self {
        let algorithm = row.host_key.as_deref().and_then(|line| line.split(' ').next()).map(str::to_owned);
        let host_key = algorithm.zip(row.host_key_fingerprint).zip(row.host_key_confirmed_at).map(
            |((algorithm, fingerprint), confirmed_at)| HostKey {
                algorithm,
                fingerprint,
                confirmed_by_name: row.host_key_confirmed_by_name.unwrap_or_default(),
                confirmed_at,
            },
        );
        Self {
            id: row.id,
            organization_id: row.org_id,
            organization_name: row.org_name,
            name: row.name,
            address: row.address,
            port: row.port,
            protocol: row.protocol.into(),
            tags: row.tags,
            description: row.description,
            host_key,
            accounts: row.accounts.0,
            live_sessions: row.live_sessions,
            last_session_at: row.last_session_at,
            created_at: row.created_at,
            updated_at: row.updated_at,
            version: row.version,
            can: Can::default(),
            organization_active: row.org_active,
        }
    }
}

/// A sorted page; with `only`, that one alone. What is looked up is looked up for its rows alone.
async fn select(
    conn: &mut PgConnection,
    only: Option<AssetId>,
    filter: &AssetFilter,
    window: Window,
) -> Result<Vec<Row>> {
    Ok(sqlx::query_as!(
        Row,
        r#"SELECT a.id AS "id: AssetId", a.org_id AS "org_id: OrganizationId", a.org_name,
                  a.org_active AS "org_active!", a.name, a.address, a.port, a.protocol, a.tags, a.description,
                  a.host_key, a.host_key_fingerprint, a.host_key_confirmed_by_name, a.host_key_confirmed_at,
                  (SELECT coalesce(jsonb_agg(jsonb_build_object('credentialId', c.id, 'username', c.username,
                            'kind', c.kind, 'accessLevel', c.access_level) ORDER BY c.username, c.access_level), '[]')
                   FROM credentials c WHERE c.org_id = a.org_id AND c.asset_id = a.id AND c.deleted_at IS NULL)
                    AS "accounts!: Json<Vec<Account>>",
                  (SELECT count(*) FROM sessions s WHERE s.org_id = a.org_id AND s.asset_id = a.id
                     AND s.ended_at IS NULL) AS "live_sessions!",
                  (SELECT max(s.started_at) FROM sessions s WHERE s.org_id = a.org_id AND s.asset_id = a.id)
                    AS last_session_at,
                  a.created_at, a.updated_at, a.version, a.total AS "total!"
           FROM (SELECT m.*, o.name AS org_name, o.status = 'active' AS org_active, count(*) OVER () AS total,
                     row_number() OVER (ORDER BY
                         CASE WHEN $6 = 'asc' THEN k.word END, CASE WHEN $6 = 'desc' THEN k.word END DESC,
                         CASE WHEN $6 = 'asc' THEN k.moment END, CASE WHEN $6 = 'desc' THEN k.moment END DESC, m.id)
                       AS place
                 FROM assets m
                 JOIN organizations o ON o.id = m.org_id AND o.status <> 'deleted'
                 CROSS JOIN LATERAL (SELECT
                     CASE $5 WHEN 'name' THEN lower(m.name) WHEN 'address' THEN m.address
                             WHEN 'organizationName' THEN lower(o.name) END AS word,
                     CASE $5 WHEN 'createdAt' THEN m.created_at END AS moment) k
                 WHERE m.deleted_at IS NULL AND ($1::uuid IS NULL OR m.id = $1)
                   AND ($2::uuid IS NULL OR m.org_id = $2)
                   AND ($3::text IS NULL OR strpos(lower(m.name), lower($3)) > 0 OR strpos(m.address, lower($3)) > 0
                        OR EXISTS (SELECT 1 FROM unnest(m.tags) t WHERE strpos(t, lower($3)) > 0))
                   AND ($4::text IS NULL OR $4 = ANY (m.tags))
                 ORDER BY place LIMIT $7 OFFSET $8) a
           ORDER BY a.place"#,
        only.map(|id| id.0),
        filter.organization_id.map(|id| id.0),
        filter.q,
        filter.tag.as_deref().map(filter_tag),
        filter.sort.unwrap_or(AssetSort::Name).as_str(),
        filter.order.unwrap_or(Order::Asc).as_str(),
        window.limit,
        window.offset(),
    )
    .fetch_all(conn)
    .await?)
}

/// A sorted page, and how many there are.
pub(super) async fn list(
    conn: &mut PgConnection,
    filter: &AssetFilter,
    window: Window,
) -> Result<(Vec<Asset>, i64)> {
    let rows = select(conn, None, filter, window).await?;
    let total = rows.first().map_or(0, |row| row.total);
    Ok((rows.into_iter().map(Asset::from).collect(), total))
}

/// One, if the caller sees it.
pub(super) async fn find(conn: &mut PgConnection, id: AssetId) -> Result<Option<Asset>> {
    let rows = select(conn, Some(id), &AssetFilter::default(), Window::ONE).await?;
    Ok(rows.into_iter().next().map(Asset::from))
}

/// Where sessions go, and what they must meet there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// As [`crate::targets::normalise`] gave it.
    pub address: String,
    /// TCP port.
    pub port: u16,
    /// The confirmed key, as a line of OpenSSH.
    pub host_key: Option<String>,
    /// Its fingerprint.
    pub host_key_fingerprint: Option<String>,
    /// Raised when any of these changes.
    pub version: i64,
}

/// The endpoint of one machine.
pub(super) async fn find_endpoint(conn: &mut PgConnection, id: AssetId) -> Result<Option<Endpoint>> {
    let row = sqlx::query!(
        "SELECT address, port, host_key, host_key_fingerprint, endpoint_version FROM assets
         WHERE id = $1 AND deleted_at IS NULL",
        id.0
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| Endpoint {
        address: row.address,
        port: u16::try_from(row.port).unwrap_or_default(),
        host_key: row.host_key,
        host_key_fingerprint: row.host_key_fingerprint,
        version: row.endpoint_version,
    }))
}

/// Holds the row until the transaction ends, so that no other change slips between a look and a write.
pub(super) async fn lock(conn: &mut PgConnection, id: AssetId) -> Result<()> {
    sqlx::query!("SELECT 1 AS one FROM assets WHERE id = $1 FOR UPDATE", id.0).fetch_optional(conn).await?;
    Ok(())
}

/// A new one.
pub(super) async fn insert(conn: &mut PgConnection, id: AssetId, new: &CreateAsset) -> Result<()> {
    sqlx::query!(
        "INSERT INTO assets (org_id, id, name, address, port, protocol, tags, description)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        new.organization_id.0,
        id.0,
        new.name,
        new.address,
        new.port.unwrap_or(super::model::SSH_PORT),
        new.protocol.unwrap_or(Protocol::Ssh).as_str(),
        &new.tags,
        new.description,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Changes what is given; when the machine `moves`, its host key is forgotten and its sessions end.
pub(super) async fn update(
    conn: &mut PgConnection,
    id: AssetId,
    change: &UpdateAsset,
    moves: bool,
) -> Result<()> {
    sqlx::query!(
        "UPDATE assets SET name = coalesce($2, name), address = coalesce($3, address), port = coalesce($4, port),
             tags = coalesce($5, tags), description = coalesce($6, description),
             updated_at = now(), version = version + 1
         WHERE id = $1",
        id.0,
        change.name,
        change.address,
        change.port,
        change.tags.as_deref(),
        change.description,
    )
    .execute(&mut *conn)
    .await?;
    if moves {
        forget_host_key(conn, id).await?;
    }
    Ok(())
}

/// Pins a key by the word of `caller`. Sessions that met another one end.
pub(super) async fn pin_host_key(
    conn: &mut PgConnection,
    id: AssetId,
    key: &str,
    fingerprint: &str,
    caller: &Caller,
) -> Result<()> {
    sqlx::query!(
        "UPDATE assets SET
             endpoint_version = endpoint_version + (host_key_fingerprint IS DISTINCT FROM $3)::int,
             host_key = $2, host_key_fingerprint = $3, host_key_confirmed_by = $4,
             host_key_confirmed_by_name = $5, host_key_confirmed_at = now(),
             updated_at = now(), version = version + 1
         WHERE id = $1",
        id.0,
        key,
        fingerprint,
        caller.user_id.0,
        caller.display_name,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Forgets the key; live sessions end.
pub(super) async fn forget_host_key(conn: &mut PgConnection, id: AssetId) -> Result<()> {
    sqlx::query!(
        "UPDATE assets SET host_key = NULL, host_key_fingerprint = NULL, host_key_confirmed_by = NULL,
             host_key_confirmed_by_name = NULL, host_key_confirmed_at = NULL,
             endpoint_version = endpoint_version + 1, updated_at = now(), version = version + 1
         WHERE id = $1",
        id.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Hides it; live sessions end.
pub(super) async fn delete(conn: &mut PgConnection, id: AssetId) -> Result<()> {
    sqlx::query!(
        "UPDATE assets SET deleted_at = now(), endpoint_version = endpoint_version + 1,
             updated_at = now(), version = version + 1
         WHERE id = $1",
        id.0
    )
    .execute(conn)
    .await?;
    Ok(())
}
