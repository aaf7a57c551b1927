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
