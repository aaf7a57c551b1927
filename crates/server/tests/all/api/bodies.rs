//! A body says what it says by names, and of nothing but what the path names.

use super::people::Who;
use super::recipes;
use super::table::who_may;
use super::world::World;
use serde_json::{Value, json};

#[tokio::test]
async fn x11_the_path_alone_says_what_an_act_is_about_and_a_body_is_no_list() {
    let world = World::make().await;
    let other = "01a20305-30e3-7130-b2e5-5c8419654a73";
    let mut tried = 0;
    for operation in world.document.operations() {
        if operation.path.starts_with("/scim/") {
            // SCIM says itself that what a client writes there is ignored (RFC 7644, 3.5.1).
            continue;
        }
        let recipe = recipes::all().find(|recipe| recipe.operation() == operation.id).unwrap();
        let (mut call, by) = world.prepare(recipe, who_may(recipe).unwrap_or(Who::SuperAdmin)).await;
        let Some(Value::Object(fields)) = call.body.clone() else { continue };
        tried += 1;
        call.body = Some(Value::Array(fields.values().cloned().collect()));
        call.send(&operation, &by).await.refused(400, "invalid_input");
        if operation.path.contains('{') {
            let mut fields = fields;
            assert_eq!(fields.insert("id".to_owned(), json!(other)), None, "{}", operation.id);
            call.body = Some(Value::Object(fields));
            call.send(&operation, &by).await.refused(400, "unknown_field");
        }
    }
    assert!(tried > 60, "{tried} operations have a body");
    let named = sqlx::query_scalar::<_, i64>("SELECT count(*) FROM audit_logs WHERE target_id = $1::uuid")
        .bind(other)
        .fetch_one(&mut world.app.sql().await)
        .await
        .unwrap();
    assert_eq!(named, 0);
}

#[tokio::test]
async fn what_has_a_version_says_it_as_its_etag() {
    let world = World::make().await;
    let mut seen = 0;
    for operation in world.document.operations() {
        let recipe = recipes::all().find(|recipe| recipe.operation() == operation.id).unwrap();
        if operation.method != "GET" || !operation.path.ends_with('}') {
            continue;
        }
        let (call, by) = world.prepare(recipe, who_may(recipe).unwrap_or(Who::SuperAdmin)).await;
        let answer = call.send(&operation, &by).await;
        let Some(version) = serde_json::from_str::<Value>(&answer.text())
            .ok()
            .and_then(|body| body["data"]["version"].as_i64())
        else {
            continue;
        };
        assert_eq!(answer.headers["etag"], format!("\"{version}\""), "{}", operation.id);
        seen += 1;
    }
    assert!(seen >= 7, "{seen} things have a version");
}
