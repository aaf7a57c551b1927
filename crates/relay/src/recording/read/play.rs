//! Events in order, to the end or to the cut.

use super::frames::Frames;
use super::source::Source;
use super::{Flaw, ReadError, RecordingKey};
use crate::recording::codec::decompress;
use crate::recording::event::{Event, decode_events};
use crate::recording::frame::FLAG_LAST;
use crate::recording::{Header, Problem};

/// How playing ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// At the end that the recorder wrote.
    Complete,
    /// Between two segments: interrupted, cut there, or still being recorded.
    Open,
    /// Before a segment that is damaged or cut.
    Flaw(Flaw),
}

/// Plays a recording chunk by chunk.
pub struct Player {
    frames: Frames,
    last: bool,
    ending: Option<Ending>,
}

impl Player {
    pub(crate) fn new(source: Source, key: RecordingKey) -> Self {
        Self { frames: Frames::of(source, key), last: false, ending: None }
    }

    /// The header; to be called first, or skipped by calling [`Player::next`].
    pub(crate) async fn header(&mut self) -> Result<Option<Header>, ReadError> {
        let segment = self.frames.segment();
        match self.frames.header().await? {
            Ok(header) => Ok(Some(header)),
            Err(problem) => {
                self.ending = Some(Ending::Flaw(Flaw { segment, problem }));
                Ok(None)
            }
        }
    }

    /// The events of the next chunk; `None` at the end, of which [`Player::ending`] tells.
    pub async fn next(&mut self) -> Result<Option<Vec<Event>>, ReadError> {
        if self.frames.segment() == super::Segment::Header && self.ending.is_none() {
            self.header().await?;
        }
        if self.ending.is_some() {
            return Ok(None);
        }
        let segment = self.frames.segment();
        let flaw = |problem| Ending::Flaw(Flaw { segment, problem });
        let ending = match self.frames.next().await? {
            Ok(Some(frame)) => match decompress(&frame.head, &frame.payload).map(decode_events) {
                Ok(Some(events)) => {
                    self.last = frame.head.flags & FLAG_LAST != 0;
                    return Ok(Some(events));
                }
                Ok(None) => flaw(Problem::Content),
                Err(problem) => flaw(problem),
            },
            Ok(None) if self.last => Ending::Complete,
            Ok(None) => Ending::Open,
            Err(found) => Ending::Flaw(found),
        };
        self.ending = Some(ending);
        Ok(None)
    }

    /// How it ended; `None` while there is more.
    pub fn ending(&self) -> Option<Ending> {
        self.ending
    }
}
