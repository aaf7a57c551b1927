//! What is typed: by whom, in what order, and what is not let through.

use sallyport_relay::live::{AttachError, InputError, MAX_INPUT};

use super::*;

#[tokio::test(start_paused = true)]
async fn input_is_recorded_with_its_person_before_the_target_gets_it() {
    let mut scene = Scene::new().await;
    let mut owner = scene.control().await;
    owner.writer.resize(100, 40).await.unwrap();
    owner.types("ls\r").await;
    assert_eq!(scene.target.hears().await, TargetInput::Resize(TermSize { cols: 100, rows: 40 }));
    assert_eq!(scene.target.hears().await, typed("ls\r"));
    scene.target.says("notes.txt\r\n").await;
    owner.sees("notes").await;
    // The target is gone before it could take this: recorded all the same.
    scene.target.input.close();
    owner.types("exit\r").await;
    sleep(Duration::from_secs(1)).await;
    scene.session.end(reason(EndCode::EndedByOwner), Some(anna()));
    scene.ended().await;

    let kept: Vec<What> =
        scene.recorded().await.into_iter().filter(|what| !matches!(what, What::Marker(_))).collect();
    let input = |text: &'static str| What::Input { person: ANNA, bytes: Bytes::from_static(text.as_bytes()) };
    let expected = [
        What::Resize { cols: 100, rows: 40 },
        input("ls\r"),
        What::Output(Bytes::from_static(b"notes.txt\r\n")),
        input("exit\r"),
    ];
    assert_eq!(kept, expected);
}

#[tokio::test(start_paused = true)]
async fn watchers_and_strangers_cannot_type() {
    let mut scene = Scene::new().await;
    let _owner = scene.control().await;
    let watcher = scene.watch().await;
    assert_eq!(watcher.writer.input(Bytes::from_static(b"x")).await, Err(InputError::WatchOnly));
    assert_eq!(watcher.writer.resize(10, 10).await, Err(InputError::WatchOnly));
    let refused = scene.session.attach(boris(), Mode::Control).await;
    assert_eq!(refused.err(), Some(AttachError::NotOwner));
    sleep(Duration::from_secs(1)).await;
    assert!(scene.target.input.try_recv().is_err());
}

#[tokio::test(start_paused = true)]
async fn giant_frames_are_refused_and_sizes_are_kept_possible() {
    let mut scene = Scene::new().await;
    let owner = scene.control().await;
    let giant = Bytes::from(vec![b'x'; MAX_INPUT + 1]);
    assert_eq!(owner.writer.input(giant).await, Err(InputError::TooLong));
    owner.writer.input(Bytes::from(vec![b'x'; MAX_INPUT])).await.unwrap();
    assert!(matches!(scene.target.hears().await, TargetInput::Bytes(bytes) if bytes.len() == MAX_INPUT));
    owner.writer.resize(0, u16::MAX).await.unwrap();
    assert_eq!(scene.target.hears().await, TargetInput::Resize(TermSize { cols: 2, rows: 500 }));
}

#[tokio::test(start_paused = true)]
async fn a_target_that_takes_no_input_slows_the_typist_and_delays_no_end() {
    let mut scene = Scene::new().await;
    let owner = scene.control().await;
    let writer = owner.writer.clone();
    let pasting = tokio::spawn(async move {
        let mut sent = 0;
        while writer.input(Bytes::from(vec![b'x'; MAX_INPUT])).await.is_ok() {
            sent += 1;
        }
        sent
    });
    sleep(Duration::from_secs(10)).await;
    assert!(!pasting.is_finished());
    scene.session.revoke(reason(EndCode::GrantRevoked));
    let from = Instant::now();
    scene.ended().await;
    scene.target.released.wait().await;
    assert!(from.elapsed() < Duration::from_secs(1));
    assert!(pasting.await.unwrap() < 20);
}

#[tokio::test(start_paused = true)]
async fn the_end_of_the_shell_is_told_after_its_last_output() {
    let mut scene = Scene::new().await;
    let mut owner = scene.control().await;
    scene.target.says("logout\r\n").await;
    scene.target.exits(7);
    let rest = owner.rest().await;
    assert_eq!(owner.seen, b"logout\r\n");
    let ended = Reason::new(EndCode::Exited, "The shell ended with status 7.");
    assert_eq!(
        rest[rest.len() - 2..],
        [ToClient::Event(Event::Ended(ended.clone())), ToClient::Close(CloseReason::Ended)]
    );
    assert!(!rest.iter().any(|it| matches!(it, ToClient::Event(Event::Frozen(_)))));
    let end = scene.ended().await;
    assert_eq!(end.reason, ended);
    assert_eq!(end.target, Some(TargetEnd::Exited { status: Some(7), signal: None }));
}

#[tokio::test(start_paused = true)]
async fn l13_a_lost_target_ends_the_session_and_seals_the_recording() {
    let mut scene = Scene::new().await;
    let mut owner = scene.control().await;
    scene.target.says("half a li").await;
    owner.sees("half").await;
    let lost = TargetEnd::Lost("The machine stopped answering.".into());
    scene.target.end.take().unwrap().send(lost).unwrap();
    scene.target.hangs_up();
    assert_eq!(owner.closed().await, CloseReason::Ended);
    let end = scene.ended().await;
    assert_eq!(end.reason, Reason::new(EndCode::TargetLost, "The machine stopped answering."));
    assert!(end.sealed.as_ref().unwrap().complete);
}

#[tokio::test(start_paused = true)]
async fn a_target_that_vanishes_without_a_word_is_lost() {
    let mut scene = Scene::new().await;
    drop(scene.target.end.take());
    scene.target.hangs_up();
    assert_eq!(scene.session.ended().await.unwrap().reason.code, EndCode::TargetLost);
}
