//! Walks a container segment by segment in constant memory and checks the chain on the way.

use bytes::{Bytes, BytesMut};

use super::source::Source;
use super::{Flaw, ReadError, RecordingKey, Segment};
use crate::recording::codec::decompress;
use crate::recording::frame::{FLAG_HEADER, FLAG_LAST, FrameHead, HEAD_LEN, Hash, first_link};
use crate::recording::{Header, Problem};

/// Fetched at once; a segment is at most twice as long.
const READ_AHEAD: u64 = 512 * 1024;

pub(crate) struct Frames {
    source: Source,
    buffer: BytesMut,
    /// Where the buffer begins in the container: the end of what was checked.
    offset: u64,
    due: u32,
    previous_len: u32,
    /// `None` before a first segment whose organization is not known yet.
    link: Option<Hash>,
    ended: bool,
}

/// A segment that continues the chain.
pub(crate) struct CheckedFrame {
    pub(crate) head: FrameHead,
    /// Where its payload begins.
    pub(crate) payload_offset: u64,
    pub(crate) payload: Bytes,
}

impl Frames {
    /// From the start of the container of a recording.
    pub(crate) fn of(source: Source, key: RecordingKey) -> Self {
        let link = Some(first_link(key.organization_id, key.session_id));
        Self { link, ..Self::unlinked(source) }
    }

    /// From the start, believing the header whose recording it is.
    pub(crate) fn unlinked(source: Source) -> Self {
        let (buffer, link) = (BytesMut::new(), None);
        Self { source, buffer, offset: 0, due: 0, previous_len: 0, link, ended: false }
    }

    /// Where the intact part ends.
    pub(crate) fn offset(&self) -> u64 {
        self.offset
    }

    /// Hash of the last intact segment.
    pub(crate) fn link(&self) -> Hash {
        self.link.unwrap_or_default()
    }

    /// The segment that is due.
    pub(crate) fn segment(&self) -> Segment {
        if self.due == 0 { Segment::Header } else { Segment::Chunk(self.due) }
    }

    /// The header, which is the first segment.
    pub(crate) async fn header(&mut self) -> Result<Result<Header, Problem>, ReadError> {
        let frame = match self.next().await? {
            Ok(Some(frame)) => frame,
            Ok(None) => return Ok(Err(Problem::Cut)),
            Err(flaw) => return Ok(Err(flaw.problem)),
        };
        let raw = match decompress(&frame.head, &frame.payload) {
            Ok(raw) => raw,
            Err(problem) => return Ok(Err(problem)),
        };
        let Ok(header) = serde_json::from_slice::<Header>(&raw) else { return Ok(Err(Problem::Content)) };
        let due = first_link(header.organization_id, header.session_id);
        Ok(if frame.head.previous_hash == due { Ok(header) } else { Err(Problem::Chain) })
    }

    /// The next segment, `None` where the container ends between two; a flaw stays where it is.
    pub(crate) async fn next(&mut self) -> Result<Result<Option<CheckedFrame>, Flaw>, ReadError> {
        let segment = self.segment();
        self.fill(HEAD_LEN as u64).await?;
        if self.buffer.is_empty() {
            return Ok(Ok(None));
        }
        let checked = match self.check_head() {
            Ok(head) => {
                self.fill(head.frame_len()).await?;
                self.check_frame(head)
            }
            Err(problem) => Err(problem),
        };
        Ok(checked.map(Some).map_err(|problem| Flaw { segment, problem }))
    }

    fn check_head(&self) -> Result<FrameHead, Problem> {
        if self.ended {
            return Err(Problem::AfterEnd);
        }
        let head = FrameHead::parse(&self.buffer)?;
        if head.seq != self.due || (head.flags & FLAG_HEADER != 0) != (self.due == 0) {
            return Err(Problem::Order);
        }
        if head.previous_len != self.previous_len || self.link.is_some_and(|link| link != head.previous_hash)
        {
            return Err(Problem::Chain);
        }
        Ok(head)
    }

    fn check_frame(&mut self, head: FrameHead) -> Result<CheckedFrame, Problem> {
        let end = HEAD_LEN + head.payload_len as usize;
        let payload = self.buffer.get(HEAD_LEN..end).ok_or(Problem::Cut)?;
        if head.compute_hash(payload) != head.hash {
            return Err(Problem::Hash);
        }
        let payload = self.buffer.split_to(end).freeze().slice(HEAD_LEN..);
        let payload_offset = self.offset + HEAD_LEN as u64;
        self.offset += end as u64;
        self.due += 1;
        self.previous_len = u32::try_from(end).map_err(|_| Problem::Size)?;
        self.link = Some(head.hash);
        self.ended = head.flags & FLAG_LAST != 0;
        Ok(CheckedFrame { head, payload_offset, payload })
    }

    async fn fill(&mut self, want: u64) -> Result<(), ReadError> {
        let have = self.buffer.len() as u64;
        if have < want {
            let more = self.source.read(self.offset + have, (want - have).max(READ_AHEAD)).await?;
            self.buffer.extend_from_slice(&more);
        }
        Ok(())
    }
}
