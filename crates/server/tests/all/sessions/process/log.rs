//! What the platform says of itself is a line of JSON each, whatever people call themselves and their machines.

use super::Estate;
use crate::support::Actor;
use reqwest::header::{HeaderValue, USER_AGENT};
use serde_json::{Value, json};

/// Ends a line, a string, an object; moves the cursor of a terminal; separates lines for some readers.
const NAME: &str = "Evil\"},{\u{2028}\u{85}\\n${x} Ltd";

#[tokio::test(flavor = "multi_thread")]
async fn x10_whatever_is_said_to_it_the_platform_writes_one_line_of_json() {
    let estate = Estate::new(&[]).await;
    let (server, _) = estate.start_saying("debug").await;
    let (_, admin) = estate.person(&server, "super_admin").await;
    let made = admin.post("/api/organizations", json!({ "name": NAME })).await;
    assert!([201, 400].contains(&made.status.as_u16()), "{}", made.text());
    for name in ["Evil\r\nLtd", "Evil\u{1b}[31mLtd", "Evil\0Ltd"] {
        admin.post("/api/organizations", json!({ "name": name })).await;
    }
    let client = reqwest::Client::new();
    let agent = HeaderValue::from_bytes("evil\"}\u{2028}\t\\r\\n".as_bytes()).unwrap();
    for path in ["/api/users/%0d%0a%22%7d%1b%5b31m", "/api/%e2%80%a8%00", "/%1b%5b2J%0a{}"] {
        let request = client.get(format!("{}{path}", server.base)).header(USER_AGENT, agent.clone());
        request.send().await.unwrap();
    }
    let signed_in = json!({ "email": "a\r\n\u{1b}[31m@b.example", "password": "\"}\r\n" });
    Actor::with_token(&server.base, "").post("/api/auth/login", signed_in).await;
    let exported = admin.get("/api/audit/export?format=ndjson").await.text();
    server.stop().await;

    let log = estate.log();
    for line in log.lines().chain(exported.lines()) {
        let said: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line:?}"));
        assert!(said.is_object() && !line.contains(|letter: char| letter.is_control()), "{line:?}");
    }
    assert!(log.contains("%0d%0a%22%7d"), "nothing was said of the path");
}
