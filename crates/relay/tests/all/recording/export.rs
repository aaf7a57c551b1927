//! Asciicast and transcript.

use bytes::Bytes;
use futures::TryStreamExt;
use sallyport_relay::recording::read::Recording;
use sallyport_relay::recording::{Marker, Recorder};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{ANNA, BORIS, Lab, header, say};

const SESSION: Uuid = Uuid::from_u128(5);

async fn asciicast(recording: &Recording) -> String {
    let lines: Vec<Bytes> = recording.asciicast().await.unwrap().try_collect().await.unwrap();
    String::from_utf8(lines.concat()).unwrap()
}

#[tokio::test]
async fn asciicast_has_every_event_and_whole_characters() {
    let lab = Lab::new();
    let recorder = Recorder::start(&lab.spool, header(SESSION)).await.unwrap();
    let euro = "€".as_bytes();
    recorder.output(Bytes::copy_from_slice(&euro[..1])).await.unwrap();
    recorder.flush().await.unwrap();
    recorder.input(ANNA, Bytes::from_static(b"ls\r")).await.unwrap();
    lab.pass(1234);
    recorder.output(Bytes::copy_from_slice(&euro[1..])).await.unwrap();
    recorder.resize(80, 24).await.unwrap();
    recorder.input(BORIS, Bytes::from_static(b"\xe2")).await.unwrap();
    recorder.output(Bytes::from_static(b"\xff\x1b]52;c;aGk=\x07\xe2\x82")).await.unwrap();
    let note = Marker { kind: "note".into(), text: "look here".into(), user_id: None };
    recorder.marker(note).await.unwrap();
    recorder.finish("exited").await.unwrap();

    let cast = asciicast(&lab.open(SESSION).await).await;
    let lines: Vec<Value> = cast.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let expected = [
        json!({"version": 2, "width": 120, "height": 32, "timestamp": 1_795_000_000,
               "title": "web-1 (root)", "env": {"TERM": "xterm-256color"}}),
        json!([0.0, "i", "ls\r"]),
        json!([1.234, "o", "€"]),
        json!([1.234, "r", "80x24"]),
        json!([1.234, "o", "\u{fffd}\u{1b}]52;c;aGk=\u{7}"]),
        json!([1.234, "m", "note: look here"]),
        json!([1.234, "m", "end: exited"]),
        json!([1.234, "o", "\u{fffd}"]),
        json!([1.234, "i", "\u{fffd}"]),
    ];
    assert_eq!(lines, expected);
}

#[tokio::test]
#[ignore = "needs Debian's asciinema; run with --ignored"]
async fn asciinema_itself_plays_the_export() {
    let lab = Lab::new();
    let recorder = Recorder::start(&lab.spool, header(SESSION)).await.unwrap();
    say(&recorder, "$ ").await;
    recorder.input(ANNA, Bytes::from_static(b"date\r")).await.unwrap();
    recorder.resize(80, 24).await.unwrap();
    say(&recorder, "\u{1b}[1mÜber\u{1b}[0m 日本 \u{1f600}\r\n").await;
    recorder.finish("exited").await.unwrap();
    let file = lab.spool.path().join("export.cast");
    std::fs::write(&file, asciicast(&lab.open(SESSION).await).await).unwrap();

    // It wants a terminal of its own.
    let shown = std::process::Command::new("script")
        .args(["-qec", &format!("stty raw && asciinema cat '{}'", file.display()), "/dev/null"])
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&shown.stdout);
    assert!(shown.status.success(), "this test needs asciinema (apt-get install asciinema): {text}");
    assert!(text.ends_with("$ \u{1b}[1mÜber\u{1b}[0m 日本 \u{1f600}\r\n"), "{text}");
}

#[tokio::test]
async fn at43_password_typed_at_a_prompt_is_not_in_the_transcript() {
    let lab = Lab::new();
    let recorder = Recorder::start(&lab.spool, header(SESSION)).await.unwrap();
    say(&recorder, "$ sudo -i\r\n[sudo] password for anna: ").await;
    recorder.input(ANNA, Bytes::from_static(b"hunter2-correct-horse\r")).await.unwrap();
    lab.pass(2000);
    say(&recorder, "\r\nroot@web-1:~# ").await;
    recorder.flush().await.unwrap();
    let live = Recording::open_spool(&lab.spool, SESSION).await.unwrap();
    recorder.finish("exited").await.unwrap();

    for recording in [live, lab.open(SESSION).await] {
        let transcript = recording.transcript().await.unwrap();
        let lines: Vec<_> = transcript.items.iter().map(|item| (item.at_ms, item.line.as_str())).collect();
        assert_eq!(lines, [(0, "$ sudo -i"), (0, "[sudo] password for anna:"), (2000, "root@web-1:~#")]);
        assert!(transcript.search("hunter2", 10).is_empty());
        assert_eq!(transcript.search("ROOT@web", 10).len(), 1);
        assert_eq!(transcript.search("o", 2).len(), 2, "no more than asked for");
        assert!(!transcript.truncated);
    }
}

#[tokio::test]
async fn a_flood_gives_a_bounded_transcript() {
    let lab = Lab::new();
    let recorder = Recorder::start(&lab.spool, header(SESSION)).await.unwrap();
    let yes = Bytes::from("yes\r\n".repeat(10_000));
    for _ in 0..6 {
        recorder.output(yes.clone()).await.unwrap();
    }
    recorder.finish("exited").await.unwrap();
    let transcript = lab.open(SESSION).await.transcript().await.unwrap();
    assert_eq!((transcript.items.len(), transcript.truncated), (50_000, true));
}
