//! Customers' machines, and the host keys that people confirmed.

mod can;
mod host_key;
pub mod http;
mod model;
mod store;

pub use host_key::{confirm_host_key, delete_host_key, scan_host_key};
pub use model::{
    Account, Asset, AssetFilter, ConfirmHostKey, CreateAsset, HostKey, Protocol, ScannedHostKey, UpdateAsset,
};
pub use store::Endpoint;

use crate::access::{Action, Caller, Facts, Permit, Resource, Role};
use crate::app::App;
use crate::audit::{Event, Target, catalogue};
use crate::db::ReadTx;
use crate::error::{ApiError, Result};
use crate::http::pagination::read_page;
use crate::http::{Page, Window};
use crate::ids::AssetId;
use crate::{credentials, targets};
use sqlx::PgConnection;

/// The machine, if the caller of this transaction sees it.
pub async fn get(conn: &mut PgConnection, id: AssetId) -> Result<Asset> {
    store::find(conn, id).await?.ok_or_else(|| ApiError::not_found("machine"))
}

/// Where sessions on the machine go, if the caller of this transaction sees it.
pub async fn endpoint(conn: &mut PgConnection, id: AssetId) -> Result<Endpoint> {
    store::find_endpoint(conn, id).await?.ok_or_else(|| ApiError::not_found("machine"))
}

/// All that the caller may see: the wall decides between customers.
pub async fn list_assets(app: &App, caller: &Caller, filter: &AssetFilter) -> Result<Page<Asset>> {
    let window = Window::new(filter.page, filter.limit);
    let mut tx = app.db.read(caller).await?;
    caller.scope(Action::AssetRead)?;
    // A technician's wall lets through granted customers alone; others need the right by their role.
    if caller.role != Role::Technician {
        app.may(caller, Action::AssetRead, &Resource::own(caller), &Facts::default())?;
    }
    let page = read_page!(window, |at| store::list(tx.conn(), filter, at).await?);
    let page = Page { items: can::add(app, caller, &mut tx, page.items).await?, ..page };
    tx.done().await?;
    Ok(page)
}

/// One, with what the caller may do to it.
pub async fn get_asset(app: &App, caller: &Caller, id: AssetId) -> Result<Asset> {
    let mut tx = app.db.read(caller).await?;
    let asset = show(app, caller, &mut tx, id).await?;
    tx.done().await?;
    Ok(asset)
}

/// A new machine of a customer.
pub async fn create_asset(app: &App, caller: &Caller, mut new: CreateAsset) -> Result<Asset> {
    new.check()?;
    let id = AssetId::new(&app.clock);
    let mut tx = app.db.write(caller).await?;
    let resource = crate::organizations::resource(tx.conn(), new.organization_id).await?;
    let permit = app.may(caller, Action::AssetCreate, &resource, &Facts::default())?;
    check_reach(app, &new.address, new.port.unwrap_or(model::SSH_PORT))?;
    store::insert(tx.conn(), id, &new).await?;
    let event = Event::by(caller, &permit, &catalogue::ASSET_CREATE, new.organization_id)
        .target(Target::new("asset", id.0, &new.name))
        .details(serde_json::json!({ "address": new.address, "port": new.port, "tags": new.tags }));
    tx.commit(event).await?;
    load(app, caller, id).await
}

/// Changes a machine. Another address or port is another machine to all that matters: its host key is
/// forgotten and its sessions end.
pub async fn update_asset(
    app: &App,
    caller: &Caller,
    id: AssetId,
    mut change: UpdateAsset,
    version: Option<i64>,
) -> Result<Asset> {
    change.check()?;
    let mut tx = app.db.write(caller).await?;
    store::lock(tx.conn(), id).await?;
    let before = get(tx.conn(), id).await?;
    caller.asks_about(target(&before));
    let permit = app.may(caller, Action::AssetUpdate, &before.resource(), &Facts::default())?;
    if version.is_some_and(|version| version != before.version) {
        return Err(ApiError::stale());
    }
    let moves = change.moves(&before.address, before.port);
    if moves {
        let address = change.address.as_deref().unwrap_or(&before.address);
        check_reach(app, address, change.port.unwrap_or(before.port))?;
    }
    store::update(tx.conn(), id, &change, moves).await?;
    let event = event(caller, &permit, &catalogue::ASSET_UPDATE, &before).details(serde_json::json!({
        "change": change, "before": { "name": before.name, "address": before.address, "port": before.port },
        "hostKeyForgotten": moves && before.host_key.is_some(),
    }));
    tx.commit(event).await?;
    load(app, caller, id).await
}

/// Hides a machine and destroys the secrets of its accounts; its sessions end, its log and recordings stay.
pub async fn delete_asset(app: &App, caller: &Caller, id: AssetId) -> Result<()> {
    let mut tx = app.db.write(caller).await?;
    store::lock(tx.conn(), id).await?;
    let before = get(tx.conn(), id).await?;
    caller.asks_about(target(&before));
    let permit = app.may(caller, Action::AssetDelete, &before.resource(), &Facts::default())?;
    store::delete(tx.conn(), id).await?;
    let gone = credentials::delete_of_asset(tx.conn(), before.organization_id, id).await?;
    let event = event(caller, &permit, &catalogue::ASSET_DELETE, &before)
        .details(serde_json::json!({ "credentialsDestroyed": gone }));
    tx.commit(event).await
}

/// One with its `can`, for who may see it.
async fn show(app: &App, caller: &Caller, tx: &mut ReadTx, id: AssetId) -> Result<Asset> {
    let asset = get(tx.conn(), id).await?;
    let facts = crate::grants::facts(tx, caller, asset.organization_id).await?;
    app.may(caller, Action::AssetRead, &asset.resource(), &facts)?;
    told(app, caller, tx, asset).await
}

/// The same for whoever has just changed it, which may be a token that was not made to see machines.
async fn load(app: &App, caller: &Caller, id: AssetId) -> Result<Asset> {
    let mut tx = app.db.read(caller).await?;
    let asset = get(tx.conn(), id).await?;
    let asset = told(app, caller, &mut tx, asset).await?;
    tx.done().await?;
    Ok(asset)
}

/// With what the caller may do to it.
async fn told(app: &App, caller: &Caller, tx: &mut ReadTx, asset: Asset) -> Result<Asset> {
    let mut one = can::add(app, caller, tx, vec![asset]).await?;
    one.pop().ok_or_else(|| ApiError::not_found("machine"))
}

/// Told when it is written down, and not first when somebody connects.
fn check_reach(app: &App, address: &str, port: i32) -> Result<()> {
    match targets::never_dialled(&app.config, address, port) {
        Some(what) => {
            Err(ApiError::invalid("address", format!("{address} is {what}; sessions never go there")))
        }
        None => Ok(()),
    }
}

/// An event about `asset`.
fn event(caller: &Caller, permit: &Permit, kind: &'static crate::audit::Kind, asset: &Asset) -> Event {
    Event::by(caller, permit, kind, asset.organization_id).target(target(asset))
}

fn target(asset: &Asset) -> Target {
    Target::new("asset", asset.id.0, &asset.name)
}
