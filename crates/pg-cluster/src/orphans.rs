//! Processes of our cluster that an earlier run left behind. Whoever calls this holds the lock of the cluster,
//! so whatever still runs on its data has lost its master.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process, test_kill_process};

use crate::Error;
use crate::home::Home;

const POLL: Duration = Duration::from_millis(20);
/// Patience before each harsher signal. A fast shutdown writes a checkpoint; an immediate one is a crash that the
/// next start recovers from.
const STEPS: [(Signal, Duration); 3] = [
    (Signal::INT, Duration::from_secs(20)),
    (Signal::QUIT, Duration::from_secs(5)),
    (Signal::KILL, Duration::from_secs(5)),
];

/// Stops what is left over and removes the lock files that would make PostgreSQL refuse to start. Adopting a
/// running orphan instead was rejected: its settings are of another run, and it is nobody's child.
pub(crate) fn clear(home: &Home) -> Result<(), Error> {
    if !running(home).is_empty() {
        tracing::warn!("An earlier PostgreSQL still runs on {}; stopping it", home.data.display());
        stop(home)?;
    }
    let pid_file = home.data.join("postmaster.pid");
    if let Some(pid) = read_pid(&home.data)
        && test_kill_process(pid).is_ok()
        && is_dead_or_stranger(pid, &home.data)
    {
        // The number answers to signals, so PostgreSQL would refuse to start, but it is a zombie or was given to a
        // stranger. A pid file whose number is free is left for PostgreSQL, which checks the shared memory named there.
        tracing::info!("Removing the pid file of a dead PostgreSQL in {}", home.data.display());
        fs::remove_file(&pid_file).map_err(Error::io("Cannot remove", &pid_file))?;
    }
    let socket = home.socket();
    for file in [socket.with_extension(format!("{}.lock", crate::home::PORT)), socket] {
        match fs::remove_file(&file) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(Error::io("Cannot remove", &file)(error));
            }
            _ => {}
        }
    }
    Ok(())
}

fn stop(home: &Home) -> Result<(), Error> {
    for (signal, patience) in STEPS {
        let left = running(home);
        // A gentle signal is for the postmaster, which ends its children in order; the last is for all.
        for process in left.iter().filter(|process| process.is_postmaster || signal == Signal::KILL) {
            let _ = kill_process(process.pid, signal);
        }
        let begun = Instant::now();
        while begun.elapsed() < patience {
            if running(home).is_empty() {
                return Ok(());
            }
            std::thread::sleep(POLL);
        }
    }
    Err(Error::Failed {
        what: "Stopping an earlier PostgreSQL".to_owned(),
        detail: format!("processes still run on {}", home.data.display()),
    })
}

struct Process {
    pid: Pid,
    is_postmaster: bool,
}

/// Told by name, user and title, which anyone may read, and by the working folder, which root may not look at in
/// most containers.
fn running(home: &Home) -> Vec<Process> {
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    let pids = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.filter_map(|pid| recognise(home, pid)).collect()
}

fn recognise(home: &Home, pid: i32) -> Option<Process> {
    let folder = Path::new("/proc").join(pid.to_string());
    if fs::metadata(&folder).ok()?.uid() != home.postgres.uid
        || fs::read_to_string(folder.join("comm")).ok()?.trim_end() != "postgres"
    {
        return None;
    }
    let pid = Pid::from_raw(pid)?;
    let title = fs::read(folder.join("cmdline")).ok()?;
    let is_postmaster = is_postmaster_of(&title, &home.data);
    let child = format!("postgres: {}: ", home.cluster_name);
    let works_here = works_in(pid).is_some_and(|place| place == home.data);
    if !is_postmaster && !works_here && !title.starts_with(child.as_bytes()) {
        return None;
    }
    Some(Process { pid, is_postmaster: is_postmaster || read_pid(&home.data) == Some(pid) })
}

/// Every process of PostgreSQL works in its data directory.
fn works_in(pid: Pid) -> Option<PathBuf> {
    fs::read_link(format!("/proc/{}/cwd", pid.as_raw_nonzero())).ok()
}

/// Certainly no living process of this data directory. In doubt PostgreSQL shall refuse.
fn is_dead_or_stranger(pid: Pid, data: &Path) -> bool {
    let folder = format!("/proc/{}", pid.as_raw_nonzero());
    let is_zombie = fs::read(format!("{folder}/cmdline")).is_ok_and(|title| title.is_empty());
    let name = fs::read_to_string(format!("{folder}/comm"));
    is_zombie
        || name.is_ok_and(|name| name.trim_end() != "postgres")
        || works_in(pid).is_some_and(|place| place != data)
}

/// `postgres` `-D` `<data>` …
fn is_postmaster_of(title: &[u8], data: &Path) -> bool {
    let mut arguments = title.split(|byte| *byte == 0).skip(1);
    arguments.any(|argument| argument == b"-D")
        && arguments.next().is_some_and(|argument| argument == data.as_os_str().as_encoded_bytes())
}

/// The first line of `postmaster.pid`.
pub(crate) fn read_pid(data: &Path) -> Option<Pid> {
    let file = fs::read_to_string(data.join("postmaster.pid")).ok()?;
    Pid::from_raw(file.lines().next()?.trim().parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_postmaster_is_known_by_its_data() {
        let data = Path::new("/srv/pg/data");
        for (title, ours) in [
            (&b"/usr/lib/postgresql/15/bin/postgres\0-D\0/srv/pg/data\0-c\0x=y\0"[..], true),
            (b"postgres\0-D\0/srv/pg/data2\0", false),
            (b"postgres\0/srv/pg/data\0", false),
            (b"postgres: sallyport-1: checkpointer", false),
            (b"", false),
        ] {
            assert_eq!(is_postmaster_of(title, data), ours, "{}", String::from_utf8_lossy(title));
        }
    }
}
