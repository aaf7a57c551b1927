//! The end of a live recording's output, read backwards from the spool, so that no session keeps its screen in memory.

use std::collections::VecDeque;
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use super::RecorderError;
use super::codec::decompress;
use super::event::{What, decode_events};
use super::frame::{FLAG_HEADER, FrameHead, HEAD_LEN};

/// The last output of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tail {
    /// Output in order, a new segment at each change of size.
    pub segments: VecDeque<TailSegment>,
    /// Whether this is all output since the start.
    pub whole: bool,
    /// Columns now.
    pub cols: u16,
    /// Rows now.
    pub rows: u16,
    /// Output bytes of the session up to the end of this tail, to join what comes after.
    pub output_bytes: u64,
}

/// Output at one size of the terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TailSegment {
    /// Columns in force.
    pub cols: u16,
    /// Rows in force.
    pub rows: u16,
    /// Bytes from the target.
    pub output: Vec<u8>,
}

impl Tail {
    pub(crate) fn new(segments: VecDeque<TailSegment>, cols: u16, rows: u16, output_bytes: u64) -> Self {
        let total: usize = segments.iter().map(|segment| segment.output.len()).sum();
        Self { segments, whole: total as u64 == output_bytes, cols, rows, output_bytes }
    }
}

pub(crate) struct TailRequest {
    pub(crate) file: Arc<File>,
    pub(crate) last_offset: u64,
    pub(crate) up_to: u32,
    pub(crate) max_bytes: usize,
}

/// Reads the last output up to a chunk; blocks on the disk.
pub(crate) fn read_tail(request: &TailRequest) -> Result<VecDeque<TailSegment>, RecorderError> {
    let mut offset = request.last_offset;
    let mut newest_first = Vec::new();
    let mut total = 0;
    while total < request.max_bytes {
        let mut bytes = [0; HEAD_LEN];
        read_at(&request.file, &mut bytes, offset)?;
        let head = FrameHead::parse(&bytes).map_err(read_back)?;
        if head.flags & FLAG_HEADER != 0 {
            break;
        }
        if head.seq <= request.up_to {
            let mut payload = vec![0; head.payload_len as usize];
            read_at(&request.file, &mut payload, offset + HEAD_LEN as u64)?;
            for segment in output_of(&head, &payload)?.into_iter().rev() {
                total += segment.output.len();
                newest_first.push(segment);
            }
        }
        offset = offset
            .checked_sub(u64::from(head.previous_len))
            .ok_or_else(|| RecorderError::ReadBack("a segment points before the start".into()))?;
    }
    let mut segments = join(newest_first);
    drop_front(&mut segments, total.saturating_sub(request.max_bytes));
    Ok(segments)
}

fn join(newest_first: Vec<TailSegment>) -> VecDeque<TailSegment> {
    let mut joined: VecDeque<TailSegment> = VecDeque::new();
    for mut segment in newest_first.into_iter().rev() {
        match joined.back_mut() {
            Some(last) if (last.cols, last.rows) == (segment.cols, segment.rows) => {
                last.output.append(&mut segment.output);
            }
            _ => joined.push_back(segment),
        }
    }
    joined
}

fn drop_front(segments: &mut VecDeque<TailSegment>, mut surplus: usize) {
    while surplus > 0
        && let Some(first) = segments.front_mut()
    {
        if first.output.len() > surplus {
            first.output.drain(..surplus);
            return;
        }
        surplus -= first.output.len();
        segments.pop_front();
    }
}

fn output_of(head: &FrameHead, payload: &[u8]) -> Result<VecDeque<TailSegment>, RecorderError> {
    let raw = decompress(head, payload).map_err(read_back)?;
    let events = decode_events(raw).ok_or_else(|| RecorderError::ReadBack("not events".into()))?;
    let mut segments = VecDeque::new();
    let mut now = TailSegment { cols: head.cols, rows: head.rows, output: Vec::new() };
    for event in events {
        match event.what {
            What::Output(bytes) => now.output.extend_from_slice(&bytes),
            What::Resize { cols, rows } => {
                let before = std::mem::replace(&mut now, TailSegment { cols, rows, output: Vec::new() });
                segments.push_back(before);
            }
            What::Input { .. } | What::Marker(_) => {}
        }
    }
    segments.push_back(now);
    segments.retain(|segment| !segment.output.is_empty());
    Ok(segments)
}

fn read_at(file: &File, into: &mut [u8], offset: u64) -> Result<(), RecorderError> {
    file.read_exact_at(into, offset).map_err(|cause| RecorderError::spool("read the spool back", cause))
}

fn read_back(problem: impl std::fmt::Display) -> RecorderError {
    RecorderError::ReadBack(problem.to_string())
}
