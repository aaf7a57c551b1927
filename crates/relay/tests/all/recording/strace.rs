//! The recorder killed, or refused by the disk, at every system call on its files.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use sallyport_relay::recording::read::{ReadError, Recording};
use sallyport_relay::recording::{INTERRUPTED, folder_store};
use tokio::runtime::Runtime;
use uuid::Uuid;

use super::{events, key, keys, open_spool, output_of};

const SESSION: Uuid = Uuid::from_u128(1);
const CALLS: [&str; 8] = ["openat", "write", "fsync", "fdatasync", "pread64", "mkdir", "rename", "unlink"];

#[test]
fn l02_killed_at_every_call_every_acknowledged_chunk_is_there() {
    let runs: usize = CALLS.iter().map(|call| every_time(call, "signal=KILL")).sum();
    assert!(runs > 40, "only {runs} calls were hit");
}

#[test]
fn l03_refused_at_every_call_nothing_acknowledged_is_lost() {
    for error in ["EIO", "ENOSPC"] {
        let runs: usize = CALLS.iter().map(|call| every_time(call, &format!("error={error}"))).sum();
        assert!(runs > 40, "only {runs} calls were hit");
    }
}

#[test]
fn r09_full_disk_ends_the_recorder_and_keeps_what_it_had() {
    // The third write to the spool: header, first chunk, second chunk.
    let run = Run::of("write", "error=ENOSPC", 3);
    assert!(!run.output.status.success());
    assert_eq!(run.acknowledged(), BTreeSet::from([0, 1]));
    let said = String::from_utf8_lossy(&run.output.stderr);
    assert!(said.contains("write to the spool") && said.contains("StorageFull"), "{said}");
    run.check();
}

/// Injects the fault at the first call, the second, … until a run is not hit; returns how many were.
fn every_time(call: &str, fault: &str) -> usize {
    for when in 1.. {
        let run = Run::of(call, fault, when);
        run.check();
        if !run.hit {
            assert!(run.output.status.success(), "{}: {:?}", run.what, run.output);
            return when - 1;
        }
    }
    0
}

struct Run {
    what: String,
    folder: tempfile::TempDir,
    output: Output,
    hit: bool,
}

impl Run {
    fn of(call: &str, fault: &str, when: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        let mut strace = Command::new("strace");
        strace.arg("-f").arg("-o").arg(&log).args(["-e", &format!("trace={call}")]);
        strace.args(["-e", &format!("inject={call}:{fault}:when={when}")]);
        for path in watched(folder.path()) {
            strace.arg("-P").arg(path);
        }
        let output = strace.arg(writer()).arg(folder.path()).output();
        let output = output.expect("this test needs strace: apt-get install strace");
        let log = std::fs::read_to_string(log).expect("strace must be allowed to trace here");
        let hit = log.contains("(INJECTED)") || log.contains("killed by SIGKILL");
        Self { what: format!("{call} {fault} {when}"), folder, output, hit }
    }

    /// The chunks that the writer was told are durable.
    fn acknowledged(&self) -> BTreeSet<u32> {
        let said = String::from_utf8_lossy(&self.output.stdout).into_owned();
        said.lines().filter_map(|line| line.strip_prefix("ack ")?.parse().ok()).collect()
    }

    /// Starts again after the fault: everything can be sealed, verifies, and holds what was acknowledged.
    fn check(&self) {
        Runtime::new().unwrap().block_on(self.recover_and_check());
    }

    async fn recover_and_check(&self) {
        let what = &self.what;
        let store = folder_store(&self.folder.path().join("store")).unwrap();
        let spool = open_spool(self.folder.path().join("spool"), &store, &super::clock());
        for orphan in spool.recover().await.unwrap() {
            let sealed = spool.seal(orphan.header.session_id, INTERRUPTED).await.unwrap();
            assert_eq!(sealed.store_error, None, "{what}");
        }
        let left: Vec<_> =
            std::fs::read_dir(spool.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, ["lock"], "{what}");

        let acknowledged = self.acknowledged();
        let recording = match Recording::open(&store, key(SESSION)).await {
            Err(ReadError::NotFound) if acknowledged.is_empty() => return,
            opened => opened.unwrap(),
        };
        let verdict = recording.verify(&keys()).await.unwrap();
        assert!(verdict.valid, "{what}: {verdict:?}");
        let sealed = String::from_utf8_lossy(&self.output.stdout).contains("sealed");
        assert!(verdict.complete || !sealed, "{what}: {verdict:?}");
        let played = String::from_utf8(output_of(&events(recording.play()).await)).unwrap();
        for chunk in acknowledged.iter().filter(|chunk| **chunk > 0) {
            assert!(played.contains(&format!("chunk {chunk}\r\n")), "{what}: {chunk} of {played:?}");
        }
    }
}

/// The files whose calls are counted; the loader's and the runtime's own are not.
fn watched(folder: &Path) -> Vec<PathBuf> {
    let (spool, recordings) = (folder.join("spool"), folder.join("store/recordings"));
    let mut paths = vec![spool.join(format!("{SESSION}.spool")), spool];
    for object in [key(SESSION).data_path(), key(SESSION).manifest_path()] {
        let path = folder.join("store").join(object.as_ref());
        // Where the folder store collects an upload.
        paths.push(PathBuf::from(format!("{}#1", path.display())));
        paths.push(path);
    }
    paths.push(recordings.join(key(SESSION).organization_id.to_string()));
    paths.push(recordings);
    paths
}

fn writer() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let writer = test.ancestors().nth(2).unwrap().join("examples/recording_writer");
    assert!(writer.exists(), "build it first: cargo build -p sallyport-relay --example recording_writer");
    writer
}
