//! Hostile text in every parameter of every operation, and more of it than anybody can mean.

use super::call::Call;
use super::document::{Document, Operation, is_text};
use super::recipes;
use super::table::who_may;
use super::world::World;
use crate::support::Actor;
use futures::StreamExt;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

const CORPUS: [&str; 20] = [
    "'",
    "''",
    "' OR '1'='1",
    "'; DROP TABLE users; --",
    "\" OR \"\"=\"",
    "1; SELECT pg_sleep(9)",
    "') UNION SELECT NULL, NULL --",
    "%' AND 1=(SELECT 1/0) AND '%'='",
    "\\",
    "$1",
    "$$; SELECT 1; $$",
    "{1,2}\"},{",
    "\u{0}",
    "before\u{0}after",
    "\u{1b}[2J\r\n",
    "\u{202e}\u{2028}\u{feff}",
    "\u{10ffff}\u{1f4a3}",
    "%00%27",
    "-1e309",
    "../../etc/passwd",
];

/// The call with `text` in the place of one parameter after the other, and what place that is.
fn poisoned(operation: &Operation, document: &Document, call: &Call, text: &str) -> Vec<(String, Call)> {
    let mut all = Vec::new();
    for (place, parameter) in operation.of("path").enumerate() {
        let mut call = call.clone();
        call.ids[place] = text.to_owned();
        all.push((parameter.name.clone(), call));
    }
    for parameter in operation.of("query") {
        let mut call = call.clone();
        call.query.retain(|(name, _)| *name != parameter.name);
        all.push((parameter.name.clone(), call.query(&parameter.name, text)));
    }
    for (name, schema) in operation.fields(document) {
        let mut body = call.body.clone().unwrap();
        body[name] = if schema["type"] == "array" { json!([text]) } else { json!(text) };
        all.push((name.to_owned(), call.clone().body(body)));
    }
    all
}

/// Each operation with a call that fits, by somebody who may.
async fn fitting(world: &World) -> Vec<(Operation, Call, Actor)> {
    let mut calls = Vec::new();
    for operation in world.document.operations() {
        let own = || recipes::all().filter(|recipe| recipe.operation() == operation.id);
        let recipe = own().find(|recipe| who_may(recipe).is_some()).or_else(|| own().next()).unwrap();
        let who = who_may(recipe).unwrap_or(super::people::Who::SuperAdmin);
        let (call, by) = world.prepare(recipe, who).await;
        calls.push((operation, call, by));
    }
    calls
}

#[tokio::test]
async fn x26_hostile_text_in_any_parameter_is_no_fault_of_ours() {
    let world = World::make().await;
    let mut calls = Vec::new();
    for (operation, call, by) in fitting(&world).await {
        for text in CORPUS {
            for (place, call) in poisoned(&operation, &world.document, &call, text) {
                calls.push((operation.clone(), place, text, call, by.clone()));
            }
        }
    }
    assert!(calls.len() > 2000, "{}", calls.len());
    let answers = futures::stream::iter(calls).map(|(operation, place, text, call, by)| async move {
        let answer = timeout(Duration::from_secs(9), call.send(&operation, &by)).await;
        match answer {
            Ok(answer) if !answer.status.is_server_error() => None,
            Ok(answer) => Some(format!("{} {place}={text:?}: {}", operation.id, answer.text())),
            Err(_) => Some(format!("{} {place}={text:?}: no answer", operation.id)),
        }
    });
    let faults: Vec<String> = answers.buffer_unordered(4).filter_map(|fault| async { fault }).collect().await;
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    assert!(world.tables().await.len() > 14, "nothing was dropped");
}

/// The status of a raw request; of its body only the beginning is ever sent.
async fn status_of(world: &World, head: &str, begin: &[u8]) -> u16 {
    let mut line = TcpStream::connect(world.app.address).await.unwrap();
    line.write_all(head.as_bytes()).await.unwrap();
    // The answer may come, and the line be closed, before all of it is taken.
    let _ = line.write_all(begin).await;
    let mut answer = [0; 12];
    timeout(Duration::from_secs(9), line.read_exact(&mut answer))
        .await
        .expect("an answer")
        .expect("an answer");
    std::str::from_utf8(&answer[9..]).unwrap().parse().unwrap()
}

#[tokio::test]
async fn x26_more_than_anybody_can_mean_is_refused_before_it_is_held() {
    let world = World::make().await;
    let mut bodies = 0;
    for (operation, call, by) in fitting(&world).await {
        let token = by.token.clone().unwrap_or_default();
        let head = |more: &str| {
            format!(
                "{} {} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n{more}\r\n",
                operation.method,
                call.address(&operation)
            )
        };
        if let Some((name, _)) =
            operation.fields(&world.document).into_iter().find(|(_, schema)| is_text(schema))
        {
            // One gigabyte is announced, or never ends; a thousandth of it is all that is taken.
            let begin = format!("{{\"{name}\":\"{}", "x".repeat(1 << 20));
            let announced = head(&format!("Content-Length: {}\r\n", (1 << 30) + 1));
            assert_eq!(status_of(&world, &announced, begin.as_bytes()).await, 413, "{}", operation.id);
            let endless = head("Transfer-Encoding: chunked\r\n");
            let begin = format!("40000000\r\n{begin}");
            assert_eq!(status_of(&world, &endless, begin.as_bytes()).await, 413, "{}", operation.id);
            bodies += 1;
        }
        if operation.of("query").any(|parameter| is_text(&parameter.schema)) {
            let name = &operation.of("query").find(|parameter| is_text(&parameter.schema)).unwrap().name;
            let long = call.clone().query(name, "x".repeat(20_000)).send(&operation, &by).await;
            assert!(!long.status.is_server_error(), "{}: {}", operation.id, long.text());
            let begin = format!("GET {}?{name}={} HTTP/1.1\r\n", operation.path, "x".repeat(1 << 20));
            let status = status_of(&world, &begin, b"Host: x\r\n").await;
            assert!(matches!(status, 414 | 431), "{}: {status}", operation.id);
        }
    }
    assert!(bodies > 12, "{bodies}");
}

/// What takes SQL as text, and where each stands with its reason. Everywhere else SQL reaches the database by
/// sqlx's checked macros alone, whose text is a literal that the compiler showed to PostgreSQL.
const TAKES_TEXT: [&str; 9] = [
    "AssertSqlSafe(",
    "raw_sql(",
    "sqlx::query(",
    "sqlx::query_as(",
    "sqlx::query_scalar(",
    "query_with(",
    "QueryBuilder",
    "SqlSafeStr",
    "_unchecked!(",
];
const ALLOWED: [(&str, &str, usize, &str); 7] = [
    ("server/src/db/mod.rs", "AssertSqlSafe(", 1, "BEGIN with a typed id or our own words"),
    (
        "server/src/db/primary.rs",
        "raw_sql(",
        2,
        "literals; whether a server takes writes is asked before there is a schema",
    ),
    (
        "server/src/startup/database.rs",
        "AssertSqlSafe(",
        1,
        "ALTER ROLE takes no parameter; the password is made here",
    ),
    ("server/src/startup/database.rs", "raw_sql(", 1, "the same"),
    (
        "pg-cluster/src/running.rs",
        "AssertSqlSafe(",
        1,
        "CREATE DATABASE takes no parameter; the name is checked",
    ),
    ("pg-cluster/src/running.rs", "raw_sql(", 1, "the same"),
    (
        "pg-cluster/src/running.rs",
        "sqlx::query_scalar(",
        1,
        "a literal; it runs before there is a schema to check by",
    ),
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn x26_no_sql_is_built_from_strings() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut files = Vec::new();
    for name in ["server", "pg-cluster", "relay", "relay-ssh", "secrets"] {
        sources(&crates.join(name).join("src"), &mut files);
    }
    assert!(files.len() > 100);
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let code: String = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        let place = file.strip_prefix(crates).unwrap().to_str().unwrap().to_owned();
        for needle in TAKES_TEXT {
            let found = code.matches(needle).count();
            let allowed = ALLOWED.iter().find(|(path, known, ..)| *path == place && *known == needle);
            let most = allowed.map_or(0, |(_, _, count, _)| *count);
            assert_eq!(
                found, most,
                "{place}: SQL is a literal in query!, query_as! or query_scalar!; found {needle}"
            );
        }
    }
}

/// A body of JSON stays one value: text in it never becomes a part of it.
#[test]
fn the_poison_is_text() {
    let document = Document::of_the_code();
    let operation = document.operations().into_iter().find(|operation| operation.id == "createUser").unwrap();
    let call = Call::bare().body(json!({}));
    for (place, call) in poisoned(&operation, &document, &call, "{1,2}\"},{") {
        assert_eq!(call.body.unwrap()[&place], Value::from("{1,2}\"},{"));
    }
}
