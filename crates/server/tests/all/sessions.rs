//! Sessions on a real sshd, through the real WebSocket.

pub mod lifecycle;
pub mod process;
mod storm;

use crate::support::{Actor, Customer, Terminal, TestApp};
use sallyport_testkit::sshd::Sshd;
use serde_json::{Value, json};
use std::time::Duration;

/// A customer with one machine that answers, and a technician who may go there.
pub struct Stage {
    pub app: TestApp,
    pub acme: Customer,
    pub tech: Actor,
    pub grant: String,
    pub asset: String,
    pub sshd: Sshd,
}

impl Stage {
    pub async fn new() -> Self {
        let sshd = Sshd::start().unwrap();
        let address = sshd.address();
        let app = TestApp::start_with(|config| config.targets.allow.push(address)).await;
        let acme = app.customer("Acme").await;
        let asset = add_machine(&app, &acme, "web-1", &sshd).await;
        let tech = app.technician().await;
        let grant = app.grant(&tech, &acme, "full_access").await;
        Self { app, acme, tech, grant, asset, sshd }
    }
}

/// A machine with its host key confirmed and a full-access account.
pub async fn add_machine(app: &TestApp, customer: &Customer, name: &str, sshd: &Sshd) -> String {
    let manager = app.account_manager().await;
    let wish = json!({
        "organizationId": customer.id, "name": name, "address": "127.0.0.1", "port": sshd.address().port(),
        "protocol": "ssh",
    });
    let asset = manager.post("/api/assets", wish).await.created()["id"].as_str().unwrap().to_owned();
    let offered = manager.post(&format!("/api/assets/{asset}/host-key/scan"), json!({})).await.ok();
    assert_eq!(offered["fingerprint"], sshd.fingerprint().unwrap());
    let seen = json!({ "fingerprint": offered["fingerprint"] });
    manager.post(&format!("/api/assets/{asset}/host-key/confirm"), seen).await.ok();
    let credential = json!({
        "organizationId": customer.id, "assetId": asset, "username": sshd.username(), "kind": "private_key",
        "accessLevel": "full_access", "privateKey": sshd.private_key().unwrap(),
    });
    manager.post("/api/credentials", credential).await.created();
    asset
}

/// Waits until the API says so of the session.
pub async fn until_session(actor: &Actor, id: &str, what: &str, done: impl Fn(&Value) -> bool) -> Value {
    for _ in 0..200 {
        let session = actor.get(&format!("/api/sessions/{id}")).await.ok();
        if done(&session) {
            return session;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{what} never came about");
}

#[tokio::test]
async fn a_technician_works_is_watched_and_ended_and_everybody_plays_it_back() {
    let stage = Stage::new().await;
    let (mut terminal, id) = Terminal::start(&stage.app, &stage.tech, &stage.asset).await;
    assert_eq!(terminal.event("ready").await["mode"], "control");
    terminal.type_in("echo needle-$((40+2)); stty size\n").await;
    terminal.shows("needle-42").await;
    terminal.shows("24 80").await;

    let admin = stage.app.super_admin().await;
    let live = admin.get("/api/sessions?status=live").await.ok();
    assert_eq!(live["items"][0]["id"], id.as_str());
    let ticket =
        admin.post(&format!("/api/sessions/{id}/tickets"), json!({ "mode": "watch" })).await.created();
    let mut watcher = Terminal::attach(&stage.app, &id, ticket["ticket"]["token"].as_str().unwrap()).await;
    watcher.shows("needle-42").await;
    terminal
        .until("a watcher", |t| {
            t.events
                .iter()
                .any(|e| e["type"] == "presence" && e["viewers"].as_array().is_some_and(|v| v.len() == 1))
        })
        .await;

    admin.post(&format!("/api/sessions/{id}/end"), json!({ "reason": "enough" })).await.ok();
    let ended = terminal.event("ended").await;
    assert_eq!(ended["code"], "ended_by_admin");
    assert!(ended["message"].as_str().unwrap().contains("enough"), "{ended}");
    until_session(&stage.tech, &id, "the end", |session| session["status"] == "ended").await;

    for player in [&stage.tech, &admin] {
        let recording = player.get(&format!("/api/recordings/{id}")).await.ok();
        assert_eq!(recording["status"], "sealed", "{recording}");
        let index = player.get(&format!("/api/recordings/{id}/index")).await.ok();
        assert_eq!(index["complete"], true, "{index}");
        let hits = player.get(&format!("/api/recordings/{id}/search?q=needle-42")).await.ok();
        assert_eq!(hits["items"].as_array().unwrap().len(), 1, "{hits}");
    }
    let verdict = admin.post(&format!("/api/recordings/{id}/verify"), json!({})).await.ok();
    assert_eq!(verdict["valid"], true, "{verdict}");
    let cast = admin.get(&format!("/api/recordings/{id}/asciicast")).await;
    assert!(
        cast.text().starts_with(r#"{"version":2"#) || cast.text().contains(r#""version":2"#),
        "{}",
        cast.text()
    );
    assert!(cast.text().contains("needle-42"));
    let found = admin.get("/api/recordings?q=needle-42").await.ok();
    assert_eq!(found["total"], 1, "{found}");

    let trail = stage.app.audit_trail().await;
    for step in [
        ("session.start", "attempt"),
        ("credential.open", "attempt"),
        ("credential.open", "success"),
        ("session.start", "success"),
        ("ticket.create", "success"),
        ("session.attach", "success"),
        ("session.watch", "success"),
        ("session.end", "success"),
        ("session.close", "success"),
        ("recording.seal", "success"),
        ("recording.play", "success"),
        ("recording.export", "success"),
        ("recording.verify", "success"),
    ] {
        assert!(
            trail.iter().any(|(code, outcome)| (code.as_str(), outcome.as_str()) == step),
            "{step:?} in {trail:?}"
        );
    }
}

#[tokio::test]
async fn at44_revoke_expiry_disable_suspend_and_a_moved_machine_cut_live_sessions_with_the_reason() {
    let stage = Stage::new().await;
    let admin = stage.app.super_admin().await;
    let manager = stage.app.account_manager().await;

    // An account manager takes the grant back.
    let (mut terminal, _) = Terminal::start(&stage.app, &stage.tech, &stage.asset).await;
    terminal.event("ready").await;
    let path = format!("/api/technician-access/{}?reason=contract%20over", stage.grant);
    manager.delete(&path).await.ok();
    assert_eq!(terminal.event("frozen").await["code"], "grant_revoked");
    let ended = terminal.event("ended").await;
    assert!(ended["message"].as_str().unwrap().contains("contract over"), "{ended}");
    terminal.event("close").await;

    // The machine's address changes.
    stage.app.grant(&stage.tech, &stage.acme, "full_access").await;
    let (mut terminal, _) = Terminal::start(&stage.app, &stage.tech, &stage.asset).await;
    terminal.event("ready").await;
    let mut sql = stage.app.sql().await;
    sqlx::query("UPDATE assets SET endpoint_version = endpoint_version + 1").execute(&mut sql).await.unwrap();
    assert_eq!(terminal.event("ended").await["code"], "asset_changed");

    // The grant's time runs out, by the database's clock.
    let (mut terminal, _) = Terminal::start(&stage.app, &stage.tech, &stage.asset).await;
    terminal.event("ready").await;
    sqlx::query("UPDATE technician_customer_access SET expires_at = now() + interval '1 second' WHERE revoked_at IS NULL")
        .execute(&mut sql)
        .await
        .unwrap();
    assert_eq!(terminal.event("ended").await["code"], "grant_expired");
    sqlx::query("UPDATE technician_customer_access SET expires_at = NULL").execute(&mut sql).await.unwrap();

    // The customer is suspended.
    let (mut terminal, _) = Terminal::start(&stage.app, &stage.tech, &stage.asset).await;
    terminal.event("ready").await;
    let organization = format!("/api/organizations/{}", stage.acme.id);
    admin.put(&organization, json!({ "status": "suspended" })).await.ok();
    assert_eq!(terminal.event("ended").await["code"], "organization_suspended");
    admin.put(&organization, json!({ "status": "active" })).await.ok();

    // The provider lets its people in from other networks now.
    let (mut terminal, _) = Terminal::start(&stage.app, &stage.tech, &stage.asset).await;
    terminal.event("ready").await;
    let networks = "UPDATE organizations SET ip_ranges = $1::inet[] WHERE type = 'mss_provider'";
    sqlx::query(networks).bind(vec!["203.0.113.0/24"]).execute(&mut sql).await.unwrap();
    let ended = terminal.event("ended").await;
    assert!(ended["message"].as_str().unwrap().contains("its own networks"), "{ended}");
    sqlx::query(networks).bind(Vec::<String>::new()).execute(&mut sql).await.unwrap();

    // The technician is disabled.
    let (mut terminal, _) = Terminal::start(&stage.app, &stage.tech, &stage.asset).await;
    terminal.event("ready").await;
    admin.put(&format!("/api/users/{}", stage.tech.id), json!({ "status": "disabled" })).await.ok();
    assert_eq!(terminal.event("ended").await["code"], "user_disabled");
}

#[tokio::test]
async fn a_lost_line_comes_back_to_the_same_shell_with_its_screen() {
    let stage = Stage::new().await;
    let (mut terminal, id) = Terminal::start(&stage.app, &stage.tech, &stage.asset).await;
    terminal.event("ready").await;
    terminal.type_in("MARK=same-shell; echo first-$((1+1))\n").await;
    terminal.shows("first-2").await;
    drop(terminal);
    until_session(&stage.tech, &id, "detached", |session| session["status"] == "detached").await;
    let ticket =
        stage.tech.post(&format!("/api/sessions/{id}/tickets"), json!({ "mode": "control" })).await.created();
    let mut again = Terminal::attach(&stage.app, &id, ticket["ticket"]["token"].as_str().unwrap()).await;
    again.event("restore").await;
    again.shows("first-2").await;
    again.type_in("echo $MARK-$((2+3))\n").await;
    again.shows("same-shell-5").await;
}

#[tokio::test]
async fn at10_a_ticket_is_spent_once_and_opens_no_other_session() {
    let stage = Stage::new().await;
    let (mut terminal, id) = Terminal::start(&stage.app, &stage.tech, &stage.asset).await;
    terminal.event("ready").await;
    let ticket =
        stage.tech.post(&format!("/api/sessions/{id}/tickets"), json!({ "mode": "control" })).await.created();
    let token = ticket["ticket"]["token"].as_str().unwrap().to_owned();
    // Shown to another session: spent, and that one stays closed.
    let other = stage.app.clock.new_id().to_string();
    let mut wrong = Terminal::attach(&stage.app, &other, &token).await;
    assert_eq!(wrong.event("close").await["code"], 4404);
    let mut used = Terminal::attach(&stage.app, &id, &token).await;
    assert_eq!(used.event("close").await["code"], 4401);
    let mut none = Terminal::attach(&stage.app, &id, "nonsense").await;
    assert_eq!(none.event("close").await["code"], 4401);
    // Another customer's people know nothing of it.
    let other = stage.app.customer("Other").await;
    let stranger = stage.app.member(&other, "admin").await;
    for path in
        [format!("/api/sessions/{id}"), format!("/api/recordings/{id}"), format!("/api/recordings/{id}/data")]
    {
        stranger.get(&path).await.refused(404, "not_found");
    }
    for (path, body) in [
        (format!("/api/sessions/{id}/tickets"), json!({ "mode": "watch" })),
        (format!("/api/sessions/{id}/end"), json!({})),
    ] {
        stranger.post(&path, body).await.refused(404, "not_found");
    }
    // A colleague without a grant neither.
    let colleague = stage.app.technician().await;
    colleague.get(&format!("/api/sessions/{id}")).await.refused(404, "not_found");
}
