//! One client's end of a session.

use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::mpsc;

use super::pipe::Pipe;
use super::{Mode, TargetInput, TermSize, ToClient};

/// The longest input frame.
pub const MAX_INPUT: usize = 64 * 1024;

/// Something from a client on its way to the target.
#[derive(Debug)]
pub(super) struct FromClient {
    pub(super) client: u64,
    pub(super) input: TargetInput,
}

/// Why input was not taken. Held input (a frozen session) is not an error: it is silently dropped,
/// since the client has been told `Frozen`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InputError {
    /// Watchers do not type.
    #[error("this attachment only watches")]
    WatchOnly,
    /// The frame is longer than [`MAX_INPUT`].
    #[error("the input frame is longer than {MAX_INPUT} bytes")]
    TooLong,
    /// The session is over.
    #[error("the session has ended")]
    Ended,
}

/// A client's end: what it reads. Dropping it detaches the client.
#[derive(Debug)]
pub struct Attachment {
    writer: AttachmentWriter,
}

/// A client's end: what it writes. Cheap to clone.
#[derive(Debug, Clone)]
pub struct AttachmentWriter {
    client: u64,
    mode: Mode,
    pipe: Arc<Pipe>,
    input: mpsc::Sender<FromClient>,
}

impl Attachment {
    pub(super) fn new(client: u64, mode: Mode, pipe: Arc<Pipe>, input: mpsc::Sender<FromClient>) -> Self {
        Self { writer: AttachmentWriter { client, mode, pipe, input } }
    }

    /// What this attachment may do.
    pub fn mode(&self) -> Mode {
        self.writer.mode
    }

    /// The next thing for the client. Safe in `select!`. After [`ToClient::Close`] nothing new comes.
    pub async fn next(&mut self) -> ToClient {
        self.writer.pipe.next().await
    }

    /// The writing end, for the task that reads the client's connection.
    pub fn writer(&self) -> AttachmentWriter {
        self.writer.clone()
    }
}

impl Drop for Attachment {
    fn drop(&mut self) {
        self.writer.pipe.drop_client();
    }
}

impl AttachmentWriter {
    /// Bytes that the person typed. Waits while the target takes nothing.
    pub async fn input(&self, bytes: Bytes) -> Result<(), InputError> {
        if bytes.len() > MAX_INPUT {
            return Err(InputError::TooLong);
        }
        self.send(TargetInput::Bytes(bytes)).await
    }

    /// The size of the owner's terminal; clamped to what a terminal can be.
    pub async fn resize(&self, cols: u16, rows: u16) -> Result<(), InputError> {
        self.send(TargetInput::Resize(TermSize::clamped(cols, rows))).await
    }

    async fn send(&self, input: TargetInput) -> Result<(), InputError> {
        if self.mode != Mode::Control {
            return Err(InputError::WatchOnly);
        }
        let input = FromClient { client: self.client, input };
        self.input.send(input).await.map_err(|_| InputError::Ended)
    }

    /// The client has shown `bytes` more bytes of output.
    pub fn ack(&self, bytes: u64) {
        self.pipe.ack(usize::try_from(bytes).unwrap_or(usize::MAX));
    }

    /// Resolves when the connection must be dropped at once, even in the middle of a write: the client
    /// stalled, or took too long over its farewell. Race every write to the client against it.
    pub async fn cut(&self) {
        self.pipe.cut().await;
    }
}
