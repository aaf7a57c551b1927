//! As many sessions at a time as an organization allows, and not one more.

use super::{Place, platform, wish};
use sallyport_testkit::sshd::Sshd;
use serde_json::json;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g07_fifty_at_once_open_exactly_as_many_sessions_as_may_be() {
    let sshd = Sshd::start().unwrap();
    let app = platform(&sshd).await;
    let (place, other) = (Place::new(&app, "Acme", &sshd).await, Place::new(&app, "Bolt", &sshd).await);
    let admin = app.super_admin().await;
    let organization = format!("/api/organizations/{}", place.customer.id);
    assert_eq!(admin.get(&organization).await.ok()["maxConcurrentSessions"], 100);
    for nonsense in [0, -1, 10_001] {
        admin
            .put(&organization, json!({ "maxConcurrentSessions": nonsense }))
            .await
            .refused(400, "invalid_input");
    }
    let changed = admin.put(&organization, json!({ "maxConcurrentSessions": 4 })).await.ok();
    assert_eq!(changed["maxConcurrentSessions"], 4);
    let told: String = sqlx::query_scalar(
        "SELECT details->'change'->>'maxConcurrentSessions' FROM audit_logs WHERE code = 'organization.update' AND outcome = 'success'",
    )
    .fetch_one(&mut app.sql().await)
    .await
    .unwrap();
    assert_eq!(told, "4");

    let wishes = (0..50).map(|_| {
        let (tech, asset) = (place.tech.clone(), place.asset.clone());
        tokio::spawn(async move { tech.post("/api/sessions", wish(&asset)).await })
    });
    let mut opened = Vec::new();
    for answer in futures::future::join_all(wishes.collect::<Vec<_>>()).await {
        let answer = answer.unwrap();
        if answer.status == 201 {
            opened.push(answer.created()["session"]["id"].as_str().unwrap().to_owned());
        } else {
            let refusal = answer.refused(409, "too_many_sessions");
            assert!(refusal["message"].as_str().unwrap().contains("End one"), "{refusal}");
        }
    }
    assert_eq!(opened.len(), 4);
    // Another customer has room of its own.
    other.tech.post("/api/sessions", wish(&other.asset)).await.created();
    // One that ends makes room for one.
    place.tech.post(&format!("/api/sessions/{}/end", opened[0]), json!({})).await.ok();
    crate::sessions::until_session(&place.tech, &opened[0], "the end", |session| {
        session["status"] == "ended"
    })
    .await;
    place.tech.post("/api/sessions", wish(&place.asset)).await.created();
    place.tech.post("/api/sessions", wish(&place.asset)).await.refused(409, "too_many_sessions");
    // No refused one left anything behind but its entry in the log.
    let (rows, refusals): (i64, i64) = sqlx::query_as(
        "SELECT (SELECT count(*) FROM sessions), (SELECT count(*) FROM audit_logs WHERE code = 'session.start' AND outcome = 'refused')",
    )
    .fetch_one(&mut app.sql().await)
    .await
    .unwrap();
    assert_eq!((rows, refusals), (6, 47));
}
