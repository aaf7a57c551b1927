//! No answer may be framed: of no operation, of no address that is none, of no file of the console.

use super::recipes;
use super::table::who_may;
use super::world::World;
use crate::support::{Answer, TestApp};
use reqwest::Method;
use std::path::Path;

const CONSOLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../web/out");

#[track_caller]
fn unframed(what: &str, answer: &Answer) {
    let policies: Vec<_> = answer.headers.get_all("content-security-policy").iter().collect();
    assert_eq!(policies.len(), 1, "{what}: {policies:?}");
    let policy = policies[0].to_str().unwrap();
    assert!(policy.split(';').any(|part| part.trim() == "frame-ancestors 'none'"), "{what}: {policy}");
    assert_eq!(answer.headers["x-frame-options"], "DENY", "{what}");
    assert_eq!(answer.headers["x-content-type-options"], "nosniff", "{what}");
}

/// Each file of the console, by the addresses that it answers to.
fn addresses(folder: &Path, prefix: &str, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{prefix}/{}", entry.file_name().to_str().unwrap());
        if entry.path().is_dir() {
            addresses(&entry.path(), &path, found);
            continue;
        }
        if let Some(page) = path.strip_suffix(".html") {
            found.push(page.to_owned());
        }
        found.push(path);
    }
}

#[tokio::test]
async fn x21_no_operation_can_be_framed() {
    let world = World::make().await;
    for operation in world.document.operations() {
        let recipe = recipes::all().find(|recipe| recipe.operation() == operation.id).unwrap();
        let (call, by) =
            world.prepare(recipe, who_may(recipe).unwrap_or(super::people::Who::SuperAdmin)).await;
        unframed(&operation.id, &call.send(&operation, &by).await);
        let nobody = super::call::Call { by: None, ..call };
        unframed(&operation.id, &nobody.send(&operation, &world.app.stranger()).await);
        let wrong = world.app.stranger().request(Method::PATCH, &nobody.address(&operation));
        unframed(&format!("PATCH {}", operation.path), &world.app.stranger().send(wrong).await);
    }
}

#[tokio::test]
async fn x21_no_file_and_no_address_that_is_none_can_be_framed() {
    let app = TestApp::start_for_strangers().await;
    let mut paths = Vec::new();
    addresses(Path::new(CONSOLE), "", &mut paths);
    assert!(paths.iter().any(|path| path == "/index.html"), "build the console first: {paths:?}");
    let fixed = [
        "/",
        "/api",
        "/api/",
        "/api/nothing",
        "/api/x.css",
        "/nothing",
        "/nothing.html",
        "/_next/static/x.js",
        "/api/docs",
        "/api/openapi.json",
        "/%2e%2e/etc/passwd",
        "//",
    ];
    paths.extend(fixed.map(str::to_owned));
    for path in paths {
        unframed(&path, &app.stranger().get(&path).await);
    }
}
