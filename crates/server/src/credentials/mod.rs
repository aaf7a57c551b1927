//! The means to enter customers' machines: sealed as they come in, opened by [`open`] for a session alone.

pub mod http;
mod keys;
mod material;
mod model;
mod open;
mod sensitive;
mod store;
#[cfg(test)]
mod testkeys;

pub use model::{
    CreateCredential, Credential, CredentialFilter, CredentialKind, SecretFields, UpdateCredential,
};
pub use open::{Opened, open};
pub use sensitive::Sensitive;

use crate::access::{Action, Caller, Facts, Permit, Resource};
use crate::app::App;
use crate::audit::{Event, Kind, Target, catalogue};
use crate::db::WriteTx;
use crate::error::{ApiError, Result};
use crate::http::pagination::read_page;
use crate::http::{Page, Window};
use crate::ids::{AssetId, CredentialId, OrganizationId, OrganizationKeyId};
use material::Material;
use sallyport_secrets::{OrganizationKey, SecretRef};
use sqlx::PgConnection;
use store::Place;
use tokio::sync::Semaphore;

/// What the console asks about each credential.
const CAN: &[Action] = &[Action::CredentialUpdate, Action::CredentialRotate, Action::CredentialDelete];

/// The credential without its secret, if the caller of this transaction sees it.
pub async fn get(conn: &mut PgConnection, id: CredentialId) -> Result<Credential> {
    store::find(conn, id).await?.ok_or_else(|| ApiError::not_found("credential"))
}

/// All that the caller may see: the wall decides between customers.
pub async fn list_credentials(
    app: &App,
    caller: &Caller,
    filter: &CredentialFilter,
) -> Result<Page<Credential>> {
    app.may(caller, Action::CredentialRead, &Resource::own(caller), &Facts::default())?;
    let window = Window::new(filter.page, filter.limit);
    let mut tx = app.db.read(caller).await?;
    let page = read_page!(window, |at| store::list(tx.conn(), filter, at).await?);
    tx.done().await?;
    Ok(page.map(|credential| dress(app, caller, credential)))
}

/// One, with what the caller may do to it.
pub async fn get_credential(app: &App, caller: &Caller, id: CredentialId) -> Result<Credential> {
    let mut tx = app.db.read(caller).await?;
    let credential = get(tx.conn(), id).await?;
    tx.done().await?;
    app.may(caller, Action::CredentialRead, &credential.resource(), &Facts::default())?;
    Ok(dress(app, caller, credential))
}

/// A new credential of a machine: checked, sealed, kept.
pub async fn create_credential(app: &App, caller: &Caller, mut new: CreateCredential) -> Result<Credential> {
    model::check_username(&new.username)?;
    let id = CredentialId::new(&app.clock);
    let mut tx = app.db.read(caller).await?;
    let resource = crate::organizations::resource(tx.conn(), new.organization_id).await?;
    let permit = app.may(caller, Action::CredentialCreate, &resource, &Facts::default())?;
    tx.done().await?;
    let material = check(caller, new.kind, new.take_secret()).await?;
    let mut tx = app.db.write(caller).await?;
    let asset = crate::assets::get(tx.conn(), new.asset_id).await?;
    if asset.organization_id != new.organization_id {
        return Err(ApiError::not_found("machine"));
    }
    let (key_id, key) = open_key(app, &mut tx, new.organization_id).await?;
    store::insert(tx.conn(), id, &new, &material.facts, key_id).await?;
    let at = Place { organization: new.organization_id, credential: id, version: 1 };
    seal(&mut tx, &key, at, &material).await?;
    let event = Event::by(caller, &permit, &catalogue::CREDENTIAL_CREATE, new.organization_id)
        .target(Target::new("credential", id.0, model::title(&new.username, &asset.name)))
        .details(serde_json::json!({
            "assetId": new.asset_id, "kind": new.kind, "accessLevel": new.access_level,
            "publicFingerprint": material.facts.fingerprint,
        }));
    tx.commit(event).await?;
    get_credential(app, caller, id).await
}

/// Changes the account or its level; the secret stays.
pub async fn update_credential(
    app: &App,
    caller: &Caller,
    id: CredentialId,
    change: UpdateCredential,
    version: Option<i64>,
) -> Result<Credential> {
    change.username.as_deref().map_or(Ok(()), model::check_username)?;
    let mut tx = app.db.write(caller).await?;
    store::lock(tx.conn(), id).await?;
    let before = get(tx.conn(), id).await?;
    caller.asks_about(target(&before));
    let permit = app.may(caller, Action::CredentialUpdate, &before.resource(), &Facts::default())?;
    check_version(&before, version)?;
    store::update(tx.conn(), id, &change).await?;
    let event = event(caller, &permit, &catalogue::CREDENTIAL_UPDATE, &before).details(serde_json::json!({
        "change": change, "before": { "username": before.username, "accessLevel": before.access_level },
    }));
    tx.commit(event).await?;
    get_credential(app, caller, id).await
}

/// Exchanges the secret. The old one is deleted with the same commit.
pub async fn rotate_credential(
    app: &App,
    caller: &Caller,
    id: CredentialId,
    fields: SecretFields,
    version: Option<i64>,
) -> Result<Credential> {
    let mut tx = app.db.read(caller).await?;
    let seen = get(tx.conn(), id).await?;
    caller.asks_about(target(&seen));
    let permit = app.may(caller, Action::CredentialRotate, &seen.resource(), &Facts::default())?;
    tx.done().await?;
    let material = check(caller, seen.kind, fields).await?;
    let mut tx = app.db.write(caller).await?;
    let (key_id, key) = open_key(app, &mut tx, seen.organization_id).await?;
    store::lock(tx.conn(), id).await?;
    let before = get(tx.conn(), id).await?;
    check_version(&before, version)?;
    let at = Place {
        organization: before.organization_id,
        credential: id,
        version: before.secret_version.saturating_add(1),
    };
    seal(&mut tx, &key, at, &material).await?;
    store::rotate(tx.conn(), at, &material.facts, key_id).await?;
    let event = event(caller, &permit, &catalogue::CREDENTIAL_ROTATE, &before).details(serde_json::json!({
        "secretVersion": at.version, "publicFingerprint": material.facts.fingerprint,
        "publicFingerprintBefore": before.public_fingerprint,
    }));
    tx.commit(event).await?;
    get_credential(app, caller, id).await
}

/// Hides a credential and deletes its secret for good.
pub async fn delete_credential(app: &App, caller: &Caller, id: CredentialId) -> Result<()> {
    let mut tx = app.db.write(caller).await?;
    store::lock(tx.conn(), id).await?;
    let before = get(tx.conn(), id).await?;
    caller.asks_about(target(&before));
    let permit = app.may(caller, Action::CredentialDelete, &before.resource(), &Facts::default())?;
    store::delete(tx.conn(), before.organization_id, id).await?;
    tx.commit(event(caller, &permit, &catalogue::CREDENTIAL_DELETE, &before)).await
}

/// Hides the credentials of a machine that goes, and deletes their secrets; how many.
pub(crate) async fn delete_of_asset(
    conn: &mut PgConnection,
    organization: OrganizationId,
    asset: AssetId,
) -> Result<u64> {
    store::delete_of_asset(conn, organization, asset).await
}

/// Keys that are opened at a time: each may take a processor for seconds.
static CHECKS: Semaphore = Semaphore::const_new(2);

/// The rules of the secret's fields, off the runtime and with no connection of the database held: opening a key
/// with a passphrase is work.
async fn check(caller: &Caller, kind: CredentialKind, fields: SecretFields) -> Result<Material> {
    let now = caller.asked_at;
    let _turn = CHECKS.acquire().await.map_err(anyhow::Error::from)?;
    let work = tokio::task::spawn_blocking(move || model::check_secret(kind, fields, now));
    work.await.map_err(anyhow::Error::from)?
}

/// The organization's key, opened; held against destruction until the transaction ends.
pub(crate) async fn open_key(
    app: &App,
    tx: &mut WriteTx,
    organization: OrganizationId,
) -> Result<(OrganizationKeyId, OrganizationKey)> {
    let (id, sealed) = store::find_key(tx.conn(), organization).await?.ok_or_else(key_destroyed)?;
    let key = app.vault.open_organization(&sealed, organization.0).map_err(anyhow::Error::from)?;
    Ok((id, key))
}

fn key_destroyed() -> ApiError {
    ApiError::conflict(
        "key_destroyed",
        "This customer's key was destroyed, and with it every secret of theirs, for good. \
         No credential can be kept or used for them.",
    )
}

/// Seals each field to its own place: bytes copied to another row do not open.
async fn seal(tx: &mut WriteTx, key: &OrganizationKey, at: Place, material: &Material) -> Result<()> {
    for (field, value) in &material.fields {
        let sealed = key.seal(place(at, field), value.expose()).map_err(anyhow::Error::from)?;
        store::insert_sealed(tx.conn(), at, field, &sealed).await?;
    }
    Ok(())
}

fn place(at: Place, field: &str) -> SecretRef<'_> {
    SecretRef {
        organization_id: at.organization.0,
        secret_id: at.credential.0,
        version: i64::from(at.version),
        field,
    }
}

fn check_version(before: &Credential, version: Option<i64>) -> Result<()> {
    if version.is_some_and(|version| version != before.version) { Err(ApiError::stale()) } else { Ok(()) }
}

fn dress(app: &App, caller: &Caller, mut credential: Credential) -> Credential {
    let now = caller.asked_at;
    credential.warn(now);
    credential.can = app.policies.can(caller, CAN, &credential.resource(), &Facts::default(), now);
    credential
}

fn event(caller: &Caller, permit: &Permit, kind: &'static Kind, credential: &Credential) -> Event {
    Event::by(caller, permit, kind, credential.organization_id).target(target(credential))
}

fn target(credential: &Credential) -> Target {
    Target::new("credential", credential.id.0, credential.title())
}
