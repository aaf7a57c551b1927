//! A rush that takes every connection but the leases' own.

use super::Place;
use crate::support::{Terminal, TestApp};
use sallyport_testkit::sshd::Sshd;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_goes_on_and_ends_in_time_while_nobody_else_gets_a_connection() {
    let sshd = Sshd::start().unwrap();
    let address = sshd.address();
    let app = TestApp::start_with(|config| {
        config.targets.allow.push(address);
        config.sessions.freeze_after_seconds = 1;
        config.sessions.end_after_seconds = 2;
    })
    .await;
    let place = Place::new(&app, "Acme", &sshd).await;
    let (mut terminal, id) = Terminal::start(&app, &place.tech, &place.asset).await;
    terminal.event("ready").await;
    crate::sessions::until_session(&place.tech, &id, "the owner's line", |session| {
        session["status"] == "live"
    })
    .await;

    // All that there is, until one more is refused: that takes longer than a session without a lease lasts.
    let db = &app.platform.app.db;
    let mut held = Vec::new();
    while let Ok(tx) = db.unscoped("a test takes what there is").await {
        held.push(tx);
    }
    assert!(held.len() >= 2, "{}", held.len());
    terminal.type_in("echo still-$((40+2))\n").await;
    terminal.shows("still-42").await;
    assert!(!terminal.events.iter().any(|event| event["type"] == "frozen"), "{:?}", terminal.events);

    let mut sql = app.sql().await;
    sqlx::query("UPDATE technician_customer_access SET revoked_at = now()").execute(&mut sql).await.unwrap();
    assert_eq!(terminal.event("ended").await["code"], "grant_revoked");
    drop(held);
    let admin = app.super_admin().await;
    let over =
        crate::sessions::until_session(&admin, &id, "the end", |session| session["status"] == "ended").await;
    assert_eq!(over["endCode"], "grant_revoked");
    tokio::time::timeout(Duration::from_secs(20), app.stop()).await.unwrap();
}
