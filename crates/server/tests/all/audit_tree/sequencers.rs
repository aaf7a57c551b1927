//! Several sequencers at once, and sequencers that die in the middle: the places have no gap, no event is lost or has two,
//! and every checkpoint continues the one before.

use super::{keys, number, report_by, seal, seal_by, verifier, words};
use crate::support::{Second, TestApp};
use sallyport::app::App;
use sallyport::audit::tree::{Kept, round};
use sallyport_audit_log::Checkpoint;
use sqlx::AssertSqlSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use uuid::Uuid;

/// Transactions that write events and commit late, in another order than they began, or not at all.
async fn writer(app: Arc<TestApp>, organization: Uuid, rounds: u64) {
    let mut sql = app.sql().await;
    for round in 0..rounds {
        let end = if round % 5 == 4 { "ROLLBACK" } else { "COMMIT" };
        let pause = (round * 7) % 13;
        let text = format!(
            "BEGIN;
             INSERT INTO audit_logs (org_id, id, code, outcome, risk_level, sentence)
             SELECT '{organization}', gen_random_uuid(), 'auth.login', 'success', 'info', 'Ada signed in' FROM generate_series(1, 3);
             SELECT pg_sleep(0.00{pause:02}); {end}"
        );
        sqlx::raw_sql(AssertSqlSafe(text)).execute(&mut sql).await.unwrap();
    }
}

fn sequencer(app: &Arc<App>, over: &Arc<AtomicBool>) -> tokio::task::JoinHandle<()> {
    let (app, over) = (Arc::clone(app), Arc::clone(over));
    tokio::spawn(async move {
        let mut kept = Kept::new();
        while !over.load(Ordering::Relaxed) {
            // A database that ended the connection is met again in the next round.
            let _ = round(&app, &mut kept).await;
            tokio::time::sleep(Duration::from_millis(3)).await;
        }
    })
}

/// All that can be said of a log that competing sequencers made.
async fn check(app: &TestApp, organization: Uuid, instances: &[&Arc<App>]) {
    for instance in instances {
        seal_by(app, instance).await;
    }
    let of = |table: &str| format!("SELECT count(*) FROM {table} WHERE org_id = '{organization}'");
    let events = number(app, &of("audit_logs")).await;
    assert_eq!(number(app, &of("audit_leaves")).await, events, "each event has one place");
    let last = format!("SELECT max(seq) + 1 FROM audit_leaves WHERE org_id = '{organization}'");
    assert_eq!(number(app, &last).await, events, "contiguous");
    let key = keys(app).await[0];
    for instance in instances {
        let report = report_by(app, instance, organization).await;
        assert!(report.findings.is_empty(), "{:?}", words(&report.findings));
        assert_eq!(report.signed, events.cast_unsigned());
        let kept =
            super::keeper(instance).last(organization, &[verifier(key, organization)]).unwrap().unwrap();
        assert_eq!(kept.size, report.signed);
    }
    let notes: Vec<String> = sqlx::query_scalar("SELECT checkpoint FROM audit_checkpoints WHERE org_id = $1")
        .bind(organization)
        .fetch_all(&mut app.sql().await)
        .await
        .unwrap();
    for note in notes {
        Checkpoint::open(&note, &verifier(key, organization)).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn l26_three_sequencers_at_once_make_one_log() {
    let app = Arc::new(TestApp::start().await);
    let acme = app.customer("Acme").await;
    let globex = app.customer("Globex").await;
    let (second, third) = (Second::start(&app).await, Second::start(&app).await);
    let instances = [&app.platform.app, &second.platform.app, &third.platform.app];
    let over = Arc::new(AtomicBool::new(false));
    let sequencers = instances.map(|instance| sequencer(instance, &over));
    let writers = [acme.id, acme.id, globex.id, acme.id]
        .map(|organization| tokio::spawn(writer(Arc::clone(&app), organization, 60)));
    for writer in writers {
        writer.await.unwrap();
    }
    over.store(true, Ordering::Relaxed);
    for sequencer in sequencers {
        sequencer.await.unwrap();
    }
    for organization in [acme.id, globex.id] {
        check(&app, organization, &instances).await;
    }
    let halted = number(&app, "SELECT count(*) FROM audit_trees WHERE halted_at IS NOT NULL").await;
    assert_eq!(halted, 0, "none took the others for forgers");
    second.stop().await;
    third.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn l26_sequencers_that_die_in_the_middle_leave_a_log_that_goes_on() {
    let app = Arc::new(TestApp::start().await);
    let acme = app.customer("Acme").await;
    let second = Second::start(&app).await;
    let instances = [&app.platform.app, &second.platform.app];
    let writing = tokio::spawn(writer(Arc::clone(&app), acme.id, 150));
    for death in 0..40_u64 {
        let over = Arc::new(AtomicBool::new(false));
        let sequencers = instances.map(|instance| sequencer(instance, &over));
        tokio::time::sleep(Duration::from_millis(death * 5 % 47)).await;
        if death % 2 == 0 {
            // The process is gone: wherever it stands, it does not go on.
            sequencers.iter().for_each(tokio::task::JoinHandle::abort);
        } else {
            // The database throws out whoever seals.
            super::run(
                &app,
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()
                   AND application_name LIKE 'sallyport: %audit%'",
            )
            .await;
            over.store(true, Ordering::Relaxed);
        }
        for sequencer in sequencers {
            let _ = sequencer.await;
        }
    }
    writing.await.unwrap();
    seal(&app).await;
    check(&app, acme.id, &instances).await;
    second.stop().await;
}
