//! Our side of a connection: names, addresses, and the key that requests are signed with.

use crate::app::App;
use crate::error::{ApiError, Result};
use crate::ids::SsoConnectionId;
use crate::sso::proof;
use crate::sso::store::Kept;
use sallyport_saml::{Certificate, OwnKey, ServiceProvider};
use sqlx::PgConnection;
use zeroize::Zeroizing;

/// Who we are to the provider: the address where our metadata is.
pub(in crate::sso) fn entity_id(app: &App, id: SsoConnectionId) -> String {
    address(app, id, "metadata")
}

/// Where answers are posted. Of one connection alone, so that no answer fits another.
pub(in crate::sso) fn acs_url(app: &App, id: SsoConnectionId) -> String {
    address(app, id, "acs")
}

/// Where sign-outs are told.
pub(in crate::sso) fn logout_url(app: &App, id: SsoConnectionId) -> String {
    address(app, id, "logout")
}

/// Where a form waits that takes a request to a provider which takes it no other way.
pub(in crate::sso) fn ask_url(app: &App, id: SsoConnectionId, state: &str) -> String {
    format!("{}?state={state}", address(app, id, "ask"))
}

fn address(app: &App, id: SsoConnectionId, what: &str) -> String {
    format!("{}/api/sso/saml/{id}/{what}", app.config.http.public_url)
}

/// A key of our own for a new connection.
pub(in crate::sso) async fn make_key(app: &App) -> Result<OwnKey> {
    let now = app.db.now().await?;
    let made = in_background(move || OwnKey::generate("Sallyport", now)).await?;
    Ok(made.map_err(anyhow::Error::from)?)
}

/// Our side, with the key open.
pub(in crate::sso) async fn open(app: &App, conn: &mut PgConnection, kept: &Kept) -> Result<ServiceProvider> {
    let id = kept.connection.id;
    let secret = proof::open_secret(app, conn, kept).await?.ok_or_else(no_key)?;
    let certificate = kept.certificate.as_deref().ok_or_else(no_key)?;
    let pkcs8 = Zeroizing::new(secret.expose().to_vec());
    let key = OwnKey::from_parts(pkcs8, certificate).map_err(anyhow::Error::from)?;
    let logout = logout_url(app, id);
    let service = ServiceProvider::new(&entity_id(app, id), &acs_url(app, id), Some(&logout), key);
    let service = service.map_err(anyhow::Error::from)?;
    let other = kept.next_certificate.as_ref().or(kept.former_certificate.as_ref());
    Ok(match other.and_then(|der| Certificate::read(der)) {
        Some(other) => service.with_other_certificate(other),
        None => service,
    })
}

/// RSA keys take their time: not where requests wait.
pub(super) async fn in_background<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    Ok(tokio::task::spawn_blocking(work).await.map_err(anyhow::Error::from)?)
}

fn no_key() -> ApiError {
    ApiError::from(anyhow::anyhow!("a SAML connection without its key"))
}
