//! Machines that flood, hang or die: their own session feels it, and no other.

use super::{Place, wish};
use crate::sessions::until_session;
use crate::support::{Terminal, TestApp};
use sallyport_testkit::sshd::Sshd;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio::time::{Instant, timeout};

/// What a machine does with whoever connects.
#[derive(Clone, Copy, Debug)]
enum Manner {
    /// Says nothing, for ever.
    Hangs,
    /// Sends lines that are no greeting, for ever.
    Babbles,
    /// Greets as an SSH server, then floods with what is no packet.
    Floods,
    /// Greets, and is gone.
    Leaves,
}

/// A machine that is no honest one.
async fn rogue(manner: Manner) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let greeting: &[u8] = match manner {
                    Manner::Hangs | Manner::Babbles => b"",
                    Manner::Floods | Manner::Leaves => b"SSH-2.0-Rogue\r\n",
                };
                let _ = stream.write_all(greeting).await;
                match manner {
                    Manner::Hangs => std::future::pending::<()>().await,
                    Manner::Leaves => {}
                    Manner::Babbles => while stream.write_all(&b"babble\r\n".repeat(8192)).await.is_ok() {},
                    Manner::Floods => while stream.write_all(&[0xff; 65536]).await.is_ok() {},
                }
            });
        }
    });
    address
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn w12_a_machine_that_floods_hangs_or_leaves_takes_its_own_session_alone() {
    let sshd = Sshd::start().unwrap();
    let mut rogues = Vec::new();
    for manner in [Manner::Hangs, Manner::Babbles, Manner::Floods, Manner::Leaves] {
        rogues.push((manner, rogue(manner).await));
    }
    let mut reachable = vec![sshd.address()];
    reachable.extend(rogues.iter().map(|(_, address)| *address));
    let app = TestApp::start_with(|config| {
        config.targets.allow.extend(reachable);
        config.sessions.connect_seconds = 3;
    })
    .await;
    let place = Place::new(&app, "Acme", &sshd).await;
    let (mut honest, id) = Terminal::start(&app, &place.tech, &place.asset).await;
    honest.event("ready").await;
    let bad = Place::new(&app, "Rogue", &sshd).await;
    for (manner, address) in rogues {
        // Its key was confirmed when it was honest; what answers there now is not.
        sqlx::query("UPDATE assets SET port = $2 WHERE id = $1")
            .bind(bad.asset.parse::<uuid::Uuid>().unwrap())
            .bind(i32::from(address.port()))
            .execute(&mut app.sql().await)
            .await
            .unwrap();
        let attempt = tokio::spawn({
            let (tech, asset) = (bad.tech.clone(), bad.asset.clone());
            async move { tech.post("/api/sessions", wish(&asset)).await }
        });
        let begun = Instant::now();
        honest.type_in(&format!("echo {manner:?}-$((40+2))\n")).await;
        honest.shows(&format!("{manner:?}-42")).await;
        let refusal = timeout(Duration::from_secs(15), attempt).await.expect("given up in time").unwrap();
        assert_eq!(refusal.status, 502, "{manner:?}: {}", refusal.text());
        assert!(begun.elapsed() < Duration::from_secs(10), "{manner:?}");
    }
    let over: Vec<String> = sqlx::query_scalar("SELECT status FROM sessions ORDER BY created_at")
        .fetch_all(&mut app.sql().await)
        .await
        .unwrap();
    assert_eq!(over, ["live", "refused", "refused", "refused", "refused"]);
    until_session(&place.tech, &id, "live", |session| session["status"] == "live").await;
    // What was recorded of the refused ones, their end, is sealed like any other.
    let kept: Vec<String> = sqlx::query_scalar("SELECT status FROM recordings ORDER BY started_at")
        .fetch_all(&mut app.sql().await)
        .await
        .unwrap();
    assert_eq!(kept, ["recording", "sealed", "sealed", "sealed", "sealed"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn w12_a_machine_that_dies_in_the_middle_of_a_flood_ends_its_own_session_alone() {
    let (sshd, dying) = (Sshd::start().unwrap(), Sshd::start().unwrap());
    let reachable = [sshd.address(), dying.address()];
    let app = TestApp::start_with(|config| config.targets.allow.extend(reachable)).await;
    let (place, doomed) = (Place::new(&app, "Acme", &sshd).await, Place::new(&app, "Doomed", &dying).await);
    let (mut calm, _) = Terminal::start(&app, &place.tech, &place.asset).await;
    calm.event("ready").await;
    let (mut flood, id) = Terminal::start(&app, &doomed.tech, &doomed.asset).await;
    flood.event("ready").await;
    // Escape sequences of all sorts, then the machine's own end: the shell kills the process that serves it.
    flood.type_in("(while :; do printf '\\033]0;x\\007\\033[6n\\033[1000000;1000000H%s' \"$RANDOM\"; done) & sleep 1; kill -9 $PPID\n").await;
    let ended = flood.event("ended").await;
    assert!(["target_closed", "target_lost"].iter().any(|code| ended["code"] == *code), "{ended}");
    calm.type_in("echo calm-$((40+2))\n").await;
    calm.shows("calm-42").await;
    until_session(&doomed.tech, &id, "the end", |session| session["status"] == "ended").await;
    let recording = doomed.tech.get(&format!("/api/recordings/{id}")).await.ok();
    assert_eq!(recording["status"], "sealed", "{recording}");
}
