//! Two instances that hear nothing of each other, and reach the database both.

use super::kills::{Scene, furnish};
use super::{Estate, Server, address_of};
use crate::sessions::lifecycle::without_push;
use crate::sessions::until_session;
use crate::support::{Actor, Terminal};
use sallyport_testkit::line::Line;
use sallyport_testkit::redis::Redis;
use sallyport_testkit::sshd::Sshd;
use serde_json::json;
use std::time::Duration;
use uuid::Uuid;

/// A technician, and the administrator who lets them in and takes it back.
struct People {
    admin: Actor,
    id: Uuid,
    tech: Actor,
}

/// A session at one instance, whose grant is taken back at another: why it ended, and how long after that by the
/// database's clock.
async fn revoked_elsewhere(
    estate: &Estate,
    (console, here, there): (&str, &Server, &Server),
    People { admin, id, tech }: &People,
    scene: &Scene,
) -> (String, f64) {
    let mut sql = estate.database.superuser().await;
    let wish = json!({
        "technicianId": id, "customerOrgId": scene.organization, "accessLevel": "full_access", "reason": "a test",
    });
    let granted = admin.post("/api/technician-access/grant", wish).await.created();
    let (mut terminal, id) = Terminal::start_at(address_of(there), console, tech, &scene.asset).await;
    terminal.event("ready").await;
    let grant = granted["id"].as_str().unwrap();
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
    let (_, admin) = estate.person(&first, "super_admin").await;
    let (id, tech) = estate.person(&first, "technician").await;
    let people = People { admin, id, tech };
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
    // The console of both is where the first one is.
    let console = first.base.as_str();
    let mut waits = Vec::new();
    for _ in 0..3 {
        for (here, there) in [(&first, &second), (&second, &first)] {
            let (code, after_s) = revoked_elsewhere(&estate, (console, here, there), &people, &scene).await;
            assert_eq!(code, "grant_revoked");
            waits.push(after_s);
        }
    }
    waits.sort_by(f64::total_cmp);
    println!("ended after {waits:?} s");
    assert!(waits[waits.len() / 2] <= 1.0, "{waits:?}");
    // Nor is a token that died at one good at the other.
    for (here, there) in [(&first, &second), (&second, &first)] {
        let (_, tech) = estate.person(&first, "technician").await;
        let [here, there] = [here, there].map(|server| tech.at(address_of(server)));
        assert_eq!(there.get("/api/users/profile").await.status, 200);
        here.post("/api/auth/logout", json!({})).await.ok();
        assert_eq!(there.get("/api/users/profile").await.status, 401);
    }

    lines.iter().for_each(|line| line.cut(false));
    let (code, _) = revoked_elsewhere(&estate, (console, &first, &second), &people, &scene).await;
    assert_eq!(code, "grant_revoked");
    second.stop().await;
    first.stop().await;
}
