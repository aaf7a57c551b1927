//! `/api/live`.

use super::Changed;
use crate::access::Caller;
use crate::app::App;
use crate::error::Result;
use crate::http::Filter;
use crate::http::envelope::Problems;
use axum::body::Body;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The route of live updates.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(follow_changes))
}

/// How to follow.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct FollowQuery {
    /// After so many seconds the stream ends; an hour at most, and when not given.
    seconds: Option<u32>,
}

/// Follow what changes, as server-sent events: `change` with the kinds of things that changed, of those that you may see.
#[utoipa::path(get, path = "/api/live", operation_id = "followChanges", tag = "live", params(FollowQuery),
    responses((status = 200, description = "Events named `change`", body = Changed, content_type = "text/event-stream"),
        Problems))]
async fn follow_changes(
    State(app): State<Arc<App>>,
    caller: Caller,
    Filter(query): Filter<FollowQuery>,
) -> Result<Response> {
    let stream = super::follow_changes(&app, caller, query.seconds)?;
    let headers = [
        (header::CONTENT_TYPE, "text/event-stream"),
        // nginx would collect it otherwise.
        (header::HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    Ok((headers, Body::from_stream(stream)).into_response())
}
