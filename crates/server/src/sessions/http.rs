//! `/api/sessions`.

use super::{
    CreateTicket, EndSession, GivenTicket, Session, SessionFilter, StartSession, StartedSession, socket,
    start,
};
use crate::access::Caller;
use crate::app::App;
use crate::auth::cookies;
use crate::http::envelope::Problems;
use crate::http::request::Origin;
use crate::http::{Body, Done, Envelope, Filter, Page, PathId, Reply, created, done, ok};
use crate::ids::SessionId;
use axum::Extension;
use axum::extract::{State, WebSocketUpgrade};
use axum::http::HeaderMap;
use axum::response::Response;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_sessions, start_session))
        .routes(routes!(get_session))
        .routes(routes!(create_ticket))
        .routes(routes!(end_session))
        .routes(routes!(attach_session))
}

/// List sessions, newest first.
#[utoipa::path(get, path = "/api/sessions", operation_id = "listSessions", tag = "sessions", params(SessionFilter),
    responses((status = 200, body = Envelope<Page<Session>>), Problems))]
async fn list_sessions(
    State(app): State<Arc<App>>,
    caller: Caller,
    Filter(filter): Filter<SessionFilter>,
) -> Reply<Page<Session>> {
    ok(super::list_sessions(&app, &caller, filter).await?)
}

/// Open a session on a machine: reach it, enter it, start recording.
#[utoipa::path(post, path = "/api/sessions", operation_id = "startSession", tag = "sessions", request_body = StartSession,
    responses((status = 201, body = Envelope<StartedSession>), Problems))]
async fn start_session(
    State(app): State<Arc<App>>,
    caller: Caller,
    Body(wish): Body<StartSession>,
) -> Reply<StartedSession> {
    // A browser that goes away must not leave half a session: the work goes on by itself.
    let work = tokio::spawn(async move { start::start_session(&app, &caller, wish).await });
    created(work.await.map_err(anyhow::Error::from)??)
}

/// Get one session.
#[utoipa::path(get, path = "/api/sessions/{id}", operation_id = "getSession", tag = "sessions",
    params(("id" = SessionId, Path)), responses((status = 200, body = Envelope<Session>), Problems))]
async fn get_session(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<SessionId>,
) -> Reply<Session> {
    ok(super::get_session(&app, &caller, id).await?)
}

/// Get the right to attach to a session once.
#[utoipa::path(post, path = "/api/sessions/{id}/tickets", operation_id = "createTicket", tag = "sessions",
    params(("id" = SessionId, Path)), request_body = CreateTicket,
    responses((status = 201, body = Envelope<GivenTicket>), Problems))]
async fn create_ticket(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<SessionId>,
    Body(wish): Body<CreateTicket>,
) -> Reply<GivenTicket> {
    created(super::create_ticket(&app, &caller, id, wish.mode).await?)
}

/// End a session for everyone.
#[utoipa::path(post, path = "/api/sessions/{id}/end", operation_id = "endSession", tag = "sessions",
    params(("id" = SessionId, Path)), request_body = EndSession,
    responses((status = 200, body = Envelope<Done>), Problems))]
async fn end_session(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<SessionId>,
    Body(wish): Body<EndSession>,
) -> Reply<Done> {
    super::end_session(&app, &caller, id, wish).await?;
    done()
}

/// Attach to a session by WebSocket. The first message carries a ticket; see docs/terminal.md for the others.
#[utoipa::path(get, path = "/api/sessions/{id}/attach", operation_id = "attachSession", tag = "sessions",
    params(("id" = SessionId, Path)), responses((status = 101, description = "The terminal"), Problems), security(()))]
async fn attach_session(
    State(app): State<Arc<App>>,
    PathId(id): PathId<SessionId>,
    Extension(origin): Extension<Origin>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    let shown = cookies::presented(&headers).and_then(|token| app.tokens.verify(token.access(), &app.clock));
    let visitor = socket::Visitor { user_id: shown.map(|claims| claims.user_id()), origin };
    upgrade
        .max_message_size(socket::MAX_FRAME)
        .max_frame_size(socket::MAX_FRAME)
        // Allocated for as long as the browser is attached: what people type is small.
        .read_buffer_size(4 * 1024)
        .on_upgrade(move |socket| socket::serve(app, id, visitor, socket))
}
