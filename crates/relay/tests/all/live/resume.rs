//! An owner who goes and comes back.

use super::*;

#[tokio::test(start_paused = true)]
async fn an_owner_who_comes_back_in_time_finds_the_screen_and_loses_no_output() {
    let mut scene = Scene::new().await;
    let mut owner = scene.control().await;
    scene.target.says("\x1b[1mbefore\x1b[m \x1b[c").await;
    owner.sees("before").await;
    drop(owner);
    scene.wait_for(|state| matches!(state, State::Detached)).await;
    scene.target.says("meanwhile ").await;
    sleep(Duration::from_secs(55)).await;

    let mut back = scene.control().await;
    scene.target.says("after").await;
    let restore = back.event(is_restore).await;
    assert_eq!(restore, Event::Restore { size: TermSize { cols: 120, rows: 32 } });
    back.sees("after").await;
    // The whole output, once, but for the question that the first browser has answered.
    assert_eq!(String::from_utf8_lossy(&back.seen), "\x1b[1mbefore\x1b[m meanwhile after");
    assert!(matches!(scene.state(), State::Live));
    back.types("x").await;
    assert_eq!(scene.target.hears().await, typed("x"));
}

#[tokio::test(start_paused = true)]
async fn long_output_comes_back_as_a_redrawn_screen_and_joins_what_follows() {
    let mut scene = Scene::new().await;
    let mut owner = scene.control().await;
    owner.writer.resize(80, 10).await.unwrap();
    scene.target.hears().await;
    scene.target.says("\x1b[?2004h").await;
    for line in 0..9_000 {
        scene.target.says(&format!("line number {line} of the output\r\n")).await;
        owner.sees("line").await;
        owner.seen.clear();
    }
    scene.target.says("\x1b[?1049h\x1b[2J\x1b[5;5Hmenu").await;
    owner.sees("menu").await;
    drop(owner);
    let mut back = scene.control().await;
    for part in 0..200 {
        scene.target.says(&format!("\x1b[7;1Hpart {part}.")).await;
    }
    let restore = back.event(is_restore).await;
    assert_eq!(restore, Event::Restore { size: TermSize { cols: 80, rows: 10 } });
    back.sees("part 199.").await;
    assert!(back.seen.len() < 100_000, "a screen, not the whole output: {}", back.seen.len());

    let ten = std::num::NonZeroU16::new(10).unwrap();
    let mut screen = vt100::Parser::new(ten, std::num::NonZeroU16::new(80).unwrap(), 0);
    screen.process(&back.seen);
    let shown = screen.screen();
    assert!(shown.alternate_screen() && shown.bracketed_paste());
    assert_eq!(shown.contents().lines().nth(4), Some("    menu"));
    assert_eq!(shown.contents().lines().nth(6), Some("part 199."));
    screen.process(b"\x1b[?1049l");
    assert!(screen.screen().contents().starts_with("line number 8991 of"));
}

#[tokio::test(start_paused = true)]
async fn an_owner_who_stays_away_ends_the_session() {
    let scene = Scene::new().await;
    drop(scene.control().await);
    let from = Instant::now();
    sleep(Duration::from_secs(59)).await;
    assert!(matches!(scene.state(), State::Detached));
    sleep(Duration::from_secs(2)).await;
    assert_eq!(scene.ended().await.reason.code, EndCode::OwnerGone);
    assert!(from.elapsed() < Duration::from_secs(62));
}

#[tokio::test(start_paused = true)]
async fn an_owner_who_never_comes_ends_the_session() {
    let scene = Scene::new().await;
    sleep(Duration::from_secs(61)).await;
    assert_eq!(scene.ended().await.reason.code, EndCode::OwnerGone);
}

#[tokio::test(start_paused = true)]
async fn a_second_tab_takes_over_and_the_first_can_no_longer_type() {
    let mut scene = Scene::new().await;
    let mut first = scene.control().await;
    scene.target.says("hello").await;
    first.sees("hello").await;
    let mut second = scene.control().await;
    assert_eq!(first.closed().await, CloseReason::TakenOver);
    first.types("ghost").await;
    second.types("real").await;
    assert_eq!(scene.target.hears().await, typed("real"));
    second.sees("hello").await;
    drop(first);
    sleep(Duration::from_secs(90)).await;
    assert!(matches!(scene.state(), State::Live), "the first tab's going is not the owner's");
}

#[tokio::test(start_paused = true)]
async fn output_before_the_first_browser_is_shown_to_it() {
    let scene = Scene::new().await;
    scene.target.says("Welcome to web-1\r\n$ ").await;
    sleep(Duration::from_millis(100)).await;
    let mut owner = scene.control().await;
    owner.event(is_restore).await;
    owner.sees("Welcome to web-1\r\n$ ").await;
}

#[tokio::test(start_paused = true)]
async fn every_byte_reaches_an_owner_who_comes_and_goes_all_the_time() {
    let mut scene = Scene::new().await;
    let output = scene.target.output.clone();
    let said: String = (0..500).fold(String::new(), |said, line| said + &format!("line {line}\r\n"));
    let saying = tokio::spawn({
        let said = said.clone();
        async move {
            for line in said.split_inclusive('\n') {
                output.send(Bytes::from(line.to_owned())).await.unwrap();
                sleep(Duration::from_millis(10)).await;
            }
        }
    });
    for stay in 1..20 {
        let mut owner = scene.control().await;
        let leave = sleep(Duration::from_millis(stay * 13));
        tokio::pin!(leave);
        loop {
            tokio::select! {
                () = &mut leave => break,
                _ = owner.next() => {}
            }
        }
        assert!(said.as_bytes().starts_with(&owner.seen), "a prefix of the output, nothing twice, no gap");
    }
    let mut owner = scene.control().await;
    owner.sees("line 499\r\n").await;
    assert_eq!(String::from_utf8_lossy(&owner.seen), said);
    saying.await.unwrap();
    scene.target.exits(0);
    scene.ended().await;
}
