//! One segment of a recording: a fixed header, then a zstd frame.
//! Each header carries the hash of the segment before it; the first one that of session and organization,
//! so a segment cannot be changed, dropped, moved, or taken into another recording unseen.

use aws_lc_rs::digest::{Context, SHA256};
use uuid::Uuid;

/// Bytes of a segment's header.
pub(crate) const HEAD_LEN: usize = 100;
/// The most that a segment may expand to: a hostile file cannot ask for more memory.
pub(crate) const MAX_RAW: usize = 1024 * 1024;
/// The most that a segment may occupy; zstd adds at most one part in 256 to what it cannot compress.
pub(crate) const MAX_PAYLOAD: usize = MAX_RAW + MAX_RAW / 128;

const MAGIC: [u8; 4] = *b"SPRF";
const VERSION: u8 = 1;

/// This segment holds the header of the recording, not events.
pub(crate) const FLAG_HEADER: u8 = 1;
/// There are markers among the events.
pub(crate) const FLAG_MARKS: u8 = 2;
/// The recording ended in order; nothing follows.
pub(crate) const FLAG_LAST: u8 = 4;
const KNOWN_FLAGS: u8 = FLAG_HEADER | FLAG_MARKS | FLAG_LAST;

/// A SHA-256 value.
pub(crate) type Hash = [u8; 32];

/// The fields of a segment's header, in the order of their bytes (integers little-endian).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FrameHead {
    pub(crate) flags: u8,
    pub(crate) seq: u32,
    pub(crate) raw_len: u32,
    pub(crate) payload_len: u32,
    /// Whole length of the segment before this one, to walk backwards.
    pub(crate) previous_len: u32,
    pub(crate) start_ms: u32,
    pub(crate) end_ms: u32,
    /// The terminal's size when the segment begins.
    pub(crate) cols: u16,
    pub(crate) rows: u16,
    pub(crate) previous_hash: Hash,
    pub(crate) hash: Hash,
}

/// What is wrong with a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The bytes end inside the segment.
    #[error("it is cut short")]
    Cut,
    /// There is no segment at this place.
    #[error("it does not begin like a segment")]
    NotASegment,
    /// Written by a newer version, or damaged.
    #[error("its version or flags are unknown")]
    Unknown,
    /// A length beyond what the recorder ever writes.
    #[error("its lengths are impossible")]
    Size,
    /// Another number than the one that is due.
    #[error("it is out of order")]
    Order,
    /// It does not continue the segment before it.
    #[error("it does not continue the segment before it")]
    Chain,
    /// Its content is not what was written.
    #[error("its hash does not match its content")]
    Hash,
    /// It differs from the signed manifest.
    #[error("it differs from the signed manifest")]
    Manifest,
    /// The manifest is absent, unreadable, or its signature is wrong.
    #[error("its signature does not hold")]
    Signature,
    /// Intact, but not events.
    #[error("its content cannot be decoded")]
    Content,
    /// Bytes after the end.
    #[error("it follows the end of the recording")]
    AfterEnd,
}

impl FrameHead {
    /// Whole length of the segment.
    pub(crate) fn frame_len(&self) -> u64 {
        u64::from(self.payload_len) + HEAD_LEN as u64
    }

    fn hashed_fields(&self) -> [u8; 36] {
        let mut bytes = [0; 36];
        let fields: [&[u8]; 10] = [
            &MAGIC,
            &[VERSION, self.flags, 0, 0],
            &self.seq.to_le_bytes(),
            &self.raw_len.to_le_bytes(),
            &self.payload_len.to_le_bytes(),
            &self.previous_len.to_le_bytes(),
            &self.start_ms.to_le_bytes(),
            &self.end_ms.to_le_bytes(),
            &self.cols.to_le_bytes(),
            &self.rows.to_le_bytes(),
        ];
        for (to, from) in bytes.iter_mut().zip(fields.concat()) {
            *to = from;
        }
        bytes
    }

    /// The hash that this header must carry over this payload.
    pub(crate) fn compute_hash(&self, payload: &[u8]) -> Hash {
        digest(&[&self.hashed_fields(), &self.previous_hash, payload])
    }

    /// The header's bytes.
    pub(crate) fn to_bytes(self) -> [u8; HEAD_LEN] {
        let mut bytes = [0; HEAD_LEN];
        let all = [&self.hashed_fields()[..], &self.previous_hash, &self.hash].concat();
        for (to, from) in bytes.iter_mut().zip(all) {
            *to = from;
        }
        bytes
    }

    /// Reads a header from the first bytes of `from`, refusing what the recorder never writes.
    pub(crate) fn parse(from: &[u8]) -> Result<Self, Problem> {
        let mut rest = from;
        if take::<4>(&mut rest)? != MAGIC {
            return Err(Problem::NotASegment);
        }
        let [version, flags, zero0, zero1] = take::<4>(&mut rest)?;
        if version != VERSION || flags & !KNOWN_FLAGS != 0 || zero0 != 0 || zero1 != 0 {
            return Err(Problem::Unknown);
        }
        let head = Self {
            flags,
            seq: u32::from_le_bytes(take(&mut rest)?),
            raw_len: u32::from_le_bytes(take(&mut rest)?),
            payload_len: u32::from_le_bytes(take(&mut rest)?),
            previous_len: u32::from_le_bytes(take(&mut rest)?),
            start_ms: u32::from_le_bytes(take(&mut rest)?),
            end_ms: u32::from_le_bytes(take(&mut rest)?),
            cols: u16::from_le_bytes(take(&mut rest)?),
            rows: u16::from_le_bytes(take(&mut rest)?),
            previous_hash: take(&mut rest)?,
            hash: take(&mut rest)?,
        };
        if head.raw_len as usize > MAX_RAW || head.payload_len as usize > MAX_PAYLOAD {
            return Err(Problem::Size);
        }
        Ok(head)
    }
}

fn take<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], Problem> {
    let (head, tail) = rest.split_first_chunk::<N>().ok_or(Problem::Cut)?;
    *rest = tail;
    Ok(*head)
}

/// The value that the first segment of a recording continues.
pub(crate) fn first_link(organization: Uuid, session: Uuid) -> Hash {
    digest(&[b"sallyport recording 1\0", organization.as_bytes(), session.as_bytes()])
}

fn digest(parts: &[&[u8]]) -> Hash {
    let mut context = Context::new(&SHA256);
    for part in parts {
        context.update(part);
    }
    // SHA-256 is 32 bytes long; the fallback cannot happen and would never verify.
    Hash::try_from(context.finish().as_ref()).unwrap_or([0; 32])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{FLAG_LAST, FrameHead, HEAD_LEN, MAX_PAYLOAD, MAX_RAW, Problem};

    fn head() -> FrameHead {
        FrameHead {
            flags: FLAG_LAST,
            seq: 7,
            raw_len: 1000,
            payload_len: 500,
            previous_len: 200,
            start_ms: 1,
            end_ms: 2,
            cols: 120,
            rows: 32,
            previous_hash: [3; 32],
            hash: [4; 32],
        }
    }

    #[test]
    fn a_header_reads_back() {
        assert_eq!(FrameHead::parse(&head().to_bytes()), Ok(head()));
    }

    #[test]
    fn impossible_lengths_are_refused_before_any_memory_is_asked_for() {
        let raw = FrameHead { raw_len: u32::MAX, ..head() };
        let payload = FrameHead { payload_len: u32::try_from(MAX_PAYLOAD + 1).unwrap(), ..head() };
        for bad in [raw, payload] {
            assert_eq!(FrameHead::parse(&bad.to_bytes()), Err(Problem::Size));
        }
    }

    #[test]
    fn the_worst_chunk_fits() {
        assert!(zstd::zstd_safe::compress_bound(MAX_RAW) <= MAX_PAYLOAD);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let mut marked = b"SPRF\x01".to_vec();
            marked.extend(&bytes);
            for bytes in [bytes, marked] {
                if let Ok(head) = FrameHead::parse(&bytes) {
                    prop_assert_eq!(head.to_bytes(), &bytes[..HEAD_LEN]);
                }
            }
        }
    }
}
