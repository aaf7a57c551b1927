//! Connections and their groups. The sealed secret goes in and comes out for [`crate::sso::proof`] alone.

use crate::access::policies::Can;
use crate::access::{OrganizationKind, Resource, Role};
use crate::error::Result;
use crate::ids::{OrganizationId, OrganizationKeyId, SsoConnectionId, UserId};
use crate::sso::model::{
    GroupRole, OwnKeyUse, SsoCertificate, SsoConnection, SsoFallback, SsoProtocol, SsoSettings, SsoState,
    SsoTest,
};
use crate::sso::saml;
use chrono::{DateTime, Utc};
use sallyport_oidc::{Algorithm, Profile, Provider};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::PgConnection;

/// A connection with what only the platform itself needs.
#[derive(Debug)]
pub(in crate::sso) struct Kept {
    pub(in crate::sso) connection: SsoConnection,
    /// OpenID Connect: document and keys.
    pub(in crate::sso) provider: Option<Provider>,
    /// SAML: what its metadata say.
    pub(in crate::sso) saml: Option<sallyport_saml::Provider>,
    pub(in crate::sso) sealed_secret: Option<Vec<u8>>,
    /// SAML: ours.
    pub(in crate::sso) certificate: Option<Vec<u8>>,
    /// SAML: the next of ours, announced already.
    pub(in crate::sso) next_certificate: Option<Vec<u8>>,
    /// SAML: the one of ours before.
    pub(in crate::sso) former_certificate: Option<Vec<u8>>,
}

struct Row {
    id: SsoConnectionId,
    org_id: OrganizationId,
    org_type: String,
    org_active: bool,
    name: String,
    protocol: String,
    profile: String,
    state: String,
    issuer: String,
    metadata_url: Option<String>,
    client_id: Option<String>,
    algorithm: Option<String>,
    groups_claim: String,
    described: Option<serde_json::Value>,
    described_at: Option<DateTime<Utc>>,
    sealed_secret: Option<Vec<u8>>,
    certificate: Option<Vec<u8>>,
    next_certificate: Option<Vec<u8>>,
    former_certificate: Option<Vec<u8>>,
    idp_initiated: bool,
    creates_users: bool,
    default_role: Option<String>,
    second_factor: String,
    settings_version: i32,
    tested_version: Option<i32>,
    last_test: Option<serde_json::Value>,
    group_names: Vec<String>,
    group_roles: Vec<String>,
    created_at: DateTime<Utc>,
    version: i64,
}

/// What was written by the platform itself and fits its type; a row of an older version that does not is as if absent.
fn kept<T: DeserializeOwned>(value: Option<serde_json::Value>) -> Option<T> {
    value.and_then(|value| serde_json::from_value(value).ok())
}

fn word<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_value(serde_json::Value::from(text)).ok()
}

impl From<Row> for Kept {
    fn from(row: Row) -> Self {
        let protocol: SsoProtocol = row.protocol.into();
        let (mut provider, mut saml) = (None::<Provider>, None::<sallyport_saml::Provider>);
        match protocol {
            SsoProtocol::Oidc => provider = kept(row.described),
            SsoProtocol::Saml => saml = kept(row.described),
        }
        let address = provider.as_ref().map(|provider| provider.authorization_endpoint().to_owned());
        let of_saml = saml.as_ref().map(saml::fingerprints).unwrap_or_default();
        let groups = row.group_names.into_iter().zip(row.group_roles);
        let kind: OrganizationKind = row.org_type.into();
        let connection = SsoConnection {
            id: row.id,
            organization_id: row.org_id,
            name: row.name,
            protocol,
            profile: word(&row.profile).unwrap_or(Profile::Generic),
            state: row.state.into(),
            issuer: row.issuer,
            metadata_url: row.metadata_url,
            client_id: row.client_id,
            has_secret: protocol == SsoProtocol::Oidc && row.sealed_secret.is_some(),
            algorithm: row.algorithm.as_deref().and_then(word::<Algorithm>),
            groups_claim: row.groups_claim,
            redirect_uri: String::new(),
            logout_uri: String::new(),
            entity_id: None,
            sign_in_address: address.or_else(|| {
                saml.as_ref().and_then(|saml| saml.sso_redirect.clone().or(saml.sso_post.clone()))
            }),
            keys: provider.as_ref().map_or(of_saml, Provider::key_names),
            certificates: saml.iter().flat_map(|saml| &saml.certificates).map(SsoCertificate::from).collect(),
            own_certificates: saml::own_certificates([
                (row.certificate.as_deref(), OwnKeyUse::Signs),
                (row.next_certificate.as_deref(), OwnKeyUse::Next),
                (row.former_certificate.as_deref(), OwnKeyUse::Former),
            ]),
            described_at: row.described_at,
            idp_initiated: row.idp_initiated,
            creates_users: row.creates_users,
            default_role: row.default_role.map(Role::from),
            groups: groups.map(|(group, role)| GroupRole { group, role: role.into() }).collect(),
            second_factor: row.second_factor.into(),
            tested: row.tested_version == Some(row.settings_version),
            last_test: kept(row.last_test),
            created_at: row.created_at,
            version: row.version,
            can: Can::default(),
            organization: Resource { org_id: row.org_id, kind, active: row.org_active },
            settings_version: row.settings_version,
        };
        Self {
            connection,
            provider,
            saml,
            sealed_secret: row.sealed_secret,
            certificate: row.certificate,
            next_certificate: row.next_certificate,
            former_certificate: row.former_certificate,
        }
    }
}

/// By name; with `only`, that one alone.
pub(in crate::sso) async fn select(
    conn: &mut PgConnection,
    only: Option<SsoConnectionId>,
    organization: Option<OrganizationId>,
) -> Result<Vec<Kept>> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT c.id AS "id: SsoConnectionId", c.org_id AS "org_id: OrganizationId", o.type AS org_type,
                  o.status = 'active' AS "org_active!", c.name, c.protocol, c.profile, c.state, c.issuer, c.metadata_url,
                  c.client_id,
                  c.algorithm, c.groups_claim, c.described, c.described_at, c.sealed_secret, c.certificate,
                  c.next_certificate, c.former_certificate, c.idp_initiated,
                  c.creates_users, c.default_role, c.second_factor, c.settings_version, c.tested_version, c.last_test,
                  ARRAY(SELECT g.group_name FROM sso_group_roles g WHERE g.org_id = c.org_id
                        AND g.connection_id = c.id ORDER BY g.position) AS "group_names!",
                  ARRAY(SELECT g.role FROM sso_group_roles g WHERE g.org_id = c.org_id
                        AND g.connection_id = c.id ORDER BY g.position) AS "group_roles!",
                  c.created_at, c.version
           FROM sso_connections c JOIN organizations o ON o.id = c.org_id AND o.status <> 'deleted'
           WHERE c.deleted_at IS NULL AND ($1::uuid IS NULL OR c.id = $1) AND ($2::uuid IS NULL OR c.org_id = $2)
           ORDER BY lower(c.name), c.id LIMIT 200"#,
        only.map(|id| id.0),
        organization.map(|id| id.0),
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(Kept::from).collect())
}

/// One, if the transaction sees it.
pub(in crate::sso) async fn find(conn: &mut PgConnection, id: SsoConnectionId) -> Result<Option<Kept>> {
    Ok(select(conn, Some(id), None).await?.into_iter().next())
}

/// Holds the row until the transaction ends, and its organization before it: of two that each close a way in the second
/// sees what the first did.
pub(in crate::sso) async fn lock(conn: &mut PgConnection, id: SsoConnectionId) -> Result<()> {
    sqlx::query!(
        "SELECT o.id FROM organizations o JOIN sso_connections c ON c.org_id = o.id WHERE c.id = $1
         FOR NO KEY UPDATE OF o",
        id.0
    )
    .fetch_optional(&mut *conn)
    .await?;
    sqlx::query!("SELECT 1 AS one FROM sso_connections WHERE id = $1 FOR UPDATE", id.0)
        .fetch_optional(conn)
        .await?;
    Ok(())
}

/// The connection as it is to be, with its sealed secret.
pub(in crate::sso) struct Write<'a> {
    pub(in crate::sso) connection: &'a SsoConnection,
    pub(in crate::sso) key: Option<OrganizationKeyId>,
    pub(in crate::sso) sealed_secret: Option<&'a [u8]>,
    /// OpenID Connect: the client has no secret any more.
    pub(in crate::sso) secret_taken: bool,
    /// SAML: ours.
    pub(in crate::sso) certificate: Option<&'a [u8]>,
    /// SAML: what the metadata say that were given.
    pub(in crate::sso) described: Option<serde_json::Value>,
}

fn text<T: Serialize>(word: &T) -> Option<String> {
    match serde_json::to_value(word) {
        Ok(serde_json::Value::String(text)) => Some(text),
        _ => None,
    }
}

/// A new one, as a draft.
pub(in crate::sso) async fn insert(conn: &mut PgConnection, write: &Write<'_>) -> Result<()> {
    let c = write.connection;
    sqlx::query!(
        "INSERT INTO sso_connections (org_id, id, name, protocol, profile, issuer, client_id, algorithm, groups_claim,
             organization_key_id, sealed_secret, creates_users, default_role, second_factor, metadata_url, idp_initiated,
             certificate, described, described_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
             CASE WHEN $18::jsonb IS NOT NULL THEN now() END)",
        c.organization_id.0,
        c.id.0,
        c.name,
        c.protocol.as_str(),
        text(&c.profile),
        c.issuer,
        c.client_id,
        c.algorithm.as_ref().and_then(text),
        c.groups_claim,
        write.key.map(|key| key.0),
        write.sealed_secret,
        c.creates_users,
        c.default_role.map(Role::as_str),
        c.second_factor.as_str(),
        c.metadata_url,
        c.idp_initiated,
        write.certificate,
        write.described,
    )
    .execute(&mut *conn)
    .await?;
    put_groups(conn, c).await
}

/// Changes one. Where how people are proven changes, what the provider said of itself is forgotten, and an active
/// connection becomes a draft again.
pub(in crate::sso) async fn update(
    conn: &mut PgConnection,
    write: &Write<'_>,
    needs_test: bool,
) -> Result<()> {
    let c = write.connection;
    sqlx::query!(
        "UPDATE sso_connections SET name = $3, issuer = $4, client_id = $5, algorithm = $6, groups_claim = $7,
             organization_key_id = coalesce($8, organization_key_id), sealed_secret = CASE WHEN $17::boolean THEN NULL ELSE coalesce($9, sealed_secret) END,
             creates_users = $10, default_role = $11, second_factor = $12,
             settings_version = settings_version + $13::boolean::int,
             metadata_url = $14, idp_initiated = $15,
             described = CASE WHEN $16::jsonb IS NOT NULL THEN $16 WHEN $13 AND protocol = 'oidc' THEN NULL
                 ELSE described END,
             described_at = CASE WHEN $16::jsonb IS NOT NULL THEN now() ELSE described_at END,
             state = CASE WHEN $13 AND state = 'active' THEN 'draft' ELSE state END,
             updated_at = now(), version = version + 1
         WHERE org_id = $1 AND id = $2",
        c.organization_id.0,
        c.id.0,
        c.name,
        c.issuer,
        c.client_id,
        c.algorithm.as_ref().and_then(text),
        c.groups_claim,
        write.key.map(|key| key.0),
        write.sealed_secret,
        c.creates_users,
        c.default_role.map(Role::as_str),
        c.second_factor.as_str(),
        needs_test,
        c.metadata_url,
        c.idp_initiated,
        write.described,
        write.secret_taken,
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "DELETE FROM sso_group_roles WHERE org_id = $1 AND connection_id = $2",
        c.organization_id.0,
        c.id.0
    )
    .execute(&mut *conn)
    .await?;
    put_groups(conn, c).await?;
    tell_organization(conn, c.organization_id).await
}

async fn put_groups(conn: &mut PgConnection, connection: &SsoConnection) -> Result<()> {
    let names: Vec<String> = connection.groups.iter().map(|mapped| mapped.group.clone()).collect();
    let roles: Vec<String> = connection.groups.iter().map(|mapped| mapped.role.as_str().to_owned()).collect();
    sqlx::query!(
        "INSERT INTO sso_group_roles (org_id, connection_id, position, group_name, role)
         SELECT $1, $2, position::int, name, role
         FROM unnest($3::text[], $4::text[]) WITH ORDINALITY AS mapped (name, role, position)",
        connection.organization_id.0,
        connection.id.0,
        &names,
        &roles,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What the provider says of itself, for the settings that it was asked by.
pub(in crate::sso) async fn keep_description(
    conn: &mut PgConnection,
    id: SsoConnectionId,
    settings_version: i32,
    provider: &impl Serialize,
) -> Result<()> {
    let described = serde_json::to_value(provider).map_err(anyhow::Error::from)?;
    sqlx::query!(
        "UPDATE sso_connections SET described = $3, described_at = now() WHERE id = $1 AND settings_version = $2",
        id.0,
        settings_version,
        described
    )
    .execute(conn)
    .await?;
    Ok(())
}

impl Kept {
    /// Keeps what its provider says of itself.
    pub(in crate::sso) async fn keep_description(&self, conn: &mut PgConnection) -> Result<()> {
        let (id, version) = (self.connection.id, self.connection.settings_version);
        match (&self.provider, &self.saml) {
            (Some(provider), _) => keep_description(conn, id, version, provider).await,
            (None, Some(provider)) => keep_description(conn, id, version, provider).await,
            (None, None) => Ok(()),
        }
    }
}

/// How a test went, of the settings that were tested.
pub(in crate::sso) async fn keep_test(
    conn: &mut PgConnection,
    id: SsoConnectionId,
    settings_version: i32,
    test: &SsoTest,
) -> Result<()> {
    let kept = serde_json::to_value(test).map_err(anyhow::Error::from)?;
    sqlx::query!(
        "UPDATE sso_connections SET last_test = $3,
             tested_version = CASE WHEN $4 THEN settings_version ELSE tested_version END, version = version + 1
         WHERE id = $1 AND settings_version = $2",
        id.0,
        settings_version,
        kept,
        test.passed,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Switches it on or off, and says so on the organization.
pub(in crate::sso) async fn set_state(
    conn: &mut PgConnection,
    connection: &SsoConnection,
    state: SsoState,
) -> Result<()> {
    sqlx::query!(
        "UPDATE sso_connections SET state = $3, updated_at = now(), version = version + 1
         WHERE org_id = $1 AND id = $2",
        connection.organization_id.0,
        connection.id.0,
        state.as_str(),
    )
    .execute(&mut *conn)
    .await?;
    tell_organization(conn, connection.organization_id).await
}

/// Takes it away for good: its secret, its groups, and who came by it; how many those were.
pub(in crate::sso) async fn delete(conn: &mut PgConnection, connection: &SsoConnection) -> Result<u64> {
    let (org, id) = (connection.organization_id.0, connection.id.0);
    sqlx::query!(
        "UPDATE sso_connections SET state = 'off', deleted_at = now(), sealed_secret = NULL, described = NULL,
             next_sealed_secret = NULL, next_certificate = NULL, former_certificate = NULL,
             updated_at = now(), version = version + 1
         WHERE org_id = $1 AND id = $2",
        org,
        id
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!("DELETE FROM sso_group_roles WHERE org_id = $1 AND connection_id = $2", org, id)
        .execute(&mut *conn)
        .await?;
    let gone = sqlx::query!("DELETE FROM sso_identities WHERE org_id = $1 AND connection_id = $2", org, id)
        .execute(&mut *conn)
        .await?;
    tell_organization(conn, connection.organization_id).await?;
    Ok(gone.rows_affected())
}

/// Whether the organization has a way in by single sign-on.
async fn tell_organization(conn: &mut PgConnection, organization: OrganizationId) -> Result<()> {
    sqlx::query!(
        "UPDATE organizations o SET sso_enabled = EXISTS (SELECT 1 FROM sso_connections WHERE org_id = $1
             AND state = 'active' AND deleted_at IS NULL)
         WHERE o.id = $1",
        organization.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Ends the sign-ins that came by a connection.
pub(in crate::sso) async fn end_sign_ins_of(
    conn: &mut PgConnection,
    connection: &SsoConnection,
    why: &str,
) -> Result<u64> {
    let done = sqlx::query!(
        "UPDATE user_sessions SET revoked_at = now(), revoke_reason = $3
         WHERE org_id = $1 AND sso_connection_id = $2 AND revoked_at IS NULL",
        connection.organization_id.0,
        connection.id.0,
        why
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}

/// Holds the organization until the transaction ends.
pub(in crate::sso) async fn lock_organization(
    conn: &mut PgConnection,
    organization: OrganizationId,
) -> Result<()> {
    sqlx::query!("SELECT id FROM organizations WHERE id = $1 FOR NO KEY UPDATE", organization.0)
        .fetch_optional(conn)
        .await?;
    Ok(())
}

/// Whether single sign-on is required, and no other connection but this one is switched on.
pub(in crate::sso) async fn is_last_way_in(
    conn: &mut PgConnection,
    connection: &SsoConnection,
) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"SELECT o.sso_required AND NOT EXISTS (SELECT 1 FROM sso_connections c WHERE c.org_id = o.id AND c.id <> $2
               AND c.state = 'active' AND c.deleted_at IS NULL) AS "yes!"
           FROM organizations o WHERE o.id = $1"#,
        connection.organization_id.0,
        connection.id.0
    )
    .fetch_one(conn)
    .await?)
}

/// Whether this person, or with none somebody who administers the organization, is linked at an active connection.
pub(in crate::sso) async fn is_linked(
    conn: &mut PgConnection,
    organization: OrganizationId,
    who: Option<UserId>,
) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT 1 FROM sso_identities i
               JOIN sso_connections c ON c.org_id = i.org_id AND c.id = i.connection_id AND c.state = 'active'
                   AND c.deleted_at IS NULL
               JOIN users u ON u.org_id = i.org_id AND u.id = i.user_id AND u.status = 'active'
               WHERE i.org_id = $1 AND (u.id = $2 OR $2::uuid IS NULL AND u.role IN ('admin', 'super_admin')))
               AS "yes!""#,
        organization.0,
        who.map(|who| who.0)
    )
    .fetch_one(conn)
    .await?)
}

/// How people of an organization may sign in, and whether it has an active connection.
pub(in crate::sso) async fn settings(
    conn: &mut PgConnection,
    organization: OrganizationId,
) -> Result<Option<(SsoSettings, bool)>> {
    let row = sqlx::query!(
        r#"SELECT sso_required, sso_fallback, EXISTS (SELECT 1 FROM sso_connections c WHERE c.org_id = o.id
               AND c.state = 'active' AND c.deleted_at IS NULL) AS "active!"
           FROM organizations o WHERE id = $1 AND status <> 'deleted'"#,
        organization.0
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| {
        let fallback: SsoFallback = row.sso_fallback.into();
        (SsoSettings { required: row.sso_required, fallback }, row.active)
    }))
}

/// Changes how they may.
pub(in crate::sso) async fn update_settings(
    conn: &mut PgConnection,
    organization: OrganizationId,
    settings: SsoSettings,
) -> Result<()> {
    sqlx::query!(
        "UPDATE organizations SET sso_required = $2, sso_fallback = $3, updated_at = now(), version = version + 1
         WHERE id = $1",
        organization.0,
        settings.required,
        settings.fallback.as_str(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The organization's living key, sealed.
pub(in crate::sso) async fn find_key(
    conn: &mut PgConnection,
    organization: OrganizationId,
) -> Result<Option<Vec<u8>>> {
    Ok(sqlx::query_scalar!(
        r#"SELECT sealed_key AS "sealed_key!" FROM organization_keys WHERE org_id = $1 AND destroyed_at IS NULL"#,
        organization.0
    )
    .fetch_optional(conn)
    .await?)
}
