//! Servers that ask for what they must not get, flood, or stop in the middle.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use russh::keys::{Algorithm, PrivateKey};
use russh::server::{self, Auth as Verdict, ChannelOpenHandle, Handle, Msg, Response, Session};
use russh::{Channel, ChannelId, ChannelOpenFailure, MethodKind, MethodSet, Pty};
use sallyport_relay_ssh::Stage;
use tokio::io::DuplexStream;
use tokio::sync::mpsc;

use super::*;

type Prompts = &'static [(Cow<'static, str>, bool)];

/// How a server behaves.
#[derive(Default)]
struct Manner {
    /// Rounds of questions at the login.
    rounds: &'static [Prompts],
    /// Where it stops answering.
    hangs: Option<Stage>,
    refuses_shell: bool,
    /// Says nothing of a window: takes no input.
    takes_no_input: bool,
}

struct Host {
    manner: Manner,
    round: usize,
    answers: mpsc::UnboundedSender<Vec<String>>,
    shells: mpsc::UnboundedSender<(Handle, ChannelId)>,
    passwords: Arc<AtomicUsize>,
}

/// What a test sees of a server.
struct Seen {
    answers: mpsc::UnboundedReceiver<Vec<String>>,
    shells: mpsc::UnboundedReceiver<(Handle, ChannelId)>,
    passwords: Arc<AtomicUsize>,
    host_key: String,
}

fn host(methods: &[MethodKind], manner: Manner) -> (DuplexStream, Seen) {
    let key = PrivateKey::random(&mut russh::keys::key::safe_rng(), Algorithm::Ed25519).unwrap();
    let host_key = key.public_key().to_openssh().unwrap();
    let config = server::Config {
        keys: vec![key],
        methods: MethodSet::from(methods),
        auth_rejection_time: Duration::ZERO,
        window_size: if manner.takes_no_input { 0 } else { 1 << 20 },
        ..server::Config::default()
    };
    let (near, far) = tokio::io::duplex(256 * 1024);
    let (told, answers) = mpsc::unbounded_channel();
    let (opened, shells) = mpsc::unbounded_channel();
    let passwords = Arc::new(AtomicUsize::new(0));
    let handler = Host { manner, round: 0, answers: told, shells: opened, passwords: Arc::clone(&passwords) };
    tokio::spawn(async move {
        if let Ok(running) = server::run_stream(Arc::new(config), far, handler).await {
            let _ = running.await;
        }
    });
    (near, Seen { answers, shells, passwords, host_key })
}

async fn visit(stream: DuplexStream, seen: &Seen) -> Result<TargetIo, Error> {
    let config = Config::new("someone", password("the-password"), &seen.host_key, SIZE).unwrap();
    connect(stream, config.timeout(Duration::from_secs(2))).await
}

impl server::Handler for Host {
    type Error = russh::Error;

    async fn auth_none(&mut self, _: &str) -> Result<Verdict, Self::Error> {
        if self.manner.hangs == Some(Stage::Authentication) {
            std::future::pending::<()>().await;
        }
        Ok(Verdict::reject())
    }

    async fn auth_password(&mut self, _: &str, password: &str) -> Result<Verdict, Self::Error> {
        self.passwords.fetch_add(1, Ordering::Relaxed);
        Ok(if password == "the-password" { Verdict::Accept } else { Verdict::reject() })
    }

    async fn auth_keyboard_interactive<'a>(
        &'a mut self,
        _: &str,
        _: &str,
        response: Option<Response<'a>>,
    ) -> Result<Verdict, Self::Error> {
        if let Some(response) = response {
            let answers = response.map(|answer| String::from_utf8_lossy(&answer).into_owned()).collect();
            self.answers.send(answers).unwrap();
        }
        let Some(prompts) = self.manner.rounds.get(self.round) else { return Ok(Verdict::Accept) };
        self.round += 1;
        Ok(Verdict::Partial { name: "".into(), instructions: "".into(), prompts: Cow::Borrowed(prompts) })
    }

    async fn channel_open_session(
        &mut self,
        _: Channel<Msg>,
        reply: ChannelOpenHandle,
        _: &mut Session,
    ) -> Result<(), Self::Error> {
        reply.accept().await;
        Ok(())
    }

    async fn pty_request(
        &mut self,
        channel: ChannelId,
        _: &str,
        _: u32,
        _: u32,
        _: u32,
        _: u32,
        _: &[(Pty, u32)],
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        if self.manner.hangs != Some(Stage::Shell) {
            session.channel_success(channel)?;
        }
        Ok(())
    }

    async fn shell_request(&mut self, channel: ChannelId, session: &mut Session) -> Result<(), Self::Error> {
        if self.manner.refuses_shell {
            return session.channel_failure(channel);
        }
        session.channel_success(channel)?;
        self.shells.send((session.handle(), channel)).unwrap();
        Ok(())
    }
}

const HIDDEN: Prompts = &[(Cow::Borrowed("Password: "), false)];

#[tokio::test]
async fn one_hidden_question_is_answered_with_the_password() {
    // Some servers end with an empty round.
    let manner = Manner { rounds: &[HIDDEN, &[]], ..Manner::default() };
    let (stream, mut seen) = host(&[MethodKind::KeyboardInteractive], manner);
    visit(stream, &seen).await.unwrap();
    assert_eq!(seen.answers.recv().await.unwrap(), ["the-password"]);
    assert_eq!(seen.answers.recv().await.unwrap(), [""; 0]);
}

#[tokio::test]
async fn no_other_question_gets_the_password() {
    const SHOWN: Prompts = &[(Cow::Borrowed("Your name: "), true)];
    const TWO: Prompts = &[(Cow::Borrowed("Password: "), false), (Cow::Borrowed("Code: "), false)];
    for rounds in [&[SHOWN][..], &[TWO]] {
        let (stream, mut seen) =
            host(&[MethodKind::KeyboardInteractive], Manner { rounds, ..Manner::default() });
        let refused = visit(stream, &seen).await;
        assert!(matches!(refused, Err(Error::MoreProofWanted { .. })), "{refused:?}");
        assert!(seen.answers.try_recv().is_err(), "nothing was answered");
    }
    let (stream, mut seen) =
        host(&[MethodKind::KeyboardInteractive], Manner { rounds: &[HIDDEN; 50], ..Manner::default() });
    let refused = visit(stream, &seen).await;
    assert!(matches!(refused, Err(Error::MoreProofWanted { .. })), "{refused:?}");
    assert_eq!(seen.answers.recv().await.unwrap(), ["the-password"]);
    assert!(seen.answers.try_recv().is_err(), "the same question again gets no second answer");
}

#[tokio::test]
async fn a_wrong_password_is_tried_once() {
    let methods = [MethodKind::Password, MethodKind::KeyboardInteractive];
    let (stream, mut seen) = host(&methods, Manner { rounds: &[HIDDEN], ..Manner::default() });
    let config = Config::new("someone", password("wrong"), &seen.host_key, SIZE).unwrap();
    let refused = connect(stream, config).await;
    assert!(matches!(refused, Err(Error::AuthRefused { .. })), "{refused:?}");
    assert_eq!(seen.passwords.load(Ordering::Relaxed), 1);
    assert!(seen.answers.try_recv().is_err());
}

#[tokio::test]
async fn a_machine_that_stops_at_any_stage_is_given_up_and_let_go() {
    for stage in [Stage::Authentication, Stage::Shell] {
        let manner = Manner { hangs: Some(stage), ..Manner::default() };
        let (stream, seen) = host(&[MethodKind::Password], manner);
        let outcome = visit(stream, &seen).await;
        assert!(matches!(outcome, Err(Error::Timeout { stage: at }) if at == stage), "{outcome:?}");
        // The server's handler holds the sender until its connection is gone.
        let Seen { mut shells, .. } = seen;
        let gone = async { while shells.recv().await.is_some() {} };
        if stage == Stage::Shell {
            timeout(Duration::from_secs(5), gone).await.expect("no connection is left behind");
        }
    }
}

#[tokio::test]
async fn a_refused_shell_is_told_as_such() {
    let (stream, seen) = host(&[MethodKind::Password], Manner { refuses_shell: true, ..Manner::default() });
    let refused = visit(stream, &seen).await;
    assert!(matches!(refused, Err(Error::Refused("a shell"))), "{refused:?}");
}

#[tokio::test]
async fn at32_whatever_a_server_wants_to_open_is_refused_and_the_shell_goes_on() {
    let (stream, mut seen) = host(&[MethodKind::Password], Manner::default());
    let mut target = visit(stream, &seen).await.unwrap();
    let (server, shell) = seen.shells.recv().await.unwrap();
    let refused = |opened: Result<Channel<Msg>, russh::Error>| {
        matches!(
            opened,
            Err(russh::Error::ChannelOpenFailure(
                ChannelOpenFailure::AdministrativelyProhibited | ChannelOpenFailure::UnknownChannelType
            ))
        )
    };
    assert!(refused(server.channel_open_agent().await), "agent");
    assert!(refused(server.channel_open_x11("10.0.0.1", 6000).await), "X11");
    assert!(refused(server.channel_open_session().await), "session");
    assert!(refused(server.channel_open_direct_tcpip("10.0.0.1", 22, "10.0.0.2", 22).await), "direct-tcpip");
    assert!(refused(server.channel_open_direct_streamlocal("/run/docker.sock").await), "direct-streamlocal");
    assert!(
        refused(server.channel_open_forwarded_tcpip("10.0.0.1", 22, "10.0.0.2", 22).await),
        "forwarded-tcpip"
    );
    assert!(refused(server.channel_open_forwarded_streamlocal("/tmp/x").await), "forwarded-streamlocal");
    assert!(server.forward_tcpip("0.0.0.0".into(), 8080).await.is_err(), "a listener of ours");
    server.data(shell, Bytes::from_static(b"still here")).await.unwrap();
    shows(&mut target, "still here").await;
}

#[tokio::test]
async fn a_flood_that_nobody_reads_stops_at_the_machine() {
    let (stream, mut seen) = host(&[MethodKind::Password], Manner::default());
    let mut target = visit(stream, &seen).await.unwrap();
    let (server, shell) = seen.shells.recv().await.unwrap();
    let sent = Arc::new(AtomicUsize::new(0));
    let flooding = tokio::spawn({
        let sent = Arc::clone(&sent);
        async move {
            while server.data(shell, Bytes::from(vec![b'f'; 32 * 1024])).await.is_ok() {
                sent.fetch_add(32 * 1024, Ordering::Relaxed);
            }
        }
    });
    let mut before = usize::MAX;
    while before != sent.load(Ordering::Relaxed) {
        before = sent.load(Ordering::Relaxed);
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    assert!(before < 16 << 20, "{before} bytes were taken in");
    // Read again, it goes on.
    let mut read = 0;
    while read <= before {
        read += target.output.recv().await.unwrap().len();
    }
    drop(target);
    timeout(Duration::from_secs(5), flooding).await.expect("letting go ends the flood").unwrap();
}

#[tokio::test]
async fn a_machine_that_takes_no_input_is_let_go_with_the_session() {
    let (stream, mut seen) =
        host(&[MethodKind::Password], Manner { takes_no_input: true, ..Manner::default() });
    let target = visit(stream, &seen).await.unwrap();
    let (server, _) = seen.shells.recv().await.unwrap();
    let frame = Bytes::from(vec![b'x'; 64 * 1024]);
    let mut taken = 0;
    while timeout(Duration::from_millis(300), target.input.send(TargetInput::Bytes(frame.clone())))
        .await
        .is_ok()
    {
        taken += 1;
        assert!(taken < 50);
    }
    drop(target);
    let gone = async {
        while server.channel_open_session().await.is_err_and(|e| !matches!(e, russh::Error::SendError)) {}
    };
    timeout(Duration::from_secs(5), gone).await.expect("the connection is gone");
}
