//! Checkpoints (c2sp.org/tlog-checkpoint): name, size and root of a log, to be signed.

use crate::hash::Hash;
use crate::note::{NoteError, SignedNote, Verifier};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// How large a log is and what its root is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The log's name.
    pub origin: String,
    /// How many entries it has.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
}

impl Checkpoint {
    /// What the text of a note says; none if it is no checkpoint. Extension lines are let be.
    pub fn parse(text: &str) -> Option<Self> {
        let mut lines = text.strip_suffix('\n')?.split('\n');
        let origin = lines.next().filter(|line| !line.is_empty())?.to_owned();
        let digits = lines.next()?;
        let size: u64 = digits.parse().ok()?;
        let root = Hash::from_slice(&STANDARD.decode(lines.next()?).ok()?)?;
        (size.to_string() == digits && lines.all(|line| !line.is_empty())).then_some(Self {
            origin,
            size,
            root,
        })
    }

    /// The checkpoint of a signed note, if `verifier` signed it and it is of the log of that name.
    pub fn open(note: &str, verifier: &Verifier) -> Result<Self, NoteError> {
        let note = SignedNote::parse(note)?;
        let checkpoint = Self::parse(note.open(verifier)?).ok_or(NoteError::NotANote)?;
        if checkpoint.origin != verifier.name() {
            return Err(NoteError::NotSigned);
        }
        Ok(checkpoint)
    }

    /// The same by whichever of these keys signed it.
    pub fn open_by_one(note: &str, verifiers: &[Verifier]) -> Result<Self, NoteError> {
        let mut why = NoteError::NotSigned;
        for verifier in verifiers {
            match Self::open(note, verifier) {
                Ok(checkpoint) => return Ok(checkpoint),
                Err(NoteError::NotSigned) => {}
                Err(error) => why = error,
            }
        }
        Err(why)
    }
}

impl std::fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{}\n{}\n{}", self.origin, self.size, STANDARD.encode(self.root.0))
    }
}
