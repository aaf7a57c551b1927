//! A PTY with a shell, as channel ends for the relay.

use crate::auth::authenticate;
use crate::config::Config;
use crate::error::{Error, Stage};
use crate::handler::{Client, Offer};
use russh::client::{Handle, Msg};
use russh::{Channel, ChannelMsg, ChannelReadHalf, ChannelWriteHalf, Disconnect};
use sallyport_relay::live::{TargetEnd, TargetInput, TargetIo, TermSize};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, timeout_at};

/// What may wait between the machine and the recorder: few, each at most a packet of 32 KiB.
const OUTPUT_QUEUE: usize = 8;
const INPUT_QUEUE: usize = 8;

/// Signs in over `stream` and opens a shell. Nothing is sent to it and nothing read from it before the relay does.
pub async fn connect<S>(stream: S, config: Config) -> Result<TargetIo, Error>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let until = Instant::now() + config.timeout;
    let offer = Offer::default();
    let client = Client::new(Some(config.pinned.clone()), offer.clone());
    let shaken = russh::client::connect_stream(config.client(), stream, client);
    let mut handle = match within(until, Stage::Handshake, shaken).await? {
        Ok(handle) => handle,
        Err(error) => return Err(handshake_error(&config, &offer, &error)),
    };
    within(until, Stage::Authentication, authenticate(&mut handle, &config.username, &config.auth)).await??;
    let channel = within(until, Stage::Shell, open_shell(&handle, config.size)).await??;
    Ok(run(handle, channel))
}

async fn within<F: Future>(until: Instant, stage: Stage, work: F) -> Result<F::Output, Error> {
    timeout_at(until, work).await.map_err(|_| Error::Timeout { stage })
}

fn handshake_error(config: &Config, offer: &Offer, error: &russh::Error) -> Error {
    match offer.take() {
        Some(shown) if shown != config.pinned => {
            Error::HostKeyChanged { expected: config.pinned.fingerprint.clone(), offered: shown.fingerprint }
        }
        _ => Error::from_library(Stage::Handshake, error),
    }
}

async fn open_shell(handle: &Handle<Client>, size: TermSize) -> Result<Channel<Msg>, Error> {
    let broken = |error: russh::Error| Error::from_library(Stage::Shell, &error);
    let mut channel = match handle.channel_open_session().await {
        Ok(channel) => channel,
        Err(russh::Error::ChannelOpenFailure(_)) => return Err(Error::Refused("a session")),
        Err(error) => return Err(broken(error)),
    };
    let (cols, rows) = (size.cols.into(), size.rows.into());
    // Most servers ignore it unless told to accept it; then programs know that the terminal speaks UTF-8.
    channel.set_env(false, "LANG", "C.UTF-8").await.map_err(broken)?;
    channel.request_pty(true, "xterm-256color", cols, rows, 0, 0, &[]).await.map_err(broken)?;
    confirmed(&mut channel, "a terminal (PTY)").await?;
    channel.request_shell(true).await.map_err(broken)?;
    confirmed(&mut channel, "a shell").await?;
    Ok(channel)
}

/// Waits for the answer to the last request. Output may not come before the shell does.
async fn confirmed(channel: &mut Channel<Msg>, what: &'static str) -> Result<(), Error> {
    loop {
        match channel.wait().await {
            Some(ChannelMsg::Success) => return Ok(()),
            Some(ChannelMsg::Failure | ChannelMsg::Close | ChannelMsg::Eof) => {
                return Err(Error::Refused(what));
            }
            Some(_) => {}
            None => {
                return Err(Error::Broken {
                    stage: Stage::Shell,
                    cause: "the machine closed the line".to_owned(),
                });
            }
        }
    }
}

/// Two tasks: what the machine says, and what it is told. Both end when the relay lets go of its ends.
fn run(handle: Handle<Client>, channel: Channel<Msg>) -> TargetIo {
    let (output, outputs) = mpsc::channel(OUTPUT_QUEUE);
    let (input, inputs) = mpsc::channel(INPUT_QUEUE);
    let (end, ended) = oneshot::channel();
    let (reader, writer) = channel.split();
    tokio::spawn(write(writer, inputs));
    tokio::spawn(async move {
        let last = read(reader, &output, &handle).await;
        // Sent before `output` closes: the relay reads it after.
        let _ = end.send(last);
        drop(output);
        let _ = handle.disconnect(Disconnect::ByApplication, "", "en").await;
    });
    TargetIo { output: outputs, input, end: ended }
}

async fn read(
    mut reader: ChannelReadHalf,
    output: &mpsc::Sender<bytes::Bytes>,
    handle: &Handle<Client>,
) -> TargetEnd {
    let (mut status, mut signal) = (None, None);
    loop {
        let message = tokio::select! {
            message = reader.wait() => message,
            () = output.closed() => return TargetEnd::Lost("the session was closed".to_owned()),
        };
        match message {
            Some(ChannelMsg::Data { data } | ChannelMsg::ExtendedData { data, .. }) => {
                if output.send(data).await.is_err() {
                    return TargetEnd::Lost("the session was closed".to_owned());
                }
            }
            Some(ChannelMsg::ExitStatus { exit_status }) => status = Some(exit_status),
            Some(ChannelMsg::ExitSignal { signal_name, .. }) => signal = Some(format!("{signal_name:?}")),
            Some(ChannelMsg::Close) => return TargetEnd::Exited { status, signal },
            Some(_) => {}
            None if status.is_some() || signal.is_some() => return TargetEnd::Exited { status, signal },
            None if handle.is_closed() => {
                return TargetEnd::Lost("the line to the machine was lost".to_owned());
            }
            None => return TargetEnd::Lost("the machine closed the session".to_owned()),
        }
    }
}

async fn write(writer: ChannelWriteHalf<Msg>, mut inputs: mpsc::Receiver<TargetInput>) {
    while let Some(input) = inputs.recv().await {
        let sent = match input {
            TargetInput::Bytes(bytes) => writer.data_bytes(bytes).await,
            TargetInput::Resize(size) => writer.window_change(size.cols.into(), size.rows.into(), 0, 0).await,
        };
        if sent.is_err() {
            return;
        }
    }
    let _ = writer.close().await;
}
