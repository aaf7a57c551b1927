//! The entries of a bundle wait here until there are enough of them to be hashed together.

use super::verify::Damage;
use crate::entry::Entry;
use crate::hash::{Hash, Messages};
use crate::tree::Range;

/// So much is hashed at once: more than enough for all lanes, and little enough for the processor's own memory.
const ENTRIES: usize = 256;
const BYTES: usize = 256 << 10;

/// Entries that were read and not yet compared with their leaves.
#[derive(Debug, Default)]
pub(super) struct Batch {
    /// Place and leaf of each, as the bundle has them, and which of `entries` it is; none where its content is missing.
    claims: Vec<(u64, Hash, Option<usize>)>,
    /// What the leaves are the hashes of.
    pub(super) entries: Messages,
    /// What the commitments in them are the hashes of.
    pub(super) commitments: Messages,
    /// Where in `entries` each of them has its place.
    places: Vec<usize>,
    hashes: Vec<Hash>,
}

/// How much a batch held.
pub(super) struct Mark {
    entries: usize,
    commitments: usize,
}

impl Batch {
    /// What the bundle says of an entry: the one that was written last, or one without content.
    pub(super) fn claim(&mut self, seq: u64, leaf: Hash, has_content: bool) {
        let entry = if has_content { self.entries.count().checked_sub(1) } else { None };
        self.claims.push((seq, leaf, entry));
    }

    /// The message that was written into `commitments` is whole; its hash will stand here in the entry.
    pub(super) fn commit(&mut self) {
        self.commitments.end();
        self.places.push(self.entries.size());
        self.entries.writer().extend([0; 32]);
    }

    /// Writes an entry that was read by other means.
    pub(super) fn write(&mut self, entry: &Entry) {
        self.entries.push(&[&[0], entry.encode().bytes()]);
    }

    /// To come back to with [`undo`](Self::undo).
    pub(super) fn mark(&self) -> Mark {
        Mark { entries: self.entries.count(), commitments: self.commitments.count() }
    }

    /// Forgets what was written since.
    pub(super) fn undo(&mut self, to: &Mark) {
        self.entries.truncate(to.entries);
        self.commitments.truncate(to.commitments);
        self.places.truncate(to.commitments);
    }

    /// Whether it is time to settle.
    pub(super) fn is_full(&self) -> bool {
        self.claims.len() >= ENTRIES || self.entries.size() + self.commitments.size() >= BYTES
    }

    /// Compares all with their leaves, names the first that is another, and appends the leaves to the tree.
    pub(super) fn settle(&mut self, range: &mut Range) -> Result<(), Damage> {
        self.commitments.hash(&mut self.hashes);
        for (&place, commitment) in self.places.iter().zip(&self.hashes) {
            self.entries.fill(place, commitment);
        }
        self.entries.hash(&mut self.hashes);
        for &(seq, leaf, entry) in &self.claims {
            if entry.is_some_and(|entry| self.hashes.get(entry) != Some(&leaf)) {
                return Err(Damage::Entry { seq });
            }
        }
        let leaves: Vec<Hash> = self.claims.iter().map(|&(_, leaf, _)| leaf).collect();
        range.extend(&leaves);
        self.claims.clear();
        self.undo(&Mark { entries: 0, commitments: 0 });
        Ok(())
    }
}
