//! What does not fit is refused with its status whoever sends it, changes nothing and is kept: for each operation,
//! about a thing that is there, by somebody who may.

use super::call::Call;
use super::document::{Document, Operation, is_id};
use super::recipes::{self, Recipe};
use super::table::who_may;
use super::traces::changed;
use super::world::World;
use crate::support::{Actor, Answer};
use sallyport::audit::catalogue;
use serde_json::{Value, json};

/// A recipe of each operation that somebody may do well, and the call made.
async fn good_calls(world: &World) -> Vec<(Operation, &'static Recipe, Call, Actor)> {
    let mut calls = Vec::new();
    for operation in world.document.operations() {
        let recipe =
            recipes::all().find(|recipe| recipe.operation() == operation.id && who_may(recipe).is_some());
        // Operations without a caller have refusals of their own, in tests/all/auth and tests/all/sessions.rs.
        let (Some(recipe), false) = (recipe, operation.public()) else { continue };
        let (call, by) = world.prepare(recipe, who_may(recipe).unwrap()).await;
        calls.push((operation, recipe, call, by));
    }
    assert!(calls.len() > 50, "{}", calls.len());
    calls
}

/// The same call, spoilt in each way that the operation has; with what is wrong and the status it must get.
fn spoilt(operation: &Operation, call: &Call, other: &str) -> Vec<(String, u16, Call)> {
    let mut all = Vec::new();
    let mut add = |what: &str, status: u16, call: Call| all.push((what.to_owned(), status, call));
    for (place, _) in operation.of("path").enumerate() {
        for (what, id) in [
            ("an unknown id", other),
            ("no id at all", "garbage"),
            ("a nil id", &uuid::Uuid::nil().to_string()),
        ] {
            let mut call = call.clone();
            call.ids[place] = id.to_owned();
            add(what, 404, call);
        }
        // The same thing by another spelling of its id is no thing.
        for (what, id) in [
            ("its id in braces", format!("{{{}}}", call.ids[place])),
            ("its id as a URN", format!("urn:uuid:{}", call.ids[place])),
            ("its id without hyphens", call.ids[place].replace('-', "")),
        ] {
            let mut call = call.clone();
            call.ids[place] = id;
            add(what, 404, call);
        }
    }
    for parameter in operation.of("query").filter(|parameter| is_id(&parameter.schema)) {
        let mut call = call.clone();
        call.query.retain(|(name, _)| *name != parameter.name);
        add(
            &format!("{} in braces", parameter.name),
            400,
            call.query(&parameter.name, format!("{{{other}}}")),
        );
    }
    if operation.method != reqwest::Method::GET && !operation.takes_body {
        add("a body that nothing reads", 400, call.clone().body(json!({ "reason": "colour" })));
    }
    add("an unknown parameter", 400, call.clone().query("colour", "blue"));
    for id in operation.of("path") {
        add("another id in the query", 400, call.clone().query(&id.name, other));
    }
    if operation.of("header").any(|parameter| parameter.name == "If-Match") {
        add("a version that is over", 412, call.clone().header("if-match", 999_999));
        add("no version", 400, call.clone().header("if-match", "\"soon\""));
    }
    if operation.body.is_some() {
        let with = |name: &str, value: Value| {
            let mut body = call.body.clone().unwrap();
            body[name] = value;
            call.clone().body(body)
        };
        for name in ["colour", "id", "orgId", "createdAt", "version", "passwordHash"] {
            add(&format!("the unknown field {name}"), 400, with(name, json!(other)));
        }
        for id in operation.of("path") {
            add("another id in the body", 400, with(&id.name, json!(other)));
        }
        add("a list for a body", 400, call.clone().body(json!([call.body])));
        add("a body of another type", 415, call.clone().header("content-type", "text/plain"));
    }
    all
}

async fn complaint(world: &World, operation: &Operation, answer: &Answer, status: u16) -> Option<String> {
    if answer.status.as_u16() != status {
        return Some(format!("gets {} and not {status}: {}", answer.status.as_u16(), answer.text()));
    }
    let entries = world.entries(answer).await;
    let own = catalogue::of_operation(&operation.id).filter(|_| operation.mutates());
    let code = own.unwrap_or(&catalogue::REQUEST_REFUSE).code;
    match entries.as_slice() {
        [(kept, outcome, _)] if kept == code && outcome == "refused" => None,
        other => Some(format!("{status} left {other:?}")),
    }
}

#[tokio::test]
async fn i02_x24_what_does_not_fit_is_refused_changes_nothing_and_is_kept() {
    let world = World::make().await;
    let (calls, mut tried, mut complaints) = (good_calls(&world).await, 0, Vec::new());
    let before = world.tables().await;
    for (operation, recipe, call, by) in &calls {
        let other = world.app.clock.new_id().to_string();
        for (what, status, call) in spoilt(operation, call, &other) {
            let answer = call.send(operation, by).await;
            let wrong = complaint(&world, operation, &answer, status).await;
            complaints.extend(wrong.map(|wrong| format!("{} with {what} {wrong}", recipe.name)));
            tried += 1;
        }
        let changed = changed(&before, &world.tables().await);
        if !changed.is_empty() {
            complaints.push(format!("{}: something refused changed {changed:?}", recipe.name));
            break;
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    assert!(tried > 300, "{tried}");
}

/// The path alone says which thing an operation is about, so no other id can say otherwise.
#[test]
fn i02_no_operation_about_one_thing_takes_a_second_id() {
    let document = Document::of_the_code();
    let about_one: Vec<_> =
        document.operations().into_iter().filter(|operation| operation.of("path").next().is_some()).collect();
    assert!(about_one.len() > 30);
    for operation in about_one {
        assert_eq!(operation.of("path").count(), 1, "{}", operation.id);
        let ids =
            operation.fields(&document).into_iter().filter(|(_, schema)| is_id(schema)).map(|(name, _)| name);
        let ids: Vec<_> = ids.collect();
        let elsewhere: Vec<_> =
            operation.parameters.iter().filter(|p| p.place != "path" && is_id(&p.schema)).collect();
        assert!(ids.is_empty() && elsewhere.is_empty(), "{}: {ids:?} {elsewhere:?}", operation.id);
        let headers: Vec<_> = operation.of("header").map(|header| header.name.as_str()).collect();
        assert!(
            headers.iter().all(|name| ["If-Match", "Idempotency-Key"].contains(name)),
            "{}: {headers:?}",
            operation.id
        );
    }
}
