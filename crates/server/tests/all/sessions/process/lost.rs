//! An instance that dies and does not come back, as far as anybody can tell; until it does.

use super::kills::{furnish, people};
use super::{Estate, address_of};
use crate::sessions::until_session;
use crate::support::{Actor, Terminal};
use sallyport_testkit::sshd::Sshd;
use serde_json::{Value, json};
use std::time::Duration;

/// Waits until the API says so of the recording.
async fn until_recording(actor: &Actor, id: &str, done: impl Fn(&Value) -> bool) -> Value {
    let mut seen = Value::Null;
    for _ in 0..400 {
        seen = actor.get(&format!("/api/recordings/{id}")).await.ok();
        if done(&seen) {
            return seen;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("it never came about: {seen}");
}

/// Waits until what was typed is in what can be played.
async fn until_played(actor: &Actor, id: &str) {
    let mut cast = String::new();
    for _ in 0..100 {
        cast = actor.get(&format!("/api/recordings/{id}/asciicast")).await.text();
        if cast.contains("needle-42") {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("it is not in the recording: {cast}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_instance_ends_the_sessions_of_one_that_is_gone_and_it_seals_them_when_it_is_back() {
    let sshd = Sshd::start().unwrap();
    let estate = Estate::new(&[sshd.address()]).await;
    let (first, _) = estate.start().await;
    let beside = estate.beside(&[sshd.address()]);
    let (second, _) = beside.start().await;
    let scene = furnish(&estate, &first, &sshd).await;
    let (admin, techs) = people(&estate, &first, &scene).await;
    let (mut terminal, id) =
        Terminal::start_at(address_of(&first), &first.base, &techs[0], &scene.asset).await;
    terminal.event("ready").await;
    terminal.type_in("echo needle-$((40+2))\n").await;
    terminal.shows("needle-42").await;
    // What is on the disk is a second behind what is shown.
    until_played(&admin, &id).await;

    first.kill();
    let elsewhere = admin.at(address_of(&second));
    assert!(elsewhere.get(&format!("/api/sessions/{id}")).await.ok()["endedAt"].is_null());
    let mut sql = estate.database.superuser().await;
    let gone = "UPDATE instances SET seen_at = seen_at - interval '61 seconds'
                WHERE id = (SELECT instance_id FROM sessions WHERE id::text = $1)";
    assert_eq!(sqlx::query(gone).bind(&id).execute(&mut sql).await.unwrap().rows_affected(), 1);
    let over = until_session(&elsewhere, &id, "the end", |session| session["status"] == "ended").await;
    assert_eq!(over["endCode"], "gateway_lost", "{over}");
    assert!(over["endMessage"].as_str().unwrap().contains("gateway"), "{over}");
    let live = elsewhere.get("/api/sessions?status=live").await.ok();
    assert_eq!(live["total"], 0, "{live}");
    let lost = elsewhere.get(&format!("/api/recordings/{id}")).await.ok();
    assert_eq!((&lost["status"], &lost["incomplete"]), (&json!("interrupted"), &json!(true)), "{lost}");
    assert_eq!(lost["sizeBytes"], 0, "{lost}");

    // Its data folder was not lost after all.
    let (again, _) = estate.start().await;
    let back = admin.at(address_of(&again));
    let sealed = until_recording(&back, &id, |recording| recording["sizeBytes"] != 0).await;
    assert_eq!(sealed["status"], "interrupted", "it ends before its session did: {sealed}");
    let verdict = back.post(&format!("/api/recordings/{id}/verify"), json!({})).await.ok();
    assert_eq!(verdict["valid"], true, "{verdict}");
    until_played(&back, &id).await;
    let closed: Vec<(String, Value)> = sqlx::query_as(
        "SELECT sentence, details FROM audit_logs WHERE code = 'session.close' AND session_id::text = $1",
    )
    .bind(&id)
    .fetch_all(&mut sql)
    .await
    .unwrap();
    assert_eq!(closed.len(), 1, "{closed:?}");
    assert_eq!(closed[0].1["code"], "gateway_lost", "{closed:?}");
    again.stop().await;
    second.stop().await;
}
