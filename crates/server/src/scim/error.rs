//! Refusals in the shape of RFC 7644 section 3.12.

use crate::error::{ApiError, RefusedWith};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

/// What answers are.
pub(super) const CONTENT_TYPE: HeaderValue = HeaderValue::from_static("application/scim+json");

/// A refusal.
#[derive(Debug)]
pub(super) struct ScimError {
    status: StatusCode,
    kind: Option<&'static str>,
    detail: String,
    /// What our own layers made of it, where they did.
    inner: Option<Box<ApiError>>,
}

impl ScimError {
    fn new(status: StatusCode, kind: Option<&'static str>, detail: impl Into<String>) -> Self {
        Self { status, kind, detail: detail.into(), inner: None }
    }

    /// The filter does not parse, or names what there is not.
    pub(super) fn filter(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, Some("invalidFilter"), detail)
    }

    /// The body does not fit.
    pub(super) fn syntax(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, Some("invalidSyntax"), detail)
    }

    /// A path of a PATCH does not parse.
    pub(super) fn path(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, Some("invalidPath"), detail)
    }

    /// A path of a PATCH finds nothing.
    pub(super) fn no_target(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, Some("noTarget"), detail)
    }

    /// A value does not fit.
    pub(super) fn value(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, Some("invalidValue"), detail)
    }

    /// It may not change any more.
    pub(super) fn mutability(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, Some("mutability"), detail)
    }

    /// More than is done at once.
    pub(super) fn too_many(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, Some("tooMany"), detail)
    }

    /// There is another of that name.
    pub(super) fn uniqueness(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, Some("uniqueness"), detail)
    }

    /// It does not fit with what is there.
    pub(super) fn conflict(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, None, detail)
    }

    /// The standard has it, and we have not.
    pub(super) fn not_offered() -> Self {
        Self::new(StatusCode::NOT_IMPLEMENTED, None, "This part of SCIM is not offered here.")
    }

    /// It is not done here.
    pub(super) fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, None, detail)
    }

    /// The body is of another kind.
    pub(super) fn unsupported_media_type() -> Self {
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, None, "Send the body as application/scim+json.")
    }

    /// Not there, or another organization's.
    pub(super) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, None, "There is no such resource.")
    }

    /// Changed since it was read.
    pub(super) fn stale() -> Self {
        Self::new(StatusCode::PRECONDITION_FAILED, None, "The resource changed since it was read.")
    }
}

/// What our own layers refuse. A constraint of the database says that there is another of that name.
impl<E: Into<ApiError>> From<E> for ScimError {
    fn from(error: E) -> Self {
        let error = error.into();
        let kind = match error.code {
            "email_taken" | "user_name_taken" | "external_id_taken" | "name_taken" => Some("uniqueness"),
            "invalid_input" => Some("invalidValue"),
            _ => None,
        };
        Self { status: error.status, kind, detail: error.message.clone(), inner: Some(Box::new(error)) }
    }
}

fn body(status: StatusCode, kind: Option<&str>, detail: &str) -> String {
    let status = status.as_u16().to_string();
    let mut body = Map::from_iter([
        ("schemas".to_owned(), json!(["urn:ietf:params:scim:api:messages:2.0:Error"])),
        ("status".to_owned(), json!(status)),
        ("detail".to_owned(), json!(detail)),
    ]);
    body.extend(kind.map(|kind| ("scimType".to_owned(), json!(kind))));
    Value::Object(body).to_string()
}

impl IntoResponse for ScimError {
    fn into_response(self) -> Response {
        let text = body(self.status, self.kind, &self.detail);
        // The marks that the outer layer goes by come along; the body is ours.
        let (mut parts, _) = if let Some(inner) = self.inner {
            inner.into_response().into_parts()
        } else {
            let mut response = self.status.into_response();
            let code = self.kind.unwrap_or("refused");
            response.extensions_mut().insert(RefusedWith { code, words: self.detail });
            response.into_parts()
        };
        parts.headers.insert(header::CONTENT_TYPE, CONTENT_TYPE);
        parts.headers.remove(header::CONTENT_LENGTH);
        Response::from_parts(parts, text.into())
    }
}

/// A refusal of the layers before SCIM, in the shape that a directory reads.
pub(crate) fn in_its_own_words(response: Response) -> Response {
    let status = response.status();
    let spoken = response.headers().get(header::CONTENT_TYPE) == Some(&CONTENT_TYPE);
    if spoken || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let with = response.extensions().get::<RefusedWith>().map(|with| with.words.clone());
    let text = body(status, None, &with.unwrap_or_else(|| status.to_string()));
    let (mut parts, _) = response.into_parts();
    parts.headers.insert(header::CONTENT_TYPE, CONTENT_TYPE);
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.remove(header::CONTENT_ENCODING);
    if status == StatusCode::UNAUTHORIZED {
        parts.headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    Response::from_parts(parts, text.into())
}
