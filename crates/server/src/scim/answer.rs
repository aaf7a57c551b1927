//! What a directory asks for around a resource (RFC 7644 sections 3.4.2, 3.9 and 3.14), and how it is answered.

use super::error::{CONTENT_TYPE, ScimError};
use super::filter::{Filter, Path};
use super::model::{Kind, etag};
use super::strict_json;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Map, Value, json};

const LIST: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
/// Resources in one answer, when nothing is said, and at most.
const PAGE: i64 = 100;
pub(super) const MOST: i64 = 200;
/// Attributes that are always told.
const ALWAYS: &[&str] = &["schemas", "id"];

/// What stands after the `?`. What is not known there is passed over: directories put words of their own there.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct RawQuestion {
    filter: Option<String>,
    start_index: Option<String>,
    count: Option<String>,
    attributes: Option<String>,
    excluded_attributes: Option<String>,
}

/// The same, read.
#[derive(Debug)]
pub(super) struct Asked {
    filter: Option<String>,
    /// From 1.
    pub(super) start_index: i64,
    pub(super) count: i64,
    /// Only these.
    attributes: Option<Vec<Path>>,
    /// Not these.
    excluded: Vec<Path>,
    /// The version that the directory has, and wants to hear of only if there is another.
    has: Option<i64>,
    /// The version that it wants to change.
    version: Option<i64>,
}

/// A part of a list.
#[derive(Debug)]
pub(super) struct Listed {
    pub(super) total: i64,
    pub(super) resources: Vec<Value>,
}

impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = ScimError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ScimError> {
        let Query(query) = Query::<RawQuestion>::from_request_parts(parts, state)
            .await
            .map_err(|_| ScimError::syntax("What stands after the `?` does not fit."))?;
        Ok(Self {
            filter: query.filter.filter(|filter| !filter.trim().is_empty()),
            start_index: number("startIndex", query.start_index.as_deref())?.unwrap_or(1).max(1),
            count: number("count", query.count.as_deref())?.unwrap_or(PAGE).clamp(0, MOST),
            attributes: query.attributes.as_deref().map(paths).transpose()?.filter(|paths| !paths.is_empty()),
            excluded: query.excluded_attributes.as_deref().map(paths).transpose()?.unwrap_or_default(),
            has: version(&parts.headers, &header::IF_NONE_MATCH),
            version: version(&parts.headers, &header::IF_MATCH),
        })
    }
}

fn number(name: &str, text: Option<&str>) -> Result<Option<i64>, ScimError> {
    let bad = |_| ScimError::value(format!("`{name}` is a whole number."));
    text.map(|text| text.trim().parse::<i64>().map_err(bad)).transpose()
}

fn paths(text: &str) -> Result<Vec<Path>, ScimError> {
    let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
    let bad = |_| ScimError::value("`attributes` and `excludedAttributes` are names of attributes.");
    names.map(|name| Path::parse(name).map_err(bad)).collect()
}

/// `W/"7"`, as it was answered; nothing for `*`, which any version fits.
fn version(headers: &HeaderMap, name: &header::HeaderName) -> Option<i64> {
    let value = headers.get(name)?;
    let text = value.to_str().unwrap_or_default().trim();
    if text == "*" {
        return None;
    }
    let text = text.strip_prefix("W/").unwrap_or(text).trim_matches('"');
    // A version that was never given out is one that is not there any more.
    Some(text.parse().unwrap_or(-1))
}

impl Asked {
    /// What is to be found, if it is said.
    pub(super) fn filter(&self, kind: &Kind) -> Result<Option<Filter>, ScimError> {
        let Some(text) = &self.filter else { return Ok(None) };
        let bad =
            |why: super::filter::BadFilter| ScimError::filter(format!("The filter does not fit: {}.", why.0));
        let filter = Filter::parse(text).map_err(bad)?;
        filter.check(kind.filtered).map_err(bad)?;
        Ok(Some(filter))
    }

    /// Whether something is to be found at all.
    pub(super) fn has_filter(&self) -> bool {
        self.filter.is_some()
    }

    /// The version that the directory wants to change, if it says so.
    pub(super) fn version(&self) -> Option<i64> {
        self.version
    }

    /// Whether an attribute will be told.
    pub(super) fn shows(&self, name: &str) -> bool {
        let named =
            |paths: &[Path]| paths.iter().any(|path| path.0.first().is_some_and(|first| first == name));
        let excluded = self.excluded.iter().any(|path| path.0 == [name]);
        self.attributes.as_deref().is_none_or(named) && !excluded
    }

    /// The part of these that is asked for.
    pub(super) fn page(&self, all: impl Iterator<Item = Value>) -> Listed {
        let (start, count) = (to_usize(self.start_index - 1), to_usize(self.count));
        let mut total = 0_i64;
        let mut resources = Vec::new();
        for one in all {
            if to_usize(total) >= start && resources.len() < count {
                resources.push(one);
            }
            total += 1;
        }
        Listed { total, resources }
    }

    /// One resource.
    pub(super) fn one(
        &self,
        status: StatusCode,
        version: i64,
        location: Option<String>,
        resource: Value,
    ) -> Response {
        if status == StatusCode::OK && self.has == Some(version) {
            return (StatusCode::NOT_MODIFIED, [(header::ETAG, etag(version))]).into_response();
        }
        let mut response = speak(status, &self.project(resource));
        let headers = response.headers_mut();
        if let Ok(tag) = HeaderValue::from_str(&etag(version)) {
            headers.insert(header::ETAG, tag);
        }
        if let Some(location) = location.and_then(|at| HeaderValue::from_str(&at).ok()) {
            headers.insert(header::LOCATION, location);
        }
        response
    }

    /// A part of a list.
    pub(super) fn list(&self, listed: Listed) -> Response {
        let resources: Vec<Value> = listed.resources.into_iter().map(|one| self.project(one)).collect();
        speak(
            StatusCode::OK,
            &json!({
                "schemas": [LIST], "totalResults": listed.total, "startIndex": self.start_index,
                "itemsPerPage": resources.len(), "Resources": resources,
            }),
        )
    }

    fn project(&self, resource: Value) -> Value {
        let Value::Object(mut resource) = resource else { return resource };
        if let Some(paths) = &self.attributes {
            resource.retain(|name, value| {
                let mut parts: Vec<&[String]> = Vec::new();
                for path in paths {
                    if let Some((first, rest)) = path.0.split_first()
                        && first.eq_ignore_ascii_case(name)
                    {
                        parts.push(rest);
                    }
                }
                if !parts.is_empty() && parts.iter().all(|rest| !rest.is_empty()) {
                    each_object(value, |object| {
                        object.retain(|part, _| {
                            parts.iter().any(|rest| rest.iter().any(|name| name.eq_ignore_ascii_case(part)))
                        });
                    });
                }
                !parts.is_empty() || ALWAYS.contains(&name.as_str())
            });
        }
        for path in &self.excluded {
            let Some((first, rest)) = path.0.split_first() else { continue };
            if ALWAYS.contains(&first.as_str()) {
                continue;
            }
            match rest.first() {
                None => resource.retain(|name, _| !name.eq_ignore_ascii_case(first)),
                Some(part) => {
                    for (_, value) in resource.iter_mut().filter(|(name, _)| name.eq_ignore_ascii_case(first))
                    {
                        each_object(value, |object| {
                            object.retain(|name, _| !name.eq_ignore_ascii_case(part));
                        });
                    }
                }
            }
        }
        Value::Object(resource)
    }
}

fn to_usize(number: i64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

fn each_object(value: &mut Value, mut act: impl FnMut(&mut Map<String, Value>)) {
    match value {
        Value::Object(object) => act(object),
        Value::Array(items) => items.iter_mut().filter_map(Value::as_object_mut).for_each(act),
        _ => {}
    }
}

/// An answer.
pub(super) fn speak(status: StatusCode, body: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, CONTENT_TYPE)], body.to_string()).into_response()
}

/// A whole list that is always short.
pub(super) fn whole(resources: &[Value]) -> Response {
    speak(
        StatusCode::OK,
        &json!({
            "schemas": [LIST], "totalResults": resources.len(), "startIndex": 1, "itemsPerPage": resources.len(),
            "Resources": resources,
        }),
    )
}

/// A body in JSON.
#[derive(Debug)]
pub(super) struct Spoken(pub(super) Value);

impl<S: Send + Sync> FromRequest<S> for Spoken {
    type Rejection = ScimError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ScimError> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let essence =
            kind.and_then(|kind| kind.split(';').next()).map(|kind| kind.trim().to_ascii_lowercase());
        if !matches!(essence.as_deref(), Some("application/scim+json" | "application/json")) {
            return Err(ScimError::unsupported_media_type());
        }
        let bytes = Bytes::from_request(request, state)
            .await
            .map_err(|_| ScimError::too_many("The body is larger than is read at once."))?;
        strict_json::read(&bytes).map(Self).map_err(ScimError::syntax)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(attributes: Option<&str>, excluded: &str) -> Asked {
        Asked {
            filter: None,
            start_index: 2,
            count: 2,
            attributes: attributes.map(|text| paths(text).unwrap()),
            excluded: paths(excluded).unwrap(),
            has: None,
            version: None,
        }
    }

    #[test]
    fn only_what_is_asked_for_is_told() {
        let ada = json!({
            "schemas": ["x"], "id": "7", "userName": "ada", "name": { "givenName": "Ada", "familyName": "Park" },
            "emails": [{ "value": "a", "type": "work" }],
        });
        let told = |attributes, excluded| asked(attributes, excluded).project(ada.clone());
        assert_eq!(told(Some("USERNAME"), ""), json!({ "schemas": ["x"], "id": "7", "userName": "ada" }));
        assert_eq!(
            told(Some("emails.value, name.givenName,nothing"), ""),
            json!({ "schemas": ["x"], "id": "7", "name": { "givenName": "Ada" }, "emails": [{ "value": "a" }] })
        );
        let without = told(None, "id,emails,name.familyname");
        assert_eq!(
            without,
            json!({ "schemas": ["x"], "id": "7", "userName": "ada", "name": { "givenName": "Ada" } })
        );
        assert!(!asked(None, "members").shows("members") && !asked(Some("id"), "").shows("members"));
        assert!(
            asked(None, "members.value").shows("members")
                && asked(Some("members.value"), "").shows("members")
        );
    }

    #[test]
    fn a_page_begins_where_it_is_asked_to() {
        let listed = asked(None, "").page((0..5).map(Value::from));
        assert_eq!((listed.total, listed.resources), (5, vec![json!(1), json!(2)]));
    }
}
