//! What becomes of the platform when its database moves, waits or is stuck.

mod crash;
mod failover;
mod locks;

use crate::support::{Actor, Terminal, TestApp, TestDatabase};
use sallyport_testkit::postgres::Server;
use sallyport_testkit::sshd::Sshd;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, PgConnection};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const DATABASE: &str = "sallyport";

/// Asks again and again until the answer is yes; how long that takes is the machine's matter.
async fn until<F: Future<Output = bool>>(what: &str, mut yes: impl FnMut() -> F) {
    for _ in 0..600 {
        if yes().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("never: {what}");
}

/// What the platform says of itself; null while it is not ready.
async fn health(app: &TestApp) -> Value {
    let answer = app.stranger().get("/readyz").await;
    if answer.status == 200 { answer.ok() } else { Value::Null }
}

async fn run(sql: &mut PgConnection, statement: &str) {
    sqlx::raw_sql(AssertSqlSafe(statement.to_owned())).execute(sql).await.expect(statement);
}

async fn number(server: &Server, query: &str) -> i64 {
    let mut sql = server.connect(DATABASE).await.unwrap();
    sqlx::query_scalar(AssertSqlSafe(query.to_owned())).fetch_one(&mut sql).await.expect(query)
}

/// A platform on servers of its own, that is in no hurry to end a session.
async fn platform(ports: &[u16], sshd: &Sshd) -> TestApp {
    let address = sshd.address();
    let mut app = TestApp::start_at(TestDatabase::on(ports), |config| {
        config.targets.allow.push(address);
        config.limits.user_per_second = 10_000.try_into().unwrap();
        config.limits.organization_per_second = 10_000.try_into().unwrap();
        config.sessions.freeze_after_seconds = 3;
        config.sessions.end_after_seconds = 3600;
    })
    .await;
    app.platform.keep_sealing();
    app
}

/// Customers that were acknowledged, by their names.
type Told = Arc<Mutex<Vec<String>>>;

fn count(told: &Told) -> usize {
    told.lock().unwrap().len()
}

/// Makes customers until it is over; what is not done is refused in the one way that there is.
async fn make_customers(admin: Actor, told: Told, over: Arc<AtomicBool>) {
    for n in 0.. {
        if over.load(Ordering::Relaxed) {
            return;
        }
        let name = format!("Customer {n}");
        let answer = admin.post("/api/organizations", json!({ "name": name })).await;
        if answer.status == 201 {
            told.lock().unwrap().push(name);
        } else {
            assert!(answer.headers.contains_key("retry-after"), "{}", answer.text());
            answer.refused(503, "unavailable");
        }
    }
}

/// Whatever was acknowledged is there.
async fn all_kept(server: &Server, told: &Told) {
    let names = told.lock().unwrap().clone();
    let kept: i64 = sqlx::query_scalar("SELECT count(*) FROM organizations WHERE name = ANY ($1)")
        .bind(&names)
        .fetch_one(&mut server.connect(DATABASE).await.unwrap())
        .await
        .unwrap();
    assert_eq!(kept as usize, names.len(), "an acknowledged write is missing");
}

/// Types until it arrives: what is typed while input is frozen does not.
async fn works(terminal: &mut Terminal, word: &str) {
    for _ in 0..60 {
        terminal.type_in(&format!("echo {word}-$((40+2))\n")).await;
        let answer = format!("{word}-42");
        if tokio::time::timeout(Duration::from_secs(1), terminal.shows(&answer)).await.is_ok() {
            return;
        }
    }
    panic!("it is never shown: {:?}", terminal.events);
}
