//! Against a real sshd, and against servers that no real one would be.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod bench;
mod credentials;
mod hostile;
mod line;
mod openssh;

use std::time::Duration;

use bytes::Bytes;
use sallyport_relay::live::{TargetInput, TargetIo, TermSize};
use sallyport_relay_ssh::{Auth, Config, Error, connect};
use sallyport_testkit::sshd::Sshd;
use tokio::net::TcpStream;
use tokio::time::timeout;
use zeroize::Zeroizing;

const SIZE: TermSize = TermSize { cols: 120, rows: 40 };

fn key_of(sshd: &Sshd) -> Auth {
    Auth::PrivateKey { key: Zeroizing::new(sshd.private_key().unwrap()), passphrase: None }
}

fn password(text: &str) -> Auth {
    Auth::Password(Zeroizing::new(text.to_owned()))
}

async fn enter(sshd: &Sshd, auth: Auth) -> Result<TargetIo, Error> {
    let stream = TcpStream::connect(sshd.address()).await.unwrap();
    connect(stream, Config::new(sshd.username(), auth, &sshd.host_key().unwrap(), SIZE).unwrap()).await
}

async fn type_in(target: &TargetIo, text: &str) {
    target.input.send(TargetInput::Bytes(Bytes::copy_from_slice(text.as_bytes()))).await.unwrap();
}

/// Reads until the output holds `text`.
async fn shows(target: &mut TargetIo, text: &str) -> String {
    let mut seen = Vec::new();
    while !String::from_utf8_lossy(&seen).contains(text) {
        let chunk = timeout(Duration::from_secs(20), target.output.recv()).await;
        match chunk {
            Ok(Some(bytes)) => seen.extend_from_slice(&bytes),
            other => panic!("waiting for {text}: {other:?}, seen {}", String::from_utf8_lossy(&seen)),
        }
    }
    String::from_utf8_lossy(&seen).into_owned()
}
