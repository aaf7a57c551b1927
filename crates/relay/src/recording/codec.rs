//! Raw chunk to segment and back. Compressors are shared, so that an idle session holds none.

use std::io;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use zstd::bulk::{Compressor, Decompressor};

use super::frame::{FLAG_LAST, FLAG_MARKS, FrameHead, HEAD_LEN, Hash, Problem};

/// Twice as fast as level 1 for a few percent more bytes on terminal output.
const LEVEL: i32 = -3;
/// Compressors kept for reuse, of some hundred KiB each.
const KEPT: usize = 4;

/// Events on their way to the disk.
#[derive(Debug, Default)]
pub(crate) struct RawChunk {
    pub(crate) seq: u32,
    pub(crate) raw: Vec<u8>,
    pub(crate) flags: u8,
    pub(crate) start_ms: u32,
    pub(crate) end_ms: u32,
    pub(crate) cols: u16,
    pub(crate) rows: u16,
}

impl RawChunk {
    pub(crate) fn mark(&mut self) {
        self.flags |= FLAG_MARKS;
    }

    pub(crate) fn last(&mut self) {
        self.flags |= FLAG_LAST;
    }
}

/// The end of the chain so far: what the next segment continues.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Link {
    pub(crate) hash: Hash,
    pub(crate) len: u32,
}

/// A segment ready to be written.
#[derive(Debug)]
pub(crate) struct Frame {
    pub(crate) seq: u32,
    pub(crate) raw_len: usize,
    pub(crate) bytes: Vec<u8>,
    pub(crate) link: Link,
}

/// Makes segments; shared by all recorders of a spool.
#[derive(Default)]
pub(crate) struct Encoder {
    idle: Mutex<Vec<Compressor<'static>>>,
}

impl Encoder {
    /// Compresses a chunk and links it to the one before.
    pub(crate) fn encode(&self, chunk: &RawChunk, before: Link) -> io::Result<Frame> {
        let mut bytes = vec![0; HEAD_LEN + zstd::zstd_safe::compress_bound(chunk.raw.len())];
        let Some((head_bytes, space)) = bytes.split_at_mut_checked(HEAD_LEN) else {
            return Err(io::ErrorKind::OutOfMemory.into());
        };
        let payload_len = self.compress(&chunk.raw, space)?;
        let payload = space.get(..payload_len).unwrap_or_default();
        let mut head = FrameHead {
            flags: chunk.flags,
            seq: chunk.seq,
            raw_len: length(chunk.raw.len())?,
            payload_len: length(payload_len)?,
            previous_len: before.len,
            start_ms: chunk.start_ms,
            end_ms: chunk.end_ms,
            cols: chunk.cols,
            rows: chunk.rows,
            previous_hash: before.hash,
            hash: [0; 32],
        };
        head.hash = head.compute_hash(payload);
        head_bytes.copy_from_slice(&head.to_bytes());
        bytes.truncate(HEAD_LEN + payload_len);
        let link = Link { hash: head.hash, len: length(bytes.len())? };
        Ok(Frame { seq: chunk.seq, raw_len: chunk.raw.len(), bytes, link })
    }

    fn compress(&self, raw: &[u8], into: &mut [u8]) -> io::Result<usize> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut compressor = match idle {
            Some(compressor) => compressor,
            None => Compressor::new(LEVEL)?,
        };
        let length = compressor.compress_to_buffer(raw, into)?;
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < KEPT {
            idle.push(compressor);
        }
        Ok(length)
    }
}

fn length(of: usize) -> io::Result<u32> {
    u32::try_from(of).map_err(|_| io::ErrorKind::FileTooLarge.into())
}

/// Expands a segment's payload to exactly the length that its header promises, which `FrameHead::parse` has bounded.
pub(crate) fn decompress(head: &FrameHead, payload: &[u8]) -> Result<Bytes, Problem> {
    let raw_len = head.raw_len as usize;
    let raw = Decompressor::new()
        .and_then(|mut decompressor| decompressor.decompress(payload, raw_len))
        .map_err(|_| Problem::Content)?;
    if raw.len() == raw_len { Ok(raw.into()) } else { Err(Problem::Content) }
}

#[cfg(test)]
mod tests {
    use super::{Encoder, FrameHead, HEAD_LEN, Link, Problem, RawChunk, decompress};

    fn bomb(raw_len: u32) -> (FrameHead, Vec<u8>) {
        let frame = Encoder::default().encode(&RawChunk::default(), Link { hash: [0; 32], len: 0 }).unwrap();
        let head = FrameHead::parse(&frame.bytes[..HEAD_LEN]).unwrap();
        (FrameHead { raw_len, ..head }, zstd::bulk::compress(&vec![0; 200 << 20], 1).unwrap())
    }

    #[test]
    fn a_bomb_expands_to_no_more_than_its_header_promises() {
        let (head, payload) = bomb(1 << 20);
        assert!(payload.len() < 100_000);
        assert_eq!(decompress(&head, &payload), Err(Problem::Content));
    }

    #[test]
    fn less_than_the_header_promises_is_refused_too() {
        let (head, _) = bomb(1000);
        let payload = zstd::bulk::compress(&[1; 999], 1).unwrap();
        assert_eq!(decompress(&head, &payload), Err(Problem::Content));
    }
}
