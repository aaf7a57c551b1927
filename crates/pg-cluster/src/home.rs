//! Where a cluster lies on disk, whose its folders are, and the lock that makes it ours.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions, TryLockError};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use crate::account::Account;
use crate::{Config, Error};

/// Only the name of the socket file; nothing listens on a network.
pub(crate) const PORT: u16 = 5432;
/// Longest path of a Unix socket (`sun_path` without its closing zero).
const LONGEST_SOCKET: usize = 107;
const LOCATION_FILE: &str = "postgres.location";

/// The folders of one cluster and the two accounts that share them.
#[derive(Debug, Clone)]
pub(crate) struct Home {
    pub(crate) root: PathBuf,
    pub(crate) data: PathBuf,
    pub(crate) socket_dir: PathBuf,
    /// Marks the processes of this cluster in their titles.
    pub(crate) cluster_name: String,
    pub(crate) me: Account,
    pub(crate) postgres: Account,
    /// The folder of the configuration, when the cluster had to go elsewhere.
    placed_for: Option<PathBuf>,
}

impl Home {
    /// Decides where the cluster is or will be. Makes the folder of the configuration and nothing else.
    pub(crate) fn find(config: &Config) -> Result<Self, Error> {
        let me = Account::me()?;
        let wanted = config.data_dir();
        fs::create_dir_all(wanted).map_err(Error::io("Cannot create", wanted))?;
        let wanted = wanted.canonicalize().map_err(Error::io("Cannot resolve", wanted))?;
        let root = Self::place(config, &wanted, &me)?;
        let data = root.join("data");
        let postgres = Account::for_postgres(&me, data.exists().then_some(&data))?;
        let hash = hash(&root);
        Ok(Self {
            socket_dir: socket_dir(&root, &hash, &me),
            placed_for: (root != wanted).then_some(wanted),
            cluster_name: format!("sallyport-{hash}"),
            data,
            root,
            me,
            postgres,
        })
    }

    fn place(config: &Config, wanted: &Path, me: &Account) -> Result<PathBuf, Error> {
        if wanted.join("data").exists() {
            return Ok(wanted.to_path_buf());
        }
        let file = wanted.join(LOCATION_FILE);
        if let Ok(location) = fs::read_to_string(&file) {
            let home = PathBuf::from(location.trim_end_matches('\n'));
            return if home.join("data").exists() {
                Ok(home)
            } else {
                Err(Error::LostCluster { file, home })
            };
        }
        let above = wanted.parent().unwrap_or(wanted);
        if Account::for_postgres(me, None)?.can_reach(above) {
            return Ok(wanted.to_path_buf());
        }
        Ok(config.fallback_dir.join(hash(wanted)))
    }

    /// Makes the folders with the right owners and modes.
    pub(crate) fn prepare(&self) -> Result<(), Error> {
        let above = self.root.parent().unwrap_or(&self.root);
        if !above.exists() {
            // The folder of clusters that went elsewhere; a strict umask must not close it to PostgreSQL.
            fs::create_dir_all(above).map_err(Error::io("Cannot create", above))?;
            fs::set_permissions(above, Permissions::from_mode(0o755))
                .map_err(Error::io("Cannot open up", above))?;
        }
        fs::create_dir_all(&self.root).map_err(Error::io("Cannot create", &self.root))?;
        if !self.data.exists() {
            // Ours, so that PostgreSQL's account cannot exchange the lock and the settings; its group may enter.
            let mode = if self.me == self.postgres { 0o700 } else { 0o750 };
            std::os::unix::fs::chown(&self.root, Some(self.me.uid), Some(self.postgres.gid))
                .map_err(Error::io("Cannot take", &self.root))?;
            fs::set_permissions(&self.root, Permissions::from_mode(mode))
                .map_err(Error::io("Cannot protect", &self.root))?;
        }
        self.prepare_socket_dir()
    }

    /// The folder may lie in `/tmp`, where anyone may have been first: one that is not PostgreSQL's alone is
    /// refused, or we would send our queries to a stranger.
    pub(crate) fn prepare_socket_dir(&self) -> Result<(), Error> {
        let folder = &self.socket_dir;
        match DirBuilder::new().mode(0o700).create(folder) {
            Ok(()) => return self.postgres.own(folder),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(Error::io("Cannot create", folder)(error)),
        }
        let found = fs::symlink_metadata(folder).map_err(Error::io("Cannot look at", folder))?;
        if found.is_dir() && found.uid() == self.postgres.uid && found.mode() & 0o777 == 0o700 {
            return Ok(());
        }
        Err(Error::UnsafeSocketDir { path: folder.clone(), owner: self.postgres.name.clone() })
    }

    /// Holds the cluster for this process until the file is dropped, and no longer than the process lives.
    pub(crate) fn lock(&self) -> Result<File, Error> {
        let path = self.root.join("lock");
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o644)
            .custom_flags(rustix::fs::OFlags::NOFOLLOW.bits().cast_signed())
            .open(&path)
            .map_err(Error::io("Cannot open", &path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let pid = fs::read_to_string(&path).unwrap_or_default();
                let pid = if pid.is_empty() { "of unknown number".to_owned() } else { pid.trim().to_owned() };
                return Err(Error::AlreadyRunning { home: self.root.clone(), pid });
            }
            Err(TryLockError::Error(error)) => return Err(Error::io("Cannot lock", &path)(error)),
        }
        self.own_like_root(&path)?;
        // Who holds it is a courtesy to the reader of the refusal; a full disk must not stop us here.
        let _ = file.set_len(0).and_then(|()| writeln!(file, "{}", std::process::id()));
        Ok(file)
    }

    /// Replaces a file of ours in one step; PostgreSQL may read it.
    pub(crate) fn write(&self, name: &str, content: &str) -> Result<(), Error> {
        let path = self.root.join(name);
        let fresh = self.root.join(format!(".{name}.new"));
        let _ = fs::remove_file(&fresh);
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o640)
            .open(&fresh)
            .map_err(Error::io("Cannot create", &fresh))?;
        file.write_all(content.as_bytes()).map_err(Error::io("Cannot write", &fresh))?;
        // Again, because a strict umask may have kept PostgreSQL out.
        file.set_permissions(Permissions::from_mode(0o640)).map_err(Error::io("Cannot open up", &fresh))?;
        self.own_like_root(&fresh)?;
        fs::rename(&fresh, &path).map_err(Error::io("Cannot replace", &path))
    }

    /// Leaves word in the folder of the configuration when the cluster lies elsewhere.
    pub(crate) fn leave_word(&self) -> Result<(), Error> {
        let Some(wanted) = &self.placed_for else { return Ok(()) };
        let file = wanted.join(LOCATION_FILE);
        if file.exists() {
            return Ok(());
        }
        tracing::warn!(
            "The user {} cannot reach {}, so the database lies in {}.",
            self.postgres.name,
            wanted.display(),
            self.root.display()
        );
        fs::write(&file, format!("{}\n", self.root.display())).map_err(Error::io("Cannot write", &file))
    }

    /// When root keeps a folder that began as an ordinary user's, new files stay that user's.
    pub(crate) fn own_like_root(&self, path: &Path) -> Result<(), Error> {
        if !self.me.is_root() {
            return Ok(());
        }
        let owner = fs::metadata(&self.root).map_err(Error::io("Cannot look at", &self.root))?.uid();
        std::os::unix::fs::lchown(path, Some(owner), Some(self.postgres.gid))
            .map_err(Error::io("Cannot give away", path))
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.socket_dir.join(format!(".s.PGSQL.{PORT}"))
    }
}

/// Inside the folder, or a short stable one when that path would be too long for a socket.
fn socket_dir(root: &Path, hash: &str, me: &Account) -> PathBuf {
    let inside = root.join("run");
    let name = format!(".s.PGSQL.{PORT}");
    if inside.as_os_str().len() + 1 + name.len() <= LONGEST_SOCKET {
        return inside;
    }
    let short = if me.is_root() && Path::new("/run").is_dir() { "/run" } else { "/tmp" };
    Path::new(short).join(format!("sallyport-{hash}"))
}

/// FNV-1a: the same in every build and version, which the hasher of the standard library does not promise.
fn hash(path: &Path) -> String {
    let mut state: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in path.as_os_str().as_encoded_bytes() {
        state = (state ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    }
    format!("{state:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_never_changes() {
        assert_eq!(hash(Path::new("/root/.data/postgres")), "c89b44d2e0c12d83");
    }

    #[test]
    fn a_long_path_gets_a_short_socket() {
        let me = Account { name: "u".to_owned(), uid: 1, gid: 1 };
        assert_eq!(socket_dir(Path::new("/srv/pg"), "h", &me), Path::new("/srv/pg/run"));
        let long = PathBuf::from(format!("/{}", "x".repeat(100)));
        assert_eq!(socket_dir(&long, "h", &me), Path::new("/tmp/sallyport-h"));
    }
}
