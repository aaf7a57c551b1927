//! `/api/sso/directory-tokens`.

use super::{CreateDirectoryToken, CreatedDirectoryToken, DirectoryToken};
use crate::access::Caller;
use crate::app::App;
use crate::http::envelope::Problems;
use crate::http::{Body, Done, Envelope, Filter, Page, PathId, Reply, created, done, ok};
use crate::ids::DirectoryTokenId;
use crate::sso::SsoFilter;
use axum::extract::State;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this feature that speak as the rest of the API does. SCIM itself is `scim/http.rs`.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_directory_tokens, create_directory_token))
        .routes(routes!(revoke_directory_token))
}

/// List the tokens of an organization's directory that stand, newest first.
#[utoipa::path(get, path = "/api/sso/directory-tokens", operation_id = "listDirectoryTokens", tag = "sso",
    params(SsoFilter), responses((status = 200, body = Envelope<Page<DirectoryToken>>), Problems))]
async fn list_directory_tokens(
    State(app): State<Arc<App>>,
    caller: Caller,
    Filter(filter): Filter<SsoFilter>,
) -> Reply<Page<DirectoryToken>> {
    let organization = filter.organization_id.unwrap_or(caller.org_id);
    ok(super::list_directory_tokens(&app, &caller, organization).await?)
}

/// Make a token by which an organization's directory keeps its people here (SCIM). It is shown this once.
#[utoipa::path(post, path = "/api/sso/directory-tokens", operation_id = "createDirectoryToken", tag = "sso",
    request_body = CreateDirectoryToken,
    responses((status = 201, body = Envelope<CreatedDirectoryToken>), Problems))]
async fn create_directory_token(
    State(app): State<Arc<App>>,
    caller: Caller,
    Body(new): Body<CreateDirectoryToken>,
) -> Reply<CreatedDirectoryToken> {
    created(super::create_directory_token(&app, &caller, new).await?)
}

/// Revoke the token of a directory. It is good for nothing from then on; the people whom it made stay.
#[utoipa::path(delete, path = "/api/sso/directory-tokens/{id}", operation_id = "revokeDirectoryToken", tag = "sso",
    params(("id" = DirectoryTokenId, Path)), responses((status = 200, body = Envelope<Done>), Problems))]
async fn revoke_directory_token(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<DirectoryTokenId>,
) -> Reply<Done> {
    super::revoke_directory_token(&app, &caller, id).await?;
    done()
}
