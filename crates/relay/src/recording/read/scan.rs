//! One pass over a container: what the manifest of a sealed recording would say of it.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::frames::{CheckedFrame, Frames};
use super::source::Source;
use super::{Flaw, ReadError, RecordingKey};
use crate::recording::codec::decompress;
use crate::recording::event::{Marker, What, decode_events};
use crate::recording::frame::{FLAG_LAST, FLAG_MARKS, Hash};
use crate::recording::manifest::{ChunkEntry, Mark};
use crate::recording::{Header, Problem};

/// A flood of markers is counted, not kept.
const MAX_MARKS: usize = 10_000;

/// What a pass found.
pub(crate) struct Scan {
    pub(crate) header: Header,
    pub(crate) people: BTreeMap<Uuid, String>,
    pub(crate) chunks: Vec<ChunkEntry>,
    pub(crate) marks: Vec<Mark>,
    pub(crate) raw_bytes: u64,
    /// Where the last intact segment ends.
    pub(crate) intact_len: u64,
    pub(crate) final_hash: Hash,
    /// There when the recording ended in order.
    pub(crate) end_code: Option<String>,
    /// What stopped the pass before the end of the container.
    pub(crate) flaw: Option<Flaw>,
}

impl Scan {
    /// Reads it all; an error when not even the header can be read.
    pub(crate) async fn run(source: &Source, key: RecordingKey) -> Result<Self, ReadError> {
        let mut frames = Frames::of(source.clone(), key);
        let segment = frames.segment();
        let header = frames.header().await?.map_err(|problem| Flaw { segment, problem })?;
        let mut scan = Self {
            people: header.people.clone(),
            header,
            chunks: Vec::new(),
            marks: Vec::new(),
            raw_bytes: 0,
            intact_len: 0,
            final_hash: [0; 32],
            end_code: None,
            flaw: None,
        };
        loop {
            let segment = frames.segment();
            (scan.intact_len, scan.final_hash) = (frames.offset(), frames.link());
            match frames.next().await? {
                Ok(Some(frame)) => {
                    if let Err(problem) = scan.add(&frame) {
                        scan.flaw = Some(Flaw { segment, problem });
                        return Ok(scan);
                    }
                }
                Ok(None) => return Ok(scan),
                Err(flaw) => {
                    scan.flaw = Some(flaw);
                    return Ok(scan);
                }
            }
        }
    }

    /// Time of the last event.
    pub(crate) fn duration_ms(&self) -> u32 {
        self.chunks.last().map_or(0, |chunk| chunk.end_ms)
    }

    fn add(&mut self, frame: &CheckedFrame) -> Result<(), Problem> {
        let head = &frame.head;
        if head.flags & FLAG_MARKS != 0 {
            let events = decode_events(decompress(head, &frame.payload)?).ok_or(Problem::Content)?;
            for event in events {
                if let What::Marker(marker) = event.what {
                    self.add_marker(event.at_ms, marker, head.flags & FLAG_LAST != 0);
                }
            }
        }
        self.raw_bytes += u64::from(head.raw_len);
        self.chunks.push(ChunkEntry {
            seq: head.seq,
            offset: frame.payload_offset,
            length: head.payload_len,
            start_ms: head.start_ms,
            end_ms: head.end_ms,
            raw_length: head.raw_len,
            cols: head.cols,
            rows: head.rows,
            hash: hex::encode(head.hash),
        });
        Ok(())
    }

    fn add_marker(&mut self, at_ms: u32, marker: Marker, last: bool) {
        let Marker { kind, text, user_id } = marker;
        if last && kind == Marker::END {
            self.end_code = Some(text.clone());
        }
        match user_id {
            Some(id) if kind == Marker::PERSON => {
                self.people.insert(id, text);
            }
            _ if self.marks.len() < MAX_MARKS => self.marks.push(Mark { at_ms, kind, text, user_id }),
            _ => {}
        }
    }
}
