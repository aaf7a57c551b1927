//! Of ten who change the same thing as they saw it, one does, and the others are told.

use crate::support::{Actor, TestApp};
use reqwest::Method;
use serde_json::{Value, json};

async fn race(by: &Actor, path: &str, change: impl Fn(usize) -> Value) {
    let version = by.get(path).await.ok()["version"].clone();
    let changes = (0..10).map(|number| {
        let request = by.request(Method::PUT, path).header("If-Match", version.to_string());
        by.send(request.json(&change(number)))
    });
    let statuses: Vec<u16> =
        futures::future::join_all(changes).await.iter().map(|answer| answer.status.as_u16()).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{path}: {statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 412).count(), 9, "{path}: {statuses:?}");
    assert_eq!(by.get(path).await.ok()["version"], version.as_i64().unwrap() + 1, "{path}");
}

#[tokio::test]
async fn of_ten_who_change_what_they_saw_one_does() {
    let app = TestApp::start().await;
    let (boss, acme) = (app.super_admin().await, app.customer("Acme").await);
    let (technician, member) = (app.technician().await, app.member(&acme, "basic_user").await);
    let grant = app.grant(&technician, &acme, "full_access").await;
    let machine = json!({ "organizationId": acme.id, "name": "db1", "address": "192.0.2.7" });
    let machine = boss.post("/api/assets", machine).await.created()["id"].as_str().unwrap().to_owned();
    race(&boss, &format!("/api/organizations/{}", acme.id), |n| json!({ "sessionIdleMinutes": n + 20 }))
        .await;
    race(&boss, &format!("/api/users/{}", member.id), |n| json!({ "displayName": format!("M {n}") })).await;
    race(&boss, &format!("/api/assets/{machine}"), |n| json!({ "name": format!("db{n}") })).await;
    race(&boss, &format!("/api/technician-access/{grant}"), |n| json!({ "notes": format!("{n}") })).await;
    app.stop().await;
}
