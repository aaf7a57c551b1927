//! A primary dies, its replica takes over, and the old one comes back as it was.

use super::{DATABASE, Told, all_kept, count, health, make_customers, number, platform, run, until, works};
use crate::sessions::lifecycle::Place;
use crate::support::{Actor, Terminal, TestApp, TestDatabase};
use sallyport::clock::Clock;
use sallyport::startup;
use sallyport_testkit::line::Line;
use sallyport_testkit::postgres::Server;
use sallyport_testkit::sshd::Sshd;
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A primary, and a replica that has whatever the primary acknowledged.
async fn pair() -> (Server, Server) {
    let primary = Server::start(DATABASE).await.unwrap();
    let replica = primary.replica().unwrap();
    let mut sql = primary.connect(DATABASE).await.unwrap();
    run(&mut sql, "ALTER SYSTEM SET synchronous_standby_names = '*'").await;
    run(&mut sql, "SELECT pg_reload_conf()").await;
    until("the replica is waited for", || async {
        number(&primary, "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'").await == 1
    })
    .await;
    (primary, replica)
}

const WRITTEN: &str = "SELECT (SELECT count(*) FROM audit_logs) + (SELECT count(*) FROM organizations)";

/// The old primary says of everybody here that they may not, and nobody hears it; how much is written there.
async fn nobody_asks(old: &Server, new: &Server, admin: &Actor, terminal: &mut Terminal) -> i64 {
    let mut sql = old.connect(DATABASE).await.unwrap();
    run(&mut sql, "SET synchronous_commit = local").await;
    run(&mut sql, "UPDATE technician_customer_access SET revoked_at = now()").await;
    run(&mut sql, "UPDATE users SET status = 'disabled'").await;
    let before = number(old, WRITTEN).await;
    for round in 0..5 {
        let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename <> 'sallyport_owner'";
        run(&mut new.connect(DATABASE).await.unwrap(), cut).await;
        until("a write", || async {
            let wish = json!({ "name": format!("Later {round}") });
            let answer = admin.post("/api/organizations", wish).await;
            assert!(matches!(answer.status.as_u16(), 201 | 409 | 503), "{}", answer.text());
            answer.status == 201 || answer.status == 409
        })
        .await;
        let reads = futures::future::join_all((0..10).map(|_| admin.get("/api/organizations"))).await;
        for answer in reads {
            assert!(matches!(answer.status.as_u16(), 200 | 503), "{}", answer.text());
        }
        works(terminal, &format!("round-{round}")).await;
    }
    assert!(!terminal.events.iter().any(|event| event["type"] == "ended"), "{:?}", terminal.events);
    assert_eq!(number(old, WRITTEN).await, before, "something was written to the old primary");
    // A commit that was under way waits there for its replica, for ever; nobody was told that it is done.
    let callers = "SELECT count(*) FROM pg_stat_activity WHERE wait_event IS DISTINCT FROM 'SyncRep'
        AND usename IN ('sallyport_app', 'sallyport_system')
        AND application_name <> 'sallyport: ask which server takes writes'";
    until("nobody is there", || async { number(old, callers).await == 0 }).await;
    before
}

async fn refuses_to_start(app: &TestApp, port: u16, why: &str) {
    let mut config = app.platform.app.config.clone();
    for (url, role) in [
        (&mut config.database.url, "sallyport_owner"),
        (&mut config.database.app_url, "sallyport_app"),
        (&mut config.database.system_url, "sallyport_system"),
    ] {
        *url = Some(TestDatabase::on(&[port]).url(role));
    }
    let said = format!("{:#}", startup::start(config, Clock::default()).await.unwrap_err());
    assert!(said.contains(why), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn l06_after_a_failover_all_goes_on_at_the_new_primary_and_the_old_one_is_never_asked_again() {
    let sshd = Sshd::start().unwrap();
    let (mut old, mut new) = pair().await;
    let app = platform(&[new.port(), old.port()], &sshd).await;
    assert_eq!(health(&app).await["database"], "server 2 of 2, timeline 1");
    refuses_to_start(&app, new.port(), "takes no writes").await;
    let place = Place::new(&app, "Acme", &sshd).await;
    let (mut terminal, _) = Terminal::start(&app, &place.tech, &place.asset).await;
    terminal.event("ready").await;
    let admin = app.super_admin().await;
    let (told, over) = (Told::default(), Arc::new(AtomicBool::new(false)));
    let writing = tokio::spawn(make_customers(admin.clone(), Arc::clone(&told), Arc::clone(&over)));
    until("some customers", || async { count(&told) >= 5 }).await;

    // Nobody takes writes for a while: refused, and what is live stands still.
    old.kill().unwrap();
    terminal.event("frozen").await;
    until("it says so", || async {
        let answer = app.stranger().get("/readyz").await;
        answer.status == 503 && answer.text().contains("server 1 takes no writes; server 2 is out of reach")
    })
    .await;
    let before = count(&told);
    run(&mut new.connect(DATABASE).await.unwrap(), "SELECT pg_promote()").await;
    until("more customers", || async { count(&told) >= before + 5 }).await;
    works(&mut terminal, "moved").await;
    over.store(true, Ordering::Relaxed);
    writing.await.unwrap();
    assert_eq!(health(&app).await["database"], "server 1 of 2, timeline 2");
    all_kept(&new, &told).await;

    old.start_again().unwrap();
    let before = nobody_asks(&old, &new, &admin, &mut terminal).await;
    let config = app.platform.app.config.clone();
    assert!(sallyport::audit::tree::command::run_verify(&config, None).await.unwrap());

    // Better none than the old one: now, and after a restart.
    new.kill().unwrap();
    until("it says why", || async {
        app.stranger().get("/readyz").await.text().contains("server 2 was succeeded")
    })
    .await;
    for answer in futures::future::join_all((0..5).map(|_| admin.get("/api/organizations"))).await {
        assert!(answer.headers.contains_key("retry-after"), "{}", answer.text());
        answer.refused(503, "unavailable");
    }
    let said = format!("{:#}", startup::start(config, Clock::default()).await.unwrap_err());
    assert!(said.contains("it is at timeline 1, and timeline 2 has been seen"), "{said}");
    refuses_to_start(&app, old.port(), "it is at timeline 1, and timeline 2 has been seen").await;
    assert_eq!(number(&old, WRITTEN).await, before);
    new.start_again().unwrap();
    until("it is ready again", || async { health(&app).await["database"] == "server 1 of 2, timeline 2" })
        .await;
    until("a read", || async { admin.get("/api/organizations").await.status == 200 }).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn l06_a_primary_that_vanishes_without_a_word_holds_nobody_up_and_is_not_believed_when_it_is_heard_again()
 {
    let sshd = Sshd::start().unwrap();
    let (old, new) = pair().await;
    let lines = [Line::to(new.address()).await.unwrap(), Line::to(old.address()).await.unwrap()];
    let app = platform(&[lines[0].address.port(), lines[1].address.port()], &sshd).await;
    assert_eq!(health(&app).await["database"], "server 2 of 2, timeline 1");
    let place = Place::new(&app, "Acme", &sshd).await;
    let (mut terminal, _) = Terminal::start(&app, &place.tech, &place.asset).await;
    terminal.event("ready").await;
    let admin = app.super_admin().await;
    let (told, over) = (Told::default(), Arc::new(AtomicBool::new(false)));
    let writing = tokio::spawn(make_customers(admin.clone(), Arc::clone(&told), Arc::clone(&over)));
    until("some customers", || async { count(&told) >= 5 }).await;

    lines[1].cut(true);
    // More than there are connections wait for an answer that never comes.
    let asked = |_| {
        let admin = admin.clone();
        tokio::spawn(async move { admin.get("/api/organizations").await })
    };
    let waiting: Vec<_> = (0..20).map(asked).collect();
    let before = count(&told);
    run(&mut new.connect(DATABASE).await.unwrap(), "SELECT pg_promote()").await;
    until("more customers", || async { count(&told) >= before + 5 }).await;
    for answer in waiting {
        let answer = answer.await.unwrap();
        assert!(matches!(answer.status.as_u16(), 200 | 503), "{}", answer.text());
    }
    works(&mut terminal, "moved").await;
    over.store(true, Ordering::Relaxed);
    writing.await.unwrap();
    assert_eq!(health(&app).await["database"], "server 1 of 2, timeline 2");

    // It never went down: it still takes itself for the primary.
    lines[1].cut(false);
    nobody_asks(&old, &new, &admin, &mut terminal).await;
    app.stop().await;
}
