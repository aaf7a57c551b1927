//! Locks that somebody holds, transactions that wait for each other or fall asleep, and a queue that stands still.

use super::{health, until};
use crate::audit_tree::{number, run};
use crate::support::{Actor, Answer, TestApp};
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

/// The one answer to all of it.
fn busy(answer: Answer) {
    assert!(answer.headers.contains_key("retry-after"), "{}", answer.text());
    answer.refused(503, "unavailable");
}

async fn tell(sql: &mut PgConnection, statement: &str) {
    sqlx::raw_sql(AssertSqlSafe(statement.to_owned())).execute(sql).await.expect(statement);
}

/// Nothing of it stands in the table, and nothing of it in the log.
async fn nothing_was_revoked(app: &TestApp) {
    let grants = "SELECT count(*) FROM technician_customer_access WHERE revoked_at IS NOT NULL";
    assert_eq!(number(app, grants).await, 0);
    let told = "SELECT count(*) FROM audit_logs WHERE code IN ('grant.revoke', 'grant.bulk_revoke') AND outcome = 'success'";
    assert_eq!(number(app, told).await, 0);
}

const WAITS: &str = "SELECT count(*) > 0 FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn l08_requests_that_wait_for_a_row_that_somebody_holds_are_refused_whole() {
    let app = TestApp::start().await;
    let acme = app.customer("Acme").await;
    let tech = app.technician().await;
    let grant = app.grant(&tech, &acme, "full_access").await;
    let manager = app.account_manager().await;
    let mut holder = app.sql().await;
    let hold = format!("BEGIN; SELECT 1 FROM technician_customer_access WHERE id = '{grant}' FOR UPDATE");
    tell(&mut holder, &hold).await;
    let path = format!("/api/technician-access/{grant}?reason=over");
    // More than there are connections.
    let storm = futures::future::join_all((0..12).map(|_| manager.delete(&path)));
    let reader = async {
        app.until_sql(WAITS).await;
        // Who only reads waits for no row.
        until("a read", || async {
            manager.get(&format!("/api/technician-access/{grant}")).await.status == 200
        })
        .await;
    };
    let (answers, ()) = tokio::join!(storm, reader);
    answers.into_iter().for_each(busy);
    nothing_was_revoked(&app).await;
    tell(&mut holder, "ROLLBACK").await;
    manager.delete(&path).await.ok();
    assert_eq!(
        number(&app, "SELECT count(*) FROM audit_logs WHERE code = 'grant.revoke' AND outcome = 'success'")
            .await,
        1
    );
    app.stop().await;
}

async fn revoke_both(admin: Actor, grants: [String; 2]) -> Answer {
    admin.post("/api/access-management/bulk-revoke", json!({ "reason": "over", "grantIds": grants })).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn l08_the_victim_of_a_deadlock_is_refused_whole_and_may_come_again() {
    let app = TestApp::start().await;
    let (acme, bolt) = (app.customer("Acme").await, app.customer("Bolt").await);
    let tech = app.technician().await;
    let admin = app.super_admin().await;
    let mut grants =
        [app.grant(&tech, &acme, "full_access").await, app.grant(&tech, &bolt, "full_access").await];
    // In the order in which a request locks them.
    grants.sort();
    let lock = |id: &str| format!("SELECT 1 FROM technician_customer_access WHERE id = '{id}' FOR UPDATE");
    let deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";
    // Whom the database takes for the victim is its choice, and on a slow machine not always ours.
    for _ in 0..10 {
        let mut holder = app.sql().await;
        tell(&mut holder, &format!("BEGIN; SET LOCAL deadlock_timeout = '60s'; {}", lock(&grants[1]))).await;
        let request = tokio::spawn(revoke_both(admin.clone(), grants.clone()));
        app.until_sql(WAITS).await;
        tell(&mut holder, &lock(&grants[0])).await;
        busy(request.await.unwrap());
        nothing_was_revoked(&app).await;
        holder.close().await.unwrap();
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        if number(&app, deadlocks).await > 0 {
            revoke_both(admin, grants).await.ok();
            let done = "SELECT count(*) FROM technician_customer_access WHERE revoked_at IS NOT NULL";
            assert_eq!(number(&app, done).await, 2);
            return app.stop().await;
        }
    }
    panic!("no deadlock came about");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn l08_a_transaction_that_falls_asleep_loses_its_locks_and_leaves_nothing() {
    let app = TestApp::start().await;
    let db = &app.platform.app.db;
    let mut tx = db.unscoped("a test that falls asleep").await.unwrap();
    for (name, expected) in
        [("statement_timeout", "15s"), ("lock_timeout", "5s"), ("idle_in_transaction_session_timeout", "30s")]
    {
        let value: String =
            sqlx::query_scalar(AssertSqlSafe(format!("SHOW {name}"))).fetch_one(tx.conn()).await.unwrap();
        assert_eq!(value, expected, "{name}");
    }
    // Half a minute is the platform's; a test need not wait for it.
    let asleep = "SET LOCAL idle_in_transaction_session_timeout = '200ms'; SELECT pg_advisory_xact_lock(42)";
    tell(tx.conn(), asleep).await;
    // Waits for as long as the other one lives.
    run(&app, "SELECT pg_advisory_lock(42)").await;
    let refusal = tx.commit_unaudited("a test").await.unwrap_err();
    assert_eq!((refusal.status.as_u16(), refusal.code, refusal.retry_after_s), (503, "unavailable", Some(1)));
    db.unscoped("a test that goes on").await.unwrap().commit_unaudited("a test").await.unwrap();
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn l08_a_log_that_is_not_sealed_for_five_seconds_rings_until_it_is() {
    let mut app = TestApp::start().await;
    app.platform.keep_sealing();
    let says = async |what: &str| until(what, || async { health(&app).await["auditLog"] == what }).await;
    says("sealing").await;
    let mut holder = app.sql().await;
    tell(&mut holder, "BEGIN; LOCK TABLE audit_queue IN ACCESS EXCLUSIVE MODE").await;
    says("late").await;
    tell(&mut holder, "ROLLBACK").await;
    says("sealing").await;
    app.stop().await;
}
