//! A PostgreSQL of a test's own, on a port of loopback: it can be followed, killed, promoted, and started again as it was.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use rustix::process::{Pid, Signal, geteuid, kill_process};
use sallyport_pg_cluster::Binaries;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgSslMode};
use sqlx::{AssertSqlSafe, ConnectOptions};
use tempfile::TempDir;

use super::OWNER;

/// A server that lets everybody of this machine in; killed and removed with this value.
#[derive(Debug)]
pub struct Server {
    postmaster: Option<Child>,
    folder: TempDir,
    port: u16,
}

impl Server {
    /// A new one with an empty database.
    pub async fn start(database: &str) -> Result<Self> {
        let mut server = Self::place()?;
        let data = server.data();
        let mut init = program("initdb")?;
        init.args(["--username", OWNER, "--auth", "trust", "--encoding", "UTF8", "--no-sync", "--pgdata"]);
        run(init.arg(&data))?;
        server.start_again()?;
        let create = AssertSqlSafe(format!("CREATE DATABASE {database}"));
        sqlx::raw_sql(create).execute(&mut server.connect("postgres").await?).await?;
        Ok(server)
    }

    /// A replica of this one, which follows it.
    pub fn replica(&self) -> Result<Self> {
        let mut server = Self::place()?;
        let mut copy = program("pg_basebackup")?;
        copy.args(["--host", "127.0.0.1", "--port", &self.port.to_string(), "--username", OWNER]);
        copy.args([
            "--write-recovery-conf",
            "--wal-method",
            "stream",
            "--checkpoint",
            "fast",
            "--no-sync",
            "--pgdata",
        ]);
        run(copy.arg(server.data()))?;
        server.start_again()?;
        Ok(server)
    }

    fn place() -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("sallyport-postgres-").tempdir()?;
        if let Some((user, group)) = account()? {
            std::os::unix::fs::chown(folder.path(), Some(user), Some(group))?;
        }
        Ok(Self { postmaster: None, folder, port: crate::free_port()? })
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// On 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Where it answers.
    pub fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port).into()
    }

    /// Starts it on what it had; a replica stays one until it is promoted.
    pub fn start_again(&mut self) -> Result<()> {
        let log = fs::File::options().create(true).append(true).open(self.log())?;
        let mut postgres = program("postgres")?;
        postgres.arg("-D").arg(self.data());
        let port = format!("port={}", self.port);
        for setting in
            [&port, "listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off", "jit=off"]
        {
            postgres.args(["-c", setting]);
        }
        self.postmaster = Some(postgres.stdout(Stdio::null()).stderr(log).spawn()?);
        let until = Instant::now() + Duration::from_mins(1);
        while !self.answers()? {
            ensure!(
                Instant::now() < until,
                "PostgreSQL does not answer: {}",
                fs::read_to_string(self.log())?
            );
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    fn log(&self) -> PathBuf {
        // Beside the data, which nobody but PostgreSQL may touch.
        self.folder.path().join("log")
    }

    fn answers(&self) -> Result<bool> {
        let mut ask = program("pg_isready")?;
        ask.args(["--quiet", "--host", "127.0.0.1", "--port", &self.port.to_string()]);
        Ok(ask.status()?.success())
    }

    /// Its end in the middle of work, as `pg_ctl stop -m immediate` has it.
    pub fn kill(&mut self) -> Result<()> {
        if let Some(mut postmaster) = self.postmaster.take() {
            kill_process(Pid::from_child(&postmaster), Signal::QUIT)?;
            postmaster.wait()?;
        }
        Ok(())
    }

    /// A connection of the owner, whom nothing holds.
    pub async fn connect(&self, database: &str) -> Result<PgConnection> {
        let options = PgConnectOptions::new_without_pgpass();
        let options = options.host("127.0.0.1").port(self.port).username(OWNER).database(database);
        Ok(options.ssl_mode(PgSslMode::Disable).connect().await?)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.kill());
    }
}

/// PostgreSQL does not run as root: whom it runs as then.
fn account() -> Result<Option<(u32, u32)>> {
    if !geteuid().is_root() {
        return Ok(None);
    }
    let number = |kind: &str| -> Result<u32> {
        let output = Command::new("id").args([kind, "postgres"]).output()?;
        String::from_utf8_lossy(&output.stdout).trim().parse().context("there is no account `postgres`")
    };
    Ok(Some((number("-u")?, number("-g")?)))
}

fn program(name: &str) -> Result<Command> {
    let binaries = Binaries::all(None)?;
    let binaries = binaries.first().context("there is no PostgreSQL")?;
    let mut command = Command::new(binaries.dir.join(name));
    command.env_clear().env("PATH", "/usr/bin:/bin").env("LC_ALL", "C").current_dir(Path::new("/"));
    command.stdin(Stdio::null());
    if let Some((user, group)) = account()? {
        // As root, `uid` also drops the supplementary groups.
        command.uid(user).gid(group);
    }
    Ok(command)
}

fn run(command: &mut Command) -> Result<()> {
    let output = command.output()?;
    ensure!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}
