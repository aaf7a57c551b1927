//! Chunks on their way to the disk: compressed one after the other, written in batches with one sync each,
//! both off the caller's path. A first error ends it for good: what a failed sync left behind is unknown.

use std::collections::VecDeque;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::sync::Arc;

use uuid::Uuid;

use super::RecorderError;
use super::codec::{Frame, Link, RawChunk};
use super::recorder::Inner;
use super::spool::Spool;

/// How far the disk is.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    pub(crate) durable_seq: u32,
    pub(crate) durable_bytes: u64,
    pub(crate) failed: Option<RecorderError>,
}

/// The two steps of one recorder.
pub(crate) struct Pipeline {
    raw: VecDeque<RawChunk>,
    encoded: Vec<Frame>,
    link: Link,
    encoding: bool,
    writing: bool,
    size: u64,
    last_len: u32,
}

impl Pipeline {
    /// A pipeline behind a durable first segment.
    pub(crate) fn after(first: Link) -> Self {
        Self {
            raw: VecDeque::new(),
            encoded: Vec::new(),
            link: first,
            encoding: false,
            writing: false,
            size: u64::from(first.len),
            last_len: first.len,
        }
    }

    /// Where the last durable segment begins.
    pub(crate) fn last_offset(&self) -> u64 {
        self.size.saturating_sub(u64::from(self.last_len))
    }

    /// Takes a chunk and starts the workers unless they run.
    pub(crate) fn queue(&mut self, recorder: &Arc<Inner>, chunk: RawChunk) {
        self.raw.push_back(chunk);
        if !std::mem::replace(&mut self.encoding, true) {
            tokio::spawn(encode_queued(Arc::clone(recorder)));
        }
    }
}

async fn encode_queued(recorder: Arc<Inner>) {
    loop {
        let (chunk, link) = {
            let mut state = recorder.state();
            let pipeline = &mut state.pipeline;
            let Some(chunk) = pipeline.raw.pop_front() else {
                pipeline.encoding = false;
                pipeline.raw = VecDeque::new();
                return;
            };
            (chunk, pipeline.link)
        };
        let Ok(_turn) = recorder.spool.encoders.acquire().await else { return };
        let spool = Arc::clone(&recorder.spool);
        let encoded = tokio::task::spawn_blocking(move || spool.encoder.encode(&chunk, link)).await;
        match encoded {
            Ok(Ok(frame)) => {
                let mut state = recorder.state();
                state.pipeline.link = frame.link;
                state.pipeline.encoded.push(frame);
                if !std::mem::replace(&mut state.pipeline.writing, true) {
                    tokio::spawn(write_encoded(Arc::clone(&recorder)));
                }
            }
            Ok(Err(cause)) => return fail(&recorder, RecorderError::spool("compress a segment", cause)),
            Err(_) => return fail(&recorder, RecorderError::Worker),
        }
    }
}

async fn write_encoded(recorder: Arc<Inner>) {
    loop {
        let frames = {
            let mut state = recorder.state();
            let frames = std::mem::take(&mut state.pipeline.encoded);
            if frames.is_empty() {
                state.pipeline.writing = false;
                return;
            }
            frames
        };
        let Ok(_turn) = recorder.spool.writers.acquire().await else { return };
        let file = Arc::clone(&recorder.file);
        let written = tokio::task::spawn_blocking(move || append(&file, &frames).map(|()| frames)).await;
        match written {
            Ok(Ok(frames)) => advance(&recorder, &frames),
            Ok(Err(failure)) => return fail(&recorder, failure),
            Err(_) => return fail(&recorder, RecorderError::Worker),
        }
    }
}

fn append(mut file: &File, frames: &[Frame]) -> Result<(), RecorderError> {
    for frame in frames {
        file.write_all(&frame.bytes).map_err(|cause| RecorderError::spool("write to the spool", cause))?;
    }
    file.sync_data().map_err(|cause| RecorderError::spool("sync the spool", cause))?;
    // Bytes in a file that was removed are as good as not written.
    let links = file.metadata().map(|meta| meta.nlink());
    if links.map_err(|cause| RecorderError::spool("look at the spool file", cause))? == 0 {
        let gone = io::Error::new(io::ErrorKind::NotFound, "the spool file was removed");
        return Err(RecorderError::spool("keep the spool file", gone));
    }
    Ok(())
}

fn advance(recorder: &Inner, frames: &[Frame]) {
    let mut state = recorder.state();
    for frame in frames {
        state.pipeline.size += frame.bytes.len() as u64;
        state.pipeline.last_len = frame.link.len;
    }
    drop(state);
    recorder.progress.send_modify(|now| {
        now.durable_bytes += frames.iter().map(|frame| frame.raw_len as u64).sum::<u64>();
        now.durable_seq = frames.last().map_or(now.durable_seq, |frame| frame.seq);
    });
}

/// The first failure stays; the workers' flags stay set, so that nothing is written after it.
fn fail(recorder: &Inner, failure: RecorderError) {
    let mut state = recorder.state();
    state.pipeline.encoding = true;
    state.pipeline.writing = true;
    state.pipeline.raw = VecDeque::new();
    state.pipeline.encoded = Vec::new();
    drop(state);
    tracing::error!(session = %recorder.session, %failure, "recorder failed");
    recorder.progress.send_modify(|now| {
        now.failed.get_or_insert(failure);
    });
}

impl Spool {
    /// Makes the session's file with its first segment, durable in the folder too.
    pub(crate) fn create(&self, session: Uuid, first: &[u8]) -> Result<File, RecorderError> {
        let path = self.file_of(session);
        let opened = OpenOptions::new().read(true).append(true).create_new(true).mode(0o600).open(&path);
        let mut file = opened.map_err(|cause| match cause.kind() {
            io::ErrorKind::AlreadyExists => RecorderError::Exists,
            _ => RecorderError::spool("create the spool file", cause),
        })?;
        let durable = file.write_all(first).and_then(|()| file.sync_all()).and_then(|()| self.sync_dir());
        durable.map_err(|cause| {
            // Nobody was told that it exists, so recovery may find it or not.
            let _ = std::fs::remove_file(&path);
            RecorderError::spool("make the first segment durable", cause)
        })?;
        Ok(file)
    }
}
