//! PostgreSQL is stopped at once under load, stays away, and comes back.

use super::{DATABASE, Told, all_kept, count, make_customers, platform, until, works};
use crate::sessions::lifecycle::Place;
use crate::sessions::until_session;
use crate::support::{Second, Terminal};
use sallyport_testkit::postgres::Server;
use sallyport_testkit::sshd::Sshd;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn l05_a_stop_at_once_loses_nothing_hangs_nobody_and_what_is_live_freezes_and_then_ends() {
    let sshd = Sshd::start().unwrap();
    let mut server = Server::start(DATABASE).await.unwrap();
    let app = platform(&[server.port()], &sshd).await;
    // The second ends what it has not been allowed for ten seconds, the first waits.
    let second = Second::start_with(&app, |config| config.sessions.end_after_seconds = 10).await;
    let place = Place::new(&app, "Acme", &sshd).await;
    let (mut patient, _) = Terminal::start(&app, &place.tech, &place.asset).await;
    patient.event("ready").await;
    let (mut hasty, hasty_id) =
        Terminal::start_at(second.address, &app.url(""), &place.tech, &place.asset).await;
    hasty.event("ready").await;
    let admin = app.super_admin().await;
    let (told, over) = (Told::default(), Arc::new(AtomicBool::new(false)));
    let writing = tokio::spawn(make_customers(admin.clone(), Arc::clone(&told), Arc::clone(&over)));
    until("some customers", || async { count(&told) >= 5 }).await;

    server.kill().unwrap();
    // More than there are connections, and each is told to come again.
    let asked = futures::future::join_all((0..40).map(|_| admin.get("/api/organizations")));
    for answer in tokio::time::timeout(Duration::from_secs(60), asked).await.expect("somebody hangs") {
        assert!(answer.headers.contains_key("retry-after"), "{}", answer.text());
        answer.refused(503, "unavailable");
    }
    for terminal in [&mut patient, &mut hasty] {
        terminal.event("frozen").await;
        terminal.type_in("echo unseen-$((40+2))\n").await;
    }
    assert_eq!(hasty.event("ended").await["code"], "authority_lost");

    let before = count(&told);
    server.start_again().unwrap();
    until("more customers", || async { count(&told) >= before + 5 }).await;
    works(&mut patient, "again").await;
    for terminal in [&patient, &hasty] {
        assert!(!terminal.text().contains("unseen-42"), "typed by nobody who was allowed to");
    }
    over.store(true, Ordering::Relaxed);
    writing.await.unwrap();
    all_kept(&server, &told).await;
    let ended = until_session(&admin, &hasty_id, "the end", |session| session["status"] == "ended").await;
    assert_eq!(ended["endCode"], "authority_lost", "{ended}");
    let config = app.platform.app.config.clone();
    assert!(sallyport::audit::tree::command::run_verify(&config, None).await.unwrap());
    second.stop().await;
    app.stop().await;
}
