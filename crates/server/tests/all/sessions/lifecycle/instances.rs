//! An instance that is there and was taken for gone.

use super::{Place, platform};
use crate::sessions::until_session;
use crate::support::{Second, Terminal, TestApp};
use sallyport::sessions::end_of_silent;
use sallyport_testkit::sshd::Sshd;

/// Makes the instance that carries the session look as if it had been silent for so long, and has `app` look at once.
async fn silent_for(app: &TestApp, id: &str, seconds: i32) {
    let mut sql = app.sql().await;
    sqlx::query(
        "UPDATE instances SET seen_at = clock_timestamp() - make_interval(secs => $2)
         WHERE id = (SELECT instance_id FROM sessions WHERE id::text = $1)",
    )
    .bind(id)
    .bind(f64::from(seconds))
    .execute(&mut sql)
    .await
    .unwrap();
    end_of_silent(&app.platform.app).await.unwrap();
}

async fn is_over(app: &TestApp, id: &str) -> bool {
    let over = "SELECT ended_at IS NOT NULL FROM sessions WHERE id::text = $1";
    sqlx::query_scalar(over).bind(id).fetch_one(&mut app.sql().await).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_instance_that_was_given_up_and_is_there_ends_its_sessions_at_once() {
    let sshd = Sshd::start().unwrap();
    let app = platform(&sshd).await;
    let second = Second::start(&app).await;
    let place = Place::new(&app, "Acme", &sshd).await;
    let (mut terminal, id) =
        Terminal::start_at(second.address, &app.url(""), &place.tech, &place.asset).await;
    terminal.event("ready").await;
    terminal.type_in("echo needle-$((40+2))\n").await;
    terminal.shows("needle-42").await;

    silent_for(&app, &id, 50).await;
    assert!(!is_over(&app, &id).await, "silent for less than a minute");
    // A beat of the other may come in between; the next look finds it silent.
    while !is_over(&app, &id).await {
        silent_for(&app, &id, 3600).await;
    }
    let ended = terminal.event("ended").await;
    assert_eq!(ended["code"], "gateway_lost", "{ended}");
    assert!(ended["message"].as_str().unwrap().contains("given up"), "{ended}");
    let admin = app.super_admin().await;
    let over = until_session(&admin, &id, "the end", |session| session["status"] == "ended").await;
    assert_eq!(over["endCode"], "gateway_lost", "{over}");
    // The time in which nothing was heard of its gateway is no part of it: here, all of it.
    assert_eq!(over["endedAt"], over["startedAt"], "{over}");

    // It was there all the while: what it recorded is whole.
    let sealed = "SELECT status = 'sealed' AND size_bytes > 0 FROM recordings WHERE id::text = $1";
    let mut tries = 0;
    while !sqlx::query_scalar::<_, bool>(sealed).bind(&id).fetch_one(&mut app.sql().await).await.unwrap() {
        assert!(tries < 200, "the recording was never sealed");
        tries += 1;
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let trail = app.audit_trail().await;
    assert_eq!(trail.iter().filter(|(code, _)| code == "session.close").count(), 1, "{trail:?}");
    // Its own sessions nobody ends who looks.
    let (mut own, id) = Terminal::start(&app, &place.tech, &place.asset).await;
    own.event("ready").await;
    silent_for(&app, &id, 3600).await;
    assert!(!is_over(&app, &id).await);
    second.stop().await;
}
