//! Whether a recording is what was recorded, and if not, where it first is not.

use serde::Serialize;

use super::frames::{CheckedFrame, Frames};
use super::{Account, Flaw, ReadError, Recording, Segment};
use crate::recording::Problem;
use crate::recording::frame::FLAG_LAST;
use crate::recording::manifest::{ChunkEntry, Manifest, VerifyingKeys};

/// The verdict on a recording.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Verification {
    /// Every byte is as it was recorded.
    pub valid: bool,
    /// And it ended in order.
    pub complete: bool,
    /// The first part that is wrong: `manifest`, `header`, `chunk 3`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed_segment: Option<String>,
    /// The verdict as a sentence.
    pub message: String,
}

impl Verification {
    fn holds(complete: bool, message: &str) -> Self {
        Self { valid: true, complete, failed_segment: None, message: message.into() }
    }

    fn fails(flaw: Flaw) -> Self {
        Self {
            valid: false,
            complete: false,
            failed_segment: Some(flaw.segment.to_string()),
            message: format!("The recording is not as it was made. First damage: {flaw}."),
        }
    }
}

impl Recording {
    /// Checks signature, chain and content of all of it. An unsealed recording has no signature;
    /// a last segment that is not whole yet is no damage to it.
    pub async fn verify(&self, keys: &VerifyingKeys) -> Result<Verification, ReadError> {
        let manifest = match &self.manifest {
            Account::Unsealed => return self.verify_unsealed().await,
            Account::Sealed(document, Some(manifest)) if Manifest::signature_holds(document, keys) => {
                manifest
            }
            Account::Sealed(..) => {
                return Ok(Verification::fails(Flaw {
                    segment: Segment::Manifest,
                    problem: Problem::Signature,
                }));
            }
        };
        Ok(match self.compare(manifest).await? {
            Some(flaw) => Verification::fails(flaw),
            None if manifest.complete => {
                Verification::holds(true, "Signature and every segment hold; the recording is complete.")
            }
            None => Verification::holds(
                false,
                "Signature and every segment hold; the session was interrupted, so the recording has no end.",
            ),
        })
    }

    async fn verify_unsealed(&self) -> Result<Verification, ReadError> {
        let mut frames = Frames::of(self.source.clone(), self.key);
        loop {
            match frames.next().await? {
                Ok(Some(_)) => {}
                Ok(None) | Err(Flaw { problem: Problem::Cut, .. }) => {
                    return Ok(Verification::holds(
                        false,
                        "Every segment so far holds; the recording is not sealed yet.",
                    ));
                }
                Err(flaw) => return Ok(Verification::fails(flaw)),
            }
        }
    }

    /// The first difference between container and manifest.
    async fn compare(&self, manifest: &Manifest) -> Result<Option<Flaw>, ReadError> {
        let flaw = |segment, problem| Ok(Some(Flaw { segment, problem }));
        let header = &manifest.header;
        if (header.organization_id, header.session_id) != (self.key.organization_id, self.key.session_id) {
            return flaw(Segment::Manifest, Problem::Manifest);
        }
        let mut frames = Frames::of(self.source.clone(), self.key);
        match frames.header().await? {
            Ok(found) if found == *header => {}
            Ok(_) => return flaw(Segment::Header, Problem::Manifest),
            Err(problem) => return flaw(Segment::Header, problem),
        }
        let mut last = false;
        for expected in &manifest.chunks {
            let segment = frames.segment();
            match frames.next().await? {
                Ok(Some(frame)) if matches(&frame, expected) => last = frame.head.flags & FLAG_LAST != 0,
                Ok(Some(_)) => return flaw(segment, Problem::Manifest),
                Ok(None) => return flaw(segment, Problem::Cut),
                Err(found) => return Ok(Some(found)),
            }
        }
        let segment = frames.segment();
        match frames.next().await? {
            Ok(None) => {}
            Ok(Some(_)) | Err(_) => return flaw(segment, Problem::AfterEnd),
        }
        let agrees = last == manifest.complete
            && manifest.final_hash == hex::encode(frames.link())
            && manifest.size_bytes == frames.offset();
        if agrees { Ok(None) } else { flaw(Segment::Manifest, Problem::Manifest) }
    }
}

fn matches(frame: &CheckedFrame, expected: &ChunkEntry) -> bool {
    let head = &frame.head;
    head.seq == expected.seq
        && frame.payload_offset == expected.offset
        && head.payload_len == expected.length
        && head.raw_len == expected.raw_length
        && (head.start_ms, head.end_ms) == (expected.start_ms, expected.end_ms)
        && hex::encode(head.hash) == expected.hash
}
