//! Reading recordings: sealed ones from the store, live and orphaned ones from the spool, all by the same calls.
//! Nothing here trusts what it reads: lengths are bounded, the chain is checked on the way, and where it breaks
//! playing stops with the place named.

mod asciicast;
mod frames;
mod index;
mod lines;
mod play;
mod scan;
mod source;
mod transcript;
mod utf8;
mod verify;

use std::io;
use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use futures::Stream;
use futures::stream::try_unfold;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use uuid::Uuid;

use super::manifest::{MAX_MANIFEST, Manifest};
use super::{Header, Problem, SpoolDir};

pub use index::Index;
pub use play::{Ending, Player};
pub(crate) use scan::Scan;
pub(crate) use source::{Source, blocking};
pub use transcript::{MAX_LINES, MAX_TEXT, Transcript, TranscriptLine};
pub use verify::Verification;

/// Names a recording in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RecordingKey {
    /// The customer it belongs to.
    pub organization_id: Uuid,
    /// The session.
    pub session_id: Uuid,
}

impl RecordingKey {
    /// Where the container is.
    pub fn data_path(&self) -> Path {
        Path::from(format!("recordings/{}/{}.rec", self.organization_id, self.session_id))
    }

    /// Where the manifest is.
    pub fn manifest_path(&self) -> Path {
        Path::from(format!("recordings/{}/{}.json", self.organization_id, self.session_id))
    }
}

/// A part of a recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Segment {
    /// The signed account beside the container.
    Manifest,
    /// The first segment.
    Header,
    /// A chunk of events, from 1.
    Chunk(u32),
}

impl std::fmt::Display for Segment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Manifest => f.write_str("manifest"),
            Self::Header => f.write_str("header"),
            Self::Chunk(seq) => write!(f, "chunk {seq}"),
        }
    }
}

/// The first thing wrong with a recording, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{segment}: {problem}")]
pub struct Flaw {
    /// Where.
    pub segment: Segment,
    /// What.
    pub problem: Problem,
}

/// Why a recording cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// Neither container nor spool file.
    #[error("there is no such recording")]
    NotFound,
    /// A recorder or another sealing holds it.
    #[error("the recording is in use")]
    InUse,
    /// The store failed.
    #[error("the recording store failed: {0}")]
    Store(object_store::Error),
    /// The spool failed.
    #[error("the recording spool failed: {0}")]
    Spool(#[from] io::Error),
    /// What was uploaded is not what was read back.
    #[error("the store's copy of the recording differs")]
    Copy,
    /// Damage that leaves nothing to read.
    #[error(transparent)]
    Flaw(#[from] Flaw),
}

impl From<object_store::Error> for ReadError {
    fn from(cause: object_store::Error) -> Self {
        match cause {
            object_store::Error::NotFound { .. } => Self::NotFound,
            cause => Self::Store(cause),
        }
    }
}

/// An opened recording. Opening succeeds with any damage inside; [`Recording::verify`] tells of it.
pub struct Recording {
    key: RecordingKey,
    source: Source,
    manifest: Account,
}

/// What stands beside the container.
enum Account {
    /// A recording in the spool.
    Unsealed,
    /// The document, and what it says when it can be read.
    Sealed(Bytes, Option<Box<Manifest>>),
}

impl Recording {
    /// Opens a sealed recording.
    pub async fn open(store: &Arc<dyn ObjectStore>, key: RecordingKey) -> Result<Self, ReadError> {
        let source = Source::stored(store, key).await?;
        let document = match store.head(&key.manifest_path()).await {
            Ok(meta) if meta.size <= MAX_MANIFEST => store.get(&key.manifest_path()).await?.bytes().await?,
            Ok(_) | Err(object_store::Error::NotFound { .. }) => Bytes::new(),
            Err(cause) => return Err(cause.into()),
        };
        let manifest = Manifest::read(&document).map(Box::new);
        Ok(Self { key, source, manifest: Account::Sealed(document, manifest) })
    }

    /// Opens a live or orphaned recording as far as it has got.
    pub async fn open_spool(spool: &SpoolDir, session_id: Uuid) -> Result<Self, ReadError> {
        let source = Source::file(spool.inner.file_of(session_id)).await?;
        let header = source.header(session_id).await?;
        let key = RecordingKey { organization_id: header.organization_id, session_id };
        Ok(Self { key, source, manifest: Account::Unsealed })
    }

    fn manifest(&self) -> Option<&Manifest> {
        match &self.manifest {
            Account::Sealed(_, manifest) => manifest.as_deref(),
            Account::Unsealed => None,
        }
    }

    /// What was known when it started.
    pub async fn header(&self) -> Result<Header, ReadError> {
        match self.manifest() {
            Some(manifest) => Ok(manifest.header.clone()),
            None => self.source.header(self.key.session_id).await,
        }
    }

    /// Bytes of the container.
    pub fn size(&self) -> u64 {
        self.source.size()
    }

    /// The container's bytes of a range, cut to its size, piece by piece.
    pub fn range(&self, range: Range<u64>) -> impl Stream<Item = Result<Bytes, ReadError>> + use<> {
        const PIECE: u64 = 256 * 1024;
        let end = range.end.min(self.source.size());
        try_unfold((self.source.clone(), range.start), move |(source, offset)| async move {
            if offset >= end {
                return Ok(None);
            }
            let piece = source.read(offset, PIECE.min(end - offset)).await?;
            let next = offset + piece.len() as u64;
            Ok((!piece.is_empty()).then_some((piece, (source, next))))
        })
    }

    /// Plays it from the start.
    pub fn play(&self) -> Player {
        Player::new(self.source.clone(), self.key)
    }
}

/// Removes a sealed recording; the manifest last, so that a removal that was interrupted can be seen and repeated.
pub async fn delete(store: &Arc<dyn ObjectStore>, key: RecordingKey) -> Result<(), ReadError> {
    for path in [key.data_path(), key.manifest_path()] {
        match store.delete(&path).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
            Err(cause) => return Err(cause.into()),
        }
    }
    Ok(())
}
