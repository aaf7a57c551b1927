//! The offline verifier.

use super::{Explained, Footer, Header, Line, Unexplained};
use crate::checkpoint::Checkpoint;
use crate::hash::Hash;
use crate::note::{NoteError, SignedNote, Verifier};
use crate::tree::{Range, decompose};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io::{BufRead, Read as _};
use uuid::Uuid;

/// No line is longer; whoever made a longer one wants our memory.
const LONGEST_LINE: u64 = 16 << 20;

/// What a bundle that holds says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Whose log it is.
    pub organization: Uuid,
    /// The first entry in the bundle.
    pub from: u64,
    /// Before this entry.
    pub to: u64,
    /// The log that the checkpoint was signed for.
    pub checkpoint: Checkpoint,
    /// Entries without content, whose time was over.
    pub removed: u64,
    /// Entries without some personal detail.
    pub erased: u64,
    /// What is missing without the log saying why. Of a part of a log, the word may be in another part.
    pub unexplained: Option<Unexplained>,
    /// The earlier checkpoints that this log was found to continue.
    pub continues: Vec<u64>,
}

/// Why a bundle was refused.
#[derive(Debug, thiserror::Error)]
pub enum Damage {
    /// Reading failed.
    #[error("the bundle cannot be read")]
    Io(#[from] std::io::Error),
    /// A line that is none of a bundle, or not written as Sallyport writes it.
    #[error("line {line} is not as it was written: {why}")]
    Line {
        /// Which line, from 1.
        line: u64,
        /// Why.
        why: String,
    },
    /// The checkpoint.
    #[error("the checkpoint in the bundle is not believed")]
    Checkpoint(#[from] NoteError),
    /// An entry is not the one whose leaf is in the log.
    #[error("entry {seq} was changed: it is not the one whose hash is in the log")]
    Entry {
        /// Its place.
        seq: u64,
    },
    /// An entry of another organization, out of order, missing or one too many.
    #[error("entry {seq} stands where it does not belong: {why}")]
    Place {
        /// The place at which it was met.
        seq: u64,
        /// Why.
        why: &'static str,
    },
    /// The root over what is in the bundle is not the one that was signed.
    #[error(
        "the entries in the bundle are not those that were signed: entries were changed, removed, added or moved"
    )]
    Root,
    /// The log does not continue an earlier checkpoint.
    #[error(
        "the log does not continue the checkpoint of {0} entries that was signed before: it was rewritten"
    )]
    Forked(u64),
}

/// Verifies a bundle: signed by one of `keys` (given the name of the log, the keys), whole, unchanged, and the
/// continuation of the `earlier` checkpoints, as far as they lie in it.
pub fn verify(
    reader: impl BufRead,
    keys: impl FnOnce(&str) -> Result<Vec<Verifier>, NoteError>,
    earlier: &[Checkpoint],
) -> Result<Report, Damage> {
    let mut lines = Lines { reader, line: 0, bytes: Vec::new(), again: Vec::new() };
    let header: Header = lines.next()?;
    let name = crate::origin(header.organization_id);
    let verifiers = keys(&name)?;
    let checkpoint = open(&header, &name, &verifiers)?;
    let range = Range::new(header.from, header.left.clone());
    let mut range = range.ok_or_else(|| lines.refuse("the hashes at the left are too many or too few"))?;
    let mut explained = Explained::default();
    let mut continues = Vec::new();
    compare(&range, earlier, &name, &mut continues)?;
    for seq in header.from..header.to {
        let line: Line = lines.next()?;
        if line.seq != seq {
            return Err(Damage::Place { seq, why: "an entry is missing, or one too many" });
        }
        match &line.entry {
            Some(entry) if entry.organization_id != header.organization_id => {
                return Err(Damage::Place { seq, why: "it is of another organization" });
            }
            Some(entry) if entry.leaf() != line.leaf => return Err(Damage::Entry { seq }),
            Some(entry) => explained.entry(seq, entry),
            None => explained.removed(seq),
        }
        range.append(line.leaf, |_, _| {});
        compare(&range, earlier, &name, &mut continues)?;
    }
    let footer: Footer = lines.next()?;
    lines.end()?;
    close(range, &footer, &checkpoint)?;
    Ok(Report {
        organization: header.organization_id,
        from: header.from,
        to: header.to,
        checkpoint,
        removed: explained.count_removed(),
        erased: explained.count_erased(),
        unexplained: explained.unexplained(),
        continues,
    })
}

fn open(header: &Header, name: &str, verifiers: &[Verifier]) -> Result<Checkpoint, Damage> {
    let note = SignedNote::parse(&header.checkpoint)?;
    let checkpoint = Checkpoint::open_by_one(&header.checkpoint, verifiers)?;
    let exact = note.to_string() == header.checkpoint
        && note.signatures() == 1
        && checkpoint.to_string() == note.text()
        && checkpoint.origin == name
        && header.bundle == 1
        && header.from <= header.to
        && header.to <= checkpoint.size;
    if !exact {
        return Err(Damage::Line { line: 1, why: "the header does not fit its checkpoint".to_owned() });
    }
    Ok(checkpoint)
}

/// Where the log had the size of an earlier checkpoint, it had its root.
fn compare(range: &Range, earlier: &[Checkpoint], name: &str, met: &mut Vec<u64>) -> Result<(), Damage> {
    for checkpoint in earlier.iter().filter(|one| one.size == range.size() && one.origin == name) {
        if checkpoint.root != range.root() {
            return Err(Damage::Forked(checkpoint.size));
        }
        met.push(checkpoint.size);
    }
    Ok(())
}

fn close(mut range: Range, footer: &Footer, checkpoint: &Checkpoint) -> Result<(), Damage> {
    let rest = decompose(range.size(), checkpoint.size);
    let fits = rest.len() == footer.right.len()
        && rest
            .iter()
            .zip(&footer.right)
            .all(|(part, &root): (_, &Hash)| range.append_subtree(part.level, root));
    if !fits || range.size() != checkpoint.size || range.root() != checkpoint.root {
        return Err(Damage::Root);
    }
    Ok(())
}

struct Lines<R> {
    reader: R,
    line: u64,
    bytes: Vec<u8>,
    again: Vec<u8>,
}

impl<R: BufRead> Lines<R> {
    /// The next line, which must be to the byte what writing its meaning again gives.
    fn next<T: Serialize + DeserializeOwned>(&mut self) -> Result<T, Damage> {
        self.line += 1;
        self.bytes.clear();
        (&mut self.reader).take(LONGEST_LINE).read_until(b'\n', &mut self.bytes)?;
        let Some((b'\n', text)) = self.bytes.split_last() else {
            return Err(self.refuse("the bundle ends too early, or the line is too long"));
        };
        let value: T = serde_json::from_slice(text).map_err(|error| self.refuse(&error.to_string()))?;
        self.again.clear();
        serde_json::to_writer(&mut self.again, &value).map_err(|error| self.refuse(&error.to_string()))?;
        if self.again != text {
            return Err(self.refuse("it says the same in another way"));
        }
        Ok(value)
    }

    fn end(&mut self) -> Result<(), Damage> {
        if self.reader.fill_buf()?.is_empty() {
            Ok(())
        } else {
            Err(self.refuse("more follows after the end"))
        }
    }

    fn refuse(&self, why: &str) -> Damage {
        Damage::Line { line: self.line, why: why.to_owned() }
    }
}
