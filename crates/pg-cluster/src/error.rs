//! What can go wrong, each in a sentence that says what to do next.

use std::io;
use std::path::{Path, PathBuf};

/// Why a cluster could not be found, made or started.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No usable binaries.
    #[error(
        "PostgreSQL {minimum} or later was not found (looked in {searched}). Install it (on Debian: apt install \
         postgresql-15) or set PG_BIN_DIR to the folder that holds `initdb` and `postgres`."
    )]
    NoBinaries {
        /// The oldest major version that serves.
        minimum: u32,
        /// The folders looked at, with what was found there.
        searched: String,
    },
    /// The data was written by another major version than any of the binaries.
    #[error(
        "The data in {} was written by PostgreSQL {data_version}, but the PostgreSQL found here is {found}. Install \
         PostgreSQL {data_version} beside it, or move the data with pg_upgrade; nothing was changed.",
        data.display()
    )]
    VersionMismatch {
        /// The data directory.
        data: PathBuf,
        /// Its major version.
        data_version: String,
        /// The versions of the binaries and where they lie.
        found: String,
    },
    /// Another live process runs this cluster.
    #[error(
        "Another process ({pid}) is already running the database in {}. Stop it first, or choose another data folder.",
        home.display()
    )]
    AlreadyRunning {
        /// The folder of the cluster.
        home: PathBuf,
        /// The process that holds it, as far as known.
        pid: String,
    },
    /// The folder belongs to somebody as whom we may not act.
    #[error(
        "{} belongs to the user {owner}, and this process runs as {me}. Start it as {owner} or as root, or choose \
         another data folder.",
        path.display()
    )]
    NotOurs {
        /// The folder.
        path: PathBuf,
        /// Who owns it.
        owner: String,
        /// Who we are.
        me: String,
    },
    /// No room.
    #[error("The disk of {} is full: {detail}. Make room and start again; no acknowledged data is lost.", path.display())]
    DiskFull {
        /// The folder of the cluster.
        path: PathBuf,
        /// What PostgreSQL said.
        detail: String,
    },
    /// Root, and nobody to run PostgreSQL as.
    #[error(
        "PostgreSQL refuses to run as root, and neither of the users `postgres` and `nobody` exists. Create one \
         (useradd --system postgres) or start as an ordinary user."
    )]
    NoAccount,
    /// The OS user has no name.
    #[error(
        "The user id {uid} has no name on this machine (no entry in /etc/passwd), and PostgreSQL needs one. Add an \
         entry, or give the URL of a PostgreSQL server."
    )]
    NamelessUser {
        /// The user id.
        uid: u32,
    },
    /// `postgres.location` points to nothing.
    #[error(
        "{} says that the database lies in {}, but there is none. Bring that folder back, or delete the file to \
         begin with an empty database.",
        file.display(), home.display()
    )]
    LostCluster {
        /// The file `postgres.location`.
        file: PathBuf,
        /// Where it points.
        home: PathBuf,
    },
    /// The data directory was whole once and is not any more.
    #[error("{} is damaged: {detail}. It was left as it is; restore it from a backup.", data.display())]
    Damaged {
        /// The data directory.
        data: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
    /// Somebody else's folder stands where our socket should be.
    #[error(
        "The folder {} for the socket of PostgreSQL exists and is not ours alone (it must be a folder of the user \
         {owner} with mode 0700). Remove it.",
        path.display()
    )]
    UnsafeSocketDir {
        /// The folder.
        path: PathBuf,
        /// Who should own it.
        owner: String,
    },
    /// PostgreSQL could not be started or ended while it was being started.
    #[error("{what} failed: {detail}")]
    Failed {
        /// The program.
        what: String,
        /// Its last words.
        detail: String,
    },
    /// Not ready in time.
    #[error("PostgreSQL in {} was not ready after {seconds} s. Its last words: {detail}", home.display())]
    NotReady {
        /// The folder of the cluster.
        home: PathBuf,
        /// How long we waited.
        seconds: u64,
        /// The end of its log.
        detail: String,
    },
    /// A name that cannot stand in SQL as it is.
    #[error("`{name}` is no name for a role or database here: 1 to 63 of a-z, 0-9 and _.")]
    BadName {
        /// The name.
        name: String,
    },
    /// A call to the operating system failed.
    #[error("{what} {}: {source}", path.display())]
    Io {
        /// What was tried.
        what: &'static str,
        /// On what.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The cluster runs but refused what we asked.
    #[error("PostgreSQL refused to create the database {database}: {source}")]
    Create {
        /// The database.
        database: String,
        /// Its answer.
        source: sqlx::Error,
    },
    /// The start was abandoned by its runtime.
    #[error("The start of PostgreSQL was interrupted: {detail}")]
    Interrupted {
        /// By what.
        detail: String,
    },
}

impl Error {
    /// For `map_err`: names what was tried on which path, and tells a full disk from the rest.
    pub(crate) fn io(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| {
            let path = path.to_path_buf();
            if matches!(source.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded) {
                return Self::DiskFull { path, detail: format!("{what}: {source}") };
            }
            Self::Io { what, path, source }
        }
    }

    /// From the last words of a program of PostgreSQL.
    pub(crate) fn from_words(what: &str, home: &Path, words: &[String]) -> Self {
        let telling = |line: &&String| {
            ["PANIC:", "FATAL:", "error:", "could not"].iter().any(|mark| line.contains(mark))
        };
        // A write cut short by a full disk is told without the reason of the system.
        let no_room =
            |line: &&String| line.contains("No space left on device") || line.contains(": wrote only ");
        if let Some(line) = words.iter().rev().find(no_room) {
            return Self::DiskFull { path: home.to_path_buf(), detail: message(line) };
        }
        let told = words.iter().rev().find(telling).or(words.last());
        let detail = told.map_or_else(|| "it said nothing".to_owned(), |line| message(line));
        Self::Failed { what: what.to_owned(), detail }
    }
}

/// A log line without its time and process number.
fn message(line: &str) -> String {
    let start =
        ["PANIC:", "FATAL:", "ERROR:", "LOG:", "error:"].iter().filter_map(|mark| line.find(mark)).min();
    line.get(start.unwrap_or(0)..).unwrap_or(line).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(lines: &[&str]) -> Vec<String> {
        lines.iter().map(|&line| line.to_owned()).collect()
    }

    #[test]
    fn a_full_disk_is_told_from_the_rest() {
        let lines = words(&[
            "2026-11-20 10:00:00 UTC [7] LOG:  starting",
            "2026-11-20 10:00:00 UTC [7] PANIC:  could not write to file \"pg_wal/xlogtemp.7\": No space left on device",
            "2026-11-20 10:00:00 UTC [1] LOG:  startup process was terminated by signal 6: Aborted",
        ]);
        let error = Error::from_words("postgres", Path::new("/d"), &lines).to_string();
        assert_eq!(
            error,
            "The disk of /d is full: PANIC:  could not write to file \"pg_wal/xlogtemp.7\": No space left on device. \
             Make room and start again; no acknowledged data is lost."
        );
    }

    #[test]
    fn a_write_cut_short_is_a_full_disk() {
        let line = "FATAL:  could not extend file \"base/1/2691\": wrote only 4096 of 8192 bytes at block 7";
        let error =
            Error::from_words("initdb", Path::new("/d"), &words(&[line, "PANIC:  cannot abort"])).to_string();
        assert!(error.starts_with("The disk of /d is full: FATAL:  could not extend"), "{error}");
    }

    #[test]
    fn the_last_telling_line_is_quoted() {
        let lines =
            words(&["x [7] FATAL:  could not map memory: Cannot allocate memory", "x [7] LOG:  shut down"]);
        let error = Error::from_words("postgres", Path::new("/d"), &lines).to_string();
        assert_eq!(error, "postgres failed: FATAL:  could not map memory: Cannot allocate memory");
        assert_eq!(
            Error::from_words("initdb", Path::new("/d"), &[]).to_string(),
            "initdb failed: it said nothing"
        );
    }
}
