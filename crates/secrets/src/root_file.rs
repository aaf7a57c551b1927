//! The root key's file: one line of base64, mode 0600, made once even when several processes start together.

use std::fs::File;
use std::io::{ErrorKind, Read as _, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, Mode, OFlags, RenameFlags};
use rustix::io::Errno;
use zeroize::Zeroizing;

use crate::error::SecretError;
use crate::root::{RootKey, TEXT};

/// Why there is no root key. Each message is a sentence for the operator and holds nothing of the key.
#[derive(Debug, thiserror::Error)]
pub enum RootKeyError {
    /// There is no file, where [`RootKey::load`] needs one.
    #[error("There is no root key at {}. Put the file back from its backup: without it nothing sealed can be opened.", path.display())]
    Missing {
        /// Where the key was looked for.
        path: PathBuf,
    },
    /// [`RootKey::create`] never overwrites.
    #[error("There is a root key at {} already; it is left as it is.", path.display())]
    Exists {
        /// Where the key is.
        path: PathBuf,
    },
    /// The path is a symbolic link, which whoever owns it could turn elsewhere.
    #[error("The root key {} is a symbolic link. Name the file itself.", path.display())]
    Symlink {
        /// The link.
        path: PathBuf,
    },
    /// A folder, a pipe, a device.
    #[error("The root key {} is not a regular file.", path.display())]
    NotAFile {
        /// The thing.
        path: PathBuf,
    },
    /// Group or others may read, write or execute.
    #[error("The root key {} is open to other accounts (mode {mode:04o}). If nobody read it, run: chmod 600 {}. Otherwise rotate it.", path.display(), path.display())]
    TooOpen {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The file belongs neither to this process's account nor to root.
    #[error("The root key {} belongs to account {owner}, not to the one that runs this.", path.display())]
    OtherOwner {
        /// The file.
        path: PathBuf,
        /// The numeric owner.
        owner: u32,
    },
    /// Not 44 characters.
    #[error("The root key has {length} characters; it must be 44 characters of base64 (32 bytes).")]
    WrongLength {
        /// Characters found; of a file not more than the first 128.
        length: usize,
    },
    /// 44 characters that are not the base64 of 32 bytes.
    #[error("The root key is not valid base64 of 32 bytes.")]
    NotBase64,
    /// One byte 32 times, as examples and forgotten templates have it.
    #[error("The root key is a placeholder (one byte repeated). Make a real one: openssl rand -base64 32")]
    Placeholder,
    /// The content of the file is no key; the inner error says why.
    #[error("{}: {problem}", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: Box<RootKeyError>,
    },
    /// The system refused.
    #[error("The root key {} could not be {verb}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What was tried: "read" or "written".
        verb: &'static str,
        /// What the system said.
        source: std::io::Error,
    },
    /// The cryptographic library failed.
    #[error(transparent)]
    Library(#[from] SecretError),
}

impl RootKey {
    /// The key in the file at `path`, which is made if there is none. Several processes may do this at once: all
    /// get the same key. Use it while nothing is sealed yet; afterwards [`load`](Self::load) says that the key
    /// is lost, where this would silently make one that opens nothing.
    pub fn load_or_create(path: &Path) -> Result<Self, RootKeyError> {
        match Self::load(path) {
            Err(RootKeyError::Missing { .. }) => {}
            loaded => return loaded,
        }
        match Self::create(path) {
            Err(RootKeyError::Exists { .. }) => {
                // The one who made it may not have come to this yet, and what we seal must not outlive the file.
                sync_folder(path)?;
                Self::load(path)
            }
            created => created,
        }
    }

    /// The key in the file at `path`; refused when it is a link, or readable by other accounts.
    pub fn load(path: &Path) -> Result<Self, RootKeyError> {
        // Without NONBLOCK, a pipe in its place would hang the start.
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = match rustix::fs::open(path, flags, Mode::empty()) {
            Ok(fd) => File::from(fd),
            Err(Errno::NOENT) => return Err(RootKeyError::Missing { path: path.into() }),
            Err(Errno::LOOP) => return Err(RootKeyError::Symlink { path: path.into() }),
            Err(errno) => return Err(io(path, "read")(errno.into())),
        };
        let meta = file.metadata().map_err(io(path, "read"))?;
        if !meta.is_file() {
            return Err(RootKeyError::NotAFile { path: path.into() });
        }
        check_access(path, meta.mode() & 0o7777, meta.uid(), rustix::process::geteuid().as_raw())?;
        let (text, length) = read_text(file).map_err(io(path, "read"))?;
        let text = text.get(..length).and_then(|text| std::str::from_utf8(text).ok());
        text.map_or(Err(RootKeyError::NotBase64), Self::from_base64)
            .map_err(|problem| RootKeyError::Content { path: path.into(), problem: Box::new(problem) })
    }

    /// A new key, durably in a new file at `path` with mode 0600. The folder must exist.
    pub fn create(path: &Path) -> Result<Self, RootKeyError> {
        let key = Self::generate()?;
        let mut line = Zeroizing::new([b'\n'; TEXT + 1]);
        if let Some(text) = line.first_chunk_mut() {
            *text = *key.to_base64()?;
        }
        let draft = draft_path(path)?;
        match write_draft(&draft, line.as_slice()).and_then(|()| place(&draft, path)) {
            Ok(()) => sync_folder(path).map(|()| key),
            Err(source) => {
                // Of no use to anyone: nothing was sealed under it. The first error is the one to tell.
                let _ = std::fs::remove_file(&draft);
                Err(match source.kind() {
                    ErrorKind::AlreadyExists => RootKeyError::Exists { path: path.into() },
                    _ => io(path, "written")(source),
                })
            }
        }
    }
}

fn check_access(path: &Path, mode: u32, owner: u32, me: u32) -> Result<(), RootKeyError> {
    if mode & 0o077 != 0 {
        return Err(RootKeyError::TooOpen { path: path.into(), mode });
    }
    if owner != me && owner != 0 {
        return Err(RootKeyError::OtherOwner { path: path.into(), owner });
    }
    Ok(())
}

/// Up to 128 bytes: more than a key can be, and enough to say that it is too long.
fn read_text(mut file: File) -> std::io::Result<(Zeroizing<[u8; 128]>, usize)> {
    let mut text = Zeroizing::new([0; 128]);
    let mut length = 0;
    while let Some(room) = text.get_mut(length..).filter(|room| !room.is_empty()) {
        match file.read(room) {
            Ok(0) => break,
            Ok(read) => length += read,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok((text, length))
}

/// Beside the final place, so that moving it there is one step.
fn draft_path(path: &Path) -> Result<PathBuf, RootKeyError> {
    let Some(name) = path.file_name() else {
        return Err(RootKeyError::NotAFile { path: path.into() });
    };
    let mut random = [0; 8];
    aws_lc_rs::rand::fill(&mut random).map_err(SecretError::from)?;
    let mut draft = std::ffi::OsString::from(".");
    draft.push(name);
    draft.push(format!(".{}", hex::encode(random)));
    Ok(path.with_file_name(draft))
}

fn write_draft(draft: &Path, line: &[u8]) -> std::io::Result<()> {
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let mode = Mode::RUSR | Mode::WUSR;
    let mut file = File::from(rustix::fs::open(draft, flags, mode)?);
    // A strict umask may have taken bits away.
    rustix::fs::fchmod(&file, mode)?;
    file.write_all(line)?;
    file.sync_all()
}

/// Moves the draft to its place, unless something is there.
fn place(draft: &Path, path: &Path) -> std::io::Result<()> {
    match rustix::fs::renameat_with(CWD, draft, CWD, path, RenameFlags::NOREPLACE) {
        // NFS and many FUSE file systems lack this kind of rename.
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => link(draft, path),
        moved => Ok(moved?),
    }
}

fn link(draft: &Path, path: &Path) -> std::io::Result<()> {
    std::fs::hard_link(draft, path)?;
    std::fs::remove_file(draft)
}

fn sync_folder(path: &Path) -> Result<(), RootKeyError> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(io(path, "written"))
}

fn io(path: &Path, verb: &'static str) -> impl FnOnce(std::io::Error) -> RootKeyError {
    let path = path.to_path_buf();
    move |source| RootKeyError::Io { path, verb, source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_private_file_of_this_account_or_root_is_taken() {
        let path = Path::new("root.key");
        for mode in [0o600, 0o400, 0o700] {
            assert!(check_access(path, mode, 1000, 1000).is_ok());
            assert!(check_access(path, mode, 0, 1000).is_ok());
            assert!(matches!(
                check_access(path, mode, 1001, 1000),
                Err(RootKeyError::OtherOwner { owner: 1001, .. })
            ));
        }
        for bit in 0..6 {
            let mode = 0o600 | 1 << bit;
            assert!(
                matches!(check_access(path, mode, 1000, 1000), Err(RootKeyError::TooOpen { .. })),
                "{mode:o}"
            );
        }
    }

    #[test]
    fn the_way_for_file_systems_without_exclusive_rename_never_overwrites() {
        let folder = tempfile::tempdir().unwrap();
        let (draft, path) = (folder.path().join("draft"), folder.path().join("root.key"));
        std::fs::write(&draft, "first").unwrap();
        link(&draft, &path).unwrap();
        std::fs::write(&draft, "second").unwrap();
        assert_eq!(link(&draft, &path).unwrap_err().kind(), ErrorKind::AlreadyExists);
        assert_eq!(place(&draft, &path).unwrap_err().kind(), ErrorKind::AlreadyExists);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "first");
    }
}
