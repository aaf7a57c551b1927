//! From the listener to the router: one task a connection, and bounds on how slowly and how big a request may begin.

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

/// How long the head of a request may take to come; a line that is quiet for this long between requests is closed too.
const HEAD_WAIT: Duration = Duration::from_secs(8);
/// Bytes of a head, request line included. Cookies, a token and what proxies add are a few thousand.
const HEAD_MOST: usize = 32 * 1024;
/// Out of file descriptors or memory: to accept again at once would only fail again.
const OUT_OF_BREATH: Duration = Duration::from_secs(1);

/// Answers whoever connects, for as long as it is polled. Dropped, it lets requests that are under way be answered and
/// closes the lines that are quiet.
pub async fn answer(listener: TcpListener, router: Router) {
    let over = CancellationToken::new();
    let _when_dropped = over.clone().drop_guard();
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEAD_WAIT).max_header_size(HEAD_MOST);
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => converse(&builder, (stream, peer), router.clone(), over.clone()),
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                tracing::error!(%error, "no connection could be accepted");
                tokio::time::sleep(OUT_OF_BREATH).await;
            }
        }
    }
}

fn converse(
    builder: &http1::Builder,
    (stream, peer): (TcpStream, SocketAddr),
    router: Router,
    over: CancellationToken,
) {
    // A keystroke's echo is a packet of its own and waits for no other (Nagle, RFC 896).
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY");
    }
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        router.clone().oneshot(request)
    });
    let connection = builder.serve_connection(TokioIo::new(stream), service).with_upgrades();
    tokio::spawn(async move {
        let mut connection = pin!(connection);
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            () = over.cancelled() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = ended {
            tracing::debug!(%error, %peer, "a connection ended badly");
        }
    });
}

fn is_of_one_connection(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionRefused | ConnectionAborted | ConnectionReset)
}
