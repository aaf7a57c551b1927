//! A machine whose clock is wrong decides as one whose clock is right: by the database's.

use super::{Place, platform, wish};
use crate::sessions::until_session;
use crate::support::{Terminal, TestApp};
use chrono::{DateTime, TimeDelta, Utc};
use sallyport_testkit::sshd::Sshd;
use serde_json::json;

async fn database_now(app: &TestApp) -> DateTime<Utc> {
    sqlx::query_scalar("SELECT clock_timestamp()").fetch_one(&mut app.sql().await).await.unwrap()
}

/// All that a clock decides about a session, on a machine that is `off` by this much.
async fn decide_with_clock_off_by(off: TimeDelta) {
    let sshd = Sshd::start().unwrap();
    let app = platform(&sshd).await;
    let ready = app.stranger().get("/readyz").await;
    assert_eq!(ready.status, 200, "{}", ready.text());
    app.clock.advance(off);
    let unready = app.stranger().get("/readyz").await.refused(503, "clock_skew");
    assert!(unready["message"].as_str().unwrap().contains("clock"), "{unready}");

    let place = Place::new(&app, "Acme", &sshd).await;
    let manager = app.account_manager().await;
    let grant = format!("/api/technician-access/{}", place.grant);
    let from_now = |minutes| database_now_plus(&app, minutes);
    // Half an hour is left by the database's clock.
    manager.put(&grant, json!({ "expiresAt": from_now(30).await })).await.ok();
    let asset = place.tech.get(&format!("/api/assets/{}", place.asset)).await.ok();
    assert_eq!(asset["can"]["session.start"], true, "{}", asset["can"]);
    let (mut terminal, id) = Terminal::start(&app, &place.tech, &place.asset).await;
    terminal.event("ready").await;
    terminal.type_in("echo here-$((40+2))\n").await;
    terminal.shows("here-42").await;
    let session = place.tech.get(&format!("/api/sessions/{id}")).await.ok();
    assert_eq!(session["mustEndAt"], session["grantExpiresAt"], "{session}");
    // The lease has asked the truth meanwhile, and lets it live.
    tokio::time::sleep(std::time::Duration::from_millis(700)).await;
    until_session(&place.tech, &id, "live", |session| session["status"] == "live").await;

    // A grant that is over, one that has not begun, and ends that lie in the past.
    let mut sql = app.sql().await;
    let set = |terms: &'static str| format!("UPDATE technician_customer_access SET {terms}");
    crate::wall::run(&mut sql, &set("expires_at = now() - interval '1 minute'")).await;
    assert_eq!(terminal.event("ended").await["code"], "grant_expired");
    place.tech.post("/api/sessions", wish(&place.asset)).await.refused(404, "not_found");
    crate::wall::run(&mut sql, &set("expires_at = NULL, starts_at = now() + interval '1 minute'")).await;
    place.tech.post("/api/sessions", wish(&place.asset)).await.refused(404, "not_found");
    crate::wall::run(&mut sql, &set("starts_at = now() - interval '1 minute'")).await;
    place.tech.post("/api/sessions", wish(&place.asset)).await.created();
    manager.put(&grant, json!({ "expiresAt": from_now(-1).await })).await.refused(400, "invalid_input");
    manager.put(&grant, json!({ "expiresAt": from_now(1).await })).await.ok();
    app.stop().await;
}

async fn database_now_plus(app: &TestApp, minutes: i64) -> DateTime<Utc> {
    database_now(app).await + TimeDelta::minutes(minutes)
}

#[tokio::test]
async fn g12_an_hour_fast_decides_by_the_databases_clock() {
    decide_with_clock_off_by(TimeDelta::hours(1)).await;
}

#[tokio::test]
async fn g12_an_hour_slow_decides_by_the_databases_clock() {
    decide_with_clock_off_by(TimeDelta::hours(-1)).await;
}

/// Where the machine's own clock is read at all.
#[test]
fn g12_the_machines_clock_is_read_where_nothing_is_decided() {
    const ALLOWED: &[(&str, &str)] = &[
        ("server/src/auth/tokens.rs", "access tokens: minutes of life, and the database is asked besides"),
        ("server/src/auth/begin.rs", "what the client is told of its token"),
        (
            "server/src/auth/devices.rs",
            "whether a browser was known half a year ago: an hour decides nothing",
        ),
        ("server/src/auth/refresh.rs", "what the client is told of its token"),
        ("server/src/auth/http.rs", "the age of a cookie"),
        ("server/src/auth/step_up.rs", "what the client is told of its tokens"),
        ("server/src/auth/address/mod.rs", "what a letter tells"),
        ("server/src/auth/change/http.rs", "the age of a cookie"),
        ("server/src/auth/change/mod.rs", "what the client is told of its token, and what a letter tells"),
        ("server/src/auth/reset/mod.rs", "what a letter tells"),
        ("server/src/auth/sso.rs", "what a letter tells"),
        ("server/src/mail/deliver.rs", "the date in the head of a mail"),
        ("server/src/clock.rs", "ids"),
        ("server/src/demo/client.rs", "the demonstration: an authenticator app is a clock"),
        ("server/src/demo/fill.rs", "the demonstration"),
        ("server/src/http/health.rs", "compares it with the database's"),
        ("server/src/http/limits/mod.rs", "the limiter's own clock"),
        ("server/src/sessions/start.rs", "the header of a recording"),
    ];
    let read = crate::wall::shipped_lines();
    let read = read.iter().filter(|(file, line)| file.starts_with("server/") && line.contains("clock.now()"));
    for (file, line) in read {
        assert!(
            ALLOWED.iter().any(|(allowed, _)| allowed == file),
            "{file} decides by the machine's clock: {line}"
        );
    }
}
