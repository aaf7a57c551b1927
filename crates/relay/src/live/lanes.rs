//! What a session waits for: each a future that one branch of its loop drives.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use super::orders::Orders;
use super::{EndCode, Person, Reason, TargetEnd, TargetInput};
use crate::recording::{Recorder, RecorderError};

/// Why the loop ended.
pub(super) struct Ending {
    pub(super) reason: Reason,
    pub(super) by: Option<Person>,
    pub(super) target: Option<TargetEnd>,
    /// Cut from our side: what waits to be shown is dropped, so that the reason is seen at once.
    pub(super) enforced: bool,
}

impl Ending {
    pub(super) fn enforced(reason: Reason, by: Option<Person>) -> Self {
        Self { reason, by, target: None, enforced: true }
    }
}

/// Neighbouring output becomes one piece up to this size: a machine sends what a terminal wrote in many small packets.
const PIECE: usize = 32 * 1024;

/// `first` with what else is waiting.
pub(super) fn gather(first: Bytes, output: &mut mpsc::Receiver<Bytes>) -> Bytes {
    let Ok(second) = output.try_recv() else { return first };
    let mut piece = BytesMut::with_capacity(PIECE);
    piece.extend_from_slice(&first);
    piece.extend_from_slice(&second);
    while piece.len() < PIECE {
        let Ok(next) = output.try_recv() else { break };
        piece.extend_from_slice(&next);
    }
    piece.freeze()
}

/// Output is recorded before anyone sees it.
pub(super) async fn record(recorder: &Recorder, bytes: Bytes) -> Result<Bytes, RecorderError> {
    recorder.output(bytes.clone()).await?;
    Ok(bytes)
}

/// Input is recorded before it is sent, and not sent if it was forbidden in between.
pub(super) async fn forward(
    recorder: &Recorder,
    orders: &Orders,
    target: &mpsc::Sender<TargetInput>,
    person: Uuid,
    input: TargetInput,
) -> Result<(), RecorderError> {
    match &input {
        TargetInput::Bytes(bytes) => recorder.input(person, bytes.clone()).await?,
        TargetInput::Resize(size) => recorder.resize(size.cols, size.rows).await?,
    }
    // A closed channel is a target that has ended; its output tells.
    if let Ok(place) = target.reserve().await
        && orders.allow_input()
    {
        place.send(input);
    }
    Ok(())
}

pub(super) fn recorder_failed(error: &RecorderError) -> Ending {
    tracing::error!(%error, "a session ends because its recorder failed");
    let message = "The session ended because its recording could not be written.";
    Ending::enforced(Reason::new(EndCode::RecorderFailed, message), None)
}

/// The target's output is over: how did it end?
pub(super) async fn target_ended(end: oneshot::Receiver<TargetEnd>) -> Ending {
    let end = tokio::time::timeout(Duration::from_secs(1), end).await;
    let end = end
        .ok()
        .and_then(Result::ok)
        .unwrap_or_else(|| TargetEnd::Lost("The connection to the machine was closed.".to_owned()));
    let reason = match &end {
        TargetEnd::Exited { signal: Some(signal), .. } => {
            Reason::new(EndCode::Exited, format!("The shell was ended by signal {signal}."))
        }
        TargetEnd::Exited { status: Some(status @ 1..), .. } => {
            Reason::new(EndCode::Exited, format!("The shell ended with status {status}."))
        }
        TargetEnd::Exited { .. } => Reason::new(EndCode::Exited, "The shell ended."),
        TargetEnd::Lost(how) => Reason::new(EndCode::TargetLost, how.as_str()),
    };
    Ending { reason, by: None, target: Some(end), enforced: false }
}
