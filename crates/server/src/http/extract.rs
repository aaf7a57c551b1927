//! Extractors that refuse what does not fit, in our own words and shape.

use crate::error::ApiError;
use crate::ids;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, Uri, header};
use chrono::{DateTime, Datelike as _, Utc};
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
        read_json(&bytes).map(Body)
    }
}

fn read_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let read = serde_path_to_error::deserialize(&mut json)
        .map_err(|error| refuse_json(&error.path().to_string(), error.inner()))?;
    json.end().map_err(|error| refuse_json(".", &error))?;
    Ok(read)
}

/// What is wrong at `path`. What stood there is not said again: it may be a secret in the wrong place, and the answer goes
/// into the log.
fn refuse_json(path: &str, error: &serde_json::Error) -> ApiError {
    let place = format!(" at line {} column {}", error.line(), error.column());
    let text = error.to_string();
    let text = text.strip_suffix(&place).unwrap_or(&text);
    if !error.is_data() {
        return ApiError::new(
            StatusCode::BAD_REQUEST,
            "invalid_input",
            format!("The body is no JSON{place}: {text}."),
        );
    }
    refuse_value(("body", "field"), path, text)
}

/// What serde says of the value at `path` of a body of fields or a query of parameters.
fn refuse_value((whole, part): (&str, &str), path: &str, text: &str) -> ApiError {
    let named = |prefix: &str| text.strip_prefix(prefix).and_then(|rest| rest.split('`').next());
    let within = |name: &str| match path.strip_suffix(name).unwrap_or(path).trim_end_matches('.') {
        "" => name.to_owned(),
        outer => format!("{outer}.{name}"),
    };
    if let Some(name) = named("unknown field `") {
        let name = within(name);
        return ApiError::new(
            StatusCode::BAD_REQUEST,
            if whole == "body" { "unknown_field" } else { "invalid_input" },
            format!("The {part} {name} is not known here. Remove it or check its spelling."),
        )
        .detail("fields", serde_json::json!({ name: format!("unknown {part}") }));
    }
    if let Some(name) = named("missing field `") {
        return ApiError::invalid(&within(name), "it is missing");
    }
    if let Some(name) = named("duplicate field `") {
        return ApiError::invalid(&within(name), "it is there twice");
    }
    if path == "." {
        return ApiError::new(
            StatusCode::BAD_REQUEST,
            "invalid_input",
            format!("The {whole} does not fit: {}.", in_words(text)),
        );
    }
    ApiError::invalid(path, in_words(text))
}

/// What serde says of a value, without the value.
fn in_words(text: &str) -> String {
    if let Some((_, known)) =
        text.strip_prefix("unknown variant `").and_then(|rest| rest.split_once("`, expected "))
    {
        return format!("it must be {}", known.replace('`', "\""));
    }
    if let Some((_, wanted)) = text.strip_prefix("invalid ").and_then(|rest| rest.rsplit_once(", expected "))
    {
        return match wanted {
            "i16" | "i32" | "i64" | "u8" | "u16" | "u32" | "u64" | "usize" => {
                let there = text.starts_with("invalid value");
                if there { "the number is out of range" } else { "it must be a whole number" }.to_owned()
            }
            "f64" => "it must be a number".to_owned(),
            "a sequence" => "it must be a list".to_owned(),
            object if object.starts_with("struct ") || object == "a map" => {
                "it must be an object with named fields".to_owned()
            }
            other => format!("it must be {other}"),
        };
    }
    let instant = ["input ", "premature end of input", "trailing input"];
    if instant.iter().any(|start| text.starts_with(start)) {
        return "it must be a time like 2026-11-22T09:30:00Z".to_owned();
    }
    // A query's values are text, which is read as what is wanted.
    match text {
        "invalid digit found in string" | "cannot parse integer from empty string" => {
            return "it must be a whole number".to_owned();
        }
        "number too large to fit in target type" | "number too small to fit in target type" => {
            return "the number is out of range".to_owned();
        }
        "provided string was not `true` or `false`" => return "it must be true or false".to_owned(),
        _ => {}
    }
    if text.starts_with("data did not match any variant") {
        return "it has none of the forms that are taken here".to_owned();
    }
    text.to_owned()
}

/// Query parameters; unknown ones are refused like unknown fields.
#[derive(Debug)]
pub struct Filter<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Filter<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        let filter = read_query(parts.uri.query().unwrap_or_default())?;
        check_usual(&parts.uri)?;
        Ok(Self(filter))
    }
}

fn read_query<T: DeserializeOwned>(query: &str) -> Result<T, ApiError> {
    let pairs = serde_urlencoded::Deserializer::new(url::form_urlencoded::parse(query.as_bytes()));
    serde_path_to_error::deserialize(pairs).map_err(|error| {
        let (path, text) = (error.path().to_string(), error.inner().to_string());
        refuse_value(("query", "parameter"), &path, &text)
    })
}

/// Longest text to look for: what is looked for is held against row after row.
const LONGEST_Q: usize = 200;

/// What parameters hold to wherever they are taken: `q` is short, `from` an instant before `to`, and every instant one that
/// the database knows (it begins with 4713 BC).
fn check_usual(uri: &Uri) -> Result<(), ApiError> {
    let Ok(Query(pairs)) = Query::<Vec<(String, String)>>::try_from_uri(uri) else { return Ok(()) };
    let of = |name: &str| pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value);
    if of("q").is_some_and(|q| q.chars().count() > LONGEST_Q) {
        return Err(ApiError::invalid("q", format!("it must have at most {LONGEST_Q} characters")));
    }
    let instant = |text: &str| text.parse::<DateTime<Utc>>().ok();
    let unknown = |text: &str| instant(text).is_some_and(|at| !(0..=9999).contains(&at.year()));
    if let Some((name, _)) = pairs.iter().find(|(name, text)| name != "q" && unknown(text)) {
        return Err(ApiError::invalid(name, "it must be in the years 0 to 9999"));
    }
    let at = |name: &str| of(name).and_then(|text| instant(text));
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

#[cfg(test)]
mod tests {
    use super::{check_usual, read_json, read_query};
    use chrono::{DateTime, Utc};
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    #[expect(dead_code, reason = "only read")]
    struct Wish {
        name: String,
        level: Option<Level>,
        ends_at: Option<DateTime<Utc>>,
        #[serde(default)]
        hours: Vec<Hours>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Level {
        ReadOnly,
        FullAccess,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    #[expect(dead_code, reason = "only read")]
    struct Hours {
        from: u8,
    }

    fn refusal(body: &str) -> (&'static str, String) {
        let error = read_json::<Wish>(body.as_bytes()).unwrap_err();
        (error.code, error.message)
    }

    #[test]
    fn what_does_not_fit_is_named_where_it_stands_and_never_repeated() {
        for (body, message) in [
            (r#"{"name": 5}"#, "Check name: it must be a string"),
            (r#"{"level": "read_only"}"#, "Check name: it is missing"),
            (r#"{"name": "a", "name": "b"}"#, "Check name: it is there twice"),
            (
                r#"{"name": "a", "level": "s3cret"}"#,
                r#"Check level: it must be "read_only" or "full_access""#,
            ),
            (
                r#"{"name": "a", "endsAt": "s3cret"}"#,
                "Check endsAt: it must be a time like 2026-11-22T09:30:00Z",
            ),
            (
                r#"{"name": "a", "endsAt": "2026-11-22"}"#,
                "Check endsAt: it must be a time like 2026-11-22T09:30:00Z",
            ),
            (r#"{"name": "a", "hours": "s3cret"}"#, "Check hours: it must be a list"),
            (
                r#"{"name": "a", "hours": [{"from": 1}, {"from": "s3cret, expected u8"}]}"#,
                "Check hours[1].from: it must be a whole number",
            ),
            (r#"{"name": "a", "hours": [{"from": 256}]}"#, "Check hours[0].from: the number is out of range"),
            (r#"{"name": "a", "hours": [{}]}"#, "Check hours[0].from: it is missing"),
            (r#"{"name": "a", "hours": [5]}"#, "Check hours[0]: it must be an object with named fields"),
            ("5", "The body does not fit: it must be an object with named fields."),
        ] {
            assert_eq!(refusal(body), ("invalid_input", message.to_owned()), "{body}");
        }
        for (body, field) in
            [(r#"{"name": "a", "x": 1}"#, "x"), (r#"{"name": "a", "hours": [{"name": 1}]}"#, "hours[0].name")]
        {
            let message = format!("The field {field} is not known here. Remove it or check its spelling.");
            assert_eq!(refusal(body), ("unknown_field", message));
        }
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    #[expect(dead_code, reason = "only read")]
    struct Question {
        page: Option<u32>,
        level: Option<Level>,
        unused: Option<bool>,
        from: Option<DateTime<Utc>>,
    }

    #[test]
    fn a_query_that_does_not_fit_is_told_in_the_same_words() {
        for (query, message) in [
            ("page=two", "Check page: it must be a whole number"),
            ("page=", "Check page: it must be a whole number"),
            ("page=-1", "Check page: it must be a whole number"),
            ("page=4294967296", "Check page: the number is out of range"),
            ("page=1&page=2", "Check page: it is there twice"),
            ("level=s3cret", r#"Check level: it must be "read_only" or "full_access""#),
            ("unused=yes", "Check unused: it must be true or false"),
            ("from=today", "Check from: it must be a time like 2026-11-22T09:30:00Z"),
            ("colour=blue", "The parameter colour is not known here. Remove it or check its spelling."),
        ] {
            let error = read_query::<Question>(query).unwrap_err();
            assert_eq!((error.code, error.message), ("invalid_input", message.to_owned()), "{query}");
        }
    }

    #[test]
    fn an_instant_is_one_that_the_database_knows() {
        let check = |query: &str| check_usual(&format!("/api?{query}").parse().unwrap());
        for query in ["from=-4713-01-01T00:00:00Z", "at=-0001-12-31T23:59:59Z", "to=%2B10000-01-01T00:00:00Z"]
        {
            let error = check(query).unwrap_err();
            assert!(
                error.message.ends_with(": it must be in the years 0 to 9999"),
                "{query}: {}",
                error.message
            );
        }
        for query in
            ["from=0000-01-01T00:00:00Z&to=9999-12-31T23:59:59Z", "q=-4713-01-01T00:00:00Z", "at=now"]
        {
            check(query).unwrap();
        }
    }

    #[test]
    fn what_is_no_json_is_told_where_it_ends_to_be_one() {
        for (body, message) in [
            (r#"{"name": "a""#, "The body is no JSON at line 1 column 12: EOF while parsing an object."),
            ("{\"name\": \"a\"}\n5", "The body is no JSON at line 2 column 1: trailing characters."),
            ("", "The body is no JSON at line 1 column 0: EOF while parsing a value."),
        ] {
            assert_eq!(refusal(body), ("invalid_input", message.to_owned()));
        }
    }
}
