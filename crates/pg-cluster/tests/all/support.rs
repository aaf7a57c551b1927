//! What the tests share: a table that must survive, and a cluster in another process that can be killed.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use sallyport_pg_cluster::{Cluster, Config, Durability, Running};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{ConnectOptions, Connection};

pub(crate) const OWNER: &str = "sallyport_owner";
pub(crate) const GENEROUS: Duration = Duration::from_mins(1);

/// Loses the last commits when it crashes; for tests in which nothing crashes.
pub(crate) fn config(folder: &Path) -> Config {
    Config::new(folder.join("postgres"))
        .durability(Durability::None)
        .superuser(OWNER)
        .login_role("sallyport_app")
        .database("product")
}

pub(crate) async fn start(folder: &Path) -> Running {
    Cluster::open(config(folder)).start().await.unwrap()
}

/// Keeps every commit, at the price of many syncs.
pub(crate) fn durable(folder: &Path) -> Config {
    config(folder).durability(Durability::Full)
}

pub(crate) async fn start_durable(folder: &Path) -> Running {
    Cluster::open(durable(folder)).start().await.unwrap()
}

/// The sentence of a start that fails.
pub(crate) async fn refusal(config: Config) -> String {
    Cluster::open(config).start().await.expect_err("the start should have been refused").to_string()
}

pub(crate) async fn connect(options: PgConnectOptions) -> PgConnection {
    options.connect().await.unwrap()
}

pub(crate) async fn owner(running: &Running) -> PgConnection {
    connect(running.connect_options(OWNER, "product")).await
}

/// One committed row more; returns how many there are.
pub(crate) async fn commit_a_row(connection: &mut PgConnection) -> i64 {
    sqlx::query("CREATE TABLE IF NOT EXISTS kept (n bigserial)").execute(&mut *connection).await.unwrap();
    sqlx::query("INSERT INTO kept DEFAULT VALUES").execute(&mut *connection).await.unwrap();
    rows(connection).await
}

pub(crate) async fn rows(connection: &mut PgConnection) -> i64 {
    sqlx::query_scalar("SELECT count(*) FROM kept").fetch_one(connection).await.unwrap()
}

pub(crate) async fn commit_a_row_in(running: &Running) -> i64 {
    let mut connection = owner(running).await;
    let rows = commit_a_row(&mut connection).await;
    connection.close().await.unwrap();
    rows
}

pub(crate) async fn rows_in(running: &Running) -> i64 {
    rows(&mut owner(running).await).await
}

pub(crate) fn kill(pid: u32) {
    signal(pid, Signal::KILL);
}

pub(crate) fn signal(pid: u32, signal: Signal) {
    kill_process(Pid::from_raw(pid.cast_signed()).unwrap(), signal).unwrap();
}

pub(crate) fn alive(pid: u32) -> bool {
    // A zombie has no command line any more.
    std::fs::read(format!("/proc/{pid}/cmdline")).is_ok_and(|line| !line.is_empty())
}

pub(crate) async fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < GENEROUS, "{what}: not within {GENEROUS:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

pub(crate) fn postmaster_pid(home: &Path) -> u32 {
    let file = std::fs::read_to_string(home.join("data/postmaster.pid")).unwrap();
    file.lines().next().unwrap().trim().parse().unwrap()
}

pub(crate) fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// True when the test has to end because only root can do what it does.
pub(crate) fn needs_root(what: &str) -> bool {
    if !is_root() {
        println!("not checked: {what} needs root");
    }
    !is_root()
}

/// A folder that everybody may enter.
pub(crate) fn open_folder() -> tempfile::TempDir {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::Builder::new().prefix("pg-cluster-").tempdir_in("/tmp").unwrap();
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

/// A cluster run by a process of its own.
pub(crate) struct Holder {
    pub(crate) process: Child,
    pub(crate) url: String,
}

impl Holder {
    /// As ourselves, or as the named user.
    pub(crate) fn start(data_dir: &Path, user: Option<&str>) -> Self {
        let mut command = match user {
            None => Command::new(env!("CARGO_BIN_EXE_pg-cluster")),
            Some(user) => as_user(user, &program_for_all(data_dir)),
        };
        command.arg(data_dir).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let mut url = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut url).unwrap();
        assert!(url.starts_with("postgresql://"), "the cluster did not start");
        Self { process, url: url.trim().to_owned() }
    }

    /// The shell that would stop PostgreSQL when the holder dies.
    pub(crate) fn guard(&self) -> u32 {
        let output = Command::new("pgrep")
            .args(["--parent", &self.process.id().to_string(), "--full", "guard of PostgreSQL"])
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap().trim().parse().unwrap()
    }

    pub(crate) fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    pub(crate) fn stop(mut self) {
        drop(self.process.stdin.take());
        assert!(self.process.wait().unwrap().success());
    }
}

pub(crate) fn as_user(user: &str, program: &Path) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--reuid", user, "--regid", "nogroup", "--clear-groups"]).arg(program).current_dir("/");
    command
}

/// The build folder may be root's alone.
fn program_for_all(near: &Path) -> PathBuf {
    let copy = near.parent().unwrap().join("pg-cluster");
    // By another process: a file that we ourselves had open for writing might be "busy" in a child just forked.
    assert!(Command::new("cp").arg(env!("CARGO_BIN_EXE_pg-cluster")).arg(&copy).status().unwrap().success());
    copy
}
