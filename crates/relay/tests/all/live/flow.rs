//! Flow control: what a client has not acknowledged is bounded, end to end.

use super::*;

/// How many of 100 chunks of 64 KiB the session takes from the target before it stops.
async fn taken_by(scene: &Scene) -> usize {
    let chunk = Bytes::from(vec![b'z'; 64 * 1024]);
    for sent in 0..100 {
        let place = timeout(Duration::from_secs(1), scene.target.output.send(chunk.clone())).await;
        if place.is_err() {
            return sent;
        }
    }
    100
}

#[tokio::test(start_paused = true)]
async fn the_target_is_not_read_while_the_owner_owes_a_mebibyte() {
    let scene = Scene::new().await;
    let mut owner = scene.slow_control().await;
    let taken = taken_by(&scene).await;
    // One mebibyte for the client, and what fits into the channel before it.
    assert!((16..=22).contains(&taken), "{taken}");

    // Reading alone is not enough; acknowledging lets the target go on, and input passes all the while.
    owner.drain().await;
    assert_eq!(taken_by(&scene).await, 0);
    owner.writer.ack(512 * 1024);
    let more = taken_by(&scene).await;
    assert!((8..=9).contains(&more), "{more}");
    // Acknowledging more than there is changes nothing.
    owner.writer.ack(u64::MAX);
    timeout(Duration::from_millis(10), owner.next()).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn an_owner_who_takes_nothing_for_30_s_is_cut_and_may_come_back() {
    let mut scene = Scene::new().await;
    let mut owner = scene.slow_control().await;
    taken_by(&scene).await;
    let from = Instant::now();
    let cut = owner.writer.clone();
    tokio::join!(cut.cut(), sleep(Duration::from_secs(31)));
    assert!(from.elapsed() < Duration::from_secs(32));
    assert_eq!(owner.closed().await, CloseReason::Stalled);
    assert!(matches!(scene.state(), State::Detached));
    // The target flows again, and is recorded.
    assert_eq!(taken_by(&scene).await, 100);
    let mut back = scene.control().await;
    back.event(is_restore).await;
    back.types("here again").await;
    assert_eq!(scene.target.hears().await, typed("here again"));
}

#[tokio::test(start_paused = true)]
async fn an_owner_who_stalled_and_stays_away_ends_it_as_stalled() {
    let scene = Scene::new().await;
    let _owner = scene.slow_control().await;
    taken_by(&scene).await;
    sleep(Duration::from_secs(92)).await;
    assert_eq!(scene.ended().await.reason.code, EndCode::ClientStalled);
}

#[tokio::test(start_paused = true)]
async fn a_quiet_client_that_owes_nothing_never_stalls() {
    let scene = Scene::new().await;
    let mut owner = scene.slow_control().await;
    scene.target.says("a little").await;
    owner.sees("a little").await;
    owner.drain().await;
    sleep(Duration::from_mins(5)).await;
    assert!(matches!(scene.state(), State::Live));
}

#[tokio::test(start_paused = true)]
async fn an_end_is_not_delayed_by_an_owner_who_owes() {
    let scene = Scene::new().await;
    let mut owner = scene.slow_control().await;
    taken_by(&scene).await;
    scene.session.revoke(reason(EndCode::GrantRevoked));
    let from = Instant::now();
    scene.ended().await;
    assert!(from.elapsed() < Duration::from_secs(1));
    assert!(matches!(owner.next().await, ToClient::Event(Event::Frozen(_))), "before all that waits");
}
