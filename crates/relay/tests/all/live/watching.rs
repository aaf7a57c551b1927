//! Those who look: presence, redraws, and being sent away.

use super::*;

#[tokio::test(start_paused = true)]
async fn presence_names_each_watcher_once_and_the_owner() {
    let scene = Scene::new().await;
    let mut owner = scene.control().await;
    let first = scene.watch().await;
    let second = scene.watch().await;
    let presence = |viewers: usize, connected: bool| {
        move |event: &Event| {
            matches!(event, Event::Presence { viewers: now, owner }
                if now.len() == viewers && owner.connected == connected && owner.person == anna())
        }
    };
    owner.event(presence(1, true)).await;
    assert_eq!(*scene.session.status().viewers, [boris()]);
    drop(first);
    drop(second);
    owner.event(presence(0, true)).await;
    let mut watcher = scene.watch().await;
    drop(owner);
    watcher.event(presence(1, false)).await;
}

#[tokio::test(start_paused = true)]
async fn a_watcher_sees_what_was_and_what_comes_and_each_new_size() {
    let mut scene = Scene::new().await;
    let mut owner = scene.control().await;
    scene.target.says("earlier ").await;
    owner.sees("earlier").await;
    let mut watcher = scene.watch().await;
    watcher.event(is_restore).await;
    scene.target.says("later").await;
    watcher.sees("earlier later").await;
    owner.writer.resize(60, 20).await.unwrap();
    scene.target.hears().await;
    let size = TermSize { cols: 60, rows: 20 };
    watcher.event(|event| *event == Event::Resized { size }).await;
    assert_eq!(scene.session.status().size, size);
}

#[tokio::test(start_paused = true)]
async fn one_who_may_no_longer_look_is_sent_away_and_nobody_else() {
    let scene = Scene::new().await;
    let mut owner = scene.control().await;
    let mut watcher = scene.watch().await;
    scene.session.expel(BORIS);
    assert_eq!(watcher.closed().await, CloseReason::Expelled);
    scene.target.says("still here").await;
    owner.sees("still here").await;
    assert!(scene.session.status().viewers.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_slow_watcher_skips_ahead_and_never_slows_the_owner() {
    // While the test's clock stands still but for idle moments, those add up.
    let limits = Limits { stall: Duration::from_hours(1), ..Limits::default() };
    let scene = Scene::with(limits).await;
    let mut owner = scene.control().await;
    let mut slow = scene.slow_watch().await;
    let line = "x".repeat(1000) + "\r\n";
    for _ in 0..5_000 {
        scene.target.says(&line).await;
        owner.next().await;
    }
    scene.target.says("the end of it").await;
    owner.sees("the end of it").await;
    // When it reads on, it is drawn the screen of now instead of all that it missed.
    slow.event(is_restore).await;
    slow.sees("the end of it").await;
    assert!(slow.seen.len() < 300_000, "{}", slow.seen.len());
    // And it follows again.
    scene.target.says(" and more").await;
    slow.sees("it and more").await;
}

#[tokio::test(start_paused = true)]
async fn a_watcher_that_reads_but_acknowledges_nothing_is_sent_a_window_and_no_more() {
    let limits = Limits { stall: Duration::from_hours(1), ..Limits::default() };
    let scene = Scene::with(limits).await;
    let mut owner = scene.control().await;
    let mut slow = scene.slow_watch().await;
    for _ in 0..2_000 {
        scene.target.says(&("x".repeat(1000) + "\r\n")).await;
        owner.next().await;
        slow.drain().await;
    }
    let taken = slow.seen.len();
    assert!((200_000..=256 * 1024).contains(&taken), "{taken}");
    slow.writer.ack(taken as u64);
    slow.event(is_restore).await;
}

#[tokio::test(start_paused = true)]
async fn l22_a_thousand_slow_watchers_cost_bounded_memory_and_go_after_30_s() {
    let scene = Scene::new().await;
    let mut owner = scene.control().await;
    let mut slow = Vec::new();
    for _ in 0..1_000 {
        slow.push(scene.slow_watch().await);
    }
    let chunk = "y".repeat(16 * 1024);
    for _ in 0..640 {
        scene.target.says(&chunk).await;
        owner.next().await;
    }
    // Ten mebibytes each were thrown away, not kept.
    sleep(Duration::from_secs(31)).await;
    assert!(scene.session.status().viewers.is_empty());
    for mut client in slow {
        timeout(Duration::from_secs(1), client.writer.cut()).await.unwrap();
        assert_eq!(client.closed().await, CloseReason::Stalled);
        assert!(client.seen.is_empty(), "what waited was let go");
    }
    scene.target.says("still quick").await;
    owner.sees("still quick").await;
}
