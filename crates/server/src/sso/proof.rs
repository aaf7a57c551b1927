//! The secret of a connection, and the connection as the protocol wants it. The only place where it is opened.

use super::model::SsoConnection;
use super::store::{self, Kept};
use crate::app::App;
use crate::db::WriteTx;
use crate::error::{ApiError, Result};
use crate::ids::{OrganizationId, OrganizationKeyId, SsoConnectionId};
use sallyport_oidc::{Algorithm, ClientSecret, Connection, Provider};
use sallyport_secrets::{Secret, SecretRef};
use sqlx::PgConnection;
use zeroize::Zeroizing;

/// Seals the secret of a connection under the key of its organization.
pub(super) async fn seal(
    app: &App,
    tx: &mut WriteTx,
    connection: &SsoConnection,
    secret: &[u8],
) -> Result<(OrganizationKeyId, Vec<u8>)> {
    let (id, key) = crate::credentials::open_key(app, tx, connection.organization_id).await?;
    let place = place(connection.organization_id, connection.id);
    Ok((id, key.seal(place, secret).map_err(anyhow::Error::from)?))
}

/// What is sealed with the connection: the client's secret, or our key.
pub(super) async fn open_secret(app: &App, conn: &mut PgConnection, kept: &Kept) -> Result<Option<Secret>> {
    let Some(sealed) = &kept.sealed_secret else { return Ok(None) };
    let (organization, id) = (kept.connection.organization_id, kept.connection.id);
    let key = store::find_key(conn, organization).await?.ok_or_else(unreadable)?;
    let key = app.vault.open_organization(&key, organization.0).map_err(|_| unreadable())?;
    Ok(Some(key.open(place(organization, id), sealed).map_err(|_| unreadable())?))
}

/// The connection with its secret open, as it is registered at the provider.
pub(super) async fn open(
    app: &App,
    conn: &mut PgConnection,
    kept: &Kept,
    provider: Provider,
) -> Result<Connection> {
    let connection = &kept.connection;
    let client_secret = match open_secret(app, conn, kept).await? {
        None => None,
        Some(secret) => {
            let text = secret.expose_str().map_err(anyhow::Error::from)?.to_owned();
            Some(ClientSecret(Zeroizing::new(text)))
        }
    };
    Ok(Connection {
        profile: connection.profile,
        provider,
        client_id: connection.client_id.clone().unwrap_or_default(),
        client_secret,
        algorithm: connection.algorithm.unwrap_or(Algorithm::Rs256),
        groups_claim: connection.groups_claim.clone(),
        redirect_uri: redirect_uri(app),
    })
}

/// Where every provider of OpenID Connect sends people back to. By configuration alone: no header says it.
pub(super) fn redirect_uri(app: &App) -> String {
    format!("{}/api/sso/callback", app.config.http.public_url)
}

/// Where a provider tells that somebody signed out there.
pub(super) fn logout_uri(app: &App, id: SsoConnectionId) -> String {
    format!("{}/api/sso/connections/{id}/logout", app.config.http.public_url)
}

fn place(organization: OrganizationId, id: SsoConnectionId) -> SecretRef<'static> {
    SecretRef { organization_id: organization.0, secret_id: id.0, version: 1, field: "sso_secret" }
}

fn unreadable() -> ApiError {
    ApiError::conflict(
        "secret_unreadable",
        "The sealed secret of this connection does not open. Enter the client secret anew.",
    )
}
