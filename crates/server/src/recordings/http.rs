//! `/api/recordings`.

use super::range::{Wanted, wanted};
use super::{LineFilter, Recording, RecordingFilter, TextLines, Verification};
use crate::access::Caller;
use crate::app::App;
use crate::error::{ApiError, Result};
use crate::http::envelope::Problems;
use crate::http::{Envelope, Filter, Page, PathId, Reply, ok};
use crate::ids::SessionId;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sallyport_relay::recording::read::Index;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_recordings))
        .routes(routes!(get_recording))
        .routes(routes!(get_recording_index))
        .routes(routes!(get_recording_data))
        .routes(routes!(export_recording))
        .routes(routes!(get_recording_transcript))
        .routes(routes!(search_recording))
        .routes(routes!(verify_recording))
}

/// List recordings, newest first; `q` also looks into what the screens said.
#[utoipa::path(get, path = "/api/recordings", operation_id = "listRecordings", tag = "recordings", params(RecordingFilter),
    responses((status = 200, body = Envelope<Page<Recording>>), Problems))]
async fn list_recordings(
    State(app): State<Arc<App>>,
    caller: Caller,
    Filter(filter): Filter<RecordingFilter>,
) -> Reply<Page<Recording>> {
    ok(super::list_recordings(&app, &caller, filter).await?)
}

/// Get one recording.
#[utoipa::path(get, path = "/api/recordings/{id}", operation_id = "getRecording", tag = "recordings",
    params(("id" = SessionId, Path)), responses((status = 200, body = Envelope<Recording>), Problems))]
async fn get_recording(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<SessionId>,
) -> Reply<Recording> {
    ok(super::get_recording(&app, &caller, id).await?)
}

/// Get what is where in a recording, to play it.
#[utoipa::path(get, path = "/api/recordings/{id}/index", operation_id = "getRecordingIndex", tag = "recordings",
    params(("id" = SessionId, Path)), responses((status = 200, body = Envelope<Index>), Problems))]
async fn get_recording_index(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<SessionId>,
) -> Reply<Index> {
    ok(super::get_recording_index(&app, &caller, id).await?)
}

/// Get bytes of a recording's container, by `Range`.
#[utoipa::path(get, path = "/api/recordings/{id}/data", operation_id = "getRecordingData", tag = "recordings",
    params(("id" = SessionId, Path)),
    responses((status = 200, description = "All of it"), (status = 206, description = "The range"),
              (status = 416, description = "Nothing is there"), Problems))]
async fn get_recording_data(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<SessionId>,
    headers: HeaderMap,
) -> Result<Response> {
    let recording = super::open_recording_data(&app, &caller, id).await?;
    let size = recording.size();
    let (status, range) = match wanted(headers.get(header::RANGE).and_then(|value| value.to_str().ok()), size)
    {
        Wanted::Whole => (StatusCode::OK, 0..size),
        Wanted::Part(range) => (StatusCode::PARTIAL_CONTENT, range),
        Wanted::Outside => {
            let refusal = ApiError::new(
                StatusCode::RANGE_NOT_SATISFIABLE,
                "range_not_satisfiable",
                format!("The recording has {size} bytes; there is nothing in that range."),
            );
            return Ok(([(header::CONTENT_RANGE, format!("bytes */{size}"))], refusal).into_response());
        }
    };
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (header::ACCEPT_RANGES, "bytes".to_owned()),
        (header::CONTENT_LENGTH, (range.end - range.start).to_string()),
    ];
    let mut response = (status, headers, Body::from_stream(recording.range(range.clone()))).into_response();
    if status == StatusCode::PARTIAL_CONTENT
        && let Ok(value) = format!("bytes {}-{}/{size}", range.start, range.end.saturating_sub(1)).parse()
    {
        response.headers_mut().insert(header::CONTENT_RANGE, value);
    }
    Ok(response)
}

/// Export a recording as asciicast v2.
#[utoipa::path(get, path = "/api/recordings/{id}/asciicast", operation_id = "exportRecording", tag = "recordings",
    params(("id" = SessionId, Path)),
    responses((status = 200, description = "asciicast v2", content_type = "application/x-asciicast"), Problems))]
async fn export_recording(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<SessionId>,
) -> Result<Response> {
    let recording = super::open_recording_export(&app, &caller, id).await?;
    let lines = recording.asciicast().await.map_err(|error| super::refusal_of(&error))?;
    let headers = [
        (header::CONTENT_TYPE, "application/x-asciicast".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"sallyport-{id}.cast\"")),
    ];
    Ok((headers, Body::from_stream(lines)).into_response())
}

/// Get what the screen said, line by line.
#[utoipa::path(get, path = "/api/recordings/{id}/transcript", operation_id = "getRecordingTranscript", tag = "recordings",
    params(("id" = SessionId, Path)), responses((status = 200, body = Envelope<TextLines>), Problems))]
async fn get_recording_transcript(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<SessionId>,
) -> Reply<TextLines> {
    ok(super::find_recording_lines(&app, &caller, id, None).await?)
}

/// Find where the screen said something.
#[utoipa::path(get, path = "/api/recordings/{id}/search", operation_id = "searchRecording", tag = "recordings",
    params(("id" = SessionId, Path), LineFilter), responses((status = 200, body = Envelope<TextLines>), Problems))]
async fn search_recording(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<SessionId>,
    Filter(filter): Filter<LineFilter>,
) -> Reply<TextLines> {
    ok(super::find_recording_lines(&app, &caller, id, Some(&filter.q)).await?)
}

/// Check signature, chain and content of a recording.
#[utoipa::path(post, path = "/api/recordings/{id}/verify", operation_id = "verifyRecording", tag = "recordings",
    params(("id" = SessionId, Path)), responses((status = 200, body = Envelope<Verification>), Problems))]
async fn verify_recording(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<SessionId>,
) -> Reply<Verification> {
    ok(super::verify_recording(&app, &caller, id).await?)
}
