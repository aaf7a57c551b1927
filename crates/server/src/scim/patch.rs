//! PATCH of RFC 7644 section 3.5.2, on a resource as JSON: what comes out is read again as strictly as what a PUT
//! sends. What the standard knows and is not ours to keep is passed over, whoever sends it in whatever spelling: among it
//! are `roles` and `entitlements`. What no standard knows is refused.

use super::error::ScimError;
use super::filter::{Comparison, Filter, Path};
use super::model::{Kind, require_schema};
use serde::Deserialize;
use serde_json::{Map, Value};

const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
/// Changes in one request.
const MOST: usize = 1000;
/// Attributes of the standard that are not kept; in lower case.
const PASSED_OVER: &[&str] = &[
    "nickname",
    "profileurl",
    "title",
    "usertype",
    "preferredlanguage",
    "locale",
    "timezone",
    "password",
    "phonenumbers",
    "ims",
    "photos",
    "addresses",
    "entitlements",
    "roles",
    "x509certificates",
    "schemas",
];
/// Attributes that are ours to say; in lower case.
const READ_ONLY: &[&str] = &["id", "meta", "groups"];

/// A PATCH request.
#[derive(Debug)]
pub(super) struct Patch(Vec<Operation>);

/// Directories send what else they like in it.
#[derive(Debug, Deserialize)]
struct Operation {
    op: String,
    path: Option<String>,
    value: Option<Value>,
}

/// What an operation does.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Act {
    Add,
    Replace,
    Remove,
}

/// Where it does it: an attribute, perhaps some of its values, perhaps a part of it.
struct Place {
    name: String,
    which: Option<Filter>,
    part: Option<String>,
}

/// What becomes of an attribute that is named.
enum Fate {
    Kept(&'static str),
    PassedOver,
}

impl Patch {
    /// Reads the body of a request.
    pub(super) fn read(body: &Value) -> Result<Self, ScimError> {
        let object = body.as_object().ok_or_else(|| ScimError::syntax("A PATCH is a JSON object."))?;
        require_schema(object, PATCH)?;
        let operations = super::model::member(object, "Operations").cloned().unwrap_or_default();
        let operations: Vec<Operation> = serde_json::from_value(operations).map_err(|_| {
            ScimError::syntax("`Operations` is a list of objects with `op`, `path` and `value`.")
        })?;
        if operations.is_empty() {
            return Err(ScimError::syntax("`Operations` is empty."));
        }
        if operations.len() > MOST {
            return Err(ScimError::too_many("A request holds at most 1000 operations."));
        }
        Ok(Self(operations))
    }

    /// The resource after all operations.
    pub(super) fn apply(self, resource: &Value, kind: &Kind) -> Result<Value, ScimError> {
        let mut resource = resource.as_object().cloned().unwrap_or_default();
        for operation in self.0 {
            // Entra writes `Add`.
            let act = match operation.op.to_ascii_lowercase().as_str() {
                "add" => Act::Add,
                "replace" => Act::Replace,
                "remove" => Act::Remove,
                _ => return Err(ScimError::syntax("`op` is add, replace or remove.")),
            };
            if act != Act::Remove && operation.value.is_none() {
                return Err(ScimError::value("`value` is missing."));
            }
            let value = operation.value.unwrap_or(Value::Null);
            match operation.path.as_deref().filter(|path| !path.is_empty()) {
                Some(path) => apply_at(&mut resource, act, &Place::parse(path)?, value, kind)?,
                None => apply_all(&mut resource, act, value, kind)?,
            }
        }
        Ok(Value::Object(resource))
    }
}

impl Kind {
    fn fate(&self, name: &str) -> Result<Fate, ScimError> {
        if let Some(kept) = self.kept.iter().find(|kept| kept.eq_ignore_ascii_case(name)) {
            return Ok(Fate::Kept(kept));
        }
        if READ_ONLY.contains(&name) {
            return Err(ScimError::mutability("This attribute is the server's to say."));
        }
        if PASSED_OVER.contains(&name) || name.starts_with("urn:") {
            return Ok(Fate::PassedOver);
        }
        Err(ScimError::path("The path names no attribute of this resource."))
    }
}

/// Without a path the value is an object of attributes; Entra's have paths for names. As in a whole resource, what is not
/// ours is passed over.
fn apply_all(
    resource: &mut Map<String, Value>,
    act: Act,
    value: Value,
    kind: &Kind,
) -> Result<(), ScimError> {
    if act == Act::Remove {
        return Err(ScimError::no_target("`remove` needs a path."));
    }
    let Value::Object(attributes) = value else {
        return Err(ScimError::value("Without a path the value is an object."));
    };
    for (path, value) in attributes {
        let Ok(place) = Place::parse(&path) else { continue };
        if matches!(kind.fate(&place.name), Ok(Fate::Kept(_))) {
            apply_at(resource, act, &place, value, kind)?;
        }
    }
    Ok(())
}

fn apply_at(
    resource: &mut Map<String, Value>,
    act: Act,
    place: &Place,
    value: Value,
    kind: &Kind,
) -> Result<(), ScimError> {
    let Fate::Kept(name) = kind.fate(&place.name)? else { return Ok(()) };
    let slot = resource.entry(name.to_owned()).or_insert(Value::Null);
    if matches!(name, "emails" | "members") {
        return apply_to_values(slot, act, place, value);
    }
    if place.which.is_some() {
        return Err(ScimError::path("This attribute has one value, and none to choose among."));
    }
    match (&place.part, act) {
        (None, Act::Remove) => *slot = Value::Null,
        (None, _) => match (slot, value) {
            // A complex attribute takes on what is sent and keeps the rest.
            (Value::Object(parts), Value::Object(new)) => {
                for (part, value) in new {
                    set(parts, &part, Some(value));
                }
            }
            (slot, value) => *slot = value,
        },
        (Some(part), act) => {
            if !slot.is_object() {
                *slot = Value::Object(Map::new());
            }
            if let Some(parts) = slot.as_object_mut() {
                set(parts, part, Some(value).filter(|_| act != Act::Remove));
            }
        }
    }
    Ok(())
}

/// A part by its name in whatever case.
fn set(parts: &mut Map<String, Value>, part: &str, value: Option<Value>) {
    parts.retain(|name, _| !name.eq_ignore_ascii_case(part));
    if let Some(value) = value {
        parts.insert(part.to_owned(), value);
    }
}

fn apply_to_values(slot: &mut Value, act: Act, place: &Place, value: Value) -> Result<(), ScimError> {
    let mut items = match std::mem::take(slot) {
        Value::Array(items) => items,
        Value::Null => Vec::new(),
        other => vec![other],
    };
    let new = match value {
        Value::Array(new) => new,
        Value::Null => Vec::new(),
        one => vec![one],
    };
    match &place.part {
        Some(part) => change_parts(&mut items, act, place, part, new),
        None => change_values(&mut items, act, place, new)?,
    }
    *slot = Value::Array(items);
    Ok(())
}

/// A part of each value that fits.
fn change_parts(items: &mut Vec<Value>, act: Act, place: &Place, part: &str, new: Vec<Value>) {
    let value = new.into_iter().next().filter(|_| act != Act::Remove);
    let mut found = false;
    for parts in items.iter_mut().filter(|item| place.fits(item)).filter_map(Value::as_object_mut) {
        found = true;
        set(parts, part, value.clone());
    }
    // Entra replaces `emails[type eq "work"].value` of somebody who has none yet.
    if let (false, Some(value)) = (found, value) {
        let mut made = Map::from_iter([(part.to_owned(), value)]);
        if let Some(Filter::Compare(path, Comparison::Equal, kind)) = &place.which
            && let Some(name) = path.0.first()
        {
            made.insert(name.clone(), kind.clone());
        }
        items.push(Value::Object(made));
    }
}

/// Whole values.
fn change_values(items: &mut Vec<Value>, act: Act, place: &Place, new: Vec<Value>) -> Result<(), ScimError> {
    match act {
        Act::Add => {
            for one in new {
                // There is one primary value (RFC 7643 section 2.4), and it is the new one.
                if one.get("primary") == Some(&Value::Bool(true)) {
                    for parts in items.iter_mut().filter_map(Value::as_object_mut) {
                        set(parts, "primary", None);
                    }
                }
                if !items.iter().any(|item| are_same(item, &one)) {
                    items.push(one);
                }
            }
        }
        Act::Replace if place.which.is_none() => *items = new,
        Act::Replace => {
            let before = items.len();
            items.retain(|item| !place.fits(item));
            if items.len() == before {
                return Err(ScimError::no_target("No value fits the filter of the path."));
            }
            items.extend(new);
        }
        // Entra removes members by a value beside the path.
        Act::Remove if !new.is_empty() => items.retain(|item| !new.iter().any(|one| are_same(item, one))),
        Act::Remove => items.retain(|item| !place.fits(item)),
    }
    Ok(())
}

/// Two values of several are the same one when their `value` is.
fn are_same(one: &Value, other: &Value) -> bool {
    let text = |of: &Value| of.get("value").unwrap_or(of).as_str().map(str::to_owned);
    let (Some(one), Some(other)) = (text(one), text(other)) else { return false };
    one.eq_ignore_ascii_case(&other)
}

impl Place {
    /// `active`, `name.givenName`, `emails[type eq "work"].value`, each perhaps after the name of its schema.
    fn parse(text: &str) -> Result<Self, ScimError> {
        let bad = |why: &str| ScimError::path(format!("The path does not fit: {why}."));
        let (path, which, part) = match text.split_once('[') {
            None => (text, None, None),
            Some((path, rest)) => {
                let (filter, tail) = rest.rsplit_once(']').ok_or_else(|| bad("a bracket is not closed"))?;
                let which = Filter::parse(filter).map_err(|refused| bad(refused.0))?;
                let part = match tail.strip_prefix('.') {
                    Some(part) => Some(part.to_owned()),
                    None if tail.is_empty() => None,
                    None => return Err(bad("something follows the bracket")),
                };
                (path, Some(which), part)
            }
        };
        let path = Path::parse(path).map_err(|refused| bad(refused.0))?;
        let mut parts = path.0.into_iter();
        let name = parts.next().ok_or_else(|| bad("there is no attribute"))?;
        Ok(Self { name, which, part: part.or_else(|| parts.next()) })
    }

    fn fits(&self, item: &Value) -> bool {
        self.which.as_ref().is_none_or(|which| which.holds(item))
    }
}

#[cfg(test)]
mod tests {
    use super::super::model::{GROUPS, USERS};
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn try_all(operations: Value, resource: &Value, kind: &Kind) -> Result<Value, ScimError> {
        let mut body = json!({ "schemas": [PATCH] });
        body["Operations"] = operations;
        Patch::read(&body)?.apply(resource, kind)
    }

    fn ada() -> Value {
        json!({
            "userName": "ada", "active": true, "name": { "givenName": "Ada" },
            "emails": [{ "value": "ada@acme.example", "type": "work" }],
        })
    }

    fn after(operations: Value) -> Value {
        try_all(operations, &ada(), &USERS).unwrap()
    }

    #[test]
    fn the_dialects_of_directories_are_understood() {
        assert_eq!(
            after(json!([{ "op": "Replace", "path": "active", "value": "False" }]))["active"],
            "False"
        );
        assert_eq!(after(json!([{ "op": "replace", "value": { "active": false } }]))["active"], false);
        let dotted =
            after(json!([{ "op": "Add", "value": { "name.familyName": "Park", "displayName": "Ada" } }]));
        assert_eq!((&dotted["name"]["familyname"], &dotted["displayName"]), (&json!("Park"), &json!("Ada")));
        let merged = after(json!([{ "op": "replace", "path": "name", "value": { "GIVENNAME": "Eva" } }]));
        assert_eq!(merged["name"], json!({ "GIVENNAME": "Eva" }));
        let urn = "urn:ietf:params:scim:schemas:core:2.0:User:externalId";
        assert_eq!(after(json!([{ "op": "add", "path": urn, "value": "7" }]))["externalId"], "7");
        let work = "emails[type eq \"work\"].value";
        let changed = after(json!([{ "op": "replace", "path": work, "value": "new@acme.example" }]));
        assert_eq!(changed["emails"][0]["value"], "new@acme.example");
        let home = "emails[type eq \"home\"].value";
        let made = after(json!([{ "op": "add", "path": home, "value": "x@acme.example" }]));
        assert_eq!(made["emails"][1], json!({ "value": "x@acme.example", "type": "home" }));
        assert_eq!(after(json!([{ "op": "remove", "path": "name.givenName" }]))["name"], json!({}));
    }

    #[test]
    fn members_come_and_go_in_every_dialect() {
        let group = json!({ "members": [{ "value": "A" }, { "value": "b" }] });
        let values = |operations| {
            let after = try_all(operations, &group, &GROUPS).unwrap();
            let values = after["members"]
                .as_array()
                .unwrap()
                .iter()
                .map(|one| one["value"].as_str().unwrap().to_owned());
            values.collect::<Vec<_>>()
        };
        let one = |value: &str| json!([{ "value": value }]);
        assert_eq!(values(json!([{ "op": "add", "path": "members", "value": one("c") }])), ["A", "b", "c"]);
        assert_eq!(values(json!([{ "op": "add", "path": "members", "value": one("a") }])), ["A", "b"]);
        assert_eq!(values(json!([{ "op": "add", "value": { "members": one("c") } }])), ["A", "b", "c"]);
        assert_eq!(values(json!([{ "op": "remove", "path": "members[value eq \"b\"]" }])), ["A"]);
        assert_eq!(values(json!([{ "op": "Remove", "path": "members", "value": one("b") }])), ["A"]);
        assert_eq!(values(json!([{ "op": "remove", "path": "members" }])), Vec::<String>::new());
        assert_eq!(values(json!([{ "op": "replace", "path": "members", "value": one("c") }])), ["c"]);
    }

    #[test]
    fn c04_what_is_not_ours_to_keep_is_passed_over() {
        for path in [
            "roles",
            "ROLES",
            "entitlements",
            "urn:ietf:params:scim:schemas:core:2.0:User:Roles",
            "urn:x:roles",
        ] {
            for value in [json!("superadmin"), json!([{ "value": "owner" }]), json!(true)] {
                let changed = after(json!([
                    { "op": "add", "path": path, "value": value },
                    { "op": "replace", "value": { path: value } },
                    { "op": "add", "path": format!("{path}[value eq \"owner\"]"), "value": value },
                ]));
                assert_eq!(
                    changed,
                    after(json!([{ "op": "add", "path": "active", "value": true }])),
                    "{path}"
                );
            }
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        for operation in [
            json!({ "op": "add", "path": "role", "value": "owner" }),
            json!({ "op": "add", "path": "orgId", "value": "x" }),
            json!({ "op": "replace", "path": "id", "value": "x" }),
            json!({ "op": "replace", "path": "groups", "value": [] }),
            json!({ "op": "replace", "path": "emails[type eq \"x\"]", "value": [] }),
            json!({ "op": "replace", "path": "emails[type eq", "value": [] }),
            json!({ "op": "replace", "path": "active[value eq true]", "value": true }),
            json!({ "op": "replace", "path": "active" }),
            json!({ "op": "remove" }),
            json!({ "op": "copy", "path": "active" }),
            json!({ "op": "add", "value": "x" }),
        ] {
            assert!(try_all(json!([operation]), &ada(), &USERS).is_err(), "{operation}");
        }
        assert!(Patch::read(&json!({ "Operations": [] })).is_err());
        assert!(try_all(json!([]), &ada(), &USERS).is_err());
    }

    proptest! {
        #[test]
        fn nothing_that_anybody_sends_breaks_a_patch(path in any::<String>(), of in "[a-z\\[\\]() .\"]{0,60}", value in any::<String>()) {
            for path in [path, of] {
                for op in ["add", "replace", "remove"] {
                    let _ = try_all(json!([{ "op": op, "path": path, "value": value }]), &ada(), &USERS);
                }
            }
        }
    }
}
