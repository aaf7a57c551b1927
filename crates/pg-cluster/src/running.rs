//! A cluster that runs: how to connect to it, how it fares, how it ends.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rustix::process::Signal;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgSslMode};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};
use tokio::sync::watch;

use crate::binaries::Binaries;
use crate::guard::Guard;
use crate::home::{Home, PORT};
use crate::keeper::{Kept, Reins};
use crate::{Config, Error, initdb, settings};

/// How PostgreSQL fares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// It serves.
    Up {
        /// The process number of the postmaster.
        pid: u32,
    },
    /// It ended by itself and is being started again.
    Down {
        /// Why, in a sentence.
        why: String,
    },
    /// It was stopped.
    Stopped,
}

/// A running cluster. PostgreSQL ends with it: by [`Running::stop`], when it is dropped, and when this process
/// is killed. If PostgreSQL ends by itself it is started again, at the same socket.
pub struct Running {
    home: Home,
    superuser: String,
    reins: Arc<Reins>,
    status: watch::Receiver<Status>,
    /// Released last: whoever gets it may assume that we are gone.
    lock: Option<File>,
}

fn connect_options(home: &Home, role: &str, database: &str) -> PgConnectOptions {
    // Not `new()`, which would listen to PGPASSWORD, PGOPTIONS and the like.
    PgConnectOptions::new_without_pgpass()
        .socket(&home.socket_dir)
        .port(PORT)
        .username(role)
        .database(database)
        // A request for TLS on a socket costs a round trip to be told no.
        .ssl_mode(PgSslMode::Disable)
}

/// Blocking part of [`crate::Cluster::beside`].
pub(crate) fn beside(config: &Config) -> Result<Option<Beside>, Error> {
    config.check()?;
    let home = Home::find(config)?;
    if !home.data.exists() {
        return Ok(None);
    }
    match home.lock() {
        Ok(_) => Ok(None),
        Err(Error::AlreadyRunning { .. }) => {
            // The folder could be a stranger's where it lies in /tmp.
            home.prepare_socket_dir()?;
            Ok(Some(Beside { home }))
        }
        Err(error) => Err(error),
    }
}

/// A cluster that another process runs.
#[derive(Debug)]
pub struct Beside {
    home: Home,
}

impl Beside {
    /// To connect as a role to a database.
    pub fn connect_options(&self, role: &str, database: &str) -> PgConnectOptions {
        connect_options(&self.home, role, database)
    }
}

/// Blocking part of [`crate::Cluster::start`].
pub(crate) fn start(config: &Config) -> Result<Running, Error> {
    config.check()?;
    let home = Home::find(config)?;
    let binaries = Binaries::choose(Binaries::all(config.bin_dir.as_deref())?, &home.data)?;
    home.prepare()?;
    let lock = home.lock()?;
    initdb::ensure(&home, &binaries, config)?;
    home.leave_word()?;
    settings::write(&home, config)?;
    let reins = Reins::new(Guard::post(&home, config.remove_when_stopped)?);
    let kept = Kept { home: home.clone(), binaries, config: config.clone() };
    let postmaster = kept.launch(&reins).inspect_err(|_| reins.dismiss_guard())?;
    let (sender, status) = watch::channel(Status::Up { pid: postmaster.child.id() });
    let held = Arc::clone(&reins);
    std::thread::spawn(move || kept.keep(postmaster, &held, &sender));
    Ok(Running { home, superuser: config.superuser.clone(), reins, status, lock: Some(lock) })
}

impl Running {
    /// The folder of the socket, for clients that want one.
    pub fn socket_dir(&self) -> &Path {
        &self.home.socket_dir
    }

    /// The number in the name of the socket; no port is open.
    pub fn port(&self) -> u16 {
        PORT
    }

    /// Where the data and the log lie.
    pub fn home(&self) -> &Path {
        &self.home.root
    }

    /// The role that may do everything.
    pub fn superuser(&self) -> &str {
        &self.superuser
    }

    /// The present postmaster, if there is one.
    pub fn postmaster_pid(&self) -> Option<u32> {
        match *self.status.borrow() {
            Status::Up { pid } => Some(pid),
            Status::Down { .. } | Status::Stopped => None,
        }
    }

    /// Follows how PostgreSQL fares.
    pub fn status(&self) -> watch::Receiver<Status> {
        self.status.clone()
    }

    /// To connect as a role to a database.
    pub fn connect_options(&self, role: &str, database: &str) -> PgConnectOptions {
        connect_options(&self.home, role, database)
    }

    /// The same as a URL, which `psql` understands too.
    pub fn url(&self, role: &str, database: &str) -> String {
        let folder: String =
            self.home.socket_dir.as_os_str().as_encoded_bytes().iter().map(|&b| encoded(b)).collect();
        format!("postgresql:///{database}?host={folder}&port={PORT}&user={role}")
    }

    /// Fast shutdown: open transactions roll back, everything committed is written. Returns when PostgreSQL and
    /// all its processes have gone.
    pub async fn stop(self) {
        // Blocking, because the thread that waits for PostgreSQL belongs to no runtime.
        let stopped = tokio::task::spawn_blocking(move || self.stop_and_wait()).await;
        if let Err(error) = stopped {
            tracing::error!("Stopping PostgreSQL was interrupted: {error}");
        }
    }

    fn stop_and_wait(mut self) {
        let steps = [(Signal::INT, 60), (Signal::QUIT, 10), (Signal::KILL, 10)];
        for (signal, seconds) in steps {
            self.reins.ask_to_stop(signal);
            if self.reins.wait_for_end(Duration::from_secs(seconds)) {
                break;
            }
            tracing::warn!("PostgreSQL does not stop within {seconds} s");
        }
        self.lock = None;
    }

    pub(crate) async fn create_databases(&self, names: &[String]) -> Result<(), Error> {
        let mut connection: Option<PgConnection> = None;
        for name in names {
            let told = |source| Error::Create { database: name.clone(), source };
            let connection = match &mut connection {
                Some(open) => open,
                none => none
                    .insert(self.connect_options(&self.superuser, "postgres").connect().await.map_err(told)?),
            };
            let exists: bool =
                sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)")
                    .bind(name)
                    .fetch_one(&mut *connection)
                    .await
                    .map_err(told)?;
            if !exists {
                // `Config::check` has let through nothing but a-z, 0-9 and _; CREATE DATABASE takes no parameters.
                let create = AssertSqlSafe(format!("CREATE DATABASE {name}"));
                sqlx::raw_sql(create).execute(&mut *connection).await.map_err(told)?;
            }
        }
        if let Some(connection) = connection {
            let _ = connection.close().await;
        }
        Ok(())
    }
}

impl Drop for Running {
    /// Asks PostgreSQL to stop and does not wait; the next start waits for it.
    fn drop(&mut self) {
        self.reins.ask_to_stop(Signal::INT);
    }
}

impl std::fmt::Debug for Running {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Running").field("home", &self.home.root).finish_non_exhaustive()
    }
}

/// One byte of a value in a URL.
fn encoded(byte: u8) -> String {
    if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
        char::from(byte).to_string()
    } else {
        format!("%{byte:02X}")
    }
}
