//! `/api/auth/keys` and `/.well-known/jwks.json`.

use super::{Jwks, RevokeTokenKey, TokenKey};
use crate::access::Caller;
use crate::app::App;
use crate::http::envelope::Problems;
use crate::http::{Body, Done, Envelope, Filter, Page, PageQuery, PathId, Reply, Window, done, ok};
use crate::ids::TokenKeyId;
use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of keys.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(get_jwks))
        .routes(routes!(list_token_keys))
        .routes(routes!(rotate_token_key))
        .routes(routes!(revoke_token_key))
}

/// Get the public keys by which access tokens can be verified, the next one too.
#[utoipa::path(get, path = "/.well-known/jwks.json", operation_id = "getJwks", tag = "auth",
    responses((status = 200, body = Jwks)), security(()))]
async fn get_jwks(State(app): State<Arc<App>>) -> impl IntoResponse {
    // No longer than the next key is published before it signs.
    ([(header::CACHE_CONTROL, "public, max-age=300")], Json(super::jwks(&app)))
}

/// List the keys that access tokens are signed with, newest first.
#[utoipa::path(get, path = "/api/auth/keys", operation_id = "listTokenKeys", tag = "auth", params(PageQuery),
    responses((status = 200, body = Envelope<Page<TokenKey>>), Problems))]
async fn list_token_keys(
    State(app): State<Arc<App>>,
    caller: Caller,
    Filter(query): Filter<PageQuery>,
) -> Reply<Page<TokenKey>> {
    ok(super::list_token_keys(&app, &caller, Window::new(query.page, query.limit)).await?)
}

/// Let the next key sign from now on. What the one before signed stays good for its minutes.
#[utoipa::path(post, path = "/api/auth/keys/rotate", operation_id = "rotateTokenKey", tag = "auth",
    responses((status = 200, body = Envelope<Done>), Problems))]
async fn rotate_token_key(State(app): State<Arc<App>>, caller: Caller) -> Reply<Done> {
    super::rotate_token_key(&app, &caller).await?;
    done()
}

/// Give a key up: nothing that it signed is believed any more, from now on and everywhere.
#[utoipa::path(post, path = "/api/auth/keys/{id}/revoke", operation_id = "revokeTokenKey", tag = "auth",
    params(("id" = TokenKeyId, Path)), request_body = RevokeTokenKey,
    responses((status = 200, body = Envelope<Done>), Problems))]
async fn revoke_token_key(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<TokenKeyId>,
    Body(wish): Body<RevokeTokenKey>,
) -> Reply<Done> {
    super::revoke_token_key(&app, &caller, id, wish).await?;
    done()
}
