//! Sessions on one instance, ended by what happens at another, with nothing but the poll between them.

use super::{Place, ended_after, platform};
use crate::support::{Second, Terminal};
use sallyport_testkit::sshd::Sshd;
use serde_json::json;
use sqlx::PgConnection;
use std::time::Duration;
use tokio::time::Instant;

/// The bound of the cases. On a busy machine a test may come late to the event; the platform is not late by that.
const BOUND: Duration = Duration::from_secs(1);

/// Takes the push away: what is left is that each instance asks the truth by itself.
pub async fn without_push(sql: &mut PgConnection) {
    for table in [
        "technician_customer_access",
        "users",
        "organizations",
        "assets",
        "user_sessions",
        "sessions",
        "credentials",
        "organization_keys",
    ] {
        crate::wall::run(sql, &format!("DROP TRIGGER notify_leases ON {table}")).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g02_a_grant_revoked_at_one_instance_ends_sessions_at_another_within_a_second() {
    let sshd = Sshd::start().unwrap();
    let app = platform(&sshd).await;
    let second = Second::start(&app).await;
    without_push(&mut app.sql().await).await;
    let manager = app.account_manager().await;
    let mut latencies = Vec::new();
    for name in ["Acme", "Bolt", "Cape"] {
        let place = Place::new(&app, name, &sshd).await;
        let mut terminals = Vec::new();
        for _ in 0..10 {
            let (mut terminal, _) =
                Terminal::start_at(second.address, &app.url(""), &place.tech, &place.asset).await;
            terminal.event("ready").await;
            terminals.push(terminal);
        }
        let path = format!("/api/technician-access/{}?reason=over", place.grant);
        let since = Instant::now();
        manager.delete(&path).await.ok();
        let waiting = terminals.iter_mut().map(|terminal| ended_after(terminal, since));
        for (latency, code) in futures::future::join_all(waiting).await {
            assert_eq!(code, "grant_revoked");
            latencies.push(latency);
        }
    }
    latencies.sort();
    assert_eq!(latencies.len(), 30);
    let p99 = latencies[latencies.len() * 99 / 100];
    assert!(p99 < BOUND, "{latencies:?}");
    second.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g04_disabled_demoted_suspended_deleted_and_signed_out_end_sessions_at_another_instance() {
    let sshd = Sshd::start().unwrap();
    let app = platform(&sshd).await;
    let second = Second::start(&app).await;
    without_push(&mut app.sql().await).await;
    let admin = app.super_admin().await;
    for (what, code) in [
        ("disabled", "user_disabled"),
        ("demoted", "signed_out"),
        ("deleted", "user_disabled"),
        ("suspended", "organization_suspended"),
        ("closed", "organization_suspended"),
        ("signed out", "signed_out"),
    ] {
        let place = Place::new(&app, &format!("Customer {what}"), &sshd).await;
        let (mut terminal, id) =
            Terminal::start_at(second.address, &app.url(""), &place.tech, &place.asset).await;
        terminal.event("ready").await;
        let (user, organization) =
            (format!("/api/users/{}", place.tech.id), format!("/api/organizations/{}", place.customer.id));
        let since = Instant::now();
        match what {
            "disabled" => drop(admin.put(&user, json!({ "status": "disabled" })).await.ok()),
            "demoted" => drop(admin.put(&user, json!({ "role": "security_analyst" })).await.ok()),
            "deleted" => drop(admin.delete(&user).await.ok()),
            "suspended" => drop(admin.put(&organization, json!({ "status": "suspended" })).await.ok()),
            "closed" => drop(admin.delete(&organization).await.ok()),
            _ => drop(place.tech.post("/api/auth/logout", json!({})).await.ok()),
        }
        let (latency, ended) = ended_after(&mut terminal, since).await;
        assert_eq!(ended, code, "{what}");
        assert!(latency < BOUND, "{what}: {latency:?}");
        // Nor does any of them come back to it.
        let tickets = format!("/api/sessions/{id}/tickets");
        let again = place.tech.at(second.address).post(&tickets, json!({ "mode": "control" })).await;
        assert!(again.status.is_client_error(), "{what}");
        assert!(
            place.tech.post("/api/sessions", super::wish(&place.asset)).await.status.is_client_error(),
            "{what}"
        );
    }
    second.stop().await;
}

#[tokio::test]
async fn who_attaches_to_a_session_that_is_over_is_told_why() {
    let sshd = Sshd::start().unwrap();
    let app = platform(&sshd).await;
    let place = Place::new(&app, "Acme", &sshd).await;
    let started = place.tech.post("/api/sessions", super::wish(&place.asset)).await.created();
    let id = started["session"]["id"].as_str().unwrap();
    let admin = app.super_admin().await;
    admin.post(&format!("/api/sessions/{id}/end"), json!({ "reason": "enough" })).await.ok();
    crate::sessions::until_session(&place.tech, id, "the end", |session| session["status"] == "ended").await;
    let mut late = Terminal::attach(&app, id, started["ticket"]["token"].as_str().unwrap()).await;
    let ended = late.event("ended").await;
    assert_eq!(ended["code"], "ended_by_admin", "{ended}");
    assert!(ended["message"].as_str().unwrap().contains("enough"), "{ended}");
    assert_eq!(late.event("close").await["code"], 1000);
}
