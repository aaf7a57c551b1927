//! People and groups as a directory speaks of them (RFC 7643 sections 4.1 and 4.2), as far as they are ours to keep.

use super::error::ScimError;
use crate::auth;
use crate::http::text;
use crate::ids::{DirectoryGroupId, UserId};
use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

pub(super) const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
pub(super) const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
/// People in one group.
const MOST_MEMBERS: usize = 10_000;

/// What is known of a kind of resource.
pub(super) struct Kind {
    pub(super) schema: &'static str,
    /// What a directory may set. Whatever else of the standard it sends is passed over: what somebody may do is said by
    /// the groups that an admin mapped, and by nothing in a person's own resource.
    pub(super) kept: &'static [&'static str],
    /// What a filter may name; dotted, in lower case.
    pub(super) filtered: &'static [&'static str],
}

pub(super) static USERS: Kind = Kind {
    schema: USER,
    kept: &["userName", "externalId", "displayName", "name", "emails", "active"],
    filtered: &[
        "schemas",
        "id",
        "externalid",
        "username",
        "displayname",
        "active",
        "name",
        "name.givenname",
        "name.familyname",
        "emails",
        "emails.value",
        "emails.type",
        "emails.primary",
        "groups",
        "groups.value",
        "groups.display",
        "meta.resourcetype",
        "meta.location",
        "meta.version",
        "meta.created",
        "meta.lastmodified",
    ],
};

pub(super) static GROUPS: Kind = Kind {
    schema: GROUP,
    kept: &["displayName", "externalId", "members"],
    filtered: &[
        "schemas",
        "id",
        "externalid",
        "displayname",
        "members",
        "members.value",
        "members.type",
        "meta.resourcetype",
        "meta.location",
        "meta.version",
        "meta.created",
        "meta.lastmodified",
    ],
};

/// What a directory says of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PersonWish {
    pub(super) user_name: String,
    pub(super) external_id: Option<String>,
    pub(super) given_name: Option<String>,
    pub(super) family_name: Option<String>,
    pub(super) display_name: String,
    pub(super) email: String,
    /// None: not said.
    pub(super) active: Option<bool>,
}

/// A person as kept.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub(super) id: UserId,
    pub(super) is: PersonWish,
    pub(super) groups: Vec<(DirectoryGroupId, String)>,
    pub(super) created_at: DateTime<Utc>,
    pub(super) updated_at: DateTime<Utc>,
    pub(super) version: i64,
}

/// What a directory says of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct GroupWish {
    pub(super) display_name: String,
    pub(super) external_id: Option<String>,
    /// Sorted, each once.
    pub(super) members: Vec<UserId>,
}

/// A group as kept.
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub(super) id: DirectoryGroupId,
    pub(super) is: GroupWish,
    pub(super) created_at: DateTime<Utc>,
    pub(super) updated_at: DateTime<Utc>,
    pub(super) version: i64,
}

impl Kind {
    /// The object of a resource that says to be of this kind.
    pub(super) fn object<'a>(&self, resource: &'a Value) -> Result<&'a Map<String, Value>, ScimError> {
        let object = resource.as_object().ok_or_else(|| ScimError::syntax("A resource is a JSON object."))?;
        require_schema(object, self.schema)?;
        Ok(object)
    }
}

/// A message says what it is (RFC 7643 section 3).
pub(super) fn require_schema(object: &Map<String, Value>, schema: &str) -> Result<(), ScimError> {
    let schemas = member(object, "schemas").and_then(Value::as_array);
    let named = |one: &Value| one.as_str().is_some_and(|one| one.eq_ignore_ascii_case(schema));
    if schemas.is_some_and(|schemas| schemas.iter().any(named)) {
        return Ok(());
    }
    Err(ScimError::syntax(format!("`schemas` must name {schema}.")))
}

impl PersonWish {
    /// Reads a resource. Names count in whatever case, and empty texts as none.
    pub(super) fn read(resource: &Value) -> Result<Self, ScimError> {
        let resource = USERS.object(resource)?;
        let name = match member(resource, "name") {
            None | Some(Value::Null) => None,
            Some(Value::Object(name)) => Some(name),
            Some(_) => return Err(ScimError::value("`name` is an object.")),
        };
        let part = |part| line(name.and_then(|name| member(name, part)), part, 255);
        let (given_name, family_name) = (part("givenName")?, part("familyName")?);
        let user_name = line(member(resource, "userName"), "userName", 255)?
            .ok_or_else(|| ScimError::value("`userName` is missing."))?;
        let email = email_of(resource)?.unwrap_or_else(|| user_name.clone());
        let email = auth::check_email(&email).map_err(|_| {
            ScimError::value("Neither `emails` nor `userName` holds a mail address that fits.")
        })?;
        let told: Vec<&str> = [given_name.as_deref(), family_name.as_deref()].into_iter().flatten().collect();
        let made = || if told.is_empty() { user_name.clone() } else { told.join(" ") };
        let display_name = line(member(resource, "displayName"), "displayName", 120)?;
        Ok(Self {
            external_id: line(member(resource, "externalId"), "externalId", 255)?,
            display_name: display_name.unwrap_or_else(|| made().chars().take(120).collect()),
            active: match member(resource, "active") {
                None | Some(Value::Null) => None,
                Some(said) => {
                    Some(truth(said).ok_or_else(|| ScimError::value("`active` is true or false."))?)
                }
            },
            user_name,
            given_name,
            family_name,
            email,
        })
    }
}

impl Person {
    /// As it is answered. `at` is where SCIM is reached.
    pub(super) fn shown(&self, at: &str) -> Value {
        let is = &self.is;
        let groups: Vec<Value> = self
            .groups
            .iter()
            .map(|(id, name)| json!({ "value": id, "display": name, "type": "direct", "$ref": format!("{at}/Groups/{id}") }))
            .collect();
        let parts = [("givenName", is.given_name.as_ref()), ("familyName", is.family_name.as_ref())];
        let name: Map<String, Value> =
            parts.into_iter().filter_map(|(part, value)| Some((part.to_owned(), json!(value?)))).collect();
        let location = format!("{at}/Users/{}", self.id);
        resource([
            ("schemas", Some(json!([USER]))),
            ("id", Some(json!(self.id))),
            ("externalId", is.external_id.as_ref().map(|id| json!(id))),
            ("userName", Some(json!(is.user_name))),
            ("displayName", Some(json!(is.display_name))),
            ("name", Some(Value::Object(name.clone())).filter(|_| !name.is_empty())),
            ("active", Some(json!(is.active == Some(true)))),
            ("emails", Some(json!([{ "value": is.email, "type": "work", "primary": true }]))),
            ("groups", Some(json!(groups)).filter(|_| !groups.is_empty())),
            ("meta", Some(meta("User", &location, self.version, [self.created_at, self.updated_at]))),
        ])
    }
}

/// A resource; what is not there is left out (RFC 7643 section 2.5).
fn resource<const N: usize>(attributes: [(&str, Option<Value>); N]) -> Value {
    let there = attributes.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(there.collect())
}

impl GroupWish {
    /// Reads a resource.
    pub(super) fn read(resource: &Value) -> Result<Self, ScimError> {
        let resource = GROUPS.object(resource)?;
        let items = match member(resource, "members") {
            None | Some(Value::Null) => &[][..],
            Some(Value::Array(items)) => items.as_slice(),
            Some(_) => return Err(ScimError::value("`members` is a list.")),
        };
        if items.len() > MOST_MEMBERS {
            return Err(ScimError::too_many("A group has at most 10000 members."));
        }
        let id = |item: &Value| {
            let text = member(item.as_object()?, "value")?.as_str()?;
            crate::ids::read(text).map(UserId)
        };
        let members: Option<Vec<UserId>> = items.iter().map(id).collect();
        let mut members = members.ok_or_else(no_member)?;
        members.sort_unstable();
        members.dedup();
        Ok(Self {
            display_name: line(member(resource, "displayName"), "displayName", 255)?
                .ok_or_else(|| ScimError::value("`displayName` is missing."))?,
            external_id: line(member(resource, "externalId"), "externalId", 255)?,
            members,
        })
    }
}

/// Somebody who is to be in a group is nobody that this directory keeps here.
pub(super) fn no_member() -> ScimError {
    ScimError::value("A member is no User of this directory. Groups in groups are not offered.")
}

impl Group {
    /// As it is answered.
    pub(super) fn shown(&self, at: &str) -> Value {
        let members: Vec<Value> = self
            .is
            .members
            .iter()
            .map(|id| json!({ "value": id, "type": "User", "$ref": format!("{at}/Users/{id}") }))
            .collect();
        let location = format!("{at}/Groups/{}", self.id);
        resource([
            ("schemas", Some(json!([GROUP]))),
            ("id", Some(json!(self.id))),
            ("externalId", self.is.external_id.as_ref().map(|id| json!(id))),
            ("displayName", Some(json!(self.is.display_name))),
            ("members", Some(json!(members)).filter(|_| !members.is_empty())),
            ("meta", Some(meta("Group", &location, self.version, [self.created_at, self.updated_at]))),
        ])
    }
}

/// The version as `ETag` has it.
pub(super) fn etag(version: i64) -> String {
    format!("W/\"{version}\"")
}

fn meta(kind: &str, location: &str, version: i64, [created, changed]: [DateTime<Utc>; 2]) -> Value {
    json!({
        "resourceType": kind, "location": location, "version": etag(version), "created": created,
        "lastModified": changed,
    })
}

/// A member by its name in whatever case.
pub(super) fn member<'a>(of: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    of.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

/// A text of one line.
fn line(value: Option<&Value>, name: &str, most: usize) -> Result<Option<String>, ScimError> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if text.trim().is_empty() => Ok(None),
        Some(Value::String(line)) => {
            let line = text::line(name, line, most);
            let problem =
                format!("`{name}` is one line of at most {most} characters, without control characters.");
            line.map(Some).map_err(|_| ScimError::value(problem))
        }
        Some(_) => Err(ScimError::value(format!("`{name}` is a text."))),
    }
}

/// Entra writes `"False"`.
fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(truth) => Some(*truth),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// The address that a person is told at: the primary one, else that of work, else the first.
fn email_of(resource: &Map<String, Value>) -> Result<Option<String>, ScimError> {
    let bad = || ScimError::value("`emails` is a list of objects with a `value`.");
    let items = match member(resource, "emails") {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Array(items)) => items,
        Some(_) => return Err(bad()),
    };
    let items: Option<Vec<&Map<String, Value>>> = items.iter().map(Value::as_object).collect();
    let items = items.ok_or_else(bad)?;
    let primary = |item: &&&Map<String, Value>| member(item, "primary").and_then(truth) == Some(true);
    let work = |item: &&&Map<String, Value>| member(item, "type").and_then(Value::as_str) == Some("work");
    let chosen = items.iter().find(primary).or_else(|| items.iter().find(work)).or_else(|| items.first());
    chosen.map_or(Ok(None), |item| line(member(item, "value"), "emails.value", 254))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_directories_send_is_read_and_what_is_not_ours_is_passed_over() {
        let entra = json!({
            "schemas": [USER, "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"], "active": "True",
            "userName": "ada@acme.example", "externalId": "7", "roles": [{ "value": "super_admin" }], "id": "mine",
            "emails": [{ "value": "home@x.example", "type": "home" }, { "value": "Ada@acme.example", "type": "work" }],
            "name": { "givenName": "Ada", "familyName": "Park", "formatted": "x" }, "title": "",
        });
        let read = PersonWish::read(&entra).unwrap();
        assert_eq!((read.display_name.as_str(), read.active), ("Ada Park", Some(true)));
        assert_eq!(read.email, "ada@acme.example");
        assert_eq!(
            PersonWish::read(&json!({ "schemas": [USER], "userName": "a@acme.example" })).unwrap().active,
            None
        );
        for mut bad in [
            json!({}),
            json!({ "userName": "ada" }),
            json!({ "userName": 7 }),
            json!({ "userName": "ada@acme.example", "active": "perhaps" }),
            json!({ "userName": "ada@acme.example", "emails": "x" }),
            json!({ "userName": "ada@acme.example", "emails": ["x"] }),
            json!({ "userName": "ada@acme.example", "name": "x" }),
            json!({ "userName": "ada@acme.example", "displayName": "x".repeat(121) }),
            json!({ "userName": "a\u{0}@acme.example" }),
        ] {
            bad["schemas"] = json!([USER]);
            assert!(PersonWish::read(&bad).is_err(), "{bad}");
        }
        for unnamed in [json!([]), json!({ "userName": "ada@acme.example" })] {
            assert!(PersonWish::read(&unnamed).is_err(), "{unnamed}");
        }
    }
}
