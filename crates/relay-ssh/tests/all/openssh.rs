//! A real sshd: who gets in, and what a shell does.

use sallyport_relay::live::TargetEnd;
use sallyport_relay_ssh::scan_host_key;

use super::*;

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
async fn a_shell_that_is_killed_names_the_signal() {
    let sshd = Sshd::start().unwrap();
    let mut target = enter(&sshd, key_of(&sshd)).await.unwrap();
    type_in(&target, "kill -9 $$\n").await;
    while target.output.recv().await.is_some() {}
    assert_eq!(target.end.await.unwrap(), TargetEnd::Exited { status: None, signal: Some("KILL".into()) });
}

#[tokio::test]
async fn the_target_learns_nothing_of_the_gateway_but_the_locale() {
    let sshd = Sshd::builder().option("AcceptEnv *").start().unwrap();
    let mut target = enter(&sshd, key_of(&sshd)).await.unwrap();
    type_in(
        &target,
        "env | cut -d= -f1 | sort | tr '\\n' ' '; echo $LANG $TERM; stty -a | grep -o iutf8; echo do''ne\n",
    )
    .await;
    let seen = shows(&mut target, "done").await;
    for ours in ["CARGO", "RUST", "DATABASE", "SALLYPORT", "HOSTNAME"] {
        assert!(!seen.contains(ours), "{ours} in {seen}");
    }
    assert!(seen.contains("C.UTF-8 xterm-256color") && seen.contains("iutf8"), "{seen}");
}

#[tokio::test]
async fn an_account_without_a_terminal_is_told_so() {
    let sshd = Sshd::builder().option("PermitTTY no").start().unwrap();
    let refused = enter(&sshd, key_of(&sshd)).await;
    assert!(matches!(refused, Err(Error::Refused("a terminal (PTY)"))), "{refused:?}");
}

#[tokio::test]
async fn two_hundred_lines_of_wide_text_arrive_whole() {
    let sshd = Sshd::start().unwrap();
    let mut target = enter(&sshd, key_of(&sshd)).await.unwrap();
    type_in(
        &target,
        "stty -echo; for i in $(seq 200); do echo \"$i Grüße 世界 🚪\"; done; echo fin''ished\n",
    )
    .await;
    let seen = shows(&mut target, "finished").await;
    for line in 1..=200 {
        assert!(seen.contains(&format!("{line} Grüße 世界 🚪\r\n")), "{line}");
    }
}

#[tokio::test]
async fn letting_go_ends_the_shell_and_the_connection() {
    let sshd = Sshd::start().unwrap();
    let mut target = enter(&sshd, key_of(&sshd)).await.unwrap();
    type_in(&target, "echo pid=$$. do''ne\n").await;
    let seen = shows(&mut target, "done").await;
    let pid = seen.rsplit("pid=").find_map(|rest| rest.split('.').next()?.parse::<u32>().ok()).unwrap();
    drop(target);
    let gone = async {
        while std::path::Path::new(&format!("/proc/{pid}")).exists() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(Duration::from_secs(10), gone).await.unwrap();
}
