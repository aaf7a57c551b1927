//! One line a feature. Everything is behind the gatekeeper but the list in `access/public.rs`.

use crate::app::App;
use crate::http::{gatekeeper, health, openapi};
use crate::{
    api_tokens, assets, audit, auth, console, credentials, grants, mail, organizations, recordings, scim,
    sessions, sso, users,
};
use axum::Router;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;

/// All operations, with their description.
pub fn api() -> OpenApiRouter<Arc<App>> {
    let mut router = OpenApiRouter::with_openapi(openapi::head())
        .merge(health::routes())
        .merge(auth::http::routes())
        .merge(api_tokens::http::routes())
        .merge(organizations::http::routes())
        .merge(users::http::routes())
        .merge(assets::http::routes())
        .merge(credentials::http::routes())
        .merge(grants::http::routes())
        .merge(sessions::http::routes())
        .merge(recordings::http::routes())
        .merge(sso::http::routes())
        .merge(scim::tokens::http::routes())
        .merge(audit::http::routes())
        .merge(mail::http::routes());
    openapi::add_idempotency_keys(router.get_openapi_mut());
    router
}

/// The whole service.
pub fn service(app: Arc<App>) -> Router {
    let (router, document) = api().split_for_parts();
    let router = console::serve(openapi::serve(scim::http::serve(router), &document));
    gatekeeper::guard(router, app, &document)
}

/// The OpenAPI document, as it is locked in `web/openapi.json`.
pub fn document_json() -> serde_json::Result<String> {
    serde_json::to_string_pretty(api().get_openapi())
}
