//! The one layer in front of everything: where a request comes from, who it is, whether a browser was made to
//! send it, and what is kept when it is refused. A route that is not in `access/public.rs` never runs without
//! a caller, whatever its handler asks for.

use super::limits::Standing;
use super::request::{Origin, with_request_id};
use super::{idempotency, security_headers};
use crate::access::{Caller, Decided, Directory, public};
use crate::api_tokens;
use crate::app::App;
use crate::audit::refusals::{self, Refused};
use crate::auth::cookies::{self, Presented};
use crate::auth::{AccessClaims, activity, denylist, keys};
use crate::error::{ApiError, Result};
use crate::ids::RequestId;
use crate::scim;
use axum::Router;
use axum::body::{Body, HttpBody as _, to_bytes};
use axum::extract::{ConnectInfo, DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use ipnetwork::IpNetwork;
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use utoipa::openapi::path::ParameterIn;
use utoipa::openapi::{OpenApi, RefOr};

/// (method, route) → operation.
type Operations = HashMap<(Method, String), Operation>;

/// What the document says of a route.
struct Operation {
    id: String,
    /// Whether it has parameters after the `?`.
    takes_query: bool,
    /// Whether it has a body.
    takes_body: bool,
}

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
            let Some(operation) = operation else { continue };
            let Some(id) = operation.operation_id.clone() else { continue };
            let mut parameters = operation.parameters.iter().flatten();
            let takes_query =
                parameters.any(|one| !matches!(one, RefOr::T(one) if one.parameter_in != ParameterIn::Query));
            let takes_body = operation.request_body.is_some();
            operations.insert((method, path.clone()), Operation { id, takes_query, takes_body });
        }
    }
    // SCIM has descriptions of its own, and stands in no other document.
    for (method, path, id) in public::DIRECTORIES {
        if let Ok(method) = Method::from_bytes(method.as_bytes()) {
            let operation = Operation { id: (*id).to_owned(), takes_query: true, takes_body: true };
            operations.insert((method, (*path).to_owned()), operation);
        }
    }
    operations
}

/// Who comes in a request: a person or their machine, a directory, or nobody.
#[derive(Clone, Default)]
struct Admitted {
    caller: Option<Caller>,
    directory: Option<Directory>,
}

impl Admitted {
    fn caller(caller: Caller) -> Self {
        Self { caller: Some(caller), directory: None }
    }

    fn decided(&self) -> Option<&Decided> {
        let by_caller = self.caller.as_ref().map(|caller| &caller.decided);
        by_caller.or_else(|| self.directory.as_ref().map(|directory| &directory.decided))
    }
}

/// Outermost: request id, origin, headers of the answer, the log line.
async fn receive(State(gate): State<Gate>, mut request: Request, next: Next) -> Response {
    let id = RequestId::new(&gate.app.clock);
    let origin = origin(&gate.app, id, &request);
    request.extensions_mut().insert(origin);
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let answer = gate.app.db.while_it_stays(async { Ok(next.run(request).await) });
    let answer = async { answer.await.unwrap_or_else(IntoResponse::into_response) };
    let mut response = with_request_id(id, answer).await;
    tracing::debug!(%id, %method, path, status = response.status().as_u16(), "request");
    if path.starts_with(scim::ROOT) {
        response = scim::in_its_own_words(response);
    }
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
    let operation = gate.operations.get(&(method, route.clone()));
    let mut standing = Standing::default();
    let admission = admit(&gate.app, &parts, &route, presented.as_ref(), &origin, &mut standing).await;
    let (admitted, mut response) = match admission {
        Ok(admitted) => {
            if let Some(caller) = admitted.caller.clone() {
                parts.extensions.insert(caller);
            }
            if let Some(directory) = admitted.directory.clone() {
                parts.extensions.insert(directory);
            }
            let response = match refuse_what_nothing_reads(operation, Request::from_parts(parts, body)).await
            {
                Ok(request) => run_once(&gate.app, admitted.caller.as_ref(), request, next).await,
                Err(refusal) => refusal.into_response(),
            };
            let response = withhold_undecided(operation, admitted.decided(), response);
            (admitted, response)
        }
        Err((admitted, refusal)) => (admitted, refusal.into_response()),
    };
    standing.tell(response.headers_mut());
    let refused = Refused {
        operation: operation.map(|operation| operation.id.as_str()),
        caller: admitted.caller.as_ref(),
        directory: admitted.directory.as_ref(),
        token_presented: presented.is_some(),
        origin: &origin,
        path: &path,
    };
    if let Some((status, with)) = refusals::find(&refused, &response) {
        refusals::keep(&gate.app, &refused, status, &with).await;
    }
    response
}

async fn run_once(app: &App, caller: Option<&Caller>, request: Request, next: Next) -> Response {
    let Some(caller) = caller else { return next.run(request).await };
    match idempotency::bind(app, caller, request).await {
        Ok(request) => next.run(request).await,
        Err(refusal) => refusal.into_response(),
    }
}

/// Who comes in a request, or why it is refused (with them, where they are known). Whoever shows nothing, or something
/// that says nothing, is a stranger, and held to what strangers may.
async fn admit(
    app: &App,
    request: &Parts,
    route: &str,
    presented: Option<&Presented>,
    origin: &Origin,
    standing: &mut Standing,
) -> Result<Admitted, (Admitted, ApiError)> {
    match recognise(app, request, route, presented, origin, standing).await {
        Err((nobody, refusal)) if refusal.status == StatusCode::UNAUTHORIZED => {
            let limited = app.limits.count_stranger(origin.client_ip, standing).await;
            Err((nobody, limited.err().unwrap_or(refusal)))
        }
        admission => admission,
    }
}

async fn recognise(
    app: &App,
    request: &Parts,
    route: &str,
    presented: Option<&Presented>,
    origin: &Origin,
    standing: &mut Standing,
) -> Result<Admitted, (Admitted, ApiError)> {
    let nobody = |refusal| (Admitted::default(), refusal);
    let public = public::is_public(request.method.as_str(), route);
    if !public::comes_from_other_sites(route) {
        refuse_foreign_browser(app, &request.method, &request.headers).map_err(nobody)?;
    }
    if public::is_for_directories(route) {
        let directory = scim::admit(app, presented, origin).await.map_err(nobody)?;
        let limited = app.limits.count_organization(directory.org_id, standing).await;
        let admitted = Admitted { caller: None, directory: Some(directory) };
        return limited.map(|()| admitted.clone()).map_err(|refusal| (admitted, refusal));
    }
    if public {
        // The console's own files are cheap, and one page asks for many.
        if route.starts_with("/api/") {
            app.limits.count_stranger(origin.client_ip, standing).await.map_err(nobody)?;
        }
        return Ok(Admitted::default());
    }
    let token = presented.ok_or_else(|| nobody(ApiError::unauthenticated()))?;
    if let Presented::Bearer(text) = token
        && api_tokens::is_api_token(text)
    {
        let caller = api_tokens::admit(app, text, origin).await.map_err(nobody)?;
        return match counted(app, &caller, standing).await {
            Ok(()) => Ok(Admitted::caller(caller)),
            Err(refusal) => Err((Admitted::caller(caller), refusal)),
        };
    }
    let claims = if app.denylist.holds(token.access()) { None } else { verify(app, token.access()).await };
    let claims = claims.ok_or_else(|| nobody(ApiError::unauthenticated()))?;
    let caller = match Caller::confirm(app, &claims, origin.clone()).await {
        Ok(caller) => caller,
        Err(refusal) => {
            if refusal.status == StatusCode::UNAUTHORIZED {
                denylist::learn(app, &claims, token.access()).await;
            }
            return Err(nobody(refusal));
        }
    };
    if let Err(refusal) = counted(app, &caller, standing).await {
        return Err((Admitted::caller(caller), refusal));
    }
    if token.is_cookie()
        && !request.method.is_safe()
        && !cookies::csrf_holds(app, claims.handle(), &request.headers)
    {
        let refusal = ApiError::new(
            StatusCode::FORBIDDEN,
            "csrf",
            "This request did not come from the console itself. Reload the page and try again.",
        );
        return Err((Admitted::caller(caller), refusal));
    }
    activity::note_request(app, &caller, &request.headers).await;
    Ok(Admitted::caller(caller))
}

/// Counts a request of a caller, who may come from where their organization lets them in.
async fn counted(app: &App, caller: &Caller, standing: &mut Standing) -> Result<()> {
    app.limits.count_caller(caller, standing).await?;
    if caller.from_own_network { Ok(()) } else { Err(ApiError::elsewhere(caller.origin.client_ip)) }
}

/// What a token says, if it is ours. One by a key that we have not heard of yet makes us look once in a while.
async fn verify(app: &App, token: &str) -> Option<AccessClaims> {
    let claims = app.tokens.verify(token, &app.clock);
    if claims.is_some() || !app.tokens.should_read_ring(token) {
        return claims;
    }
    if let Err(error) = keys::read(app).await {
        tracing::warn!(%error, "the ring of token keys could not be read");
    }
    app.tokens.verify(token, &app.clock)
}

/// A handler that forgot to ask the policies tells nobody anything: what it would have said stays here.
fn withhold_undecided(
    operation: Option<&Operation>,
    decided: Option<&Decided>,
    answer: Response,
) -> Response {
    let undecided = decided.is_some_and(|decided| !decided.yet()) && answer.status().is_success();
    match operation {
        Some(operation) if undecided && !public::needs_no_decision(&operation.id) => {
            ApiError::from(anyhow::anyhow!("{} answered without a decision", operation.id)).into_response()
        }
        _ => answer,
    }
}

/// A parameter or a body that nothing reads was meant to do something: it is refused like an unknown field. So is a
/// ticket in the address of a WebSocket, where logs would keep it. `{}` says nothing and does no harm.
async fn refuse_what_nothing_reads(operation: Option<&Operation>, request: Request) -> Result<Request> {
    let refused = |what| Err(ApiError::new(StatusCode::BAD_REQUEST, "invalid_input", what));
    let Some(operation) = operation else { return Ok(request) };
    if !operation.takes_query && request.uri().query().is_some_and(|query| !query.is_empty()) {
        return refused("This operation takes no parameters after the `?`. Remove them.");
    }
    if operation.takes_body || request.method().is_safe() || request.body().is_end_stream() {
        return Ok(request);
    }
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, LONGEST_NOTHING).await.ok().filter(|body| says_nothing(body));
    match body {
        Some(body) => Ok(Request::from_parts(parts, Body::from(body))),
        None => refused("This operation takes no body. Leave it out."),
    }
}

/// Longer than an empty object can be that anybody sends.
const LONGEST_NOTHING: usize = 64;

fn says_nothing(body: &[u8]) -> bool {
    let inner = match body.trim_ascii() {
        [] => return true,
        [b'{', inner @ .., b'}'] => inner,
        _ => return false,
    };
    inner.trim_ascii().is_empty()
}

/// Other sites have no business here: no CORS is offered, and what a browser says it sends for another origin
/// is refused before anything is read (Fetch Metadata, and `Origin` where a browser has only that). A WebSocket
/// comes from our own pages alone, and says so: browsers protect it by nothing else.
fn refuse_foreign_browser(app: &App, method: &Method, headers: &HeaderMap) -> Result<()> {
    let site = headers.get("sec-fetch-site").and_then(|value| value.to_str().ok());
    let foreign_site = site.is_some_and(|site| !matches!(site, "same-origin" | "none"));
    let ours = app.config.http.public_url.as_bytes();
    let foreign_origin = headers.get_all(header::ORIGIN).iter().any(|origin| origin.as_bytes() != ours);
    let socket =
        headers.get(header::UPGRADE).is_some_and(|to| to.as_bytes().eq_ignore_ascii_case(b"websocket"));
    let silent_socket = socket && !headers.contains_key(header::ORIGIN);
    if foreign_origin || silent_socket || (foreign_site && !method.is_safe()) {
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
    let client_ip = client_ip(&app.config.http.trusted_proxies, peer, request.headers());
    Origin { request_id, client_ip, user_agent }
}

/// The peer, or the nearest address in `X-Forwarded-For` that no trusted proxy of ours wrote for itself. Read from
/// the right, where our proxies write: whatever a client put to the left of that, garbage too, is never reached.
fn client_ip(trusted_proxies: &[IpNetwork], peer: IpAddr, headers: &HeaderMap) -> IpAddr {
    let trusted = |ip: IpAddr| trusted_proxies.iter().any(|range| range.contains(ip));
    let hops: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .flat_map(|value| value.to_str().unwrap_or_default().split(','))
        .collect();
    let mut nearest = peer;
    for hop in hops.into_iter().rev() {
        if !trusted(nearest) {
            break;
        }
        let Ok(address) = hop.trim().parse::<IpAddr>() else { break };
        nearest = address.to_canonical();
    }
    nearest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_object_says_nothing_and_all_else_something() {
        for (body, nothing) in
            [("", true), (" \n", true), ("{}", true), (" { \n} ", true), ("{\"a\":1}", false), ("[]", false)]
                .into_iter()
                .chain([("null", false), ("{", false), ("}", false), ("x", false)])
        {
            assert_eq!(says_nothing(body.as_bytes()), nothing, "{body}");
        }
    }

    #[test]
    fn at15_m15_only_a_trusted_proxy_says_where_a_request_came_from() {
        let trusted: Vec<IpNetwork> = vec!["10.0.0.0/8".parse().unwrap(), "2001:db8::/32".parse().unwrap()];
        let cases: &[(&str, &[&str], &str)] = &[
            ("203.0.113.9", &[], "203.0.113.9"),
            ("203.0.113.9", &["192.0.2.1"], "203.0.113.9"),
            ("10.0.0.1", &[], "10.0.0.1"),
            ("10.0.0.1", &["203.0.113.9"], "203.0.113.9"),
            ("10.0.0.1", &["192.0.2.1, 203.0.113.9"], "203.0.113.9"),
            ("10.0.0.1", &["192.0.2.1", "203.0.113.9"], "203.0.113.9"),
            ("10.0.0.1", &["192.0.2.1, 203.0.113.9, 10.0.0.2"], "203.0.113.9"),
            ("2001:db8::1", &["203.0.113.9, 10.0.0.2"], "203.0.113.9"),
            // Garbage to the left hides nothing, garbage where a proxy writes ends the search.
            ("10.0.0.1", &["192.0.2.1, garbage, 203.0.113.9"], "203.0.113.9"),
            ("10.0.0.1", &["192.0.2.1, ::ffff:203.0.113.9"], "203.0.113.9"),
            ("10.0.0.1", &["192.0.2.1, garbage"], "10.0.0.1"),
            ("10.0.0.1", &["192.0.2.1,"], "10.0.0.1"),
            ("10.0.0.1", &["10.9.9.9, 10.0.0.2"], "10.9.9.9"),
        ];
        for (peer, forwarded, expected) in cases {
            let mut headers = HeaderMap::new();
            for (name, value) in [("x-real-ip", "192.0.2.77"), ("forwarded", "for=192.0.2.77")] {
                headers.insert(name, HeaderValue::from_static(value));
            }
            for value in *forwarded {
                headers.append("x-forwarded-for", HeaderValue::from_static(value));
            }
            let got = client_ip(&trusted, peer.parse().unwrap(), &headers);
            assert_eq!(got, expected.parse::<IpAddr>().unwrap(), "{peer} {forwarded:?}");
        }
    }
}
