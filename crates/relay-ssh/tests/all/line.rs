//! Lines that break, go silent, or lead to something else.

use sallyport_relay::live::TargetEnd;
use sallyport_relay_ssh::{Stage, scan_host_key};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::*;

fn config(sshd: &Sshd) -> Config {
    Config::new(sshd.username(), key_of(sshd), &sshd.host_key().unwrap(), SIZE).unwrap()
}

/// A line to an sshd that can be made to swallow everything, as a machine does whose power failed.
async fn through_a_line_that_dies(sshd: &Sshd, config: Config) -> (TargetIo, watch::Sender<bool>) {
    let (dead, _) = watch::channel(false);
    let (near, far) = tokio::io::duplex(64 * 1024);
    let server = TcpStream::connect(sshd.address()).await.unwrap();
    let ((near_in, near_out), (far_in, far_out)) = (tokio::io::split(far), server.into_split());
    tokio::spawn(pump(near_in, far_out, dead.subscribe()));
    tokio::spawn(pump(far_in, near_out, dead.subscribe()));
    (connect(near, config).await.unwrap(), dead)
}

async fn pump(
    mut from: impl AsyncReadExt + Unpin,
    mut to: impl AsyncWriteExt + Unpin,
    dead: watch::Receiver<bool>,
) {
    let mut bytes = vec![0; 16 * 1024];
    while let Ok(length @ 1..) = from.read(&mut bytes).await {
        if !*dead.borrow() && to.write_all(&bytes[..length]).await.is_err() {
            return;
        }
    }
}

#[tokio::test]
async fn l13_a_machine_that_dies_is_known_lost_after_three_silences() {
    let sshd = Sshd::start().unwrap();
    let (mut target, dead) =
        through_a_line_that_dies(&sshd, config(&sshd).keepalive(Duration::from_millis(200))).await;
    // A silent machine that answers stays.
    tokio::time::sleep(Duration::from_secs(2)).await;
    type_in(&target, "echo al''ive\n").await;
    shows(&mut target, "alive").await;
    dead.send_replace(true);
    let lost = async {
        while target.output.recv().await.is_some() {}
        target.end.await.unwrap()
    };
    let lost = timeout(Duration::from_secs(20), lost).await.unwrap();
    assert_eq!(lost, TargetEnd::Lost("The machine stopped answering.".into()));
}

#[test]
fn l13_the_default_keepalive_knows_within_30_s() {
    let host_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";
    let config = Config::new("root", password("x"), host_key, SIZE).unwrap();
    assert!(config.lost_after() <= Duration::from_secs(30));
}

#[tokio::test]
async fn a_machine_that_hangs_up_is_lost() {
    let sshd = Sshd::start().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let near = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    let (mut far, _) = listener.accept().await.unwrap();
    let mut server = TcpStream::connect(sshd.address()).await.unwrap();
    let relaying = tokio::spawn(async move {
        let _ = tokio::io::copy_bidirectional(&mut far, &mut server).await;
    });
    let mut target = connect(near, config(&sshd)).await.unwrap();
    relaying.abort();
    let lost = async {
        while target.output.recv().await.is_some() {}
        target.end.await.unwrap()
    };
    let lost = timeout(Duration::from_secs(10), lost).await.unwrap();
    assert_eq!(lost, TargetEnd::Lost("The line to the machine was lost.".into()));
}

#[tokio::test]
async fn letting_go_of_a_dead_line_lets_it_go_too() {
    let sshd = Sshd::start().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let near = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    let (far, _) = listener.accept().await.unwrap();
    let server = TcpStream::connect(sshd.address()).await.unwrap();
    let ((mut far_in, far_out), (far_server, to_server)) = (far.into_split(), server.into_split());
    let (dead, alive) = watch::channel(false);
    tokio::spawn(pump(far_server, far_out, alive.clone()));
    // What we send is read for a while and then no more, so that sending fills every buffer and hangs.
    let reading = tokio::spawn(async move {
        let mut to_server = to_server;
        let mut bytes = vec![0; 16 * 1024];
        while !*alive.borrow() {
            match far_in.read(&mut bytes).await {
                Ok(length @ 1..) => to_server.write_all(&bytes[..length]).await.unwrap(),
                _ => break,
            }
        }
        (far_in, to_server)
    });
    let target = connect(near, config(&sshd)).await.unwrap();
    dead.send_replace(true);
    let paste = Bytes::from(vec![b'x'; 64 * 1024]);
    while timeout(Duration::from_millis(300), target.input.send(TargetInput::Bytes(paste.clone())))
        .await
        .is_ok()
    {}
    drop(target);
    let (mut far_in, _to_server) = reading.await.unwrap();
    let ended = async { while let Ok(1..) = far_in.read(&mut [0; 4096]).await {} };
    timeout(Duration::from_secs(5), ended).await.expect("the line is closed");
}

#[tokio::test]
async fn a_machine_that_never_answers_is_given_up_in_time_and_let_go() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let sshd = Sshd::start().unwrap();
    let stream = TcpStream::connect(silent.local_addr().unwrap()).await.unwrap();
    let (mut far, _) = silent.accept().await.unwrap();
    let outcome = connect(stream, config(&sshd).timeout(Duration::from_millis(300))).await;
    assert!(matches!(outcome, Err(Error::Timeout { stage: Stage::Handshake })), "{outcome:?}");
    let ended = async { while let Ok(1..) = far.read(&mut [0; 1024]).await {} };
    timeout(Duration::from_secs(5), ended).await.expect("no socket is left behind");
}

#[tokio::test]
async fn a_machine_that_stops_in_the_key_exchange_is_let_go() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let sshd = Sshd::start().unwrap();
    let stream = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    let (mut far, _) = listener.accept().await.unwrap();
    far.write_all(b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n").await.unwrap();
    let outcome = connect(stream, config(&sshd).timeout(Duration::from_millis(300))).await;
    assert!(matches!(outcome, Err(Error::Timeout { stage: Stage::Handshake })), "{outcome:?}");
    let ended = async { while let Ok(1..) = far.read(&mut [0; 4096]).await {} };
    timeout(Duration::from_secs(5), ended).await.expect("no task and no socket is left behind");
}

#[tokio::test]
async fn what_does_not_speak_ssh_is_told_so() {
    for answer in [
        &b"HTTP/1.1 400 Bad Request\r\n\r\n"[..],
        b"\x16\x03\x01\x02\x00\x01\x00",
        &[b'x'; 10_000],
        b"SSH-2.0-x\r\n\xff\xff\xff\xff\xff\xff\xff\xff",
        b"SSH-1.5-old\r\n",
        b"",
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let stream = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (mut far, _) = listener.accept().await.unwrap();
        let answer = answer.to_vec();
        tokio::spawn(async move {
            let _ = far.write_all(&answer).await;
            let _ = far.shutdown().await;
            let _ = far.read(&mut [0; 1024]).await;
        });
        let outcome = timeout(Duration::from_secs(10), scan_host_key(stream)).await.unwrap();
        assert!(
            matches!(outcome, Err(Error::NotSsh | Error::Broken { stage: Stage::Handshake, .. })),
            "{outcome:?}"
        );
    }
}
