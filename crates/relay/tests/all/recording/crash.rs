//! The recorder that cannot start, fails in mid-session, or dies with its process.

use std::fs;
use std::io::Write;

use sallyport_relay::recording::read::Ending;
use sallyport_relay::recording::{INTERRUPTED, Recorder, RecorderError};
use tokio::runtime::Runtime;
use uuid::Uuid;

use super::{Lab, events, header, keys, output_of, say};

const SESSION: Uuid = Uuid::from_u128(2);

#[tokio::test]
async fn at36_no_recorder_no_session() {
    let lab = Lab::new();
    fs::remove_dir_all(lab.spool.path()).unwrap();
    let refused = Recorder::start(&lab.spool, header(SESSION)).await.err().unwrap();
    assert!(matches!(refused, RecorderError::Spool { .. }), "{refused}");
}

#[tokio::test]
async fn a_session_has_one_recorder() {
    let lab = Lab::new();
    let _first = Recorder::start(&lab.spool, header(SESSION)).await.unwrap();
    let second = Recorder::start(&lab.spool, header(SESSION)).await.err().unwrap();
    assert!(matches!(second, RecorderError::Exists));
}

#[tokio::test]
async fn at37_recorder_that_dies_in_mid_session_says_so_unasked_and_for_ever() {
    let lab = Lab::new();
    let recorder = Recorder::start(&lab.spool, header(SESSION)).await.unwrap();
    say(&recorder, "durable").await;
    recorder.flush().await.unwrap();
    let spooled = fs::read(lab.spool_file(SESSION)).unwrap();
    fs::remove_file(lab.spool_file(SESSION)).unwrap();

    say(&recorder, "lost").await;
    let failure = recorder.failed().await;
    assert!(matches!(failure, RecorderError::Spool { .. }), "{failure}");
    assert!(recorder.output("more".into()).await.is_err());
    assert!(recorder.flush().await.is_err());
    assert!(recorder.tail(100).await.is_err());
    assert!(recorder.finish("exited").await.is_err());

    fs::write(lab.spool_file(SESSION), spooled).unwrap();
    let sealed = lab.spool.seal(SESSION, "recorder_failed").await.unwrap();
    assert_eq!((sealed.complete, sealed.end_code.as_str()), (false, "recorder_failed"));
    assert_eq!(output_of(&events(lab.open(SESSION).await.play()).await), b"durable");
}

#[test]
fn at39_killed_gateway_leaves_a_recording_that_plays_to_the_last_chunk() {
    let lab = Lab::new();
    let killed = Runtime::new().unwrap();
    killed.block_on(async {
        let recorder = Recorder::start(&lab.spool, header(SESSION)).await.unwrap();
        say(&recorder, "first ").await;
        recorder.flush().await.unwrap();
        say(&recorder, "second ").await;
        recorder.flush().await.unwrap();
        say(&recorder, "third").await;
    });
    drop(killed);
    // The segment that was being written when the process died.
    let mut spool = fs::OpenOptions::new().append(true).open(lab.spool_file(SESSION)).unwrap();
    spool.write_all(b"SPRF\x01\0\0\0\x03\0\0").unwrap();

    let lab = lab.restart();
    Runtime::new().unwrap().block_on(async {
        let orphans = lab.spool.recover().await.unwrap();
        assert_eq!(orphans.iter().map(|orphan| orphan.header.clone()).collect::<Vec<_>>(), [header(SESSION)]);
        let sealed = lab.spool.seal(SESSION, INTERRUPTED).await.unwrap();
        assert_eq!((sealed.complete, sealed.end_code.as_str()), (false, "interrupted"));

        let recording = lab.open(SESSION).await;
        let verdict = recording.verify(&keys()).await.unwrap();
        assert!(verdict.valid && !verdict.complete, "{verdict:?}");
        assert!(!recording.index().await.unwrap().complete);
        let mut player = recording.play();
        while player.next().await.unwrap().is_some() {}
        assert_eq!(player.ending(), Some(Ending::Open));
        assert_eq!(output_of(&events(recording.play()).await), b"first second ");
        assert!(lab.spool.recover().await.unwrap().is_empty());
    });
}

#[test]
fn a_file_whose_first_segment_never_was_whole_was_no_recording() {
    let lab = Lab::new();
    fs::write(lab.spool_file(SESSION), b"SPRF\x01\x01\0\0").unwrap();
    Runtime::new().unwrap().block_on(async {
        assert!(lab.spool.recover().await.unwrap().is_empty());
    });
    assert!(!lab.spool_file(SESSION).exists());
}
