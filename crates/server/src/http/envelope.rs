//! The envelope of the specification: `{success, data, message}`.

use crate::error::Result;
use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

/// A successful answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct Envelope<T> {
    /// Always true here; refusals have their own shape.
    pub success: bool,
    /// The thing asked for.
    pub data: T,
    #[serde(skip)]
    #[schema(ignore)]
    status: StatusCode,
    /// Of a thing that has one: it is its `ETag` (RFC 9110, 8.8.3).
    #[serde(skip)]
    #[schema(ignore)]
    version: Option<i64>,
}

/// What counts its changes, so that two who change it at once can be told.
pub trait Versioned {
    /// Which it is.
    fn version(&self) -> i64;
}

/// For a type with a field `version`.
macro_rules! versioned {
    ($name:ident) => {
        impl $crate::http::Versioned for $name {
            fn version(&self) -> i64 {
                self.version
            }
        }
    };
}
pub(crate) use versioned;

/// The data of an operation that has nothing to say but that it is done.
#[derive(Debug, Serialize, ToSchema)]
pub struct Done {}

/// What a handler returns.
pub type Reply<T> = Result<Envelope<T>>;

/// 200 with `data`, and its version as the `ETag` that `If-Match` takes.
pub fn tagged<T: Versioned>(data: T) -> Reply<T> {
    let version = Some(data.version());
    Ok(Envelope { success: true, data, status: StatusCode::OK, version })
}

/// 200 with `data`.
pub fn ok<T>(data: T) -> Reply<T> {
    Ok(Envelope { success: true, data, status: StatusCode::OK, version: None })
}

/// 200, done.
pub fn done() -> Reply<Done> {
    Ok(Envelope { success: true, data: Done {}, status: StatusCode::OK, version: None })
}

/// 201 with the new thing.
pub fn created<T>(data: T) -> Reply<T> {
    Ok(Envelope { success: true, data, status: StatusCode::CREATED, version: None })
}

impl<T: Serialize> IntoResponse for Envelope<T> {
    fn into_response(self) -> Response {
        let tag = self.version.map(|version| [(header::ETAG, format!("\"{version}\""))]);
        (self.status, tag, Json(self)).into_response()
    }
}

/// A refusal, as the OpenAPI document shows it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// Always false.
    pub success: bool,
    /// A stable code to branch on.
    pub error: String,
    /// What happened and what to do next, for a person.
    pub message: String,
    /// The request id, and what else helps.
    pub details: ProblemDetails,
}

/// Details of a refusal.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProblemDetails {
    /// Quote this to support.
    pub request_id: String,
    /// Field name → what is wrong with it.
    #[schema(value_type = Option<std::collections::BTreeMap<String, String>>)]
    pub fields: Option<serde_json::Value>,
}

/// The refusals that any operation can answer with.
#[derive(utoipa::IntoResponses)]
pub enum Problems {
    /// The input does not fit.
    #[response(status = 400)]
    BadRequest(Problem),
    /// Nobody is signed in.
    #[response(status = 401)]
    Unauthenticated(Problem),
    /// Not allowed, with the reason.
    #[response(status = 403)]
    Forbidden(Problem),
    /// Not there, or not yours to know of.
    #[response(status = 404)]
    NotFound(Problem),
    /// Does not fit with what is there now.
    #[response(status = 409)]
    Conflict(Problem),
    /// Changed by somebody else since it was read.
    #[response(status = 412)]
    Stale(Problem),
    /// The body is too large.
    #[response(status = 413)]
    TooLarge(Problem),
    /// The body is not JSON.
    #[response(status = 415)]
    UnsupportedMediaType(Problem),
    /// Too many requests.
    #[response(status = 429)]
    TooMany(Problem),
    /// Our own fault.
    #[response(status = 500)]
    Internal(Problem),
    /// The database or another part is away; try again.
    #[response(status = 503)]
    Unavailable(Problem),
}
