//! What is recorded is what is read.

use bytes::Bytes;
use proptest::prelude::*;
use sallyport_relay::recording::read::{Ending, Recording};
use sallyport_relay::recording::{Event, Marker, Recorder, What};
use uuid::Uuid;

use super::{ANNA, BORIS, Lab, events, header, key, keys, say};

const SESSION: Uuid = Uuid::from_u128(1);

#[tokio::test]
async fn a_session_is_played_back_as_it_was() {
    let lab = Lab::new();
    let recorder = Recorder::start(&lab.spool, header(SESSION)).await.unwrap();
    say(&recorder, "$ ").await;
    lab.pass(1500);
    recorder.input(ANNA, Bytes::from_static(b"id\r")).await.unwrap();
    recorder.resize(100, 40).await.unwrap();
    recorder.person(BORIS, "Boris").await.unwrap();
    let marker = Marker { kind: "viewer".into(), text: "Boris looks on".into(), user_id: Some(BORIS) };
    recorder.marker(marker.clone()).await.unwrap();
    let sealed = recorder.finish("exited").await.unwrap();

    assert_eq!(sealed.store_error, None);
    assert!(sealed.complete);
    assert_eq!((sealed.key, sealed.end_code.as_str(), sealed.duration_ms), (key(SESSION), "exited", 1500));
    let recording = lab.open(SESSION).await;
    let index = recording.index().await.unwrap();
    assert_eq!(index.started_at, "2026-11-18T11:06:40.000Z");
    assert!(index.complete);
    assert_eq!(index.people[&BORIS], "Boris");
    assert_eq!(index.marks[0].text, "Boris looks on");
    assert_eq!(index.chunks.iter().map(|chunk| chunk.seq).collect::<Vec<_>>(), [1]);
    let verdict = recording.verify(&keys()).await.unwrap();
    assert!(verdict.valid && verdict.complete, "{verdict:?}");

    let mut player = recording.play();
    let first = player.next().await.unwrap().unwrap();
    assert_eq!(first[0], Event { at_ms: 0, what: What::Output(Bytes::from_static(b"$ ")) });
    assert_eq!(
        first[1],
        Event { at_ms: 1500, what: What::Input { person: ANNA, bytes: Bytes::from_static(b"id\r") } }
    );
    assert_eq!(first[2].what, What::Resize { cols: 100, rows: 40 });
    assert_eq!(first[4].what, What::Marker(marker));
    assert_eq!(player.next().await.unwrap(), None);
    assert_eq!(player.ending(), Some(Ending::Complete));
    assert!(lab.spool.recover().await.unwrap().is_empty(), "the spool has let go of it");
}

#[tokio::test]
async fn a_live_recording_can_be_read() {
    let lab = Lab::new();
    let recorder = Recorder::start(&lab.spool, header(SESSION)).await.unwrap();
    say(&recorder, "hello").await;
    recorder.flush().await.unwrap();
    let recording = Recording::open_spool(&lab.spool, SESSION).await.unwrap();
    assert!(!recording.index().await.unwrap().complete);
    assert_eq!(super::output_of(&events(recording.play()).await), b"hello");
    let verdict = recording.verify(&keys()).await.unwrap();
    assert!(verdict.valid && !verdict.complete, "{verdict:?}");
}

#[derive(Debug, Clone)]
enum Step {
    Do(What),
    Pass(u64),
    Flush,
}

fn step() -> impl Strategy<Value = Step> {
    let bytes = || proptest::collection::vec(any::<u8>(), 1..2000).prop_map(Bytes::from);
    let marker = ("\\PC{0,40}", "\\PC{0,40}", any::<Option<u128>>()).prop_map(|(kind, text, user)| {
        What::Marker(Marker { kind, text, user_id: user.map(Uuid::from_u128) })
    });
    prop_oneof![
        6 => bytes().prop_map(|bytes| Step::Do(What::Output(bytes))),
        3 => (any::<u128>(), bytes())
            .prop_map(|(person, bytes)| Step::Do(What::Input { person: Uuid::from_u128(person), bytes })),
        1 => any::<(u16, u16)>().prop_map(|(cols, rows)| Step::Do(What::Resize { cols, rows })),
        1 => marker.prop_map(Step::Do),
        2 => (0u64..100_000).prop_map(Step::Pass),
        1 => Just(Step::Flush),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn any_session_reads_back_as_it_was(steps in proptest::collection::vec(step(), 0..40), tail in 0usize..9000) {
        tokio::runtime::Runtime::new().unwrap().block_on(check(&steps, tail));
    }
}

async fn check(steps: &[Step], tail_bytes: usize) {
    let lab = Lab::new();
    let recorder = Recorder::start(&lab.spool, header(SESSION)).await.unwrap();
    let (mut now, mut expected) = (0, Vec::new());
    let (mut cols, mut rows) = (120, 32);
    for step in steps {
        match step.clone() {
            Step::Pass(ms) => {
                lab.pass(ms);
                now += u32::try_from(ms).unwrap();
                continue;
            }
            Step::Flush => {
                recorder.flush().await.unwrap();
                continue;
            }
            Step::Do(What::Output(bytes)) => recorder.output(bytes).await.unwrap(),
            Step::Do(What::Input { person, bytes }) => recorder.input(person, bytes).await.unwrap(),
            Step::Do(What::Resize { cols: c, rows: r }) => {
                (cols, rows) = (c, r);
                recorder.resize(c, r).await.unwrap();
            }
            Step::Do(What::Marker(marker)) => recorder.marker(marker).await.unwrap(),
        }
        if let Step::Do(what) = step {
            expected.push(Event { at_ms: now, what: what.clone() });
        }
    }
    let all_output = super::output_of(&expected);
    let tail = recorder.tail(tail_bytes).await.unwrap();
    let tailed: Vec<u8> = tail.segments.iter().flat_map(|segment| segment.output.clone()).collect();
    assert_eq!(tailed, all_output[all_output.len().saturating_sub(tail_bytes)..]);
    assert_eq!((tail.cols, tail.rows, tail.output_bytes), (cols, rows, all_output.len() as u64));
    assert_eq!(tail.whole, tail_bytes >= all_output.len());

    recorder.finish("exited").await.unwrap();
    let recording = lab.open(SESSION).await;
    let mut played = events(recording.play()).await;
    let end = Marker { kind: Marker::END.into(), text: "exited".into(), user_id: None };
    assert_eq!(played.pop().unwrap().what, What::Marker(end));
    assert_eq!(played, expected);
    let verdict = recording.verify(&keys()).await.unwrap();
    assert!(verdict.valid && verdict.complete, "{verdict:?}");
}

#[tokio::test]
async fn tail_tells_the_size_that_each_part_was_shown_at() {
    let lab = Lab::new();
    let recorder = Recorder::start(&lab.spool, header(SESSION)).await.unwrap();
    say(&recorder, "wide ").await;
    recorder.flush().await.unwrap();
    say(&recorder, "still ").await;
    recorder.resize(80, 24).await.unwrap();
    say(&recorder, "narrow").await;
    let tail = recorder.tail(1000).await.unwrap();
    let segments: Vec<_> =
        tail.segments.iter().map(|part| (part.cols, part.rows, part.output.as_slice())).collect();
    assert_eq!(segments, [(120, 32, &b"wide still "[..]), (80, 24, b"narrow")]);
    assert!(tail.whole);
}

#[tokio::test]
async fn a_flood_is_cut_into_chunks_and_comes_back_whole() {
    let lab = Lab::new();
    let recorder = Recorder::start(&lab.spool, header(SESSION)).await.unwrap();
    let piece = Bytes::from((0..=255u8).cycle().take(300_000).collect::<Vec<_>>());
    for _ in 0..60 {
        recorder.output(piece.clone()).await.unwrap();
    }
    let sealed = recorder.finish("exited").await.unwrap();
    assert!(sealed.raw_bytes > 18_000_000);
    let recording = lab.open(SESSION).await;
    let index = recording.index().await.unwrap();
    assert!(index.chunks.len() > 30 && index.chunks.iter().all(|chunk| chunk.raw_length <= 1 << 20));
    assert!(super::output_of(&events(recording.play()).await) == piece.repeat(60));
}
