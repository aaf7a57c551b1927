//! The WebSocket of a session: who gets to it, with which ticket, from which page.

use crate::sessions::{Stage, add_machine};
use crate::support::{Actor, Terminal, TestApp};
use reqwest::{Method, RequestBuilder};
use serde_json::json;

/// The request that opens a WebSocket, without an origin.
fn handshake(who: &Actor, path: &str) -> RequestBuilder {
    who.request(Method::GET, path)
        .header("connection", "Upgrade")
        .header("upgrade", "websocket")
        .header("sec-websocket-version", "13")
        .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")
}

async fn ticket(who: &Actor, session: &str, mode: &str) -> String {
    let made = who.post(&format!("/api/sessions/{session}/tickets"), json!({ "mode": mode })).await.created();
    made["ticket"]["token"].as_str().unwrap().to_owned()
}

async fn closed_with(app: &TestApp, id: &str, ticket: &str, code: u16) {
    let mut terminal = Terminal::attach(app, id, ticket).await;
    assert_eq!(terminal.event("close").await["code"], code);
    assert!(terminal.screen.is_empty() && terminal.events.len() == 1, "{:?}", terminal.events);
}

#[tokio::test]
async fn w01_a_page_of_another_origin_opens_no_websocket() {
    let app = TestApp::start().await;
    let path = format!("/api/sessions/{}/attach", app.clock.new_id());
    let (ours, port) = (app.url(""), app.address.port());
    let (admin, nobody) = (app.super_admin().await, app.stranger());
    for who in [&admin, &nobody] {
        who.send(handshake(who, &path)).await.refused(403, "foreign_origin");
        for origin in [
            "null".to_owned(),
            String::new(),
            "http://evil.example".to_owned(),
            format!("{ours}.evil.example"),
            format!("{ours}@evil.example"),
            format!("http://evil.example/{ours}"),
            format!("http://evil.127.0.0.1:{port}"),
            format!("http://127.0.0.1:{}", port ^ 1),
            "http://127.0.0.1".to_owned(),
            format!("https://127.0.0.1:{port}"),
            format!("http://localhost:{port}"),
            format!("{ours}/"),
            format!("{ours} {ours}"),
        ] {
            let answer = who.send(handshake(who, &path).header("origin", &origin)).await;
            assert_eq!(answer.status.as_u16(), 403, "{origin:?}: {}", answer.text());
        }
        let two = handshake(who, &path).header("origin", &ours).header("origin", "http://evil.example");
        assert_eq!(who.send(two).await.status.as_u16(), 403);
        assert_eq!(who.send(handshake(who, &path).header("origin", &ours)).await.status.as_u16(), 101);
    }
}

#[tokio::test]
async fn w02_a_ticket_is_good_once_soon_for_its_owner_and_never_in_an_address() {
    let stage = Stage::new().await;
    let app = &stage.app;
    let (mut terminal, id) = Terminal::start(app, &stage.tech, &stage.asset).await;
    terminal.event("ready").await;
    let path = format!("/api/sessions/{id}/attach");

    let used = ticket(&stage.tech, &id, "control").await;
    Terminal::attach(app, &id, &used).await.event("ready").await;
    closed_with(app, &id, &used, 4401).await;

    let old = ticket(&stage.tech, &id, "control").await;
    sqlx::query("UPDATE session_tickets SET expires_at = now()").execute(&mut app.sql().await).await.unwrap();
    closed_with(app, &id, &old, 4401).await;

    // Somebody else's browser shows who it is by itself, and the ticket it brings is spent by that.
    let colleague = app.technician().await;
    app.grant(&colleague, &stage.acme, "full_access").await;
    let stolen = ticket(&stage.tech, &id, "control").await;
    let mut other = Terminal::attach_as(app, Some(&colleague), &id, &stolen).await;
    assert_eq!(other.event("close").await["code"], 4401);
    closed_with(app, &id, &stolen, 4401).await;
    let own = ticket(&stage.tech, &id, "control").await;
    Terminal::attach_as(app, Some(&stage.tech), &id, &own).await.event("ready").await;

    // In an address, where logs keep it, a ticket is refused before anything is looked at; it is not spent.
    let good = ticket(&stage.tech, &id, "control").await;
    let request = handshake(&app.stranger(), &format!("{path}?ticket={good}")).header("origin", app.url(""));
    assert_eq!(app.stranger().send(request).await.status.as_u16(), 400);
    Terminal::attach(app, &id, &good).await.event("ready").await;

    // A sign-in that is over takes its tickets with it.
    let late = ticket(&stage.tech, &id, "control").await;
    sqlx::query("UPDATE user_sessions SET revoked_at = now() WHERE id = $1")
        .bind(stage.tech.user_session_id)
        .execute(&mut app.sql().await)
        .await
        .unwrap();
    closed_with(app, &id, &late, 4401).await;
}

#[tokio::test]
async fn i07_w07_another_persons_or_customers_session_is_not_there() {
    let stage = Stage::new().await;
    let app = &stage.app;
    let (mut terminal, mine) = Terminal::start(app, &stage.tech, &stage.asset).await;
    terminal.event("ready").await;
    let colleague = app.technician().await;
    app.grant(&colleague, &stage.acme, "full_access").await;
    let (mut theirs, own) = Terminal::start(app, &colleague, &stage.asset).await;
    theirs.event("ready").await;
    let globex = app.customer("Globex").await;
    let elsewhere = app.technician().await;
    app.grant(&elsewhere, &globex, "full_access").await;
    let machine = add_machine(app, &globex, "web-1", &stage.sshd).await;
    let (mut foreign, abroad) = Terminal::start(app, &elsewhere, &machine).await;
    foreign.event("ready").await;

    // A good ticket, for another session: of a colleague, of another customer, of nobody.
    for (who, session) in [(&colleague, &own), (&elsewhere, &abroad)] {
        let nobody = app.clock.new_id().to_string();
        for other in [&mine, &nobody] {
            closed_with(app, other, &ticket(who, session, "control").await, 4404).await;
        }
        let control = json!({ "mode": "control" });
        let answer = who.post(&format!("/api/sessions/{mine}/tickets"), control).await;
        assert!(matches!(answer.status.as_u16(), 403 | 404), "{}", answer.text());
    }
    let admin = app.member(&globex, "admin").await;
    for mode in ["control", "watch"] {
        let path = format!("/api/sessions/{mine}/tickets");
        admin.post(&path, json!({ "mode": mode })).await.refused(404, "not_found");
        elsewhere.post(&path, json!({ "mode": mode })).await.refused(404, "not_found");
    }
    // Nobody was let in, and the owner noticed nothing.
    terminal.type_in("echo still-$((40+2))\n").await;
    terminal.shows("still-42").await;
    assert!(!terminal.text().contains("exit"));
    let watchers = terminal.events.iter().filter_map(|event| event["viewers"].as_array());
    assert!(watchers.into_iter().all(Vec::is_empty), "{:?}", terminal.events);
}
