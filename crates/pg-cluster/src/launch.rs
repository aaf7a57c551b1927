//! One start of the postmaster, from clearing what an earlier one left to its being ready.

use std::fs;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::binaries::Binaries;
use crate::home::Home;
use crate::log::{self, LastWords};
use crate::{Config, Error, orphans};

const POLL: Duration = Duration::from_millis(10);
const WORD_EVERY: Duration = Duration::from_secs(10);

/// A postmaster and the thread that reads its log.
pub(crate) struct Postmaster {
    pub(crate) child: Child,
    words: LastWords,
    reader: std::thread::JoinHandle<()>,
}

impl Postmaster {
    /// Starts it; [`Self::wait_until_ready`] follows.
    pub(crate) fn spawn(home: &Home, binaries: &Binaries) -> Result<Self, Error> {
        orphans::clear(home)?;
        let program = binaries.program("postgres");
        let mut command = home.postgres.command(&program);
        command.arg("-D").arg(&home.data);
        command.arg("-c").arg(format!("config_file={}", home.root.join("postgresql.conf").display()));
        command.stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(Error::io("Cannot run", &program))?;
        let Some(stderr) = child.stderr.take() else {
            return Err(Error::Failed { what: "postgres".to_owned(), detail: "it has no output".to_owned() });
        };
        let (words, reader) = log::follow(stderr, &home.root);
        let _ = home.own_like_root(&home.root.join("postgres.log"));
        Ok(Self { child, words, reader })
    }

    /// As `pg_ctl` does it: PostgreSQL writes its state into its pid file.
    pub(crate) fn wait_until_ready(&mut self, home: &Home, config: &Config) -> Result<(), Error> {
        let begun = Instant::now();
        let mut next_word = WORD_EVERY;
        while begun.elapsed() < config.start_timeout {
            if is_ready(home, self.child.id()) {
                return Ok(());
            }
            if self.child.try_wait().map_err(Error::io("Cannot wait for", &home.data))?.is_some() {
                return Err(self.why_it_ended(home));
            }
            if begun.elapsed() > next_word {
                next_word += WORD_EVERY;
                tracing::warn!("PostgreSQL is still starting after {} s", begun.elapsed().as_secs());
            }
            std::thread::sleep(POLL);
        }
        let detail = self.words.all().last().cloned().unwrap_or_default();
        Err(Error::NotReady { home: home.root.clone(), seconds: config.start_timeout.as_secs(), detail })
    }

    /// After the process has ended. Its log is read to the end first, for no longer than a moment: a child of
    /// it may still hold the pipe.
    pub(crate) fn why_it_ended(&self, home: &Home) -> Error {
        let begun = Instant::now();
        while !self.reader.is_finished() && begun.elapsed() < Duration::from_millis(500) {
            std::thread::sleep(POLL);
        }
        Error::from_words("PostgreSQL", &home.root, &self.words.all())
    }
}

/// The eighth line of `postmaster.pid`.
fn is_ready(home: &Home, pid: u32) -> bool {
    let Ok(file) = fs::read_to_string(home.data.join("postmaster.pid")) else { return false };
    let mut lines = file.lines().map(str::trim);
    lines.next().is_some_and(|first| first == pid.to_string())
        && lines.nth(6).is_some_and(|state| state == "ready")
}
