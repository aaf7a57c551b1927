//! The target's end of a session: channels that a protocol crate fills and empties.

use bytes::Bytes;
use tokio::sync::{mpsc, oneshot};

use super::TermSize;

/// What the session holds of its target. Dropping it closes the connection to the target.
///
/// Keep the channels small: what waits in them is not yet recorded, and full channels are what slows
/// the target down when its reader is slow.
#[derive(Debug)]
pub struct TargetIo {
    /// The target's output; closed when nothing more will come.
    pub output: mpsc::Receiver<Bytes>,
    /// What goes to the target.
    pub input: mpsc::Sender<TargetInput>,
    /// How it ended; sent before `output` closes, read after it.
    pub end: oneshot::Receiver<TargetEnd>,
    /// Dropped with the rest.
    pub hold: Hold,
}

/// The session's hold on its target. A protocol crate learns by it that the session has let go, also
/// while it waits for a target that takes no input.
#[derive(Debug)]
pub struct Hold {
    _held: oneshot::Sender<()>,
}

/// Resolves when the [`Hold`] is dropped.
#[derive(Debug)]
pub struct Released(oneshot::Receiver<()>);

impl Hold {
    /// A hold, and what tells its end.
    pub fn new() -> (Self, Released) {
        let (held, released) = oneshot::channel();
        (Self { _held: held }, Released(released))
    }
}

impl Released {
    /// Waits until the session lets go; safe to drop and call again.
    pub async fn wait(&mut self) {
        // Nothing is ever sent: the error is the news.
        let _ = (&mut self.0).await;
    }
}

/// Something for the target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TargetInput {
    /// Bytes typed.
    Bytes(Bytes),
    /// The terminal's new size.
    Resize(TermSize),
}

/// How the target ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TargetEnd {
    /// The shell ended, with its status if it said one.
    Exited {
        /// Exit status.
        status: Option<u32>,
        /// Name of the signal that killed it, without `SIG`.
        signal: Option<String>,
    },
    /// The line was lost, with a sentence on how.
    Lost(String),
}
