//! All SQL of credentials. Sealed bytes go in here and come out for [`super::open`] alone.

use super::material::PublicFacts;
use super::model::{CreateCredential, Credential, CredentialFilter, UpdateCredential};
use crate::access::policies::Can;
use crate::error::Result;
use crate::grants::AccessLevel;
use crate::http::Window;
use crate::ids::{AssetId, CredentialId, OrganizationId, OrganizationKeyId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

struct Row {
    id: CredentialId,
    org_id: OrganizationId,
    org_active: bool,
    asset_id: AssetId,
    asset_name: String,
    username: String,
    kind: String,
    access_level: String,
    public_fingerprint: Option<String>,
    certificate_principals: Vec<String>,
    certificate_expires_at: Option<DateTime<Utc>>,
    secret_version: i32,
    created_at: DateTime<Utc>,
    rotated_at: Option<DateTime<Utc>>,
    version: i64,
    total: i64,
}

impl From<Row> for Credential {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            organization_id: row.org_id,
            asset_id: row.asset_id,
            asset_name: row.asset_name,
            username: row.username,
            kind: row.kind.into(),
            access_level: row.access_level.into(),
            public_fingerprint: row.public_fingerprint,
            certificate_principals: row.certificate_principals,
            certificate_expires_at: row.certificate_expires_at,
            warnings: Vec::new(),
            created_at: row.created_at,
            rotated_at: row.rotated_at,
            version: row.version,
            can: Can::default(),
            organization_active: row.org_active,
            secret_version: row.secret_version,
        }
    }
}

/// A page by machine and account; with `only`, that one alone.
async fn select(
    conn: &mut PgConnection,
    only: Option<CredentialId>,
    filter: &CredentialFilter,
    window: Window,
) -> Result<Vec<Row>> {
    Ok(sqlx::query_as!(
        Row,
        r#"SELECT c.id AS "id: CredentialId", c.org_id AS "org_id: OrganizationId",
                  o.status = 'active' AS "org_active!", c.asset_id AS "asset_id: AssetId", a.name AS asset_name,
                  c.username, c.kind, c.access_level, c.public_fingerprint, c.certificate_principals,
                  c.certificate_expires_at, c.secret_version, c.created_at, c.rotated_at, c.version,
                  count(*) OVER () AS "total!"
           FROM credentials c
           JOIN assets a ON a.org_id = c.org_id AND a.id = c.asset_id AND a.deleted_at IS NULL
           JOIN organizations o ON o.id = c.org_id AND o.status <> 'deleted'
           WHERE c.deleted_at IS NULL AND ($1::uuid IS NULL OR c.id = $1)
             AND ($2::uuid IS NULL OR c.org_id = $2) AND ($3::uuid IS NULL OR c.asset_id = $3)
           ORDER BY lower(a.name), a.id, c.username, c.access_level, c.id LIMIT $4 OFFSET $5"#,
        only.map(|id| id.0),
        filter.organization_id.map(|id| id.0),
        filter.asset_id.map(|id| id.0),
        window.limit,
        window.offset(),
    )
    .fetch_all(conn)
    .await?)
}

/// A page by machine and account, and how many there are.
pub(super) async fn list(
    conn: &mut PgConnection,
    filter: &CredentialFilter,
    window: Window,
) -> Result<(Vec<Credential>, i64)> {
    let rows = select(conn, None, filter, window).await?;
    let total = rows.first().map_or(0, |row| row.total);
    Ok((rows.into_iter().map(Credential::from).collect(), total))
}

/// One, if the caller sees it.
pub(super) async fn find(conn: &mut PgConnection, id: CredentialId) -> Result<Option<Credential>> {
    let rows = select(conn, Some(id), &CredentialFilter::default(), Window::ONE).await?;
    Ok(rows.into_iter().next().map(Credential::from))
}

/// Holds the row until the transaction ends, so that no other change slips between a look and a write.
pub(super) async fn lock(conn: &mut PgConnection, id: CredentialId) -> Result<()> {
    sqlx::query!("SELECT 1 AS one FROM credentials WHERE id = $1 FOR UPDATE", id.0)
        .fetch_optional(conn)
        .await?;
    Ok(())
}

/// The organization's living key, held against its destruction until the transaction ends. Taken before any
/// credential's row, as its destruction does: the two never wait for each other.
pub(super) async fn find_key(
    conn: &mut PgConnection,
    organization: OrganizationId,
) -> Result<Option<(OrganizationKeyId, Vec<u8>)>> {
    let row = sqlx::query!(
        r#"SELECT id AS "id: OrganizationKeyId", sealed_key AS "sealed_key!" FROM organization_keys
           WHERE org_id = $1 AND destroyed_at IS NULL FOR SHARE"#,
        organization.0
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| (row.id, row.sealed_key)))
}

/// A new one, without its secret.
pub(super) async fn insert(
    conn: &mut PgConnection,
    id: CredentialId,
    new: &CreateCredential,
    facts: &PublicFacts,
    key: OrganizationKeyId,
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO credentials (org_id, id, asset_id, username, kind, access_level, public_fingerprint,
             certificate_principals, certificate_expires_at, organization_key_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        new.organization_id.0,
        id.0,
        new.asset_id.0,
        new.username,
        new.kind.as_str(),
        new.access_level.as_str(),
        facts.fingerprint,
        &facts.certificate_principals,
        facts.certificate_expires_at,
        key.0,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Where a sealed field belongs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub organization: OrganizationId,
    pub credential: CredentialId,
    pub version: i32,
}

/// One sealed field.
pub(super) async fn insert_sealed(
    conn: &mut PgConnection,
    at: Place,
    field: &str,
    sealed: &[u8],
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO credential_secrets (org_id, credential_id, secret_version, field, sealed)
         VALUES ($1, $2, $3, $4, $5)",
        at.organization.0,
        at.credential.0,
        at.version,
        field,
        sealed,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The sealed fields of one version.
pub(super) async fn list_sealed(conn: &mut PgConnection, at: Place) -> Result<Vec<(String, Vec<u8>)>> {
    let rows = sqlx::query!(
        "SELECT field, sealed FROM credential_secrets
         WHERE org_id = $1 AND credential_id = $2 AND secret_version = $3",
        at.organization.0,
        at.credential.0,
        at.version,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.field, row.sealed)).collect())
}

/// The new version and what may be told of it; the sealed rows of older ones are gone with the same commit.
pub(super) async fn rotate(
    conn: &mut PgConnection,
    at: Place,
    facts: &PublicFacts,
    key: OrganizationKeyId,
) -> Result<()> {
    sqlx::query!(
        "DELETE FROM credential_secrets WHERE org_id = $1 AND credential_id = $2 AND secret_version <> $3",
        at.organization.0,
        at.credential.0,
        at.version,
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "UPDATE credentials SET secret_version = $3, organization_key_id = $4, public_fingerprint = $5,
             certificate_principals = $6, certificate_expires_at = $7,
             rotated_at = now(), updated_at = now(), version = version + 1
         WHERE org_id = $1 AND id = $2",
        at.organization.0,
        at.credential.0,
        at.version,
        key.0,
        facts.fingerprint,
        &facts.certificate_principals,
        facts.certificate_expires_at,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Changes what is given.
pub(super) async fn update(
    conn: &mut PgConnection,
    id: CredentialId,
    change: &UpdateCredential,
) -> Result<()> {
    sqlx::query!(
        "UPDATE credentials SET username = coalesce($2, username), access_level = coalesce($3, access_level),
             updated_at = now(), version = version + 1
         WHERE id = $1",
        id.0,
        change.username,
        change.access_level.map(AccessLevel::as_str),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Hides it, and deletes its sealed rows for good.
pub(super) async fn delete(
    conn: &mut PgConnection,
    organization: OrganizationId,
    id: CredentialId,
) -> Result<()> {
    sqlx::query!(
        "DELETE FROM credential_secrets WHERE org_id = $1 AND credential_id = $2",
        organization.0,
        id.0
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "UPDATE credentials SET deleted_at = now(), updated_at = now(), version = version + 1
         WHERE org_id = $1 AND id = $2",
        organization.0,
        id.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// As [`delete`], for all of one machine; how many.
pub(super) async fn delete_of_asset(
    conn: &mut PgConnection,
    organization: OrganizationId,
    asset: AssetId,
) -> Result<u64> {
    sqlx::query!(
        "DELETE FROM credential_secrets s USING credentials c
         WHERE c.org_id = s.org_id AND c.id = s.credential_id AND c.org_id = $1 AND c.asset_id = $2",
        organization.0,
        asset.0
    )
    .execute(&mut *conn)
    .await?;
    let gone = sqlx::query!(
        "UPDATE credentials SET deleted_at = now(), updated_at = now(), version = version + 1
         WHERE org_id = $1 AND asset_id = $2 AND deleted_at IS NULL",
        organization.0,
        asset.0
    )
    .execute(conn)
    .await?;
    Ok(gone.rows_affected())
}
