//! The OS user as whom PostgreSQL runs: ourselves, or an unprivileged one when we are root.

use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::Error;

/// Tried in this order when we are root and there is no data yet.
const CANDIDATES: [&str; 2] = ["postgres", "nobody"];

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) name: String,
    pub(crate) uid: u32,
    pub(crate) gid: u32,
}

impl Account {
    /// Who we are.
    pub(crate) fn me() -> Result<Self, Error> {
        let uid = rustix::process::geteuid().as_raw();
        let known = Self::lookup(&uid.to_string()).ok_or(Error::NamelessUser { uid })?;
        Ok(Self { gid: rustix::process::getegid().as_raw(), ..known })
    }

    /// Who shall run PostgreSQL. Data that exists binds us to its owner.
    pub(crate) fn for_postgres(me: &Self, data: Option<&Path>) -> Result<Self, Error> {
        let Some(data) = data else {
            return if me.is_root() {
                CANDIDATES.iter().find_map(|name| Self::lookup(name)).ok_or(Error::NoAccount)
            } else {
                Ok(me.clone())
            };
        };
        let uid = std::fs::metadata(data).map_err(Error::io("Cannot look at", data))?.uid();
        if uid == me.uid && !me.is_root() {
            return Ok(me.clone());
        }
        let owner = Self::lookup(&uid.to_string());
        match owner {
            Some(owner) if me.is_root() && !owner.is_root() => Ok(owner),
            owner => Err(Error::NotOurs {
                path: data.to_path_buf(),
                owner: owner.map_or_else(|| uid.to_string(), |owner| owner.name),
                me: me.name.clone(),
            }),
        }
    }

    /// By name or number, from whatever the machine takes its users (files, LDAP …).
    fn lookup(key: &str) -> Option<Self> {
        let output = Command::new("getent").args(["passwd", key]).output().ok()?;
        Self::parse(str::from_utf8(&output.stdout).ok()?)
    }

    fn parse(line: &str) -> Option<Self> {
        let mut fields = line.trim().split(':');
        let name = fields.next()?.to_owned();
        let uid = fields.nth(1)?.parse().ok()?;
        let gid = fields.next()?.parse().ok()?;
        Some(Self { name, uid, gid })
    }

    pub(crate) fn is_root(&self) -> bool {
        self.uid == 0
    }

    /// A command as this account: nothing of our environment, no input, a process group of its own so that a
    /// ctrl-C in our terminal is ours to handle.
    pub(crate) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.env_clear().env("PATH", "/usr/bin:/bin").env("LC_ALL", "C").env("TZ", "UTC");
        command.current_dir("/").stdin(Stdio::null()).process_group(0);
        if rustix::process::geteuid().as_raw() != self.uid {
            // As root, `uid` also drops the supplementary groups.
            command.uid(self.uid).gid(self.gid);
        }
        command
    }

    /// Whether this account can reach the folder. Asked of the kernel by trying, because access lists and
    /// namespaces make any computed answer a guess.
    pub(crate) fn can_reach(&self, folder: &Path) -> bool {
        let mut try_it = self.command(Path::new("/bin/sh"));
        try_it.args(["-c", r#"cd -- "$1""#, "sh"]).arg(folder).stdout(Stdio::null()).stderr(Stdio::null());
        try_it.status().is_ok_and(|status| status.success())
    }

    /// Gives a file or folder to this account, where that is ours to give.
    pub(crate) fn own(&self, path: &Path) -> Result<(), Error> {
        if rustix::process::geteuid().as_raw() == self.uid {
            return Ok(());
        }
        std::os::unix::fs::lchown(path, Some(self.uid), Some(self.gid))
            .map_err(Error::io("Cannot give away", path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passwd_line_is_read() {
        let account =
            Account::parse("postgres:x:101:104:PostgreSQL administrator,,,:/var/lib/postgresql:/bin/bash\n");
        assert_eq!(account, Some(Account { name: "postgres".to_owned(), uid: 101, gid: 104 }));
        assert_eq!(Account::parse(""), None);
        assert_eq!(Account::parse("broken:x:y"), None);
    }

    #[test]
    fn we_know_ourselves() {
        let me = Account::me().unwrap();
        assert_eq!(me.uid, rustix::process::geteuid().as_raw());
        assert!(me.can_reach(Path::new("/")));
        assert!(!me.can_reach(Path::new("/does/not/exist")));
    }
}
