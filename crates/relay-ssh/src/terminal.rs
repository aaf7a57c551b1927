//! A PTY with a shell, as channel ends for the relay.

use crate::auth::authenticate;
use crate::config::Config;
use crate::error::{Error, Stage};
use crate::handler::{Client, Offer};
use crate::line::{Cut, Line};
use crate::target_end::TargetEnding;
use russh::client::{Handle, Msg};
use russh::{Channel, ChannelMsg, ChannelWriteHalf, Disconnect, Pty};
use sallyport_relay::live::{Hold, Released, TargetInput, TargetIo, TermSize};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, timeout, timeout_at};

/// What may wait between the machine and the recorder: few, each at most a packet of 32 KiB.
const OUTPUT_QUEUE: usize = 8;
const INPUT_QUEUE: usize = 4;
/// How long a goodbye may take before the line is cut.
const GOODBYE: Duration = Duration::from_millis(200);

/// Signs in over `stream` and opens a shell. Nothing is sent to it and nothing read from it before the relay does.
///
/// Dropping the returned ends closes the connection, at the latest a moment later and whatever the machine does.
pub async fn connect<S>(stream: S, config: Config) -> Result<TargetIo, Error>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let until = Instant::now() + config.timeout;
    let (line, cut) = Line::new(stream);
    let (output, outputs) = mpsc::channel(OUTPUT_QUEUE);
    let (end, ended) = oneshot::channel();
    let offer = Offer::default();
    let client = Client::new(config.pinned.clone(), offer.clone(), output, TargetEnding::to(end));
    // Boxed: these futures are large, and a session keeps none of them.
    let shaken = Box::pin(russh::client::connect_stream(config.client(), line, client));
    let mut handle = match within(until, Stage::Handshake, shaken).await? {
        Ok(handle) => handle,
        Err(error) => return Err(handshake_error(&config, &offer, &error)),
    };
    let opened = async {
        let signing_in = Box::pin(authenticate(&mut handle, &config.username, &config.auth));
        within(until, Stage::Authentication, signing_in).await??;
        within(until, Stage::Shell, Box::pin(open_shell(&handle, config.size))).await?
    };
    let writer = opened.await.map_err(|error| with_farewell(error, &offer))?;
    let (input, inputs) = mpsc::channel(INPUT_QUEUE);
    let (hold, released) = Hold::new();
    tokio::spawn(write(handle, writer, inputs, released, cut));
    Ok(TargetIo { output: outputs, input, end: ended, hold })
}

async fn within<F: Future>(until: Instant, stage: Stage, work: F) -> Result<F::Output, Error> {
    timeout_at(until, work).await.map_err(|_| Error::Timeout { stage })
}

fn handshake_error(config: &Config, offer: &Offer, error: &russh::Error) -> Error {
    match offer.take_key() {
        Some(shown) if shown != config.pinned => {
            Error::HostKeyChanged { expected: config.pinned.fingerprint.clone(), offered: shown.fingerprint }
        }
        _ => Error::from_library(Stage::Handshake, error),
    }
}

/// A broken connection in the machine's own words, if it said why.
fn with_farewell(error: Error, offer: &Offer) -> Error {
    match (error, offer.take_farewell()) {
        (Error::Broken { stage, .. }, Some(cause)) => Error::Broken { stage, cause },
        (error, _) => error,
    }
}

/// Opens a terminal with a shell. Its output goes to the handler, so only the writing half is kept.
async fn open_shell(handle: &Handle<Client>, size: TermSize) -> Result<ChannelWriteHalf<Msg>, Error> {
    let broken = |error: russh::Error| Error::from_library(Stage::Shell, &error);
    let mut channel = match handle.channel_open_session().await {
        Ok(channel) => channel,
        Err(russh::Error::ChannelOpenFailure(_)) => return Err(Error::Refused("a session")),
        Err(error) => return Err(broken(error)),
    };
    let (cols, rows) = (size.cols.into(), size.rows.into());
    // Most servers ignore it unless told to accept it; then programs know that the terminal speaks UTF-8.
    channel.set_env(false, "LANG", "C.UTF-8").await.map_err(broken)?;
    // So that a line typed into a plain program can be corrected by whole characters.
    let modes = [(Pty::IUTF8, 1)];
    channel.request_pty(true, "xterm-256color", cols, rows, 0, 0, &modes).await.map_err(broken)?;
    confirmed(&mut channel, "a terminal (PTY)").await?;
    channel.request_shell(true).await.map_err(broken)?;
    confirmed(&mut channel, "a shell").await?;
    Ok(channel.split().1)
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

/// Passes input on until the relay lets go; then says goodbye and cuts the line.
async fn write(
    handle: Handle<Client>,
    writer: ChannelWriteHalf<Msg>,
    inputs: mpsc::Receiver<TargetInput>,
    mut released: Released,
    cut: Cut,
) {
    tokio::select! {
        () = released.wait() => {}
        () = forward(&writer, inputs) => {}
    }
    let goodbye = handle.disconnect(Disconnect::ByApplication, "", "en");
    if timeout(GOODBYE, goodbye).await.is_ok_and(|said| said.is_ok()) {
        // The goodbye is on its way; the library ends its task after it.
        let _ = timeout(GOODBYE, handle).await;
    }
    drop(cut);
}

async fn forward(writer: &ChannelWriteHalf<Msg>, mut inputs: mpsc::Receiver<TargetInput>) {
    while let Some(input) = inputs.recv().await {
        let sent = match input {
            TargetInput::Bytes(bytes) => writer.data_bytes(bytes).await,
            TargetInput::Resize(TermSize { cols, rows }) => {
                writer.window_change(cols.into(), rows.into(), 0, 0).await
            }
        };
        if sent.is_err() {
            return;
        }
    }
}
