//! Extractors that refuse what does not fit, in our own words and shape.

use crate::error::ApiError;
use crate::ids;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, Uri, header};
use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use uuid::Uuid;

/// Largest JSON body of an ordinary request; routes that take more say so themselves.
pub const MAX_BODY_BYTES: usize = 256 * 1024;

/// A JSON body. Types that derive `deny_unknown_fields` refuse fields that they do not know.
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let kind =
            request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
        if !kind
            .split(';')
            .next()
            .is_some_and(|essence| essence.trim().eq_ignore_ascii_case("application/json"))
        {
            return Err(ApiError::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "unsupported_media_type",
                "Send the body as JSON with Content-Type: application/json.",
            ));
        }
        let bytes = Bytes::from_request(request, state).await.map_err(|rejection| match rejection {
            BytesRejection::FailedToBufferBody(inner) if inner.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                ApiError::new(
                    StatusCode::PAYLOAD_TOO_LARGE,
                    "too_large",
                    format!("The body is larger than {} KiB.", MAX_BODY_BYTES / 1024),
                )
            }
            other => ApiError::new(StatusCode::BAD_REQUEST, "invalid_input", other.body_text()),
        })?;
        // Read as what is asked for, a list would be taken as the object's fields in their order.
        if bytes.trim_ascii_start().first() == Some(&b'[') {
            return Err(ApiError::new(
                StatusCode::BAD_REQUEST,
                "invalid_input",
                "The body is a list. Send an object with named fields.",
            ));
        }
        serde_json::from_slice(&bytes).map(Body).map_err(|error| refuse_json(&error))
    }
}

fn refuse_json(error: &serde_json::Error) -> ApiError {
    let text = error.to_string();
    let field = |prefix: &str| text.strip_prefix(prefix).and_then(|rest| rest.split('`').next());
    if let Some(name) = field("unknown field `") {
        return ApiError::new(
            StatusCode::BAD_REQUEST,
            "unknown_field",
            format!("The field {name} is not known here. Remove it or check its spelling."),
        )
        .detail("fields", serde_json::json!({ name: "unknown field" }));
    }
    if let Some(name) = field("missing field `") {
        return ApiError::invalid(name, "it is missing");
    }
    ApiError::new(StatusCode::BAD_REQUEST, "invalid_input", format!("The body does not fit: {text}."))
}

/// Query parameters; unknown ones are refused like unknown fields.
#[derive(Debug)]
pub struct Filter<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Filter<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Query(filter) =
            Query::<T>::from_request_parts(parts, state).await.map_err(|e: QueryRejection| {
                let text = e.body_text();
                let text = text.strip_prefix("Failed to deserialize query string: ").unwrap_or(&text);
                ApiError::new(
                    StatusCode::BAD_REQUEST,
                    "invalid_input",
                    format!("The query does not fit: {text}."),
                )
            })?;
        check_usual(&parts.uri)?;
        Ok(Self(filter))
    }
}

/// Longest text to look for: what is looked for is held against row after row.
const LONGEST_Q: usize = 200;

/// What parameters of these names hold to wherever they are taken: `q` is short, and `from` an instant before `to`.
fn check_usual(uri: &Uri) -> Result<(), ApiError> {
    let Ok(Query(pairs)) = Query::<Vec<(String, String)>>::try_from_uri(uri) else { return Ok(()) };
    let of = |name: &str| pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value);
    if of("q").is_some_and(|q| q.chars().count() > LONGEST_Q) {
        return Err(ApiError::invalid("q", format!("it must have at most {LONGEST_Q} characters")));
    }
    let at = |name: &str| of(name).and_then(|text| text.parse::<DateTime<Utc>>().ok());
    if at("from").zip(at("to")).is_some_and(|(from, to)| from >= to) {
        return Err(ApiError::invalid("from", "it must be before `to`"));
    }
    Ok(())
}

/// The one id in a path. What is no id names nothing: 404, like any unknown id.
#[derive(Debug)]
pub struct PathId<T>(pub T);

impl<S: Send + Sync, T: From<Uuid>> FromRequestParts<S> for PathId<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Path(text) = Path::<String>::from_request_parts(parts, state)
            .await
            .map_err(|_| ApiError::not_found("thing"))?;
        let id = ids::read(&text).ok_or_else(|| ApiError::not_found("thing"))?;
        Ok(Self(T::from(id)))
    }
}

/// `If-Match`: the version that the client saw. Without it the change applies to whatever is there.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Header)]
pub struct IfMatch {
    /// The `version` of the thing as it was read; another one is refused with 412.
    #[param(rename = "If-Match", value_type = Option<String>)]
    version: Option<i64>,
}

impl IfMatch {
    /// The version, if one was sent.
    pub fn version(&self) -> Option<i64> {
        self.version
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        // `*` asks that there is one at all, which every operation does anyway.
        let Some(value) = parts.headers.get(header::IF_MATCH).filter(|value| *value != "*") else {
            return Ok(Self { version: None });
        };
        let version = value.to_str().ok().and_then(|text| text.trim().trim_matches('"').parse().ok());
        let version =
            version.ok_or_else(|| ApiError::invalid("If-Match", "it must be the version that you read"))?;
        Ok(Self { version: Some(version) })
    }
}
