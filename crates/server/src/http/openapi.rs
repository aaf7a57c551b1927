//! The API's own description: OpenAPI 3.1 from the code, and a page that shows it.

use crate::app::App;
use axum::Router;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use std::sync::Arc;
use utoipa::openapi::path::{ParameterBuilder, ParameterIn};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{Components, Info, License, ObjectBuilder, OpenApi, OpenApiBuilder, RefOr, Type};

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

/// Each operation that changes something for a caller can be sent again by its key.
pub fn add_idempotency_keys(document: &mut OpenApi) {
    let parameter = ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .description(Some(
            "A request whose answer was lost can be sent again with the same key within a day: if it was carried out, \
             the answer is 409 `already_done` with what it was about, and nothing is done twice.",
        ))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(255))))
        .build();
    for item in document.paths.paths.values_mut() {
        for operation in
            [&mut item.post, &mut item.put, &mut item.patch, &mut item.delete].into_iter().flatten()
        {
            let public = operation
                .security
                .as_ref()
                .is_some_and(|all| all.iter().any(|one| *one == SecurityRequirement::default()));
            if !public {
                operation.parameters.get_or_insert_default().push(RefOr::T(parameter.clone()));
            }
        }
    }
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
