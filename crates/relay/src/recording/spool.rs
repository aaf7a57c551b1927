//! The folder where live recordings grow, one append-only file a session, until they are sealed and stored.

use std::collections::HashSet;
use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use object_store::ObjectStore;
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::codec::Encoder;
use super::manifest::ManifestSigner;

/// Milliseconds of a clock that never goes back.
pub type Clock = Arc<dyn Fn() -> u64 + Send + Sync>;

const EXTENSION: &str = "spool";
/// Writers at once; the file system joins their syncs.
const WRITERS: usize = 16;
/// Sealings at once; each may hold a part of an upload in memory.
const SEALERS: usize = 8;

/// What a spool needs.
pub struct SpoolOptions {
    /// The folder; made when missing, for this user only.
    pub dir: PathBuf,
    /// Where sealed recordings go; for a folder, see [`folder_store`].
    pub store: Arc<dyn ObjectStore>,
    /// Signs manifests.
    pub signer: ManifestSigner,
    /// Times the events.
    pub clock: Clock,
}

/// Handle on the spool folder; one process at a time holds it.
#[derive(Clone)]
pub struct SpoolDir {
    pub(crate) inner: Arc<Spool>,
}

pub(crate) struct Spool {
    pub(crate) dir: PathBuf,
    pub(crate) store: Arc<dyn ObjectStore>,
    pub(crate) signer: ManifestSigner,
    pub(crate) clock: Clock,
    pub(crate) encoder: Encoder,
    pub(crate) encoders: Semaphore,
    pub(crate) writers: Semaphore,
    /// Many sessions may end at once, by one revocation; their uploads take turns.
    pub(crate) sealers: Semaphore,
    /// Sessions that a recorder or a sealing of this process holds.
    claimed: Mutex<HashSet<Uuid>>,
    _lock: File,
}

/// A spool folder that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SpoolError {
    /// Another process has it.
    #[error("the recording spool {0} is in use by another process")]
    InUse(PathBuf),
    /// The file system refused.
    #[error("the recording spool {dir} cannot be used: {cause}")]
    Io {
        /// The folder.
        dir: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
}

impl SpoolDir {
    /// Opens the folder and takes hold of it. Blocks for a moment: call it at start.
    pub fn open(options: SpoolOptions) -> Result<Self, SpoolError> {
        let SpoolOptions { dir, store, signer, clock } = options;
        let lock = match lock_folder(&dir) {
            Ok(Some(lock)) => lock,
            Ok(None) => return Err(SpoolError::InUse(dir)),
            Err(cause) => return Err(SpoolError::Io { dir, cause }),
        };
        let encoders = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        let inner = Spool {
            dir,
            store,
            signer,
            clock,
            encoder: Encoder::default(),
            encoders: Semaphore::new(encoders),
            writers: Semaphore::new(WRITERS),
            sealers: Semaphore::new(SEALERS),
            claimed: Mutex::default(),
            _lock: lock,
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.inner.dir
    }
}

impl Spool {
    pub(crate) fn file_of(&self, session: Uuid) -> PathBuf {
        self.dir.join(format!("{session}.{EXTENSION}"))
    }

    /// Sessions with a file here that nobody holds.
    pub(crate) fn unclaimed(&self) -> io::Result<Vec<Uuid>> {
        let mut found = Vec::new();
        for entry in std::fs::read_dir(&self.dir)? {
            let path = entry?.path();
            let stem = path.file_stem().and_then(|stem| stem.to_str());
            let session = stem.and_then(|stem| Uuid::parse_str(stem).ok());
            if let (Some(session), Some(EXTENSION)) = (session, path.extension().and_then(|e| e.to_str())) {
                found.push(session);
            }
        }
        let claimed = self.claimed.lock().unwrap_or_else(PoisonError::into_inner);
        found.retain(|session| !claimed.contains(session));
        found.sort();
        Ok(found)
    }

    pub(crate) fn sync_dir(&self) -> io::Result<()> {
        File::open(&self.dir)?.sync_all()
    }
}

/// Holds a session's spool file against a second recorder or sealing in this process.
pub(crate) struct Claim {
    spool: Arc<Spool>,
    session: Uuid,
}

impl Claim {
    pub(crate) fn take(spool: &Arc<Spool>, session: Uuid) -> Option<Self> {
        let fresh = spool.claimed.lock().unwrap_or_else(PoisonError::into_inner).insert(session);
        fresh.then(|| Self { spool: Arc::clone(spool), session })
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.spool.claimed.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.session);
    }
}

fn lock_folder(dir: &Path) -> io::Result<Option<File>> {
    DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
    let lock =
        OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(dir.join("lock"))?;
    match lock.try_lock() {
        Ok(()) => Ok(Some(lock)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(cause)) => Err(cause),
    }
}

/// A store in a folder, every write of it synced: a recording leaves the spool only when its copy is durable.
/// Sweeps away uploads that a crash left half done; they are not deleted with their recording otherwise.
pub fn folder_store(dir: &Path) -> object_store::Result<Arc<dyn ObjectStore>> {
    prepare_folder(dir)
        .map_err(|cause| object_store::Error::Generic { store: "folder", source: Box::new(cause) })?;
    let store = object_store::local::LocalFileSystem::new_with_prefix(dir)?;
    Ok(Arc::new(store.with_fsync(true)))
}

fn prepare_folder(dir: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
    let recordings = match std::fs::read_dir(dir.join("recordings")) {
        Ok(recordings) => recordings,
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(cause) => return Err(cause),
    };
    for organization in recordings {
        for file in std::fs::read_dir(organization?.path())? {
            let path = file?.path();
            // The folder store's name for an upload in work.
            if path.file_name().is_some_and(|name| name.to_string_lossy().contains('#')) {
                std::fs::remove_file(path)?;
            }
        }
    }
    Ok(())
}
