//! The log, forwarded: in order, at least once, whatever dies or is away; and to nobody what is not theirs.

mod away;
mod signed;
mod syslog;
mod walls;

use crate::support::{Actor, Customer, TestApp};
use sallyport_testkit::siem::{Receiver, Speaks};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// A platform that seals and forwards, to these receivers on loopback.
async fn platform(receivers: &[SocketAddr]) -> TestApp {
    let mut app = TestApp::start_with(|config| config.forwarding.allow.extend_from_slice(receivers)).await;
    app.platform.keep_sealing();
    app
}

/// The same with a customer and its admin.
async fn stage(receivers: &[&Receiver]) -> (TestApp, Customer, Actor) {
    let addresses: Vec<SocketAddr> = receivers.iter().map(|receiver| receiver.address).collect();
    let app = platform(&addresses).await;
    let acme = app.customer("Acme").await;
    let admin = app.member(&acme, "admin").await;
    (app, acme, admin)
}

async fn syslog() -> Receiver {
    Receiver::start(Speaks::Syslog).await.unwrap()
}

async fn webhook() -> Receiver {
    Receiver::start(Speaks::Posts).await.unwrap()
}

/// The wish for a destination at this receiver, by its own certificate.
fn draft(receiver: &Receiver, organization: Option<Uuid>, speaks: Speaks) -> Value {
    let (kind, address) = match speaks {
        Speaks::Syslog => ("syslog", receiver.address.to_string()),
        Speaks::Posts => ("webhook", format!("https://{}/in", receiver.address)),
    };
    json!({
        "organizationId": organization, "name": "SIEM", "kind": kind, "address": address,
        "caPem": receiver.identity.authority,
    })
}

fn id_of(made: &Value) -> String {
    made["destination"]["id"].as_str().unwrap().to_owned()
}

/// What a message of syslog carries.
fn carried(message: &str) -> Value {
    serde_json::from_str(&message[message.find('{').unwrap()..]).unwrap()
}

/// What syslog was given of an organization's log: places and ids, in the order in which they came.
fn places(receiver: &Receiver, organization: Uuid) -> Vec<(i64, String)> {
    let events = receiver.messages().into_iter().map(|message| carried(&message));
    let own = events.filter(|event| event["organizationId"] == json!(organization));
    own.map(|event| (event["seq"].as_i64().unwrap(), event["id"].as_str().unwrap().to_owned())).collect()
}

/// How far an organization's log is sealed, once nothing waits.
async fn sealed(app: &TestApp, organization: Uuid) -> i64 {
    app.until_sql(
        "SELECT NOT EXISTS (SELECT 1 FROM audit_queue)
            AND NOT EXISTS (SELECT 1 FROM audit_trees WHERE size > coalesce(signed_size, 0))",
    )
    .await;
    let size = "SELECT signed_size FROM audit_trees WHERE org_id = $1";
    sqlx::query_scalar(size).bind(organization).fetch_one(&mut app.sql().await).await.unwrap()
}

/// Waits until a destination has taken all that there is, which is sealed and signed before.
async fn taken(app: &TestApp, id: &str) {
    let question = format!(
        "SELECT NOT EXISTS (
             SELECT 1 FROM audit_trees t JOIN audit_destinations d ON d.id = '{id}' AND (d.whole OR d.org_id = t.org_id)
             LEFT JOIN audit_destination_cursors c ON c.destination_id = d.id AND c.log_org_id = t.org_id
             WHERE coalesce(t.signed_size, 0) > coalesce(c.next_seq, 0))
            AND NOT EXISTS (SELECT 1 FROM audit_queue)
            AND NOT EXISTS (SELECT 1 FROM audit_trees WHERE size > coalesce(signed_size, 0))"
    );
    app.until_sql(&question).await;
}

/// That every event from `from` on comes, each in its place of the sealed log; twice is allowed, out of order is not. How
/// many came twice. What the forwarding itself leaves in the log may be sealed, and come, a little later.
async fn complete(
    app: &TestApp,
    came: impl Fn() -> Vec<(i64, String)>,
    organization: Uuid,
    from: i64,
) -> usize {
    let size = sealed(app, organization).await;
    let rows = "SELECT seq, event_id::text FROM audit_leaves WHERE org_id = $1 AND seq >= $2 AND seq < $3 ORDER BY seq";
    let rows: Vec<(i64, String)> = sqlx::query_as(rows)
        .bind(organization)
        .bind(from)
        .bind(size)
        .fetch_all(&mut app.sql().await)
        .await
        .unwrap();
    assert_eq!(rows.len(), usize::try_from(size - from).unwrap());
    let until = Instant::now() + Duration::from_secs(30);
    loop {
        let came: Vec<(i64, String)> = came().into_iter().filter(|(seq, _)| *seq < size).collect();
        let mut seen = BTreeSet::new();
        let first: Vec<&(i64, String)> = came.iter().filter(|(seq, _)| seen.insert(*seq)).collect();
        if first.len() == rows.len() || Instant::now() > until {
            assert!(first.iter().copied().eq(rows.iter()), "{} came of {}", first.len(), rows.len());
            return came.len() - first.len();
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Where the log of an organization was when its destination was made.
async fn begin(app: &TestApp, id: &str, organization: Uuid) -> i64 {
    let next = "SELECT coalesce((SELECT next_seq FROM audit_destination_cursors
                                 WHERE destination_id::text = $1 AND log_org_id = $2), 0)";
    sqlx::query_scalar(next).bind(id).bind(organization).fetch_one(&mut app.sql().await).await.unwrap()
}
