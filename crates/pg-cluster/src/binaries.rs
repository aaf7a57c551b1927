//! Which PostgreSQL of the machine is ours to use.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Error;

/// The oldest major version that serves.
pub const MINIMUM_MAJOR: u32 = 15;

/// The programs of one installed PostgreSQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binaries {
    /// The folder with `initdb` and `postgres`.
    pub dir: PathBuf,
    /// The major version.
    pub major: u32,
}

impl Binaries {
    /// Every usable version: in the given folder and nowhere else; else in `PG_BIN_DIR` and nowhere else; else
    /// in Debian's folders, highest first, and where `pg_config` of the `PATH` points.
    pub fn all(given: Option<&Path>) -> Result<Vec<Self>, Error> {
        let from_environment = std::env::var_os("PG_BIN_DIR").map(PathBuf::from);
        let folders = match given.map(Path::to_path_buf).or(from_environment) {
            Some(folder) => vec![folder],
            None => debian_folders().into_iter().chain(pg_config_folder()).collect(),
        };
        Self::among(&folders)
    }

    fn among(folders: &[PathBuf]) -> Result<Vec<Self>, Error> {
        let looked: Vec<_> = folders.iter().map(|dir| (dir, version_in(dir))).collect();
        let mut usable: Vec<Self> = Vec::new();
        for (dir, major) in &looked {
            let Some(major) = major.filter(|major| *major >= MINIMUM_MAJOR) else { continue };
            if usable.iter().all(|other| other.dir != **dir) {
                usable.push(Self { dir: (*dir).clone(), major });
            }
        }
        if usable.is_empty() {
            return Err(Error::NoBinaries { minimum: MINIMUM_MAJOR, searched: told(&looked) });
        }
        Ok(usable)
    }

    /// For new data the highest version, for existing data the same major version.
    pub(crate) fn choose(mut all: Vec<Self>, data: &Path) -> Result<Self, Error> {
        all.sort_by_key(|binaries| std::cmp::Reverse(binaries.major));
        let data_version = if data.exists() { Some(data_version(data)?) } else { None };
        let fits = |binaries: &&Self| data_version.as_ref().is_none_or(|v| *v == binaries.major.to_string());
        if let Some(found) = all.iter().find(fits) {
            return Ok(found.clone());
        }
        let found: Vec<_> = all.iter().map(|b| format!("{} (in {})", b.major, b.dir.display())).collect();
        Err(Error::VersionMismatch {
            data: data.to_path_buf(),
            data_version: data_version.unwrap_or_default(),
            found: found.join(", "),
        })
    }

    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }
}

/// The major version that wrote a data directory.
fn data_version(data: &Path) -> Result<String, Error> {
    let file = data.join("PG_VERSION");
    match std::fs::read_to_string(&file) {
        Ok(version) => Ok(version.trim().to_owned()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(Error::Damaged {
            data: data.to_path_buf(),
            detail: "its file PG_VERSION is missing".to_owned(),
        }),
        Err(error) => Err(Error::io("Cannot read", &file)(error)),
    }
}

fn debian_folders() -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir("/usr/lib/postgresql") else { return Vec::new() };
    entries.flatten().map(|entry| entry.path().join("bin")).collect()
}

fn pg_config_folder() -> Option<PathBuf> {
    let output = Command::new("pg_config").arg("--bindir").output().ok()?;
    let folder = str::from_utf8(&output.stdout).ok()?.trim();
    (!folder.is_empty()).then(|| PathBuf::from(folder))
}

/// The major version of `postgres` in the folder, if `initdb` lies beside it.
fn version_in(dir: &Path) -> Option<u32> {
    if !dir.join("initdb").is_file() {
        return None;
    }
    let output = Command::new(dir.join("postgres")).arg("--version").output().ok()?;
    major_of(str::from_utf8(&output.stdout).ok()?)
}

/// From `postgres (PostgreSQL) 15.18 (Debian …)`, `… 18beta2`, `… 17devel`.
fn major_of(version: &str) -> Option<u32> {
    let number = version.split("(PostgreSQL)").nth(1)?.trim_start();
    let digits: String = number.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

fn told(looked: &[(&PathBuf, Option<u32>)]) -> String {
    let tell = |(dir, major): &(&PathBuf, Option<u32>)| match major {
        Some(major) => format!("{}: version {major}", dir.display()),
        None => format!("{}: none", dir.display()),
    };
    let all: Vec<_> = looked.iter().map(tell).collect();
    if all.is_empty() { "/usr/lib/postgresql/*/bin and the PATH".to_owned() } else { all.join("; ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read() {
        for (line, major) in [
            ("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", Some(15)),
            ("postgres (PostgreSQL) 18beta2", Some(18)),
            ("postgres (PostgreSQL) 9.6.24", Some(9)),
            ("mysqld 8", None),
            ("", None),
        ] {
            assert_eq!(major_of(line), major, "{line}");
        }
    }

    #[test]
    fn new_data_takes_the_highest_and_old_data_its_own() {
        let all =
            || vec![Binaries { dir: "/15".into(), major: 15 }, Binaries { dir: "/17".into(), major: 17 }];
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        assert_eq!(Binaries::choose(all(), &data).unwrap().major, 17);
        std::fs::create_dir(&data).unwrap();
        let missing = Binaries::choose(all(), &data).unwrap_err().to_string();
        assert!(missing.contains("PG_VERSION is missing"), "{missing}");
        std::fs::write(data.join("PG_VERSION"), "15\n").unwrap();
        assert_eq!(Binaries::choose(all(), &data).unwrap().major, 15);
        std::fs::write(data.join("PG_VERSION"), "14\n").unwrap();
        let refused = Binaries::choose(all(), &data).unwrap_err().to_string();
        assert!(refused.contains("written by PostgreSQL 14"), "{refused}");
        assert!(refused.contains("17 (in /17), 15 (in /15)"), "{refused}");
    }

    #[test]
    fn no_binaries_is_told_with_the_places() {
        let folder = tempfile::tempdir().unwrap();
        let error = Binaries::all(Some(folder.path())).unwrap_err().to_string();
        assert!(error.contains(&folder.path().display().to_string()), "{error}");
        assert!(error.contains("apt install postgresql-15"), "{error}");
    }
}
