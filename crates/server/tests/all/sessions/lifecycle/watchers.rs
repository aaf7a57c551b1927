//! Who watches may look only for as long as something lets them; and the log says who looked before they saw anything.

use super::{Place, platform};
use crate::support::socket::PATIENCE;
use crate::support::{Actor, Terminal, TestApp};
use sallyport_testkit::sshd::Sshd;
use serde_json::json;

async fn watch(app: &TestApp, who: &Actor, id: &str) -> Terminal {
    let ticket = who.post(&format!("/api/sessions/{id}/tickets"), json!({ "mode": "watch" })).await.created();
    let mut watcher = Terminal::attach(app, id, ticket["ticket"]["token"].as_str().unwrap()).await;
    assert_eq!(watcher.event("ready").await["mode"], "watch");
    watcher
}

#[tokio::test]
async fn at44_t12_who_may_look_no_more_is_sent_out_of_the_session() {
    let sshd = Sshd::start().unwrap();
    let app = platform(&sshd).await;
    let place = Place::new(&app, "Acme", &sshd).await;
    let (mut terminal, id) = Terminal::start(&app, &place.tech, &place.asset).await;
    terminal.event("ready").await;
    let admin = app.super_admin().await;
    let manager = app.account_manager().await;
    for way in ["disabled", "signed out", "grant revoked"] {
        let (who, grant) = match way {
            "grant revoked" => {
                let colleague = app.technician().await;
                let grant = app.grant(&colleague, &place.customer, "full_access").await;
                (colleague, grant)
            }
            _ => (app.super_admin().await, String::new()),
        };
        let mut watcher = watch(&app, &who, &id).await;
        match way {
            "disabled" => {
                drop(admin.put(&format!("/api/users/{}", who.id), json!({ "status": "disabled" })).await.ok())
            }
            "signed out" => drop(who.post("/api/auth/logout", json!({})).await.ok()),
            _ => drop(manager.delete(&format!("/api/technician-access/{grant}?reason=over")).await.ok()),
        }
        assert_eq!(watcher.event("close").await["code"], 4403, "{way}");
        let word = way.replace(' ', "-");
        let seen = format!("{word}-42");
        terminal.type_in(&format!("echo {word}-$((40+2))\n")).await;
        terminal.shows(&seen).await;
        assert!(!watcher.text().contains(&seen), "{way}: {}", watcher.text());
    }
    // Who still may, still looks; the technician's own session goes on.
    let mut watcher = watch(&app, &admin, &id).await;
    terminal.type_in("echo on-$((40+2))\n").await;
    watcher.shows("on-42").await;

    let entries = admin.get(&format!("/api/audit/logs?code=session.watch&sessionId={id}")).await.ok();
    let entries = entries["items"].as_array().unwrap();
    assert_eq!(entries.len(), 4);
    for entry in entries {
        assert_eq!(entry["clientIp"], "127.0.0.1", "{entry}");
        assert!(!entry["policyIds"].as_array().unwrap().is_empty(), "{entry}");
    }
}

#[tokio::test]
async fn who_ended_a_session_is_in_the_log_whichever_way_the_end_came() {
    let sshd = Sshd::start().unwrap();
    let app = platform(&sshd).await;
    let place = Place::new(&app, "Acme", &sshd).await;
    let admin = app.super_admin().await;
    for round in 0..5 {
        let (mut terminal, id) = Terminal::start(&app, &place.tech, &place.asset).await;
        terminal.event("ready").await;
        admin.post(&format!("/api/sessions/{id}/end"), json!({ "reason": "enough" })).await.ok();
        terminal.event("ended").await;
        let logged = async {
            loop {
                let found =
                    admin.get(&format!("/api/audit/logs?code=session.close&sessionId={id}")).await.ok();
                if let Some(entry) = found["items"].get(0) {
                    return entry.clone();
                }
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            }
        };
        let entry = tokio::time::timeout(PATIENCE, logged).await.unwrap();
        assert!(entry["details"]["by"].is_string(), "round {round}: {entry}");
    }
}
