//! The last checkpoint of each log, in files outside the database, and the rule that nothing is signed or believed
//! which does not continue it: whoever sets the database back, cuts it or rewrites it cannot have that signed.

use crate::checkpoint::Checkpoint;
use crate::note::{NoteError, SignedNote, Verifier};
use crate::proof::verify_consistency;
use crate::{Hash, origin};
use std::fs::File;
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// Why a checkpoint was neither signed nor kept.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The log is shorter than what was signed.
    #[error(
        "the log has {size} entries, and {signed} were signed: an older state of the database was put back, or entries were cut off"
    )]
    Smaller {
        /// How many were signed.
        signed: u64,
        /// How many there are.
        size: u64,
    },
    /// The log does not continue what was signed.
    #[error(
        "the log of {size} entries does not continue the {signed} that were signed: entries were changed"
    )]
    Forked {
        /// How many were signed.
        signed: u64,
        /// How many there are.
        size: u64,
    },
    /// The kept file is no checkpoint of this log by a key of ours.
    #[error("the kept checkpoint {} cannot be believed: {why}", .path.display())]
    Kept {
        /// The file.
        path: PathBuf,
        /// Why.
        why: NoteError,
    },
    /// The file could not be read or written.
    #[error("the kept checkpoint {} cannot be read or written: {source}", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The key did not sign.
    #[error("the key did not sign")]
    Sign,
}

/// A folder with the last checkpoint of each log.
#[derive(Clone, Debug)]
pub struct Keeper {
    folder: PathBuf,
}

impl Keeper {
    /// Keeps them in `folder`, which is made where it is not.
    pub fn open(folder: &Path) -> std::io::Result<Self> {
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        Ok(Self { folder: folder.to_owned() })
    }

    fn path(&self, organization: Uuid) -> PathBuf {
        self.folder.join(organization.to_string())
    }

    /// The last checkpoint of a log, believed if one of `verifiers` signed it; none if there never was one.
    pub fn last(&self, organization: Uuid, verifiers: &[Verifier]) -> Result<Option<Checkpoint>, Refusal> {
        let path = self.path(organization);
        let note = match std::fs::read(&path) {
            Ok(note) => note,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(Refusal::Io { path, source }),
        };
        let note = String::from_utf8(note).unwrap_or_default();
        Checkpoint::open_by_one(&note, verifiers).map(Some).map_err(|why| Refusal::Kept { path, why })
    }

    /// The logs of which a checkpoint is kept.
    pub fn organizations(&self) -> std::io::Result<Vec<Uuid>> {
        let mut found = Vec::new();
        for file in std::fs::read_dir(&self.folder)? {
            found.extend(file?.file_name().to_str().and_then(|name| name.parse::<Uuid>().ok()));
        }
        Ok(found)
    }

    /// Signs the head of a log by the first of `verifiers`, whose private half `sign` has, keeps it, and gives it out.
    /// `proof` shows that it continues the checkpoint that [`last`](Self::last) gives.
    pub fn sign<E>(
        &self,
        organization: Uuid,
        (size, root): (u64, Hash),
        proof: &[Hash],
        verifiers: &[Verifier],
        sign: impl FnOnce(&[u8]) -> Result<[u8; 64], E>,
    ) -> Result<String, Refusal> {
        let checkpoint = Checkpoint { origin: origin(organization), size, root };
        self.check(organization, &checkpoint, proof, verifiers)?;
        let signer = verifiers.first().ok_or(Refusal::Sign)?;
        let note =
            SignedNote::sign(&checkpoint.to_string(), signer, sign).map_err(|_| Refusal::Sign)?.to_string();
        self.write(organization, &note)?;
        Ok(note)
    }

    /// Keeps a checkpoint that another signed, if it continues the one that is kept here.
    pub fn witness(
        &self,
        organization: Uuid,
        note: &str,
        proof: &[Hash],
        verifiers: &[Verifier],
    ) -> Result<(), Refusal> {
        let opened = verifiers.iter().find_map(|verifier| Checkpoint::open(note, verifier).ok());
        let checkpoint = opened
            .filter(|checkpoint| checkpoint.origin == origin(organization))
            .ok_or_else(|| Refusal::Kept { path: self.path(organization), why: NoteError::NotSigned })?;
        self.check(organization, &checkpoint, proof, verifiers)?;
        self.write(organization, note)
    }

    fn check(
        &self,
        organization: Uuid,
        head: &Checkpoint,
        proof: &[Hash],
        verifiers: &[Verifier],
    ) -> Result<(), Refusal> {
        let Some(last) = self.last(organization, verifiers)? else { return Ok(()) };
        if head.size < last.size {
            return Err(Refusal::Smaller { signed: last.size, size: head.size });
        }
        if !verify_consistency(last.size, &last.root, head.size, &head.root, proof) {
            return Err(Refusal::Forked { signed: last.size, size: head.size });
        }
        Ok(())
    }

    /// Puts the kept checkpoint aside, so that a log that was set back knowingly can go on; where it is now.
    pub fn put_aside(&self, organization: Uuid) -> Result<Option<PathBuf>, Refusal> {
        let path = self.path(organization);
        let aside = (1..10_000)
            .map(|n: u32| self.folder.join(format!("{organization}.before-{n}")))
            .find(|aside| !aside.exists());
        let Some(aside) = aside.filter(|_| path.exists()) else { return Ok(None) };
        let moved = std::fs::rename(&path, &aside).and_then(|()| File::open(&self.folder)?.sync_all());
        moved.map(|()| Some(aside)).map_err(|source| Refusal::Io { path, source })
    }

    /// Whole or not at all, whenever the power goes: a file beside it, on the disk, then in its place.
    fn write(&self, organization: Uuid, note: &str) -> Result<(), Refusal> {
        let path = self.path(organization);
        let beside = self.folder.join(format!("{organization}.new"));
        let written = std::fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&beside)
            .and_then(|mut file| {
                file.write_all(note.as_bytes())?;
                file.sync_all()
            })
            .and_then(|()| std::fs::rename(&beside, &path))
            .and_then(|()| File::open(&self.folder)?.sync_all());
        written.map_err(|source| Refusal::Io { path, source })
    }
}
