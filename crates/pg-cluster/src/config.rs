//! What a caller may choose about its cluster.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::Error;

/// What a cluster promises about acknowledged writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// An acknowledged write survives a power cut.
    Full,
    /// Nothing survives anything; several times faster. For tests.
    None,
}

/// How to make and run a cluster. Built by [`Config::new`] and the methods that follow it.
#[derive(Debug, Clone)]
pub struct Config {
    pub(crate) data_dir: PathBuf,
    pub(crate) bin_dir: Option<PathBuf>,
    pub(crate) fallback_dir: PathBuf,
    pub(crate) superuser: String,
    pub(crate) login_roles: Vec<String>,
    pub(crate) databases: Vec<String>,
    pub(crate) durability: Durability,
    pub(crate) max_connections: u16,
    pub(crate) start_timeout: Duration,
    pub(crate) remove_when_stopped: bool,
}

impl Config {
    /// A cluster in `data_dir`, a folder that belongs to it alone and is made when absent.
    pub fn new(data_dir: impl Into<PathBuf>) -> Self {
        Self {
            data_dir: data_dir.into(),
            bin_dir: None,
            fallback_dir: PathBuf::from("/var/lib/sallyport"),
            superuser: "sallyport_owner".to_owned(),
            login_roles: Vec::new(),
            databases: Vec::new(),
            durability: Durability::Full,
            max_connections: 100,
            start_timeout: Duration::from_mins(5),
            remove_when_stopped: false,
        }
    }

    /// The same for tests: nothing is synced to disk, many connections, and the folder goes when the cluster stops.
    pub fn for_tests(data_dir: impl Into<PathBuf>) -> Self {
        Self {
            durability: Durability::None,
            max_connections: 500,
            remove_when_stopped: true,
            ..Self::new(data_dir)
        }
    }

    /// The folder that holds `initdb` and `postgres`; without it, see [`crate::Binaries`] for where we look.
    #[must_use]
    pub fn bin_dir(mut self, bin_dir: Option<PathBuf>) -> Self {
        self.bin_dir = bin_dir;
        self
    }

    /// Where clusters go whose own folder PostgreSQL's account cannot reach; `/var/lib/sallyport` by default.
    #[must_use]
    pub fn fallback_dir(mut self, dir: impl Into<PathBuf>) -> Self {
        self.fallback_dir = dir.into();
        self
    }

    /// The role that makes the cluster and may do everything in it; `sallyport_owner` by default. It is fixed
    /// when the cluster is made.
    #[must_use]
    pub fn superuser(mut self, role: impl Into<String>) -> Self {
        self.superuser = role.into();
        self
    }

    /// A further role as which our OS user may log in. The role itself is made by SQL (a migration, say).
    #[must_use]
    pub fn login_role(mut self, role: impl Into<String>) -> Self {
        self.login_roles.push(role.into());
        self
    }

    /// A database, owned by the superuser, that exists when [`crate::Cluster::start`] returns.
    #[must_use]
    pub fn database(mut self, name: impl Into<String>) -> Self {
        self.databases.push(name.into());
        self
    }

    /// [`Durability::Full`] unless said otherwise.
    #[must_use]
    pub fn durability(mut self, durability: Durability) -> Self {
        self.durability = durability;
        self
    }

    /// 100 by default.
    #[must_use]
    pub fn max_connections(mut self, connections: u16) -> Self {
        self.max_connections = connections;
        self
    }

    /// How long a start, with the recovery after a crash in it, may take; 5 minutes by default.
    #[must_use]
    pub fn start_timeout(mut self, timeout: Duration) -> Self {
        self.start_timeout = timeout;
        self
    }

    /// Deletes everything when the cluster stops or our process ends.
    #[must_use]
    pub fn remove_when_stopped(mut self, remove: bool) -> Self {
        self.remove_when_stopped = remove;
        self
    }

    /// Refuses names that could not stand in SQL or in `pg_ident.conf` as they are.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let names = self.login_roles.iter().chain(&self.databases).chain([&self.superuser]);
        for name in names {
            let plain = name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'));
            if name.is_empty() || name.len() > 63 || !plain {
                return Err(Error::BadName { name: name.clone() });
            }
        }
        Ok(())
    }

    pub(crate) fn data_dir(&self) -> &Path {
        &self.data_dir
    }
}
