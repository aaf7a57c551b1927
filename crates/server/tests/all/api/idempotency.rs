//! A request whose answer was lost is sent again by its key, and is not done twice.

use crate::support::{Actor, Answer, TestApp};
use reqwest::Method;
use serde_json::{Value, json};

async fn send(by: &Actor, key: &str, body: &Value) -> Answer {
    by.send(by.request(Method::POST, "/api/assets").header("Idempotency-Key", key).json(body)).await
}

#[tokio::test]
async fn l01_a_request_is_done_once_by_its_key() {
    let app = TestApp::start().await;
    let acme = app.customer("Acme").await;
    let (manager, other) = (app.account_manager().await, app.account_manager().await);
    let wish = |name: &str| json!({ "organizationId": acme.id, "name": name, "address": "192.0.2.7" });
    let count = async || manager.get("/api/assets").await.ok()["total"].as_i64().unwrap();

    // What was refused was not done: the key is still good.
    send(&manager, "k1", &wish("")).await.refused(400, "invalid_input");
    let made = send(&manager, "k1", &wish("db1")).await.created();
    let again = send(&manager, "k1", &wish("db1")).await.refused(409, "already_done");
    assert_eq!(again["details"]["target"], json!({ "type": "asset", "id": made["id"] }), "{again}");
    assert_eq!(count().await, 1);

    // A key is for one request of one person.
    send(&manager, "k1", &wish("db2")).await.refused(422, "idempotency_key_reused");
    let elsewhere = manager.request(Method::PUT, &format!("/api/assets/{}", made["id"].as_str().unwrap()));
    let elsewhere = elsewhere.header("Idempotency-Key", "k1").json(&json!({ "name": "db1" }));
    manager.send(elsewhere).await.refused(422, "idempotency_key_reused");
    send(&other, "k1", &wish("db3")).await.created();
    for bad in ["", &"k".repeat(256)] {
        send(&manager, bad, &wish("db4")).await.refused(400, "invalid_input");
    }

    // Ten at once: one does it.
    let wish = wish("db5");
    let all = futures::future::join_all((0..10).map(|_| send(&manager, "k2", &wish))).await;
    let statuses: Vec<u16> = all.iter().map(|answer| answer.status.as_u16()).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 409).count(), 9, "{statuses:?}");
    assert_eq!(count().await, 3);
    app.stop().await;
}
