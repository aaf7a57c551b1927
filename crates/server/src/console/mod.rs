//! The console: the static export of `web/`, inside the binary.

mod csp;

use crate::app::App;
use crate::error::ApiError;
use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use rust_embed::{EmbeddedFile, RustEmbed};
use std::sync::Arc;
use tower_http::compression::CompressionLayer;

#[derive(RustEmbed)]
#[folder = "../../web/out"]
#[allow_missing = true]
struct Files;

/// Serves the console at every path that is not the API's.
pub fn serve(router: Router<Arc<App>>) -> Router<Arc<App>> {
    let files = Router::new()
        .route("/", get(|| async { page("index") }))
        .route("/{*path}", get(|Path(path): Path<String>| async move { file(&path) }))
        .layer(CompressionLayer::new());
    router.merge(files)
}

/// One file of the export. An address of the API that does not exist is a 404 in the API's own words, whatever
/// it ends in: `/api/x.css` must never be answered by something a cache would keep.
fn file(path: &str) -> Response {
    if path == "api" || path.starts_with("api/") {
        return ApiError::not_found("address").into_response();
    }
    match (path.strip_suffix(".html"), Files::get(path)) {
        (Some(name), _) => page(name),
        (None, Some(file)) => asset(path, file),
        (None, None) => page(path.trim_end_matches('/')),
    }
}

fn asset(path: &str, file: EmbeddedFile) -> Response {
    // Next.js names these by their content.
    let caching =
        if path.starts_with("_next/static/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let kind = mime_guess::from_path(path).first_or_octet_stream();
    respond(StatusCode::OK, kind.as_ref(), caching, None, file)
}

fn page(name: &str) -> Response {
    if let Some(file) = Files::get(&format!("{name}.html")) {
        return html(StatusCode::OK, name, file);
    }
    match Files::get("404.html") {
        Some(file) => html(StatusCode::NOT_FOUND, "404", file),
        None => ApiError::not_found("page").into_response(),
    }
}

fn html(status: StatusCode, name: &str, file: EmbeddedFile) -> Response {
    let policy = csp::of_page(name, &file.data);
    respond(status, "text/html; charset=utf-8", "no-cache", policy, file)
}

fn respond(
    status: StatusCode,
    kind: &str,
    caching: &'static str,
    policy: Option<HeaderValue>,
    file: EmbeddedFile,
) -> Response {
    let mut response = (status, Body::from(file.data.into_owned())).into_response();
    let headers = response.headers_mut();
    if let Ok(kind) = HeaderValue::from_str(kind) {
        headers.insert(header::CONTENT_TYPE, kind);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    if let Some(policy) = policy {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}
