//! The API's own description: OpenAPI 3.1 from the code, and a page that shows it.

use crate::app::App;
use axum::Router;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use std::sync::Arc;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{Components, Info, License, OpenApi, OpenApiBuilder};

/// Title, version, licence and how to prove who one is.
pub fn head() -> OpenApi {
    let mut license = License::new("Apache-2.0");
    license.identifier = Some("Apache-2.0".to_owned());
    let mut info = Info::new("Sallyport", env!("CARGO_PKG_VERSION"));
    info.license = Some(license);
    info.description = Some(
        "The platform of a managed security services provider. Answers come in an envelope \
         `{success, data}`; refusals as `{success: false, error, message, details}`."
            .to_owned(),
    );
    let mut components = Components::new();
    components.add_security_scheme(
        "accessToken",
        SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build()),
    );
    OpenApiBuilder::new()
        .info(info)
        .components(Some(components))
        .security(Some([SecurityRequirement::new("accessToken", Vec::<String>::new())]))
        .build()
}

/// Serves the document and the reference page.
pub fn serve(router: Router<Arc<App>>, document: &OpenApi) -> Router<Arc<App>> {
    let json: Arc<str> = serde_json::to_string(document).unwrap_or_default().into();
    let (page, policy) = super::reference::page(document);
    router
        .route(
            "/api/openapi.json",
            get(move || async move {
                ([(header::CONTENT_TYPE, "application/json")], json.to_string()).into_response()
            }),
        )
        .route(
            "/api/docs",
            get(move || async move {
                ([(header::CONTENT_SECURITY_POLICY, policy.clone())], axum::response::Html(page.clone()))
            }),
        )
}
