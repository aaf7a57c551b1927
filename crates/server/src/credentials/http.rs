//! `/api/credentials`. Secrets go in and never out.

use super::{CreateCredential, Credential, CredentialFilter, SecretFields, UpdateCredential};
use crate::access::Caller;
use crate::app::App;
use crate::http::envelope::Problems;
use crate::http::{Body, Done, Envelope, Filter, IfMatch, Page, PathId, Reply, created, done, ok, tagged};
use crate::ids::CredentialId;
use axum::extract::State;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_credentials, create_credential))
        .routes(routes!(get_credential, update_credential, delete_credential))
        .routes(routes!(rotate_credential))
}

/// List credentials, without their secrets.
#[utoipa::path(get, path = "/api/credentials", operation_id = "listCredentials", tag = "credentials",
    params(CredentialFilter), responses((status = 200, body = Envelope<Page<Credential>>), Problems))]
async fn list_credentials(
    State(app): State<Arc<App>>,
    caller: Caller,
    Filter(filter): Filter<CredentialFilter>,
) -> Reply<Page<Credential>> {
    ok(super::list_credentials(&app, &caller, &filter).await?)
}

/// Add the means to enter a machine. The secret is sealed and never shown again.
#[utoipa::path(post, path = "/api/credentials", operation_id = "createCredential", tag = "credentials",
    request_body = CreateCredential, responses((status = 201, body = Envelope<Credential>), Problems))]
async fn create_credential(
    State(app): State<Arc<App>>,
    caller: Caller,
    Body(new): Body<CreateCredential>,
) -> Reply<Credential> {
    created(super::create_credential(&app, &caller, new).await?)
}

/// Get one credential, without its secret.
#[utoipa::path(get, path = "/api/credentials/{id}", operation_id = "getCredential", tag = "credentials",
    params(("id" = CredentialId, Path)), responses((status = 200, body = Envelope<Credential>), Problems))]
async fn get_credential(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<CredentialId>,
) -> Reply<Credential> {
    tagged(super::get_credential(&app, &caller, id).await?)
}

/// Change the account or its level.
#[utoipa::path(put, path = "/api/credentials/{id}", operation_id = "updateCredential", tag = "credentials",
    params(("id" = CredentialId, Path), IfMatch), request_body = UpdateCredential,
    responses((status = 200, body = Envelope<Credential>), Problems))]
async fn update_credential(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<CredentialId>,
    version: IfMatch,
    Body(change): Body<UpdateCredential>,
) -> Reply<Credential> {
    tagged(super::update_credential(&app, &caller, id, change, version.version()).await?)
}

/// Remove a credential and its secret for good.
#[utoipa::path(delete, path = "/api/credentials/{id}", operation_id = "deleteCredential", tag = "credentials",
    params(("id" = CredentialId, Path)), responses((status = 200, body = Envelope<Done>), Problems))]
async fn delete_credential(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<CredentialId>,
) -> Reply<Done> {
    super::delete_credential(&app, &caller, id).await?;
    done()
}

/// Exchange the secret for another of the same kind. The old one is gone at once.
#[utoipa::path(post, path = "/api/credentials/{id}/rotate", operation_id = "rotateCredential", tag = "credentials",
    params(("id" = CredentialId, Path), IfMatch), request_body = SecretFields,
    responses((status = 200, body = Envelope<Credential>), Problems))]
async fn rotate_credential(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<CredentialId>,
    version: IfMatch,
    Body(fields): Body<SecretFields>,
) -> Reply<Credential> {
    tagged(super::rotate_credential(&app, &caller, id, fields, version.version()).await?)
}
