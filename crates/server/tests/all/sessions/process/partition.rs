//! Two instances that hear nothing of each other, and reach the database both.

use super::kills::{furnish, people};
use super::{Estate, Server, address_of};
use crate::sessions::lifecycle::without_push;
use crate::sessions::until_session;
use crate::support::{Actor, Terminal};
use sallyport_testkit::line::Line;
use sallyport_testkit::redis::Redis;
use sallyport_testkit::sshd::Sshd;
use std::time::Duration;

/// A session of `tech` at one instance, whose grant is taken back at another: why it ended, and how long after that by
/// the database's clock.
async fn revoked_elsewhere(
    estate: &Estate,
    (here, there): (&Server, &Server),
    (admin, tech): (&Actor, &Actor),
    asset: &str,
) -> (String, f64) {
    let mut sql = estate.database.superuser().await;
    let (mut terminal, id) = Terminal::start_at(address_of(there), &there.base, tech, asset).await;
    terminal.event("ready").await;
    let grant: String = sqlx::query_scalar("SELECT grant_id::text FROM sessions WHERE id::text = $1")
        .bind(&id)
        .fetch_one(&mut sql)
        .await
        .unwrap();
    let path = format!("/api/technician-access/{grant}?reason=over");
    admin.at(address_of(here)).delete(&path).await.ok();
    let ended = terminal.event("ended").await;
    until_session(&admin.at(address_of(here)), &id, "its end", |session| !session["endedAt"].is_null()).await;
    let after = "SELECT extract(epoch FROM s.ended_at - g.revoked_at)::float8 FROM sessions s
        JOIN technician_customer_access g ON g.id = s.grant_id WHERE s.id::text = $1";
    let after_s: f64 = sqlx::query_scalar(after).bind(&id).fetch_one(&mut sql).await.unwrap();
    (ended["code"].as_str().unwrap().to_owned(), after_s)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn l17_two_instances_that_hear_nothing_of_each_other_end_what_is_revoked_at_the_other() {
    let (sshd, redis) = (Sshd::start().unwrap(), Redis::start().unwrap());
    let lines = [Line::to(redis.address()).await.unwrap(), Line::to(redis.address()).await.unwrap()];
    let by = |line: &Line| format!("[redis]\nurl = \"redis://{}\"\n", line.address);
    let estate = Estate::new(&[sshd.address()]).await;
    estate.configure(&by(&lines[0]));
    let (first, _) = estate.start().await;
    let beside = estate.beside(&[sshd.address()]);
    beside.configure(&by(&lines[1]));
    let (second, _) = beside.start().await;
    let scene = furnish(&estate, &first, &sshd).await;
    let (admin, _) = people(&estate, &first, &scene).await;
    for _ in 0..200 {
        if redis.command(&["PUBSUB", "NUMSUB", "sallyport:dead-tokens"]).unwrap().ends_with('2') {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(redis.command(&["PUBSUB", "NUMSUB", "sallyport:dead-tokens"]).unwrap().ends_with('2'));

    // Redis is all that leads from one to the other, but for the database; and of that, each has nothing but its own questions.
    lines.iter().for_each(|line| line.cut(true));
    without_push(&mut estate.database.superuser().await).await;
    let mut waits = Vec::new();
    for round in 0..5 {
        let (_, techs) = people(&estate, &first, &scene).await;
        let way = if round % 2 == 0 { (&first, &second) } else { (&second, &first) };
        let (code, after_s) = revoked_elsewhere(&estate, way, (&admin, &techs[0]), &scene.asset).await;
        assert_eq!(code, "grant_revoked");
        waits.push(after_s);
        // Nor does the other one know a token that died here.
        let [here, there] = [way.0, way.1].map(|server| techs[1].at(address_of(server)));
        assert_eq!(there.get("/api/users/profile").await.status, 200);
        here.post("/api/auth/logout", serde_json::json!({})).await.ok();
        assert_eq!(there.get("/api/users/profile").await.status, 401);
    }
    waits.sort_by(f64::total_cmp);
    println!("ended after {waits:?} s");
    assert!(waits[2] <= 1.0, "{waits:?}");

    lines.iter().for_each(|line| line.cut(false));
    let (_, techs) = people(&estate, &first, &scene).await;
    let (code, _) = revoked_elsewhere(&estate, (&first, &second), (&admin, &techs[0]), &scene.asset).await;
    assert_eq!(code, "grant_revoked");
    second.stop().await;
    first.stop().await;
}
