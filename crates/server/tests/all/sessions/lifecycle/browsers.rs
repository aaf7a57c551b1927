//! Browsers that mean harm, or read slowly: bytes on the wire that no library would send.

use super::{Place, platform, wish};
use crate::support::{Terminal, TestApp};
use futures::StreamExt;
use sallyport_testkit::sshd::Sshd;
use serde_json::json;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;

const PATIENCE: Duration = Duration::from_secs(20);
const FIN: u8 = 0x80;
const TEXT: u8 = 1;
const BINARY: u8 = 2;
const CONTINUED: u8 = 0;
const PING: u8 = 9;
/// "Message too big", RFC 6455 section 7.4.1.
const TOO_BIG: u16 = 1009;

/// A WebSocket by hand.
struct Wire {
    stream: TcpStream,
    /// The head of the answer to the handshake.
    head: String,
    inbox: Vec<u8>,
}

impl Wire {
    async fn open(app: &TestApp, id: &str) -> Self {
        let mut stream = TcpStream::connect(app.address).await.unwrap();
        let handshake = format!(
            "GET /api/sessions/{id}/attach HTTP/1.1\r\nHost: {0}\r\nOrigin: http://{0}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
             Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n",
            app.address
        );
        stream.write_all(handshake.as_bytes()).await.unwrap();
        let mut inbox = Vec::new();
        while !inbox.windows(4).any(|end| end == b"\r\n\r\n") {
            assert!(stream.read_buf(&mut inbox).await.unwrap() > 0);
        }
        let end = inbox.windows(4).position(|end| end == b"\r\n\r\n").unwrap() + 4;
        let head = String::from_utf8(inbox.drain(..end).collect()).unwrap();
        assert!(head.starts_with("HTTP/1.1 101"), "{head}");
        Self { stream, head: head.to_lowercase(), inbox }
    }

    /// The same, with a ticket shown and taken.
    async fn attached(app: &TestApp, place: &Place) -> Self {
        let started = place.tech.post("/api/sessions", wish(&place.asset)).await.created();
        let mut wire = Self::open(app, started["session"]["id"].as_str().unwrap()).await;
        let first = json!({ "type": "attach", "ticket": started["ticket"]["token"], "cols": 80, "rows": 24 });
        wire.send(FIN | TEXT, first.to_string().as_bytes()).await.unwrap();
        let (_, ready) = wire.frame().await.unwrap();
        assert!(String::from_utf8_lossy(&ready).contains(r#""ready""#), "{ready:?}");
        wire
    }

    /// A frame whose mask is zero, so that its bytes are as they look.
    async fn send(&mut self, first: u8, payload: &[u8]) -> std::io::Result<()> {
        let mut frame = head(first, payload.len() as u64);
        frame.extend_from_slice(payload);
        self.stream.write_all(&frame).await
    }

    /// The next frame: its first byte and payload; none when the line is closed.
    async fn frame(&mut self) -> Option<(u8, Vec<u8>)> {
        let (size, start) = loop {
            let known = match self.inbox.get(1).map(|byte| byte & 0x7f) {
                Some(126) if self.inbox.len() >= 4 => {
                    Some((usize::from(u16::from_be_bytes([self.inbox[2], self.inbox[3]])), 4))
                }
                Some(127) if self.inbox.len() >= 10 => {
                    Some((u64::from_be_bytes(self.inbox[2..10].try_into().unwrap()) as usize, 10))
                }
                Some(size @ 0..126) => Some((usize::from(size), 2)),
                _ => None,
            };
            if let Some((size, start)) = known
                && self.inbox.len() >= start + size
            {
                break (size, start);
            }
            let more = timeout(PATIENCE, self.stream.read_buf(&mut self.inbox)).await.expect("nothing comes");
            if more.unwrap_or(0) == 0 {
                return None;
            }
        };
        let first = self.inbox[0];
        let payload = self.inbox.drain(..start + size).skip(start).collect();
        Some((first, payload))
    }

    /// Reads on until the close frame; its code.
    async fn close_code(&mut self) -> u16 {
        loop {
            let (first, payload) = self.frame().await.expect("closed without a word");
            if first == FIN | 8 {
                return u16::from_be_bytes([payload[0], payload[1]]);
            }
        }
    }
}

/// The head of a masked frame.
fn head(first: u8, size: u64) -> Vec<u8> {
    let mut frame = vec![first];
    match size {
        0..126 => frame.push(FIN | size as u8),
        126..65536 => {
            frame.push(FIN | 126);
            frame.extend_from_slice(&(size as u16).to_be_bytes());
        }
        _ => {
            frame.push(FIN | 127);
            frame.extend_from_slice(&size.to_be_bytes());
        }
    }
    frame.extend_from_slice(&[0; 4]);
    frame
}

/// Of this whole test program, other tests included: no measure of one connection, but a gigabyte would show.
fn resident_mib() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() / 1024
}

#[tokio::test]
async fn w04_giant_tiny_endless_and_compressed_frames_are_cut_off_without_memory() {
    let sshd = Sshd::start().unwrap();
    let app = platform(&sshd).await;
    let place = Place::new(&app, "Acme", &sshd).await;
    let before = resident_mib();

    // A gigabyte is announced: refused by its head, before a ticket was shown and after.
    let stranger = app.clock.new_id().to_string();
    for mut wire in [Wire::open(&app, &stranger).await, Wire::attached(&app, &place).await] {
        assert!(!wire.head.contains("sec-websocket-extensions"), "compression was negotiated: {}", wire.head);
        wire.stream.write_all(&head(FIN | BINARY, 1 << 30)).await.unwrap();
        let _ = wire.stream.write_all(&[0; 4096]).await;
        assert_eq!(wire.close_code().await, TOO_BIG);
    }

    // A message whose end never comes.
    for mut wire in [Wire::open(&app, &stranger).await, Wire::attached(&app, &place).await] {
        wire.send(TEXT, &[b'x'; 1024]).await.unwrap();
        for _ in 0..10_000 {
            if wire.send(CONTINUED, &[b'x'; 1024]).await.is_err() {
                break;
            }
        }
        assert_eq!(wire.close_code().await, TOO_BIG);
    }

    // A compressed frame, though no compression was agreed on: nothing is inflated.
    let mut wire = Wire::attached(&app, &place).await;
    wire.send(FIN | 0x40 | BINARY, &[0; 1000]).await.unwrap();
    assert!([1002, TOO_BIG].contains(&wire.close_code().await));

    // Many frames of nothing: taken one by one, kept nowhere; the session goes on.
    let mut wire = Wire::attached(&app, &place).await;
    let tiny = [head(FIN | PING, 0), head(FIN | BINARY, 0)].concat().repeat(1000);
    for _ in 0..100 {
        wire.stream.write_all(&tiny).await.unwrap();
        // What is answered is read, as a browser would.
        while let Ok(Ok(1..)) = timeout(Duration::ZERO, wire.stream.read_buf(&mut wire.inbox)).await {}
    }
    wire.send(FIN | BINARY, b"echo still-$((40+2))\n").await.unwrap();
    let mut screen = Vec::new();
    while !String::from_utf8_lossy(&screen).contains("still-42") {
        let (first, payload) = wire.frame().await.expect("the session was closed");
        if first & 0x0f == BINARY {
            screen.extend(payload);
        }
    }
    let grown = resident_mib().saturating_sub(before);
    assert!(grown < 512, "{grown} MiB more than before");
}

/// Bytes of the screen that come while `quiet` does not pass without any.
async fn gush(terminal: &mut Terminal, quiet: Duration) -> usize {
    let mut bytes = 0;
    while let Ok(Some(Ok(message))) = timeout(quiet, terminal.socket.next()).await {
        if let Message::Binary(output) = message {
            bytes += output.len();
        }
    }
    bytes
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn w05_a_slow_reader_of_a_flood_slows_the_machine_down_and_nobody_else() {
    let sshd = Sshd::start().unwrap();
    let app = platform(&sshd).await;
    let place = Place::new(&app, "Acme", &sshd).await;
    let (mut slow, id) = Terminal::start(&app, &place.tech, &place.asset).await;
    let (mut other, _) = Terminal::start(&app, &place.tech, &place.asset).await;
    slow.event("ready").await;
    other.event("ready").await;
    slow.type_in("yes 0123456789012345678901234567890123456789012345678901234567890123\n").await;
    slow.shows("0123\r\n0123").await;
    // Nothing is acknowledged from here on: not more than the window comes, however fast the machine is.
    let came = gush(&mut slow, Duration::from_secs(1)).await;
    assert!(came > 100 * 1024, "it floods: {came}");
    assert!(came <= 1024 * 1024 + 64 * 1024, "{came} bytes without an acknowledgement");
    // What the platform holds of it has an end too: the machine was stopped, so the recording grows no more.
    let spool = app.platform.app.config.data_dir.join("spool").join(format!("{id}.rec"));
    let size = || std::fs::metadata(&spool).map(|file| file.len()).unwrap_or(0);
    tokio::time::sleep(Duration::from_millis(500)).await;
    let held = size();
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(size(), held, "the machine was not slowed down");

    for round in 0..5 {
        other.type_in(&format!("echo calm-$(({round}+100))\n")).await;
        other.shows(&format!("calm-{}", round + 100)).await;
    }
    place.tech.get("/api/sessions").await.ok();
    // The slow one reads again, and it flows again.
    slow.tell(json!({ "type": "ack", "bytes": came })).await;
    assert!(gush(&mut slow, Duration::from_millis(500)).await > 100 * 1024);
}
