//! The one layer in front of everything: where a request comes from, who it is, whether a browser was made to
//! send it, and what is kept when it is refused. A route that is not in `access/public.rs` never runs without
//! a caller, whatever its handler asks for.

use super::request::{Origin, with_request_id};
use super::security_headers;
use crate::access::{Caller, public};
use crate::app::App;
use crate::audit::refusals::{self, Refused};
use crate::auth::activity;
use crate::auth::cookies::{self, Presented};
use crate::error::{ApiError, Result};
use crate::ids::RequestId;
use axum::Router;
use axum::extract::{ConnectInfo, DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use utoipa::openapi::OpenApi;

/// (method, route) → operation.
type Operations = HashMap<(Method, String), String>;

#[derive(Clone)]
struct Gate {
    app: Arc<App>,
    operations: Arc<Operations>,
}

/// Puts the gatekeeper before all routes of `router`, and before what matches none.
pub fn guard(router: Router<Arc<App>>, app: Arc<App>, document: &OpenApi) -> Router {
    let gate = Gate { app: Arc::clone(&app), operations: Arc::new(operations(document)) };
    router
        .method_not_allowed_fallback(|| async {
            ApiError::new(
                StatusCode::METHOD_NOT_ALLOWED,
                "method_not_allowed",
                "This address knows other methods only.",
            )
        })
        .layer(DefaultBodyLimit::max(super::extract::MAX_BODY_BYTES))
        .route_layer(from_fn_with_state(gate.clone(), stand))
        .fallback(|| async { ApiError::not_found("address") })
        .layer(from_fn_with_state(gate, receive))
        .layer(tower_http::catch_panic::CatchPanicLayer::custom(|_| -> Response {
            ApiError::from(anyhow::anyhow!("a handler panicked")).into_response()
        }))
        .with_state(app)
}

fn operations(document: &OpenApi) -> Operations {
    let mut operations = Operations::new();
    for (path, item) in &document.paths.paths {
        let methods = [
            (Method::GET, &item.get),
            (Method::POST, &item.post),
            (Method::PUT, &item.put),
            (Method::PATCH, &item.patch),
            (Method::DELETE, &item.delete),
        ];
        for (method, operation) in methods {
            if let Some(id) = operation.as_ref().and_then(|operation| operation.operation_id.clone()) {
                operations.insert((method, path.clone()), id);
            }
        }
    }
    operations
}

/// Outermost: request id, origin, headers of the answer, the log line.
async fn receive(State(gate): State<Gate>, mut request: Request, next: Next) -> Response {
    let id = RequestId::new(&gate.app.clock);
    let origin = origin(&gate.app, id, &request);
    request.extensions_mut().insert(origin);
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let mut response = with_request_id(id, next.run(request)).await;
    tracing::debug!(%id, %method, path, status = response.status().as_u16(), "request");
    let headers = response.headers_mut();
    security_headers::add(headers);
    if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
        headers.insert(HeaderName::from_static("x-request-id"), value);
    }
    response
}

/// Before each matched route: the caller, or a refusal; afterwards the refusal goes into the log.
async fn stand(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let Some(origin) = parts.extensions.get::<Origin>().cloned() else {
        return ApiError::from(anyhow::anyhow!("no origin")).into_response();
    };
    let route =
        parts.extensions.get::<MatchedPath>().map(|path| path.as_str().to_owned()).unwrap_or_default();
    let method = parts.method.clone();
    let path = parts.uri.path().to_owned();
    let presented = cookies::presented(&parts.headers);
    let (caller, response) = match admit(&gate.app, &parts, &route, presented.as_ref(), &origin).await {
        Ok(caller) => {
            if let Some(caller) = caller.clone() {
                parts.extensions.insert(caller);
            }
            (caller, next.run(Request::from_parts(parts, body)).await)
        }
        Err((caller, refusal)) => (caller, refusal.into_response()),
    };
    let refused = Refused {
        reads: method.is_safe(),
        operation: gate.operations.get(&(method, route)).map(String::as_str),
        caller: caller.as_ref(),
        token_presented: presented.is_some(),
        origin: &origin,
        path: &path,
    };
    if let Some((status, code)) = refusals::find(&refused, &response) {
        refusals::keep(&gate.app, &refused, status, code).await;
    }
    response
}

/// The caller of a request, or why it is refused (with the caller, where one is known).
async fn admit(
    app: &App,
    request: &Parts,
    route: &str,
    presented: Option<&Presented>,
    origin: &Origin,
) -> Result<Option<Caller>, (Option<Caller>, ApiError)> {
    let public = public::is_public(request.method.as_str(), route);
    refuse_foreign_browser(app, &request.method, &request.headers).map_err(|refusal| (None, refusal))?;
    if public {
        return Ok(None);
    }
    let token = presented.ok_or_else(|| (None, ApiError::unauthenticated()))?;
    let claims =
        app.tokens.verify(token.access(), &app.clock).ok_or_else(|| (None, ApiError::unauthenticated()))?;
    let caller = Caller::confirm(app, &claims, origin.clone()).await.map_err(|refusal| (None, refusal))?;
    if token.is_cookie()
        && !request.method.is_safe()
        && !cookies::csrf_holds(app, caller.user_session_id, &request.headers)
    {
        let refusal = ApiError::new(
            StatusCode::FORBIDDEN,
            "csrf",
            "This request did not come from the console itself. Reload the page and try again.",
        );
        return Err((Some(caller), refusal));
    }
    activity::note_request(app, &caller, &request.headers).await;
    Ok(Some(caller))
}

/// Other sites have no business here: no CORS is offered, and what a browser says it sends for another origin
/// is refused before anything is read (Fetch Metadata, and `Origin` where a browser has only that).
fn refuse_foreign_browser(app: &App, method: &Method, headers: &HeaderMap) -> Result<()> {
    let site = headers.get("sec-fetch-site").and_then(|value| value.to_str().ok());
    let foreign_site = site.is_some_and(|site| !matches!(site, "same-origin" | "none"));
    let foreign_origin = headers
        .get(header::ORIGIN)
        .is_some_and(|origin| origin.as_bytes() != app.config.http.public_url.as_bytes());
    if foreign_origin || (foreign_site && !method.is_safe()) {
        return Err(ApiError::new(
            StatusCode::FORBIDDEN,
            "foreign_origin",
            "Requests from other sites are not accepted. Open the console at its own address.",
        ));
    }
    Ok(())
}

fn origin(app: &App, request_id: RequestId, request: &Request) -> Origin {
    let peer = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(IpAddr::from([127, 0, 0, 1]), |ConnectInfo(address)| address.ip().to_canonical());
    let agent =
        request.headers().get(header::USER_AGENT).map(|value| String::from_utf8_lossy(value.as_bytes()));
    let user_agent = agent.unwrap_or_default().chars().filter(|c| !c.is_control()).take(300).collect();
    Origin { request_id, client_ip: client_ip(app, peer, request.headers()), user_agent }
}

/// The peer, or the nearest address in `X-Forwarded-For` that no trusted proxy of ours wrote for itself.
fn client_ip(app: &App, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
    let trusted = |ip: IpAddr| app.config.http.trusted_proxies.iter().any(|range| range.contains(ip));
    if !trusted(peer) {
        return peer;
    }
    let hops = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let hops: Vec<IpAddr> =
        hops.flat_map(|value| value.split(',')).map_while(|hop| hop.trim().parse().ok()).collect();
    hops.into_iter().rev().find(|hop: &IpAddr| !trusted(*hop)).unwrap_or(peer)
}
