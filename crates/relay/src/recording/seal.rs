//! From the spool to the store: scan, sign, upload, check the copy, and only then let the spool file go.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use object_store::{MultipartUpload, ObjectStore, ObjectStoreExt};
use uuid::Uuid;

use super::manifest::Manifest;
use super::read::{Flaw, ReadError, RecordingKey, Scan, Source, blocking};
use super::spool::{Claim, Spool, SpoolDir};
use super::{Header, Problem};

/// A part of an upload, and the most of a recording that is in memory meanwhile.
const PART: u64 = 8 * 1024 * 1024;
/// The end code of a recording without an end of its own, when the caller knows no better.
pub const INTERRUPTED: &str = "interrupted";

/// A recording that was sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// Whose, and which.
    pub key: RecordingKey,
    /// Whether it ended in order.
    pub complete: bool,
    /// Why it ended.
    pub end_code: String,
    /// Time of the last event.
    pub duration_ms: u32,
    /// Length of the container.
    pub size_bytes: u64,
    /// Length of the events, expanded.
    pub raw_bytes: u64,
    /// Why it is not in the store yet. It stays in the spool then; seal it again later.
    pub store_error: Option<String>,
}

/// A recording in the spool that no recorder holds: its process died, its recorder failed, or the store was down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Orphan {
    /// What is known of it from its start.
    pub header: Header,
}

impl SpoolDir {
    /// Finds the recordings that wait to be sealed: at start and, after a store error, every now and then.
    /// A file whose first segment never became durable was no recording and is removed;
    /// one whose first segment is damaged is set aside as `<session>.damaged`.
    pub async fn recover(&self) -> Result<Vec<Orphan>, ReadError> {
        let spool = Arc::clone(&self.inner);
        let sessions = blocking(move || spool.unclaimed()).await?;
        let mut orphans = Vec::new();
        for session in sessions {
            let Some(_claim) = Claim::take(&self.inner, session) else { continue };
            let path = self.inner.file_of(session);
            let source = Source::file(path.clone()).await?;
            match source.header(session).await {
                Ok(header) => orphans.push(Orphan { header }),
                Err(ReadError::Flaw(Flaw { problem: Problem::Cut, .. })) => {
                    blocking(move || std::fs::remove_file(path)).await?;
                }
                Err(ReadError::Flaw(flaw)) => set_aside(path, flaw).await?,
                Err(other) => return Err(other),
            }
        }
        Ok(orphans)
    }

    /// Seals an orphan and moves it to the store. `end_code` tells why it ended, unless it holds its own end.
    pub async fn seal(&self, session: Uuid, end_code: &str) -> Result<Sealed, ReadError> {
        let claim = Claim::take(&self.inner, session).ok_or(ReadError::InUse)?;
        let sealed = seal(&self.inner, session, end_code).await;
        drop(claim);
        sealed
    }
}

/// Seals the session's spool file, which the caller has claimed.
pub(crate) async fn seal(spool: &Arc<Spool>, session: Uuid, end_code: &str) -> Result<Sealed, ReadError> {
    let _turn = spool.sealers.acquire().await.map_err(io::Error::other)?;
    let path = spool.file_of(session);
    let source = Source::file(path.clone()).await?;
    let header = source.header(session).await?;
    let key = RecordingKey { organization_id: header.organization_id, session_id: session };
    let scan = Scan::run(&source, key).await?;
    let complete = scan.end_code.is_some();
    let manifest = Manifest {
        version: 1,
        header,
        people: scan.people.clone(),
        chunks: scan.chunks.clone(),
        marks: scan.marks.clone(),
        duration_ms: scan.duration_ms(),
        size_bytes: scan.intact_len,
        raw_bytes: scan.raw_bytes,
        final_hash: hex::encode(scan.final_hash),
        complete,
        end_code: scan.end_code.clone().unwrap_or_else(|| end_code.to_owned()),
    };
    let document = manifest.sign(&spool.signer).map_err(|cause| ReadError::Spool(cause.into()))?;
    let stored = store(&spool.store, key, &source, &scan, document.into()).await;
    if stored.is_ok() {
        match scan.flaw {
            // Not a tail that a crash tore: keep the evidence.
            Some(flaw) if flaw.problem != Problem::Cut => set_aside(path, flaw).await?,
            _ => {
                let spool = Arc::clone(spool);
                blocking(move || std::fs::remove_file(path).and_then(|()| spool.sync_dir())).await?;
            }
        }
    }
    Ok(Sealed {
        key,
        complete,
        duration_ms: manifest.duration_ms,
        size_bytes: manifest.size_bytes,
        raw_bytes: manifest.raw_bytes,
        end_code: manifest.end_code,
        store_error: stored.err().map(|cause| cause.to_string()),
    })
}

/// Uploads container and manifest, and reads both back: what is not there as it should be is an error.
async fn store(
    store: &Arc<dyn ObjectStore>,
    key: RecordingKey,
    source: &Source,
    scan: &Scan,
    document: Bytes,
) -> Result<(), ReadError> {
    upload(store, key, source, scan.intact_len).await?;
    let copied = Scan::run(&Source::stored(store, key).await?, key).await?;
    if copied.final_hash != scan.final_hash || copied.intact_len != scan.intact_len || copied.flaw.is_some() {
        return Err(ReadError::Copy);
    }
    store.put(&key.manifest_path(), document.clone().into()).await?;
    if store.get(&key.manifest_path()).await?.bytes().await? != document {
        return Err(ReadError::Copy);
    }
    Ok(())
}

async fn upload(
    store: &Arc<dyn ObjectStore>,
    key: RecordingKey,
    source: &Source,
    len: u64,
) -> Result<(), ReadError> {
    let path = key.data_path();
    if len <= PART {
        store.put(&path, source.read(0, len).await?.into()).await?;
        return Ok(());
    }
    let mut upload = store.put_multipart(&path).await?;
    if let Err(failure) = upload_parts(&mut *upload, source, len).await {
        // The first failure is what matters; a store cleans up parts that nobody completes.
        let _ = upload.abort().await;
        return Err(failure);
    }
    upload.complete().await?;
    Ok(())
}

async fn upload_parts(upload: &mut dyn MultipartUpload, source: &Source, len: u64) -> Result<(), ReadError> {
    let mut offset = 0;
    while offset < len {
        let part = source.read(offset, PART.min(len - offset)).await?;
        offset += part.len() as u64;
        upload.put_part(part.into()).await?;
    }
    Ok(())
}

async fn set_aside(path: PathBuf, flaw: Flaw) -> Result<(), ReadError> {
    tracing::error!(spool = %path.display(), %flaw, "damaged recording set aside");
    blocking(move || std::fs::rename(&path, path.with_extension("damaged"))).await
}
