//! Recording of a session: written fail-closed while it lives, sealed and signed at its end, read back in constant memory.
//!
//! A recording is a row of segments (`frame`), each a compressed chunk of events (`event`) chained to the one
//! before by its hash. [`Recorder`] appends them to a file in the [`SpoolDir`]; sealing signs a [`Manifest`] and
//! moves both to the object store; [`read`] opens sealed, live and orphaned recordings alike.

mod codec;
mod error;
mod event;
mod frame;
mod manifest;
mod pipeline;
pub mod read;
mod recorder;
mod seal;
mod spool;
mod tail;

pub use error::RecorderError;
pub use event::{Event, MAX_EVENT, Marker, What};
pub use frame::Problem;
pub use manifest::{ChunkEntry, Manifest, ManifestSigner, Mark, VerifyingKeys};
pub use recorder::Recorder;
pub use seal::{INTERRUPTED, Orphan, Sealed};
pub use spool::{Clock, SpoolDir, SpoolError, SpoolOptions, folder_store};
pub use tail::{Tail, TailSegment};

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What is known of a recording when it starts; its first, durable segment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Header {
    /// The session, and so the recording.
    pub session_id: Uuid,
    /// The customer it belongs to.
    pub organization_id: Uuid,
    /// Columns at the start.
    pub cols: u16,
    /// Rows at the start.
    pub rows: u16,
    /// When it started, Unix milliseconds.
    pub started_at_ms: i64,
    /// For people and players, as `web-1 (root)`.
    pub title: String,
    /// Those who may type from the start, by id; more come by [`Recorder::person`].
    pub people: BTreeMap<Uuid, String>,
}
