//! The offline verifier.

use super::batch::Batch;
use super::lines::Lines;
use super::transcript::{About, Transcript, transcribe};
use super::{Explained, Footer, Header, Line, Unexplained};
use crate::checkpoint::Checkpoint;
use crate::hash::Hash;
use crate::note::{NoteError, SignedNote, Verifier};
use crate::tree::{Range, decompose};
use std::io::BufRead;
use uuid::Uuid;

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
    let mut lines = Lines::new(reader);
    let header: Header = lines.read_next()?;
    let name = crate::origin(header.organization_id);
    let verifiers = keys(&name)?;
    let checkpoint = open(&header, &name, &verifiers)?;
    let range = Range::new(header.from, header.left.clone());
    let mut range = range.ok_or_else(|| lines.refuse("the hashes at the left are too many or too few"))?;
    let mut explained = Explained::default();
    let mut batch = Batch::default();
    let mut continues = Vec::new();
    compare(&range, earlier, &name, &mut continues)?;
    for seq in header.from..header.to {
        let taken = take(&mut lines, seq, header.organization_id, &mut batch, &mut explained);
        let size = seq + 1;
        let stop = size == header.to || earlier.iter().any(|checkpoint| checkpoint.size == size);
        if stop || batch.is_full() || taken.is_err() {
            // What waits in the batch came first, so what is wrong with it is told first.
            batch.settle(&mut range)?;
            taken?;
            compare(&range, earlier, &name, &mut continues)?;
        }
    }
    let footer: Footer = lines.read_next()?;
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

/// Takes the line of entry `seq` into the batch.
fn take(
    lines: &mut Lines<impl BufRead>,
    seq: u64,
    organization: Uuid,
    batch: &mut Batch,
    explained: &mut Explained,
) -> Result<(), Damage> {
    let (line, mark) = (lines.next()?, batch.mark());
    let (met, leaf, of) = if let Some(Transcript { seq, leaf, about }) = transcribe(line, batch) {
        if let Some(About { actor, target, erased: true, .. }) = about {
            explained.erased(actor, target);
        }
        (seq, leaf, about.map(|about| about.organization))
    } else {
        let line: Line = lines.read()?;
        if let Some(entry) = &line.entry {
            explained.entry(seq, entry);
            batch.write(entry);
        }
        (line.seq, line.leaf, line.entry.map(|entry| entry.organization_id))
    };
    let because = if met != seq {
        "an entry is missing, or one too many"
    } else if of.is_some_and(|of| of != organization) {
        "it is of another organization"
    } else {
        if of.is_none() {
            explained.removed(seq);
        }
        batch.claim(seq, leaf, of.is_some());
        return Ok(());
    };
    batch.undo(&mark);
    Err(Damage::Place { seq, why: because })
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
