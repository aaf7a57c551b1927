//! `/api/assets`.

use super::{Asset, AssetFilter, ConfirmHostKey, CreateAsset, ScannedHostKey, UpdateAsset};
use crate::access::Caller;
use crate::app::App;
use crate::http::envelope::Problems;
use crate::http::{Body, Done, Envelope, Filter, IfMatch, Page, PathId, Reply, created, done, ok, tagged};
use crate::ids::AssetId;
use axum::extract::State;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_assets, create_asset))
        .routes(routes!(get_asset, update_asset, delete_asset))
        .routes(routes!(scan_host_key))
        .routes(routes!(confirm_host_key))
        .routes(routes!(delete_host_key))
}

/// List machines: a technician sees those of granted customers.
#[utoipa::path(get, path = "/api/assets", operation_id = "listAssets", tag = "assets",
    params(AssetFilter), responses((status = 200, body = Envelope<Page<Asset>>), Problems))]
async fn list_assets(
    State(app): State<Arc<App>>,
    caller: Caller,
    Filter(filter): Filter<AssetFilter>,
) -> Reply<Page<Asset>> {
    ok(super::list_assets(&app, &caller, &filter).await?)
}

/// Add a machine.
#[utoipa::path(post, path = "/api/assets", operation_id = "createAsset", tag = "assets",
    request_body = CreateAsset, responses((status = 201, body = Envelope<Asset>), Problems))]
async fn create_asset(
    State(app): State<Arc<App>>,
    caller: Caller,
    Body(new): Body<CreateAsset>,
) -> Reply<Asset> {
    created(super::create_asset(&app, &caller, new).await?)
}

/// Get one machine.
#[utoipa::path(get, path = "/api/assets/{id}", operation_id = "getAsset", tag = "assets",
    params(("id" = AssetId, Path)), responses((status = 200, body = Envelope<Asset>), Problems))]
async fn get_asset(State(app): State<Arc<App>>, caller: Caller, PathId(id): PathId<AssetId>) -> Reply<Asset> {
    tagged(super::get_asset(&app, &caller, id).await?)
}

/// Change a machine. Another address or port forgets the host key and ends live sessions.
#[utoipa::path(put, path = "/api/assets/{id}", operation_id = "updateAsset", tag = "assets",
    params(("id" = AssetId, Path), IfMatch), request_body = UpdateAsset,
    responses((status = 200, body = Envelope<Asset>), Problems))]
async fn update_asset(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<AssetId>,
    version: IfMatch,
    Body(change): Body<UpdateAsset>,
) -> Reply<Asset> {
    tagged(super::update_asset(&app, &caller, id, change, version.version()).await?)
}

/// Remove a machine and its credentials: live sessions end, its log and recordings stay.
#[utoipa::path(delete, path = "/api/assets/{id}", operation_id = "deleteAsset", tag = "assets",
    params(("id" = AssetId, Path)), responses((status = 200, body = Envelope<Done>), Problems))]
async fn delete_asset(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<AssetId>,
) -> Reply<Done> {
    super::delete_asset(&app, &caller, id).await?;
    done()
}

/// Ask the machine for its host key; nothing is kept.
#[utoipa::path(post, path = "/api/assets/{id}/host-key/scan", operation_id = "scanHostKey", tag = "assets",
    params(("id" = AssetId, Path)), responses((status = 200, body = Envelope<ScannedHostKey>), Problems))]
async fn scan_host_key(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<AssetId>,
) -> Reply<ScannedHostKey> {
    ok(super::scan_host_key(&app, &caller, id).await?)
}

/// Confirm the host key that you compared: the machine is asked again, and only that very key is kept.
#[utoipa::path(post, path = "/api/assets/{id}/host-key/confirm", operation_id = "confirmHostKey", tag = "assets",
    params(("id" = AssetId, Path)), request_body = ConfirmHostKey,
    responses((status = 200, body = Envelope<Asset>), Problems))]
async fn confirm_host_key(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<AssetId>,
    Body(seen): Body<ConfirmHostKey>,
) -> Reply<Asset> {
    tagged(super::confirm_host_key(&app, &caller, id, seen).await?)
}

/// Forget the confirmed host key: no session opens until a person confirms one again.
#[utoipa::path(delete, path = "/api/assets/{id}/host-key", operation_id = "deleteHostKey", tag = "assets",
    params(("id" = AssetId, Path)), responses((status = 200, body = Envelope<Asset>), Problems))]
async fn delete_host_key(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<AssetId>,
) -> Reply<Asset> {
    tagged(super::delete_host_key(&app, &caller, id).await?)
}
