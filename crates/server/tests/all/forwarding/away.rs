//! Receivers that are away or break off, and a platform that is stopped or killed: nothing is lost.

use super::{begin, complete, draft, id_of, places, sealed, stage, syslog, taken, webhook};
use crate::audit_tree::{number, run, write_events};
use crate::sessions::process::Estate;
use crate::support::TestApp;
use sallyport_testkit::siem::Speaks;
use serde_json::{Value, json};
use std::time::Duration;
use uuid::Uuid;

#[tokio::test]
async fn a_receiver_that_is_away_is_told_all_of_it_when_it_is_back() {
    let mut siem = syslog().await;
    let (app, acme, admin) = stage(&[&siem]).await;
    let made =
        admin.post("/api/audit/destinations", draft(&siem, Some(acme.id), Speaks::Syslog)).await.created();
    let id = id_of(&made);
    let path = format!("/api/audit/destinations/{id}");
    let from = begin(&app, &id, acme.id).await;
    siem.stop().await;
    write_events(&app, acme.id, 40).await;
    app.until_sql(&format!("SELECT failures > 0 FROM audit_destinations WHERE id = '{id}'")).await;
    let shown = admin.get(&path).await.ok();
    assert_eq!(shown["state"], "failing", "{shown}");
    assert!(shown["lag"].as_i64().unwrap() >= 40 && shown["nextTryAt"].is_string(), "{shown}");
    assert!(shown["lastError"].as_str().unwrap().starts_with("No trusted connection"), "{shown}");
    // As if it had been away for longer.
    run(&app, "UPDATE audit_destinations SET failures = 4, next_try_at = NULL").await;
    let told = "SELECT count(*) FROM audit_logs WHERE code = 'audit_destination.fail' AND outcome = 'failed'";
    app.until_sql(&format!("SELECT ({told}) = 1")).await;
    siem.start_again().unwrap();
    run(&app, "UPDATE audit_destinations SET next_try_at = NULL").await;
    taken(&app, &id).await;
    complete(&app, || places(&siem, acme.id), acme.id, from).await;
    assert_eq!(admin.get(&path).await.ok()["state"], "delivering");
    app.until_sql("SELECT count(*) = 1 FROM audit_logs WHERE code = 'audit_destination.recover'").await;
    assert_eq!(number(&app, told).await, 1);
    app.stop().await;
}

#[tokio::test]
async fn what_was_broken_off_comes_again() {
    let siem = syslog().await;
    let (app, acme, admin) = stage(&[&siem]).await;
    let made =
        admin.post("/api/audit/destinations", draft(&siem, Some(acme.id), Speaks::Syslog)).await.created();
    let id = id_of(&made);
    let from = begin(&app, &id, acme.id).await;
    siem.break_off(2);
    write_events(&app, acme.id, 300).await;
    sealed(&app, acme.id).await;
    taken(&app, &id).await;
    let twice = complete(&app, || places(&siem, acme.id), acme.id, from).await;
    assert!(twice > 0, "what was read before the line broke");
    app.stop().await;
}

#[tokio::test]
async fn a_webhook_that_answers_with_an_error_has_taken_nothing() {
    let siem = webhook().await;
    let (app, acme, admin) = stage(&[&siem]).await;
    let made =
        admin.post("/api/audit/destinations", draft(&siem, Some(acme.id), Speaks::Posts)).await.created();
    let id = id_of(&made);
    siem.answer(503);
    write_events(&app, acme.id, 250).await;
    siem.until("a refused post", |siem| !siem.posts().is_empty()).await.unwrap();
    app.until_sql(&format!("SELECT failures > 0 FROM audit_destinations WHERE id = '{id}'")).await;
    let shown = admin.get(&format!("/api/audit/destinations/{id}")).await.ok();
    assert_eq!(shown["delivered"], 0, "{shown}");
    assert_eq!(shown["lastError"], "The receiver answered with status 503.");
    let refused = siem.posts().len();
    siem.answer(0);
    sealed(&app, acme.id).await;
    taken(&app, &id).await;
    let posts = siem.posts();
    let events = posts[refused..].iter().flat_map(|post| {
        let events: Vec<Value> = serde_json::from_str(&post.body).unwrap();
        assert!(events.len() <= 100);
        events
    });
    let seqs: Vec<i64> = events.map(|event| event["seq"].as_i64().unwrap()).collect();
    assert!(seqs.is_sorted() && seqs.len() >= 250, "{seqs:?}");
    app.stop().await;
}

#[tokio::test]
async fn a_restart_in_the_middle_loses_nothing() {
    let siem = syslog().await;
    let (app, acme, admin) = stage(&[&siem]).await;
    let made =
        admin.post("/api/audit/destinations", draft(&siem, Some(acme.id), Speaks::Syslog)).await.created();
    let id = id_of(&made);
    let from = begin(&app, &id, acme.id).await;
    write_events(&app, acme.id, 4000).await;
    siem.until("a first message", |siem| !siem.messages().is_empty()).await.unwrap();
    let mut app: TestApp = app.restart().await;
    app.platform.keep_sealing();
    sealed(&app, acme.id).await;
    taken(&app, &id).await;
    complete(&app, || places(&siem, acme.id), acme.id, from).await;
    app.stop().await;
}

/// What a process that is killed had sent and not written down comes again; what it had not sent comes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn l05_killed_while_it_forwards_the_platform_goes_on_where_it_was() {
    let siem = syslog().await;
    let estate = Estate::new(&[]).await;
    estate.configure(&format!("[forwarding]\nallow = [\"{}\"]\n", siem.address));
    let (mut server, _) = estate.start().await;
    let (_, root) = estate.person(&server, "super_admin").await;
    let acme = root.post("/api/organizations", json!({ "name": "Acme" })).await.created();
    let acme: Uuid = acme["id"].as_str().unwrap().parse().unwrap();
    root.post("/api/audit/destinations", draft(&siem, Some(acme), Speaks::Syslog)).await.created();
    let mut sql = estate.database.superuser().await;
    let insert = "INSERT INTO audit_logs (org_id, id, code, outcome, risk_level, sentence)
                  SELECT $1, gen_random_uuid(), 'auth.login', 'success', 'info', 'Ada signed in'
                  FROM generate_series(1, 600)";
    for _ in 0..4 {
        let before = siem.messages().len();
        sqlx::query(insert).bind(acme).execute(&mut sql).await.unwrap();
        siem.until("more messages", |siem| siem.messages().len() > before).await.unwrap();
        server.kill();
        server = estate.start().await.0;
    }
    let wanted = "SELECT count(*) FROM audit_logs WHERE org_id = $1 AND code = 'auth.login'";
    let wanted: i64 = sqlx::query_scalar(wanted).bind(acme).fetch_one(&mut sql).await.unwrap();
    assert_eq!(wanted, 2400);
    let rows = "SELECT l.seq, l.event_id::text FROM audit_leaves l JOIN audit_logs a ON a.id = l.event_id
                WHERE l.org_id = $1 AND a.code = 'auth.login' ORDER BY l.seq";
    for _ in 0..600 {
        let rows: Vec<(i64, String)> = sqlx::query_as(rows).bind(acme).fetch_all(&mut sql).await.unwrap();
        let mut came = places(&siem, acme);
        let mut seen = std::collections::BTreeSet::new();
        came.retain(|(seq, _)| seen.insert(*seq));
        came.retain(|one| rows.contains(one));
        if rows.len() == 2400 && came.len() == 2400 {
            assert_eq!(came, rows);
            server.stop().await;
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("something is lost: {} came\n{}", places(&siem, acme).len(), estate.log());
}
