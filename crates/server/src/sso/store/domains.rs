//! Mail domains of organizations.

use crate::error::Result;
use crate::ids::{OrganizationId, SsoConnectionId, SsoDomainId};
use crate::sso::SsoWay;
use crate::sso::domains::SsoDomain;
use sqlx::PgConnection;

/// By name; with `only`, that one alone.
pub(in crate::sso) async fn list_domains(
    conn: &mut PgConnection,
    only: Option<SsoDomainId>,
    organization: Option<OrganizationId>,
) -> Result<Vec<SsoDomain>> {
    Ok(sqlx::query_as!(
        SsoDomain,
        r#"SELECT id AS "id: SsoDomainId", org_id AS "organization_id: OrganizationId", domain, challenge,
                  verified_at, created_at
           FROM sso_domains WHERE ($1::uuid IS NULL OR id = $1) AND ($2::uuid IS NULL OR org_id = $2)
           ORDER BY domain, id LIMIT 200"#,
        only.map(|id| id.0),
        organization.map(|id| id.0),
    )
    .fetch_all(conn)
    .await?)
}

/// A domain that is claimed.
pub(in crate::sso) async fn insert_domain(
    conn: &mut PgConnection,
    organization: OrganizationId,
    id: SsoDomainId,
    domain: &str,
    challenge: &str,
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO sso_domains (org_id, id, domain, challenge) VALUES ($1, $2, $3, $4)",
        organization.0,
        id.0,
        domain,
        challenge
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// It is theirs. False when another organization proved it meanwhile.
pub(in crate::sso) async fn set_verified(conn: &mut PgConnection, id: SsoDomainId) -> Result<()> {
    sqlx::query!("UPDATE sso_domains SET verified_at = now() WHERE id = $1", id.0).execute(conn).await?;
    Ok(())
}

/// Gives it up.
pub(in crate::sso) async fn delete_domain(conn: &mut PgConnection, id: SsoDomainId) -> Result<()> {
    sqlx::query!("DELETE FROM sso_domains WHERE id = $1", id.0).execute(conn).await?;
    Ok(())
}

/// A way in for people of a mail domain.
#[derive(Debug)]
pub(in crate::sso) struct WayIn {
    pub(in crate::sso) id: SsoConnectionId,
    pub(in crate::sso) name: String,
    pub(in crate::sso) profile: String,
    pub(in crate::sso) required: bool,
    pub(in crate::sso) fallback: String,
}

/// The active connections of whoever proved the domain.
pub(in crate::sso) async fn ways_in(conn: &mut PgConnection, domain: &str) -> Result<Vec<WayIn>> {
    Ok(sqlx::query_as!(
        WayIn,
        r#"SELECT c.id AS "id: SsoConnectionId", c.name, c.profile, o.sso_required AS required,
                  o.sso_fallback AS fallback
           FROM sso_domains d JOIN organizations o ON o.id = d.org_id AND o.status = 'active'
           JOIN sso_connections c ON c.org_id = d.org_id AND c.state = 'active' AND c.deleted_at IS NULL
           WHERE d.domain = $1 AND d.verified_at IS NOT NULL ORDER BY lower(c.name), c.id LIMIT 10"#,
        domain
    )
    .fetch_all(conn)
    .await?)
}

/// The active connections of an organization, whatever domains it proved.
pub(crate) async fn ways_of(conn: &mut PgConnection, organization: OrganizationId) -> Result<Vec<SsoWay>> {
    Ok(sqlx::query_as!(
        SsoWay,
        r#"SELECT id AS "id: SsoConnectionId", name, profile FROM sso_connections
           WHERE org_id = $1 AND state = 'active' AND deleted_at IS NULL ORDER BY lower(name), id LIMIT 10"#,
        organization.0
    )
    .fetch_all(conn)
    .await?)
}

/// Whether the organization proved the domain of an address.
pub(crate) async fn has_domain(
    conn: &mut PgConnection,
    organization: OrganizationId,
    domain: &str,
) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT 1 FROM sso_domains WHERE org_id = $1 AND domain = $2
                          AND verified_at IS NOT NULL) AS "yes!""#,
        organization.0,
        domain
    )
    .fetch_one(conn)
    .await?)
}
