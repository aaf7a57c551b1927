//! What PostgreSQL says: kept in a file that is bounded, and the last lines in memory for our own errors (on a
//! full disk the file has nothing to tell).

use std::collections::VecDeque;
use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

const REMEMBERED_LINES: usize = 40;
const LARGEST_FILE_BYTES: u64 = 16 * 1024 * 1024;
const LONGEST_LINE_BYTES: u64 = 64 * 1024;

#[derive(Debug, Clone, Default)]
pub(crate) struct LastWords(Arc<Mutex<VecDeque<String>>>);

impl LastWords {
    pub(crate) fn all(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    fn hear(&self, line: &str) {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.len() == REMEMBERED_LINES {
            lines.pop_front();
        }
        lines.push_back(line.to_owned());
    }
}

/// Reads until the last process of this PostgreSQL has gone. On a thread of its own, because a PostgreSQL
/// whose log nobody reads stands still.
pub(crate) fn follow(
    source: impl Read + Send + 'static,
    root: &Path,
) -> (LastWords, std::thread::JoinHandle<()>) {
    let words = LastWords::default();
    let heard = words.clone();
    let path = root.join("postgres.log");
    let thread = std::thread::spawn(move || {
        let mut source = BufReader::new(source);
        let mut file = open(&path);
        let mut line = Vec::new();
        while let Ok(1..) = source.by_ref().take(LONGEST_LINE_BYTES).read_until(b'\n', &mut line) {
            words.hear(String::from_utf8_lossy(&line).trim_end());
            file = append(file, &path, &line);
            line.clear();
        }
    });
    (heard, thread)
}

/// Losing a log line to a full disk is no reason to stop the database.
fn append(file: Option<File>, path: &Path, line: &[u8]) -> Option<File> {
    let mut file = file.or_else(|| open(path))?;
    if file.metadata().is_ok_and(|found| found.len() > LARGEST_FILE_BYTES) {
        let _ = fs::rename(path, older(path));
        file = open(path)?;
    }
    file.write_all(line).ok().map(|()| file)
}

fn open(path: &Path) -> Option<File> {
    let open = || OpenOptions::new().append(true).create(true).mode(0o640).open(path);
    // A log left by another user (root, say) is put aside.
    open().or_else(|_| fs::rename(path, older(path)).and_then(|()| open())).ok()
}

fn older(path: &Path) -> PathBuf {
    path.with_extension("log.1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_lines_are_remembered_and_all_are_written() {
        let folder = tempfile::tempdir().unwrap();
        let said: String = (0..100).fold(String::new(), |said, n| said + &format!("line {n}\n"));
        let (words, thread) = follow(std::io::Cursor::new(said.clone()), folder.path());
        thread.join().unwrap();
        assert_eq!(words.all().len(), REMEMBERED_LINES);
        assert_eq!(words.all().last().unwrap(), "line 99");
        assert_eq!(fs::read_to_string(folder.path().join("postgres.log")).unwrap(), said);
    }

    #[test]
    fn a_big_file_is_put_aside() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("postgres.log");
        File::create(&path).unwrap().set_len(LARGEST_FILE_BYTES + 1).unwrap();
        let (_, thread) = follow(&b"new\n"[..], folder.path());
        thread.join().unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new\n");
        assert!(older(&path).exists());
    }
}
