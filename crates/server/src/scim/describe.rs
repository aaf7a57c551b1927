//! What SCIM here offers, in its own words (RFC 7643 sections 5 to 7): what is not described is not kept.

use super::answer::{self, Asked, speak, whole};
use super::error::ScimError;
use super::model::{GROUP, USER};
use crate::access::{Action, Directory, Facts};
use crate::app::App;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

type Answer = Result<Response, ScimError>;

/// Nothing of anybody's; asked all the same, as everything is.
fn ask(app: &App, directory: &Directory) -> Result<String, ScimError> {
    app.policies.directory_may(directory, Action::DirectoryUserRead, &Facts::default())?;
    Ok(super::url(&app.config))
}

/// There is nothing to find here (RFC 7644 section 4).
fn refuse_filter(asked: &Asked) -> Result<(), ScimError> {
    if asked.has_filter() { Err(ScimError::forbidden("There are no filters here.")) } else { Ok(()) }
}

pub(super) fn service(app: &App, directory: &Directory) -> Answer {
    let at = ask(app, directory)?;
    Ok(speak(
        StatusCode::OK,
        &json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
            "patch": { "supported": true },
            "bulk": { "supported": false, "maxOperations": 0, "maxPayloadSize": 0 },
            "filter": { "supported": true, "maxResults": answer::MOST },
            "changePassword": { "supported": false },
            "sort": { "supported": false },
            "etag": { "supported": true },
            "authenticationSchemes": [{
                "type": "oauthbearertoken", "name": "Token of a directory", "primary": true,
                "description": "Made by an admin of the organization in the console; sent as Authorization: Bearer.",
            }],
            "meta": { "resourceType": "ServiceProviderConfig", "location": format!("{at}/ServiceProviderConfig") },
        }),
    ))
}

pub(super) fn resource_types(app: &App, directory: &Directory, asked: &Asked) -> Answer {
    let at = ask(app, directory)?;
    refuse_filter(asked)?;
    Ok(whole(&all_resource_types(&at)))
}

pub(super) fn resource_type(app: &App, directory: &Directory, id: &str) -> Answer {
    let at = ask(app, directory)?;
    one_of(all_resource_types(&at), id)
}

pub(super) fn schemas(app: &App, directory: &Directory, asked: &Asked) -> Answer {
    let at = ask(app, directory)?;
    refuse_filter(asked)?;
    Ok(whole(&all_schemas(&at)))
}

pub(super) fn schema(app: &App, directory: &Directory, id: &str) -> Answer {
    let at = ask(app, directory)?;
    one_of(all_schemas(&at), id)
}

fn one_of(all: Vec<Value>, id: &str) -> Answer {
    let found = all
        .into_iter()
        .find(|one| one.get("id").and_then(Value::as_str).is_some_and(|name| name.eq_ignore_ascii_case(id)));
    found.map(|one| speak(StatusCode::OK, &one)).ok_or_else(ScimError::not_found)
}

fn all_resource_types(at: &str) -> Vec<Value> {
    [("User", "/Users", USER, "A person."), ("Group", "/Groups", GROUP, "A group of people.")]
        .map(|(name, endpoint, schema, description)| {
            json!({
                "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
                "id": name, "name": name, "endpoint": endpoint, "schema": schema, "description": description,
                "meta": { "resourceType": "ResourceType", "location": format!("{at}/ResourceTypes/{name}") },
            })
        })
        .to_vec()
}

fn all_schemas(at: &str) -> Vec<Value> {
    let schema = |id: &str, name: &str, attributes: Value| {
        json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"],
            "id": id, "name": name, "description": name, "attributes": attributes,
            "meta": { "resourceType": "Schema", "location": format!("{at}/Schemas/{id}") },
        })
    };
    vec![schema(USER, "User", user_attributes()), schema(GROUP, "Group", group_attributes())]
}

/// An attribute of one value that is a text, and nothing special.
fn text(name: &str, description: &str) -> Value {
    json!({
        "name": name, "type": "string", "multiValued": false, "description": description, "required": false,
        "caseExact": false, "mutability": "readWrite", "returned": "default", "uniqueness": "none",
    })
}

fn with(mut attribute: Value, changes: Value) -> Value {
    if let (Some(attribute), Value::Object(changes)) = (attribute.as_object_mut(), changes) {
        attribute.extend(changes);
    }
    attribute
}

fn reference(kind: &str) -> Value {
    let reads =
        json!({ "type": "reference", "referenceTypes": [kind], "mutability": "readOnly", "caseExact": true });
    with(text("$ref", "Where it is."), reads)
}

fn external_id() -> Value {
    with(
        text("externalId", "The directory's own name for it, which stays the same."),
        json!({ "caseExact": true, "uniqueness": "server" }),
    )
}

fn user_attributes() -> Value {
    let read_only = json!({ "mutability": "readOnly" });
    let complex = |name, description, sub: Value| {
        with(text(name, description), json!({ "type": "complex", "subAttributes": sub }))
    };
    let emails = complex(
        "emails",
        "The one address at which the person is told things.",
        json!([
            with(
                text("value", "An address of a domain that the organization proved."),
                json!({ "required": true })
            ),
            with(text("type", "What it is for: work."), read_only.clone()),
            with(
                text("primary", "Whether it is the one."),
                json!({ "type": "boolean", "mutability": "readOnly" })
            ),
        ]),
    );
    let groups = complex(
        "groups",
        "The groups that the person is in.",
        json!([
            with(text("value", "The group's id."), read_only.clone()),
            reference("Group"),
            with(text("display", "The group's name."), read_only.clone()),
            with(text("type", "How the person is in it: direct."), read_only),
        ]),
    );
    json!([
        with(
            text("userName", "What the directory calls the person."),
            json!({ "required": true, "uniqueness": "server" })
        ),
        external_id(),
        complex(
            "name",
            "The parts of the name.",
            json!([text("givenName", "The given name."), text("familyName", "The family name."),])
        ),
        text("displayName", "The name as it is shown."),
        with(text("active", "Whether the person may come in."), json!({ "type": "boolean" })),
        with(emails, json!({ "multiValued": true, "required": true })),
        with(groups, json!({ "multiValued": true, "mutability": "readOnly" })),
    ])
}

fn group_attributes() -> Value {
    let members = with(
        text("members", "Who is in it: Users of this directory."),
        json!({
            "type": "complex", "multiValued": true,
            "subAttributes": [
                with(text("value", "The User's id."), json!({ "mutability": "immutable", "caseExact": true })),
                with(reference("User"), json!({ "mutability": "immutable" })),
                with(text("type", "What it is: User."), json!({ "mutability": "immutable", "canonicalValues": ["User"] })),
            ],
        }),
    );
    json!([
        with(
            text("displayName", "The group's name, by which an admin maps it to a role."),
            json!({ "required": true, "uniqueness": "server" })
        ),
        external_id(),
        members,
    ])
}
