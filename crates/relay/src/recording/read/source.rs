//! Where a container's bytes come from.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use uuid::Uuid;

use super::frames::Frames;
use super::{Flaw, ReadError, RecordingKey, Segment};
use crate::recording::{Header, Problem};

/// Bytes of a container, of the size that it had when it was opened.
#[derive(Clone)]
pub(crate) enum Source {
    File { file: Arc<File>, size: u64 },
    Stored { store: Arc<dyn ObjectStore>, path: Path, size: u64 },
}

impl Source {
    pub(crate) async fn file(path: PathBuf) -> Result<Self, ReadError> {
        let opened = blocking(move || {
            let file = File::open(path)?;
            let size = file.metadata()?.len();
            Ok(Self::File { file: Arc::new(file), size })
        });
        opened.await.map_err(|cause| match cause {
            ReadError::Spool(cause) if cause.kind() == io::ErrorKind::NotFound => ReadError::NotFound,
            cause => cause,
        })
    }

    pub(crate) async fn stored(store: &Arc<dyn ObjectStore>, key: RecordingKey) -> Result<Self, ReadError> {
        let path = key.data_path();
        let size = store.head(&path).await?.size;
        Ok(Self::Stored { store: Arc::clone(store), path, size })
    }

    pub(crate) fn size(&self) -> u64 {
        match self {
            Self::File { size, .. } | Self::Stored { size, .. } => *size,
        }
    }

    /// The bytes from `offset`, fewer than `len` only where the container ends.
    pub(crate) async fn read(&self, offset: u64, len: u64) -> Result<Bytes, ReadError> {
        let end = offset.saturating_add(len).min(self.size());
        if offset >= end {
            return Ok(Bytes::new());
        }
        match self {
            Self::Stored { store, path, .. } => Ok(store.get_range(path, offset..end).await?),
            Self::File { file, .. } => {
                let file = Arc::clone(file);
                let len = usize::try_from(end - offset).map_err(io::Error::other)?;
                blocking(move || {
                    let mut bytes = vec![0; len];
                    file.read_exact_at(&mut bytes, offset)?;
                    Ok(Bytes::from(bytes))
                })
                .await
            }
        }
    }

    /// The header in the first segment, which must be of this session.
    pub(crate) async fn header(&self, session: Uuid) -> Result<Header, ReadError> {
        let flaw = |problem| ReadError::Flaw(Flaw { segment: Segment::Header, problem });
        let mut frames = Frames::unlinked(self.clone());
        let header = frames.header().await?.map_err(flaw)?;
        if header.session_id == session { Ok(header) } else { Err(flaw(Problem::Chain)) }
    }
}

/// Runs file work off the async threads.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, ReadError> {
    let done = tokio::task::spawn_blocking(work).await;
    Ok(done.map_err(io::Error::other)??)
}
