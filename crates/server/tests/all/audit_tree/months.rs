//! The log in months: made before they begin, whoever comes first; an entry of a month without a table is kept; what is
//! cleaned up goes by the month, and the log proves what it did before.

use super::{age, number, report, run, seal, sound, words, write_events};
use crate::support::{Second, TestApp};
use crate::wall::code;
use sallyport::audit::months::tend_months;
use serde_json::json;
use sqlx::Connection as _;
use uuid::Uuid;

/// The tables of the log, but the one for what has no month.
async fn months(app: &TestApp) -> Vec<String> {
    sqlx::query_scalar(
        "SELECT right(c.relname, 7) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
         WHERE i.inhparent = 'audit_logs'::regclass AND c.relname <> 'audit_logs_default' ORDER BY 1",
    )
    .fetch_all(&mut app.sql().await)
    .await
    .unwrap()
}

/// This month and the next three.
async fn ahead(app: &TestApp) -> Vec<String> {
    sqlx::query_scalar(
        "SELECT to_char(date_trunc('month', now(), 'UTC') AT TIME ZONE 'UTC' + make_interval(months => n), 'YYYY_MM')
         FROM generate_series(0, 3) n ORDER BY 1",
    )
    .fetch_all(&mut app.sql().await)
    .await
    .unwrap()
}

/// That of so many days from now.
async fn month_of(app: &TestApp, days: i32) -> String {
    sqlx::query_scalar("SELECT to_char((now() + make_interval(days => $1)) AT TIME ZONE 'UTC', 'YYYY_MM')")
        .bind(days)
        .fetch_one(&mut app.sql().await)
        .await
        .unwrap()
}

async fn in_default(app: &TestApp) -> i64 {
    number(app, "SELECT count(*) FROM audit_logs_default").await
}

/// An entry of so many days from now, written like any other; its id.
async fn write_at(app: &TestApp, organization: Uuid, days: i32) -> Uuid {
    sqlx::query_scalar(
        "INSERT INTO audit_logs (org_id, id, occurred_at, code, outcome, risk_level, sentence)
         VALUES ($1, gen_random_uuid(), now() + make_interval(days => $2), 'asset.create', 'success', 'info', 'an old entry')
         RETURNING id",
    )
    .bind(organization)
    .bind(days)
    .fetch_one(&mut app.sql().await)
    .await
    .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn months_are_made_ahead_by_whichever_instance_comes_first() {
    let app = TestApp::start().await;
    let wanted = ahead(&app).await;
    assert_eq!(months(&app).await, wanted, "by the migration, and no more by a start");
    let second = Second::start(&app).await;
    for _ in 0..5 {
        let drop = format!("DROP TABLE audit_logs_{}; DROP TABLE audit_logs_{}", wanted[1], wanted[3]);
        run(&app, &drop).await;
        tokio::join!(tend_months(&app.platform.app), tend_months(&second.platform.app));
        // Who came second left it to the first, and comes again.
        assert_eq!(months(&app).await, wanted);
    }
    second.stop().await;

    // A start does it too, and an entry that came while there was no table has moved into it, once.
    run(&app, &format!("DROP TABLE audit_logs_{0}; DROP TABLE audit_logs_{1}", wanted[2], wanted[0])).await;
    let acme = app.customer("Acme").await;
    assert!(in_default(&app).await > 0, "it was kept");
    let app = app.restart().await;
    assert_eq!((months(&app).await, in_default(&app).await), (wanted, 0));
    seal(&app).await;
    assert!(sound(&app, acme.id).await > 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_entry_of_any_time_is_kept_read_sealed_and_moved_into_its_month() {
    let app = TestApp::start().await;
    let acme = app.customer("Acme").await;
    let admin = app.member(&acme, "admin").await;
    let (old, older, future) = (
        write_at(&app, acme.id, -500).await,
        write_at(&app, acme.id, -540).await,
        write_at(&app, acme.id, 300).await,
    );
    assert_eq!(in_default(&app).await, 3);
    seal(&app).await;
    let unsealed = write_at(&app, acme.id, -501).await;
    let listed = async || {
        let page = admin.get("/api/audit/logs?limit=100").await.ok();
        let ids = page["items"].as_array().unwrap().iter();
        ids.map(|entry| entry["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let before = listed().await;
    for id in [old, older, future, unsealed] {
        assert!(before.contains(&id.to_string()), "{before:?}");
    }
    assert_eq!(before[0], future.to_string());
    tend_months(&app.platform.app).await;
    assert_eq!(in_default(&app).await, 1, "only what says that it is of the future has no month");
    let made = months(&app).await;
    for days in [-500, -501, -540] {
        assert!(made.contains(&month_of(&app, days).await), "{made:?}");
    }
    assert_eq!(listed().await, before);
    // What was moved waits or is sealed as before, and once.
    let waiting =
        format!("SELECT count(*) FROM audit_queue WHERE event_id IN ('{old}', '{older}', '{unsealed}')");
    assert_eq!(number(&app, &waiting).await, 1);
    seal(&app).await;
    sound(&app, acme.id).await;
    for id in [old, older, future, unsealed] {
        assert!(admin.get(&format!("/api/audit/events/{id}/proof")).await.ok()["entry"].is_object());
    }
    let open = "SELECT count(*) FROM pg_class WHERE relispartition AND relkind = 'r'
                AND NOT (relrowsecurity AND relforcerowsecurity)";
    assert_eq!(number(&app, open).await, 0);
    // Nothing is due: nothing happens, however often it is asked.
    tend_months(&app.platform.app).await;
    assert_eq!((months(&app).await, in_default(&app).await), (made, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_month_goes_when_all_of_it_is_cleaned_up_and_verification_stays_valid() {
    let app = TestApp::start().await;
    let acme = app.customer("Acme").await;
    write_events(&app, acme.id, 5).await;
    age(&app, acme.id, 440).await;
    seal(&app).await;
    // Another month, over which a border lies.
    write_events(&app, acme.id, 5).await;
    age(&app, acme.id, 400).await;
    seal(&app).await;
    write_events(&app, acme.id, 5).await;
    seal(&app).await;
    tend_months(&app.platform.app).await;
    let (first, second) = (month_of(&app, -440).await, month_of(&app, -400).await);
    assert!(months(&app).await.starts_with(&[first.clone(), second.clone()]), "{:?}", months(&app).await);
    let event: Uuid = sqlx::query_scalar("SELECT event_id FROM audit_leaves WHERE org_id = $1 AND seq = 2")
        .bind(acme.id)
        .fetch_one(&mut app.sql().await)
        .await
        .unwrap();
    let root = app.super_admin().await;
    let clean = async |days: i32| {
        let wish = json!({ "olderThanDays": days, "organizationId": acme.id, "reason": "its time is over" });
        let done = root.post("/api/audit/cleanup", wish).await.ok();
        seal(&app).await;
        tend_months(&app.platform.app).await;
        sound(&app, acme.id).await;
        done["removed"].as_i64().unwrap()
    };
    // Six: the organization's own first entry too.
    assert_eq!(clean(420).await, 6);
    let left = months(&app).await;
    assert!(!left.contains(&first) && left.contains(&second), "{left:?}");
    assert_eq!(report(&app, acme.id).await.removed, 6);
    assert_eq!(clean(365).await, 5);
    assert_eq!(months(&app).await, ahead(&app).await);
    assert_eq!(report(&app, acme.id).await.removed, 11);
    let timed =
        "SELECT count(*) FROM audit_leaves WHERE (occurred_at IS NULL) <> (content_removed_at IS NOT NULL)";
    assert_eq!(number(&app, timed).await, 0);
    let proof = root.get(&format!("/api/audit/events/{event}/proof")).await.ok();
    assert!(proof["entry"].is_null() && proof["hashes"].is_array(), "{proof}");
}

/// The key of the log has the time in it; an id stands once all the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_id_stands_once_in_whichever_month() {
    let app = TestApp::start().await;
    let acme = app.customer("Acme").await;
    let (sealed, waiting) = (write_at(&app, acme.id, 0).await, {
        seal(&app).await;
        write_at(&app, acme.id, 0).await
    });
    let globex = app.customer("Globex").await;
    let mut system = sqlx::PgConnection::connect(&app.database.url("sallyport_system")).await.unwrap();
    let again = "INSERT INTO audit_logs (org_id, id, occurred_at, code, outcome, risk_level, sentence)
                 VALUES ($1, $2, now() - make_interval(days => $3), 'asset.create', 'success', 'info', 'again')";
    for id in [sealed, waiting] {
        for days in [0, 1, 40, 700] {
            let refused = sqlx::query(again).bind(acme.id).bind(id).bind(days).execute(&mut system).await;
            assert_eq!(code(refused.map(drop)), "23505", "{days}");
        }
    }
    // Another organization's log is another log.
    sqlx::query(again).bind(globex.id).bind(sealed).bind(1).execute(&mut system).await.unwrap();
    seal(&app).await;
    sound(&app, acme.id).await;
    sound(&app, globex.id).await;

    // Of one that waits, the time that it was queued with is the one that is sealed.
    let moved = write_at(&app, acme.id, 0).await;
    let queue = |by: &str| {
        format!(
            "UPDATE audit_queue SET occurred_at = occurred_at {by} interval '1 hour' WHERE event_id = '{moved}'"
        )
    };
    run(&app, &queue("+")).await;
    let said = words(&report(&app, acme.id).await.findings);
    assert!(
        said.iter().any(|said| said.contains(&moved.to_string()) && said.contains("another time")),
        "{said:?}"
    );
    run(&app, &queue("-")).await;
    seal(&app).await;
    sound(&app, acme.id).await;
}
