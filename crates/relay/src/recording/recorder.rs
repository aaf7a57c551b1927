//! The handle that the live session writes to.

use std::fs::File;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::watch;
use uuid::Uuid;

use super::codec::{Link, RawChunk};
use super::event::{MAX_EVENT, Marker, What};
use super::frame::{FLAG_HEADER, first_link};
use super::pipeline::{Pipeline, Progress};
use super::seal::{Sealed, seal};
use super::spool::{Claim, Spool, SpoolDir};
use super::tail::{Tail, TailRequest, read_tail};
use super::{Header, RecorderError};

/// A chunk is cut at this many raw bytes. With one event on top it stays far below what a reader accepts.
const CHUNK: usize = 512 * 1024;
/// A chunk is cut when its oldest event is this old.
const CHUNK_AGE: Duration = Duration::from_secs(1);
/// More than this not yet durable: the caller waits.
const MAX_UNDURABLE: u64 = 4 * 1024 * 1024;

/// Records one session; cheap to clone. Once it failed, every call answers with the failure.
///
/// It costs an idle session an open file and a few hundred bytes: no thread, no buffer, no timer.
#[derive(Clone)]
pub struct Recorder {
    inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) spool: Arc<Spool>,
    pub(crate) session: Uuid,
    pub(crate) file: Arc<File>,
    started: u64,
    state: Mutex<State>,
    pub(crate) progress: watch::Sender<Progress>,
}

/// What the handle and the workers share.
pub(crate) struct State {
    pending: RawChunk,
    next_seq: u32,
    accepted: u64,
    output_bytes: u64,
    cols: u16,
    rows: u16,
    last_ms: u32,
    timer: bool,
    /// The last chunk was full: output is pouring in.
    pouring: bool,
    finished: bool,
    /// Let go when the recording is finished; clones of the handle may live on.
    claim: Option<Claim>,
    pub(crate) pipeline: Pipeline,
}

impl Recorder {
    /// Starts a recording; returns when its first segment is durable, file and folder synced.
    pub async fn start(spool: &SpoolDir, header: Header) -> Result<Self, RecorderError> {
        let spool = Arc::clone(&spool.inner);
        let session = header.session_id;
        let claim = Claim::take(&spool, session).ok_or(RecorderError::Exists)?;
        let raw = serde_json::to_vec(&header)
            .map_err(|cause| RecorderError::spool("describe the recording", cause.into()))?;
        let (cols, rows) = (header.cols, header.rows);
        let chunk = RawChunk { raw, flags: FLAG_HEADER, cols, rows, ..RawChunk::default() };
        let first = Link { hash: first_link(header.organization_id, session), len: 0 };
        let on_disk = Arc::clone(&spool);
        let (file, link) = tokio::task::spawn_blocking(move || {
            let frame = on_disk
                .encoder
                .encode(&chunk, first)
                .map_err(|cause| RecorderError::spool("make the first segment", cause))?;
            Ok((on_disk.create(session, &frame.bytes)?, frame.link))
        })
        .await
        .map_err(|_| RecorderError::Worker)??;
        let state = State {
            pending: RawChunk::default(),
            next_seq: 1,
            accepted: 0,
            output_bytes: 0,
            cols,
            rows,
            last_ms: 0,
            timer: false,
            pouring: false,
            finished: false,
            claim: Some(claim),
            pipeline: Pipeline::after(link),
        };
        let inner = Inner {
            started: (spool.clock)(),
            spool,
            session,
            file: Arc::new(file),
            state: Mutex::new(state),
            progress: watch::Sender::new(Progress::default()),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Records what the target sent. Waits while more than 4 MiB are not durable.
    /// When cancelled while waiting, the part not yet taken (a multiple of 64 KiB less) is not recorded.
    pub async fn output(&self, mut bytes: Bytes) -> Result<(), RecorderError> {
        while !bytes.is_empty() {
            let piece = bytes.split_to(bytes.len().min(MAX_EVENT));
            self.push(&What::Output(piece)).await?;
        }
        Ok(())
    }

    /// Records what a person typed.
    pub async fn input(&self, person: Uuid, mut bytes: Bytes) -> Result<(), RecorderError> {
        while !bytes.is_empty() {
            let piece = bytes.split_to(bytes.len().min(MAX_EVENT));
            self.push(&What::Input { person, bytes: piece }).await?;
        }
        Ok(())
    }

    /// Records that the terminal has another size.
    pub async fn resize(&self, cols: u16, rows: u16) -> Result<(), RecorderError> {
        self.push(&What::Resize { cols, rows }).await
    }

    /// Records a note on the time line.
    pub async fn marker(&self, marker: Marker) -> Result<(), RecorderError> {
        self.push(&What::Marker(marker)).await
    }

    /// Introduces a person who joined later, before their first input.
    pub async fn person(&self, id: Uuid, name: &str) -> Result<(), RecorderError> {
        self.marker(Marker { kind: Marker::PERSON.into(), text: name.into(), user_id: Some(id) }).await
    }

    /// Resolves when the recorder fails, also while nothing is being recorded.
    pub async fn failed(&self) -> RecorderError {
        let mut progress = self.inner.progress.subscribe();
        let failed = progress.wait_for(|now| now.failed.is_some()).await;
        failed.ok().and_then(|now| now.failed.clone()).unwrap_or(RecorderError::Worker)
    }

    /// Makes all that was accepted so far durable; returns the number of the last chunk.
    pub async fn flush(&self) -> Result<u32, RecorderError> {
        let seq = self.inner.cut(&mut self.inner.state());
        self.inner.durable(seq).await?;
        Ok(seq)
    }

    /// The last `max_bytes` of output, read back from the disk, to rebuild a screen.
    /// Covers exactly what was accepted before the call.
    pub async fn tail(&self, max_bytes: usize) -> Result<Tail, RecorderError> {
        let (seq, cols, rows, output_bytes) = {
            let mut state = self.inner.state();
            (self.inner.cut(&mut state), state.cols, state.rows, state.output_bytes)
        };
        self.inner.durable(seq).await?;
        let request = TailRequest {
            file: Arc::clone(&self.inner.file),
            last_offset: self.inner.state().pipeline.last_offset(),
            up_to: seq,
            max_bytes,
        };
        let segments = tokio::task::spawn_blocking(move || read_tail(&request));
        let segments = segments.await.map_err(|_| RecorderError::Worker)??;
        Ok(Tail::new(segments, cols, rows, output_bytes))
    }

    /// Ends the recording: its last segment durable, then sealed and stored. A store that is down is no error:
    /// the spool keeps the recording and [`Sealed::store_error`] tells.
    /// After an error the spool keeps what was durable, to be sealed by [`SpoolDir::seal`].
    pub async fn finish(self, end_code: &str) -> Result<Sealed, RecorderError> {
        let end = Marker { kind: Marker::END.into(), text: end_code.into(), user_id: None };
        let (seq, _claim) = {
            let now_ms = self.inner.now_ms();
            let mut state = self.inner.state();
            if std::mem::replace(&mut state.finished, true) {
                return Err(RecorderError::Finished);
            }
            state.add(now_ms, &What::Marker(end));
            state.pending.last();
            (self.inner.cut(&mut state), state.claim.take())
        };
        self.inner.durable(seq).await?;
        seal(&self.inner.spool, self.inner.session, end_code)
            .await
            .map_err(|cause| RecorderError::ReadBack(cause.to_string()))
    }

    async fn push(&self, what: &What) -> Result<(), RecorderError> {
        let inner = &self.inner;
        while !inner.try_push(what)? {
            let mut progress = inner.progress.subscribe();
            let room = |now: &Progress| now.failed.is_some() || inner.undurable(now) <= MAX_UNDURABLE;
            progress.wait_for(room).await.map_err(|_| RecorderError::Worker)?;
        }
        Ok(())
    }
}

impl Inner {
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn undurable(&self, now: &Progress) -> u64 {
        self.state().accepted.saturating_sub(now.durable_bytes)
    }

    /// Takes the event unless too much is not durable yet.
    fn try_push(self: &Arc<Self>, what: &What) -> Result<bool, RecorderError> {
        let (failed, durable_bytes) = {
            let now = self.progress.borrow();
            (now.failed.clone(), now.durable_bytes)
        };
        if let Some(failed) = failed {
            return Err(failed);
        }
        let now_ms = self.now_ms();
        let mut state = self.state();
        if state.finished {
            return Err(RecorderError::Finished);
        }
        if state.accepted.saturating_sub(durable_bytes) > MAX_UNDURABLE {
            return Ok(false);
        }
        state.add(now_ms, what);
        if state.pending.raw.len() >= CHUNK {
            self.cut(&mut state);
        } else if !std::mem::replace(&mut state.timer, true) {
            tokio::spawn(cut_later(Arc::clone(self)));
        }
        Ok(true)
    }

    fn now_ms(&self) -> u32 {
        let elapsed = (self.spool.clock)().saturating_sub(self.started);
        u32::try_from(elapsed).unwrap_or(u32::MAX)
    }

    /// Sends the pending chunk on its way; returns the number of the last chunk that was cut.
    fn cut(self: &Arc<Self>, state: &mut State) -> u32 {
        if !state.pending.raw.is_empty() {
            let mut chunk = std::mem::take(&mut state.pending);
            chunk.seq = state.next_seq;
            state.next_seq += 1;
            state.pouring = chunk.raw.len() >= CHUNK;
            state.pipeline.queue(self, chunk);
        }
        state.next_seq - 1
    }

    async fn durable(&self, seq: u32) -> Result<(), RecorderError> {
        let mut progress = self.progress.subscribe();
        let now = progress
            .wait_for(|now| now.failed.is_some() || now.durable_seq >= seq)
            .await
            .map_err(|_| RecorderError::Worker)?;
        match &now.failed {
            Some(failed) if now.durable_seq < seq => Err(failed.clone()),
            _ => Ok(()),
        }
    }
}

async fn cut_later(inner: Arc<Inner>) {
    tokio::time::sleep(CHUNK_AGE).await;
    let mut state = inner.state();
    state.timer = false;
    inner.cut(&mut state);
}

impl State {
    fn add(&mut self, now_ms: u32, what: &What) {
        self.last_ms = self.last_ms.max(now_ms);
        let chunk = &mut self.pending;
        if chunk.raw.is_empty() {
            if self.pouring {
                // Saves the chunk from growing step by step; an idle session never gets here.
                chunk.raw.reserve(CHUNK + MAX_EVENT + 64);
            }
            chunk.start_ms = self.last_ms;
            (chunk.cols, chunk.rows) = (self.cols, self.rows);
        }
        chunk.end_ms = self.last_ms;
        self.accepted += what.encode(self.last_ms, &mut chunk.raw) as u64;
        match what {
            What::Output(bytes) => self.output_bytes += bytes.len() as u64,
            What::Input { .. } => {}
            What::Resize { cols, rows } => (self.cols, self.rows) = (*cols, *rows),
            What::Marker(_) => chunk.mark(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use aws_lc_rs::signature::Ed25519KeyPair;
    use bytes::Bytes;
    use futures::FutureExt;
    use object_store::memory::InMemory;
    use uuid::Uuid;

    use super::{MAX_UNDURABLE, Recorder};
    use crate::recording::{Header, ManifestSigner, SpoolDir, SpoolOptions};

    #[tokio::test]
    async fn output_waits_for_a_slow_disk() {
        let dir = tempfile::tempdir().unwrap();
        let key = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
        let spool = SpoolDir::open(SpoolOptions {
            dir: dir.path().into(),
            store: Arc::new(InMemory::new()),
            signer: ManifestSigner::from_key("test-1", key),
            clock: Arc::new(|| 0),
        })
        .unwrap();
        let header = Header {
            session_id: Uuid::nil(),
            organization_id: Uuid::nil(),
            cols: 80,
            rows: 24,
            started_at_ms: 0,
            title: String::new(),
            people: [].into(),
        };
        let recorder = Recorder::start(&spool, header).await.unwrap();
        // The disk takes nothing while all of its writers are taken.
        let disk = spool.inner.writers.acquire_many(16).await.unwrap();
        let piece = Bytes::from(vec![b'x'; 64 * 1024]);
        let mut taken = 0;
        while recorder.output(piece.clone()).now_or_never().is_some() {
            taken += piece.len() as u64;
        }
        assert!((MAX_UNDURABLE..MAX_UNDURABLE + 200_000).contains(&taken), "{taken}");
        drop(disk);
        recorder.output(piece).await.unwrap();
        let sealed = recorder.finish("exited").await.unwrap();
        assert!(sealed.raw_bytes > taken + 64 * 1024);
    }
}
