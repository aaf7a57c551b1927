//! A session stands on the credential that opened it: gone or another one's, it ends; with a new secret it goes on.

use super::{Place, ended_after, platform, wish};
use crate::sessions::until_session;
use crate::support::{Second, Terminal, TestApp};
use sallyport_testkit::sshd::Sshd;
use serde_json::json;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::time::Instant;

/// The bound of the neighbours' cases.
const BOUND: Duration = Duration::from_secs(1);

/// A session at the instance `at`, its credential touched in each of the ways at `app`.
async fn touched_in_every_way(app: &TestApp, at: SocketAddr, sshd: &Sshd) {
    let manager = app.account_manager().await;
    let admin = app.super_admin().await;
    for (what, message) in [
        ("deleted", Some("The credential of this session was deleted.")),
        ("another level", Some("The account or the access level of this session's credential was changed.")),
        (
            "another account",
            Some("The account or the access level of this session's credential was changed."),
        ),
        (
            "key destroyed",
            Some("This customer's key was destroyed, and with it the credential of this session."),
        ),
        ("rotated", None),
    ] {
        let name = format!("Customer {what} {at}");
        let place = Place::new(app, &name, sshd).await;
        let (mut terminal, id) = Terminal::start_at(at, &app.url(""), &place.tech, &place.asset).await;
        terminal.event("ready").await;
        let found = manager.get(&format!("/api/credentials?assetId={}", place.asset)).await.ok();
        let credential = format!("/api/credentials/{}", found["items"][0]["id"].as_str().unwrap());
        let since = Instant::now();
        match what {
            "deleted" => drop(manager.delete(&credential).await.ok()),
            "another level" => {
                drop(manager.put(&credential, json!({ "accessLevel": "read_only" })).await.ok())
            }
            "another account" => drop(manager.put(&credential, json!({ "username": "somebody" })).await.ok()),
            "key destroyed" => {
                let path = format!("/api/organizations/{}/destroy-key", place.customer.id);
                admin.post(&path, json!({ "confirmName": name, "reason": "a test" })).await.ok();
            }
            _ => {
                let secret = json!({ "privateKey": sshd.private_key().unwrap() });
                manager.post(&format!("{credential}/rotate"), secret).await.ok();
            }
        }
        let Some(message) = message else {
            // Longer than the bound of an end.
            tokio::time::sleep(BOUND).await;
            terminal.type_in("echo still-$((40+2))\n").await;
            terminal.shows("still-42").await;
            continue;
        };
        let (latency, code) = ended_after(&mut terminal, since).await;
        assert_eq!(code, "credential_changed", "{what}");
        assert!(latency < BOUND, "{what}: {latency:?}");
        assert_eq!(terminal.event("ended").await["message"], message, "{what}");
        let over = until_session(&place.tech, &id, "the end", |session| session["status"] == "ended").await;
        assert_eq!(over["endCode"], "credential_changed", "{what}");
        if what != "another account" && what != "another level" {
            place.tech.post("/api/sessions", wish(&place.asset)).await.refused(409, "credential_missing");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_credential_ends_its_sessions_at_another_instance_by_the_poll_alone() {
    let sshd = Sshd::start().unwrap();
    let app = platform(&sshd).await;
    let second = Second::start(&app).await;
    super::without_push(&mut app.sql().await).await;
    touched_in_every_way(&app, second.address, &sshd).await;
    second.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_credential_ends_its_sessions_at_once_by_the_push_alone() {
    let sshd = Sshd::start().unwrap();
    let address = sshd.address();
    let app = TestApp::start_with(|config| {
        config.targets.allow.push(address);
        // The first poll is at the start; the next would come after the test.
        config.sessions.lease_poll_ms = 600_000;
        config.sessions.freeze_after_seconds = 600;
        config.sessions.end_after_seconds = 900;
    })
    .await;
    touched_in_every_way(&app, app.address, &sshd).await;
}
