//! `/api/api-tokens` and `/api/users/{userId}/api-tokens`.

use super::{ApiToken, CreateApiToken, CreatedApiToken, Scope};
use crate::access::Caller;
use crate::app::App;
use crate::http::envelope::Problems;
use crate::http::{Body, Done, Envelope, Filter, Page, PageQuery, PathId, Reply, Window, created, done, ok};
use crate::ids::{ApiTokenId, UserId};
use axum::extract::State;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_api_tokens, create_api_token))
        .routes(routes!(get_api_token_scopes))
        .routes(routes!(revoke_api_token))
        .routes(routes!(list_user_api_tokens))
}

/// List your own API tokens that stand, newest first.
#[utoipa::path(get, path = "/api/api-tokens", operation_id = "listApiTokens", tag = "api tokens", params(PageQuery),
    responses((status = 200, body = Envelope<Page<ApiToken>>), Problems))]
async fn list_api_tokens(
    State(app): State<Arc<App>>,
    caller: Caller,
    Filter(query): Filter<PageQuery>,
) -> Reply<Page<ApiToken>> {
    ok(super::list_api_tokens(&app, &caller, Window::new(query.page, query.limit)).await?)
}

/// Make an API token for a machine that acts for you. It is shown this once.
#[utoipa::path(post, path = "/api/api-tokens", operation_id = "createApiToken", tag = "api tokens",
    request_body = CreateApiToken, responses((status = 201, body = Envelope<CreatedApiToken>), Problems))]
async fn create_api_token(
    State(app): State<Arc<App>>,
    caller: Caller,
    Body(new): Body<CreateApiToken>,
) -> Reply<CreatedApiToken> {
    created(super::create_api_token(&app, &caller, new).await?)
}

/// Get what a token can be made for.
#[utoipa::path(get, path = "/api/api-tokens/scopes", operation_id = "getApiTokenScopes", tag = "api tokens",
    responses((status = 200, body = Envelope<Vec<Scope>>), Problems))]
async fn get_api_token_scopes(State(app): State<Arc<App>>, caller: Caller) -> Reply<Vec<Scope>> {
    ok(super::get_api_token_scopes(&app, &caller)?)
}

/// Revoke an API token, one's own or one of one's people. It is good for nothing from then on.
#[utoipa::path(delete, path = "/api/api-tokens/{id}", operation_id = "revokeApiToken", tag = "api tokens",
    params(("id" = ApiTokenId, Path)), responses((status = 200, body = Envelope<Done>), Problems))]
async fn revoke_api_token(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<ApiTokenId>,
) -> Reply<Done> {
    super::revoke_api_token(&app, &caller, id).await?;
    done()
}

/// List the API tokens of a person that stand, newest first.
#[utoipa::path(get, path = "/api/users/{userId}/api-tokens", operation_id = "listUserApiTokens", tag = "api tokens",
    params(("userId" = UserId, Path), PageQuery),
    responses((status = 200, body = Envelope<Page<ApiToken>>), Problems))]
async fn list_user_api_tokens(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<UserId>,
    Filter(query): Filter<PageQuery>,
) -> Reply<Page<ApiToken>> {
    ok(super::list_user_api_tokens(&app, &caller, id, Window::new(query.page, query.limit)).await?)
}
