//! Requests that begin slowly, or with too much.

use crate::support::TestApp;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};

/// Says `greeting`, then one more byte now and then, until the line is closed; after how long that was.
async fn dawdle(app: &TestApp, greeting: &[u8]) -> Duration {
    let (mut read, mut write) = TcpStream::connect(app.address).await.unwrap().into_split();
    let begun = Instant::now();
    write.write_all(greeting).await.unwrap();
    let closed = async {
        let mut answer = Vec::new();
        let _ = read.read_to_end(&mut answer).await;
    };
    let trickle = async {
        loop {
            tokio::time::sleep(Duration::from_millis(300)).await;
            if greeting.is_empty() {
                continue;
            }
            if write.write_all(b"x").await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    };
    timeout(Duration::from_secs(30), async {
        tokio::select! {
            () = closed => {}
            () = trickle => {}
        }
    })
    .await
    .expect("the line stays open");
    begun.elapsed()
}

#[tokio::test]
async fn w06_a_handshake_that_dawdles_is_closed_within_ten_seconds() {
    let app = TestApp::start().await;
    let id = app.clock.new_id();
    let handshake = format!("GET /api/sessions/{id}/attach HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nX-");
    let silent: &[u8] = b"";
    let waits = [silent, b"G", b"GET /api/openapi.json HTTP/1.1\r\nX-Slow: ", handshake.as_bytes()]
        .map(|greeting| dawdle(&app, greeting));
    let ticketless = async {
        let request = crate::support::handshake(app.address, &app.url(""), &id.to_string());
        let (mut socket, _) = tokio_tungstenite::connect_async(request).await.unwrap();
        let begun = Instant::now();
        let last = timeout(Duration::from_secs(30), futures::StreamExt::next(&mut socket))
            .await
            .unwrap()
            .unwrap()
            .unwrap();
        assert!(last.is_close(), "{last:?}");
        begun.elapsed()
    };
    let (waited, ticketless) = tokio::join!(futures::future::join_all(waits), ticketless);
    for wait in waited.into_iter().chain([ticketless]) {
        assert!(wait > Duration::from_secs(3), "an honest slow line was cut after {wait:?}");
        assert!(wait < Duration::from_secs(10), "closed only after {wait:?}");
    }
    // Others were served all the while, and are.
    assert_eq!(app.stranger().get("/healthz").await.status, 200);
}

#[tokio::test]
async fn w06_a_header_line_of_64_kib_is_refused_and_a_long_token_is_not() {
    let app = TestApp::start().await;
    for (size, status) in [(64 * 1024, "431"), (1 << 20, "431"), (16 * 1024, "200")] {
        let mut stream = TcpStream::connect(app.address).await.unwrap();
        let request = format!(
            "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Long: {}\r\n\r\n",
            "a".repeat(size)
        );
        // It may be closed before all of it was sent.
        let _ = stream.write_all(request.as_bytes()).await;
        let mut answer = vec![0; 12];
        timeout(Duration::from_secs(10), stream.read_exact(&mut answer)).await.expect("no answer").unwrap();
        assert_eq!(String::from_utf8_lossy(&answer), format!("HTTP/1.1 {status}"), "{size}");
    }
    // As many headers as nobody has.
    let mut stream = TcpStream::connect(app.address).await.unwrap();
    let _ = stream
        .write_all(format!("GET /healthz HTTP/1.1\r\n{}\r\n", "A: b\r\n".repeat(5000)).as_bytes())
        .await;
    let mut answer = vec![0; 12];
    timeout(Duration::from_secs(10), stream.read_exact(&mut answer)).await.expect("no answer").unwrap();
    assert_eq!(String::from_utf8_lossy(&answer), "HTTP/1.1 431");
}
