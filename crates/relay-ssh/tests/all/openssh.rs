use bytes::Bytes;
use sallyport_relay::live::{TargetEnd, TargetInput, TargetIo, TermSize};
use sallyport_relay_ssh::{Auth, Config, Error, connect, scan_host_key};
use sallyport_testkit::sshd::Sshd;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;
use zeroize::Zeroizing;

const SIZE: TermSize = TermSize { cols: 120, rows: 40 };

fn key_of(sshd: &Sshd) -> Auth {
    Auth::PrivateKey { key: Zeroizing::new(sshd.private_key().unwrap()), passphrase: None }
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

#[tokio::test]
async fn a_key_opens_a_shell_of_the_right_size_that_resizes_and_exits() {
    let sshd = Sshd::start().unwrap();
    let mut target = enter(&sshd, key_of(&sshd)).await.unwrap();
    type_in(&target, "stty size; echo Grüße-$((40+2))\n").await;
    assert!(shows(&mut target, "Grüße-42").await.contains("40 120"));
    target.input.send(TargetInput::Resize(TermSize { cols: 90, rows: 25 })).await.unwrap();
    type_in(&target, "stty size\n").await;
    shows(&mut target, "25 90").await;
    type_in(&target, "exit 7\n").await;
    while target.output.recv().await.is_some() {}
    assert_eq!(target.end.await.unwrap(), TargetEnd::Exited { status: Some(7), signal: None });
}

#[tokio::test]
async fn a_closed_key_opens_by_its_passphrase_alone() {
    let sshd = Sshd::start().unwrap();
    let key = sshd.private_key_with("open sesame").unwrap();
    let with = |passphrase: Option<&str>| Auth::PrivateKey {
        key: Zeroizing::new(key.clone()),
        passphrase: passphrase.map(|text| Zeroizing::new(text.to_owned())),
    };
    enter(&sshd, with(Some("open sesame"))).await.unwrap();
    assert!(matches!(enter(&sshd, with(Some("open barley"))).await, Err(Error::PassphraseWrong)));
    assert!(matches!(enter(&sshd, with(None)).await, Err(Error::PassphraseMissing)));
}

#[tokio::test]
async fn a_certificate_opens_a_shell() {
    let sshd = Sshd::builder().option("AuthorizedKeysFile none").start().unwrap();
    let (key, certificate) = sshd.certificate(sshd.username()).unwrap();
    let auth = Auth::Certificate { key: Zeroizing::new(key), passphrase: None, certificate };
    let mut target = enter(&sshd, auth).await.unwrap();
    type_in(&target, "echo in-by-$((1))-certificate\n").await;
    shows(&mut target, "in-by-1-certificate").await;
    assert!(sshd.log().contains("CERT"), "{}", sshd.log());
}

#[tokio::test]
async fn a_password_opens_a_shell_and_a_wrong_one_does_not() {
    if !rustix_is_root() {
        eprintln!("skipped: only root can start an sshd that takes passwords");
        return;
    }
    let sshd = Sshd::builder().password("Test-pw-123").start().unwrap();
    let with = |text: &str| Auth::Password(Zeroizing::new(text.to_owned()));
    let mut target = enter(&sshd, with("Test-pw-123")).await.unwrap();
    type_in(&target, "echo in-by-$((1))-password\n").await;
    shows(&mut target, "in-by-1-password").await;
    match enter(&sshd, with("wrong")).await {
        Err(Error::AuthRefused { methods }) => assert!(methods.contains("password"), "{methods}"),
        other => panic!("{other:?}"),
    }
}

fn rustix_is_root() -> bool {
    std::process::Command::new("id").arg("-u").output().is_ok_and(|out| out.stdout.starts_with(b"0"))
}

#[tokio::test]
async fn at32_a_changed_host_key_stops_the_connection_and_names_both_keys() {
    let (sshd, other) = (Sshd::start().unwrap(), Sshd::start().unwrap());
    let stream = TcpStream::connect(sshd.address()).await.unwrap();
    let config = Config::new(sshd.username(), key_of(&sshd), &other.host_key().unwrap(), SIZE).unwrap();
    match connect(stream, config).await {
        Err(Error::HostKeyChanged { expected, offered }) => {
            assert_eq!(expected, other.fingerprint().unwrap());
            assert_eq!(offered, sshd.fingerprint().unwrap());
        }
        other => panic!("{other:?}"),
    }
    assert!(!sshd.log().contains("Accepted"), "nothing was proven to it: {}", sshd.log());
}

#[tokio::test]
async fn a_scan_shows_each_kind_of_key_and_signs_in_nowhere() {
    for kind in ["ed25519", "ecdsa", "rsa"] {
        let sshd = Sshd::builder().host_key_kind(kind).start().unwrap();
        let stream = TcpStream::connect(sshd.address()).await.unwrap();
        let key = scan_host_key(stream).await.unwrap();
        assert_eq!(key.fingerprint, sshd.fingerprint().unwrap());
        assert!(sshd.host_key().unwrap().starts_with(&key.openssh), "{}", key.openssh);
        // What was scanned is what a session can be pinned to.
        enter(&sshd, key_of(&sshd)).await.unwrap();
    }
}

#[tokio::test]
async fn a_machine_that_never_answers_is_given_up_in_time() {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let sshd = Sshd::start().unwrap();
    let stream = TcpStream::connect(silent.local_addr().unwrap()).await.unwrap();
    let config = Config::new("nobody", key_of(&sshd), &sshd.host_key().unwrap(), SIZE).unwrap();
    let outcome = connect(stream, config.timeout(Duration::from_millis(300))).await;
    assert!(matches!(outcome, Err(Error::Timeout { .. })), "{outcome:?}");
}
