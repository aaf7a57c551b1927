//! The one way out, against servers that misbehave. Loopback is reached because the rules name it exactly.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests: a failure here is a failed test"
)]

mod servers;

use http::Request;
use sallyport_outbound::{Client, MAX_BODY, Patience, Rules, SendError};
use servers::{Authority, Server};
use std::net::SocketAddr;
use std::time::Duration;

fn client(allow: &[SocketAddr], authority: &Authority) -> Client {
    let rules = Rules { allow: allow.to_vec(), authorities: vec![authority.certificate()] };
    Client::new(rules, Patience(Duration::from_secs(3))).unwrap()
}

fn get(address: &str) -> Request<Vec<u8>> {
    Request::get(address).body(Vec::new()).unwrap()
}

#[tokio::test]
async fn what_is_asked_is_answered_with_status_headers_and_body() {
    let authority = Authority::new();
    let server = Server::tls(
        &authority.server("localhost"),
        servers::respond(b"HTTP/1.1 418 Teapot\r\nX-A: b\r\nContent-Length: 2\r\n\r\nhi"),
    )
    .await;
    // The name has two addresses here and there (127.0.0.1 and ::1).
    let v6 = SocketAddr::new("::1".parse().unwrap(), server.address.port());
    let client = client(&[server.address, v6], &authority);
    let answer = client.send(get(&server.url("localhost"))).await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.body().as_slice()), (418, b"hi".as_slice()));
    assert_eq!(answer.headers().get("x-a").unwrap(), "b");
}

#[tokio::test]
async fn f01_loopback_is_refused_and_not_even_connected_to() {
    let authority = Authority::new();
    let server = Server::plain(servers::respond(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")).await;
    let client = client(&[], &authority);
    for host in ["127.0.0.1", "localhost"] {
        let refused =
            client.send(get(&format!("http://{host}:{}/", server.address.port()))).await.unwrap_err();
        assert_eq!(refused.code(), "address_never_asked", "{host}");
    }
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn f04_a_redirect_is_an_answer_and_not_followed() {
    let authority = Authority::new();
    let inside = Server::plain(servers::respond(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret")).await;
    let location =
        format!("HTTP/1.1 302 Found\r\nLocation: http://{}/\r\nContent-Length: 0\r\n\r\n", inside.address);
    let outside = Server::plain(servers::respond(location.as_bytes())).await;
    let client = client(&[outside.address, inside.address], &authority);
    let answer = client.send(get(&format!("http://{}/", outside.address))).await.unwrap();
    assert_eq!(answer.status().as_u16(), 302);
    assert_eq!(inside.connections(), 0);
}

#[tokio::test]
async fn f06_plain_http_is_only_for_what_the_operator_named() {
    let authority = Authority::new();
    let client = client(&[], &authority);
    let refused = client.send(get("http://8.8.8.8/")).await.unwrap_err();
    assert_eq!(refused, SendError::Plain { host: "8.8.8.8".to_owned() });
}

#[tokio::test]
async fn f09_what_a_server_says_is_in_no_error() {
    let authority = Authority::new();
    let server = Server::plain(servers::respond(b"canary-4711 not http at all\r\n\r\ncanary-4711")).await;
    let client = client(&[server.address], &authority);
    let error = client.send(get(&format!("http://{}/", server.address))).await.unwrap_err();
    assert_eq!(error.code(), "no_connection");
    assert!(!format!("{error} {error:?}").contains("canary"));
}

#[tokio::test]
async fn f10_endless_slow_and_packed_answers_are_bounded() {
    let authority = Authority::new();
    let endless = Server::plain(servers::endless()).await;
    let silent = Server::plain(servers::drip()).await;
    // A claim of 4 GiB in a few bytes of gzip stays the few bytes that it is.
    let mut bomb = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 18\r\n\r\n".to_vec();
    bomb.extend_from_slice(&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0]);
    let packed = Server::plain(servers::respond(&bomb)).await;
    let client = client(&[endless.address, silent.address, packed.address], &authority);
    let large = client.send(get(&format!("http://{}/", endless.address))).await.unwrap_err();
    assert_eq!(large.code(), "answer_too_large");
    assert!(endless.sent() < 16 * MAX_BODY, "{} bytes were taken in", endless.sent());
    let slow = client.send(get(&format!("http://{}/", silent.address))).await.unwrap_err();
    assert_eq!(slow.code(), "timeout");
    let answer = client.send(get(&format!("http://{}/", packed.address))).await.unwrap();
    assert_eq!(answer.body().len(), 18);
}

#[tokio::test]
async fn f12_a_certificate_must_be_trusted_in_time_and_for_that_name() {
    let authority = Authority::new();
    let stranger = Authority::new();
    for (what, identity, host) in [
        ("self-signed", stranger.server("localhost"), "localhost"),
        ("for another name", authority.server("other.example"), "localhost"),
        ("expired", authority.expired("localhost"), "localhost"),
        ("of a name, asked by address", authority.server("localhost"), "127.0.0.1"),
    ] {
        let server =
            Server::tls(&identity, servers::respond(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")).await;
        let v6 = SocketAddr::new("::1".parse().unwrap(), server.address.port());
        let refused =
            client(&[server.address, v6], &authority).send(get(&server.url(host))).await.unwrap_err();
        assert_eq!(refused.code(), "no_connection", "{what}");
    }
}

#[tokio::test]
async fn f01_f09_f12_a_line_goes_by_the_same_rules_and_is_done_when_the_other_side_ended_it() {
    let (authority, stranger) = (Authority::new(), Authority::new());
    let taken = Server::tls(&authority.server("127.0.0.1"), servers::respond(b"canary-4711")).await;
    let held = Server::tls(&authority.server("127.0.0.1"), servers::drip()).await;
    let foreign = Server::tls(&stranger.server("127.0.0.1"), servers::respond(b"")).await;
    let other = Server::tls(&authority.server("other.example"), servers::respond(b"")).await;
    let plain = Server::plain(servers::respond(b"")).await;
    let all = [&taken, &held, &foreign, &other, &plain].map(|server| server.address);
    let allowed = client(&all, &authority);
    let text = b"7 a line\r\n\r\n";
    let deliver = async |client: &Client, server: &Server| {
        client.deliver(&server.address.to_string(), text).await.map_err(|error| error.code())
    };
    assert_eq!(deliver(&allowed, &taken).await, Ok(()));
    assert_eq!(deliver(&allowed, &held).await, Err("timeout"), "it never ends the line");
    for (what, server) in [("of a stranger", &foreign), ("of another name", &other)] {
        assert_eq!(deliver(&allowed, server).await, Err("no_connection"), "{what}");
    }
    assert_eq!(deliver(&allowed, &plain).await, Err("timeout"), "no word of TLS ever comes");
    // Only the authorities that were given count then.
    let only = allowed.trusting_only(vec![stranger.certificate()]).unwrap();
    assert_eq!(deliver(&only, &foreign).await, Ok(()));
    assert_eq!(deliver(&only, &taken).await, Err("no_connection"));
    let before = taken.connections();
    assert_eq!(deliver(&client(&[], &authority), &taken).await, Err("address_never_asked"));
    assert_eq!(taken.connections(), before, "not even connected to");
    let refused = allowed.deliver("127.0.0.1", text).await.unwrap_err();
    assert_eq!(refused.code(), "address_refused");
}
