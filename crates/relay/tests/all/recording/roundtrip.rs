//! What is recorded is what is read.

use bytes::Bytes;
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
