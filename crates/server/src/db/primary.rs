//! Which server of the database takes writes. Of those that the configuration names, all connections go to that one, and
//! nothing is ever asked of another: a replica is late, and a primary of before that comes back does not know that it was
//! succeeded.
//!
//! What tells them apart is PostgreSQL's own count of promotions, the timeline. The highest one that was ever seen is kept in
//! the data folder, and a server of a lower one is refused for good, whatever it believes of itself.

use anyhow::{Context as _, Result, bail};
use futures::future::join_all;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgRow};
use sqlx::{ConnectOptions, Connection, Row};
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

/// How often all servers are asked.
const PACE: Duration = Duration::from_secs(1);
/// How long one may take to answer. With the pace, a new primary is found within five seconds.
const PATIENCE: Duration = Duration::from_secs(3);
/// So many times in a row the primary may be too slow to answer before it counts as gone: a rush is no failover.
const MISSES: u32 = 3;

/// Nothing on a server that takes no writes, and the reason why a replica never passes: it has no place in the log to name.
const QUESTION: &str = "SELECT CASE current_setting('transaction_read_only') WHEN 'off'
        THEN left(pg_walfile_name(pg_current_wal_lsn()), 8) END, system_identifier::text FROM pg_control_system()";
/// A request that is given up while it begins leaves a transaction that nobody counts, of a time that is over. So instead of a
/// ping, an empty one: it ends what may be left, and a connection that is lost or stuck refuses it.
const STILL: &str = "BEGIN; ROLLBACK; SELECT CASE current_setting('transaction_read_only') WHEN 'off'
        THEN left(pg_walfile_name(pg_current_wal_lsn()), 8) END";

/// A history of data: which cluster's, and how often it was taken over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct History {
    cluster: i64,
    timeline: u32,
}

impl History {
    fn parse(text: &str) -> Option<Self> {
        let (cluster, timeline) = text.trim().split_once(' ')?;
        Some(Self { cluster: cluster.parse().ok()?, timeline: timeline.parse().ok()? })
    }
}

/// Why a server is not the one. Says no address: strangers may read it.
#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error("is out of reach")]
    Away(sqlx::Error),
    #[error("does not answer")]
    Silent,
    #[error("takes no writes")]
    Replica,
    #[error("was succeeded: it is at timeline {0}, and timeline {1} has been seen")]
    Succeeded(u32, u32),
    #[error("has the data of another cluster")]
    Stranger,
}

impl From<sqlx::Error> for Refusal {
    fn from(error: sqlx::Error) -> Self {
        // object_not_in_prerequisite_state: "recovery is in progress".
        match error.as_database_error().and_then(sqlx::error::DatabaseError::code).as_deref() {
            Some("55000") => Self::Replica,
            _ => Self::Away(error),
        }
    }
}

/// What is known of the servers, by one process.
#[derive(Debug)]
pub(super) struct Primary {
    servers: usize,
    file: PathBuf,
    known: Mutex<Option<History>>,
    /// Its place in the list; or why there is none.
    seat: watch::Sender<Result<usize, String>>,
    /// When connections of before became worthless.
    moved: watch::Sender<Instant>,
}

impl Primary {
    /// Of so many servers; with what an earlier life saw, kept in `data_dir`.
    pub(super) fn open(servers: usize, data_dir: &Path) -> Result<Self> {
        let file = data_dir.join("postgres.timeline");
        let known = match fs::read_to_string(&file) {
            Ok(text) => {
                let damaged = || format!("{} does not hold a cluster and its timeline", file.display());
                Some(History::parse(&text).with_context(damaged)?)
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => return Err(error).with_context(|| format!("cannot read {}", file.display())),
        };
        let (seat, moved) = (watch::Sender::new(Ok(0)), watch::Sender::new(Instant::now()));
        Ok(Self { servers, file, known: Mutex::new(known), seat, moved })
    }

    /// Whether there is no other to go to.
    pub(super) fn is_alone(&self) -> bool {
        self.servers == 1
    }

    fn known(&self) -> Option<History> {
        *self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where it is, for whoever asks; or why there is none.
    pub(super) fn place(&self) -> Result<String, String> {
        let timeline = self.known().map_or(0, |known| known.timeline);
        let place = |at| format!("server {} of {}, timeline {timeline}", at + 1, self.servers);
        self.seat.borrow().clone().map(place)
    }

    /// Of a list of all servers, that one.
    pub(super) fn of<'a>(&self, servers: &'a [PgConnectOptions]) -> Result<&'a PgConnectOptions> {
        let at = self.seat.borrow().clone().map_err(|why| anyhow::anyhow!(no_server(&why)))?;
        servers.get(at).context("a role is not told of all servers")
    }

    /// Done when what is under way now waits for a server that it should not wait for.
    pub(super) fn moved(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut moves = self.moved.subscribe();
        async move {
            if moves.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }

    fn sit(&self, seat: Result<usize, String>) {
        drop(self.seat.send_replace(seat));
    }

    /// Takes a server for the primary; what was before it is so no more.
    fn admit(&self, history: History) -> Result<(), Refusal> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        judge(*known, history, self.servers)?;
        if *known != Some(history) {
            if let Err(error) = keep(&self.file, history) {
                tracing::error!(%error, file = %self.file.display(), "the timeline of the database could not be kept");
            }
            if known.replace(history).is_some() {
                tracing::warn!(timeline = history.timeline, "the database was taken over");
                self.moved.send_replace(Instant::now());
            }
        }
        Ok(())
    }

    /// Lets a new connection of a pool in, if it leads to the primary.
    pub(super) async fn let_in(&self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        let admitted = ask(connection).await.and_then(|history| self.admit(history));
        admitted.map_err(|refusal| sqlx::Error::Io(std::io::Error::other(refusal)))
    }

    /// Whether a connection of a pool may be used once more.
    pub(super) async fn still(&self, connection: &mut PgConnection, age: Duration) -> bool {
        if self.is_from_before(age) {
            return false;
        }
        let rows = sqlx::raw_sql(STILL).fetch_all(connection).await;
        let timeline = rows.ok().and_then(|rows| timeline_of(rows.last()?).ok()?);
        timeline.is_some() && timeline == self.known().map(|known| known.timeline)
    }

    /// Whether a connection is worth to be kept after its use: one whose server vanished never says that it did.
    pub(super) async fn is_worth_keeping(&self, connection: &mut PgConnection, age: Duration) -> bool {
        !self.is_from_before(age)
            && timeout(PATIENCE, connection.ping()).await.is_ok_and(|answer| answer.is_ok())
    }

    fn is_from_before(&self, age: Duration) -> bool {
        age > self.moved.borrow().elapsed()
    }

    /// A connection to the primary, for what is no pool's.
    pub(super) async fn connect(&self, servers: &[PgConnectOptions]) -> Result<PgConnection> {
        self.find(servers).await?;
        let mut connection = self.of(servers)?.connect().await?;
        match ask(&mut connection).await.and_then(|history| self.admit(history)) {
            Ok(()) => Ok(connection),
            Err(Refusal::Away(error)) => Err(error.into()),
            Err(refusal) => bail!("the server of the database {refusal}{}", self.way_out(&refusal)),
        }
    }

    /// Looks for it once. A single server is asked when it is connected to.
    pub(super) async fn find(&self, servers: &[PgConnectOptions]) -> Result<()> {
        if self.is_alone() {
            return Ok(());
        }
        let mut lines: Vec<Option<PgConnection>> = servers.iter().map(|_| None).collect();
        let answers = ask_all(servers, &mut lines).await;
        let Some((at, history)) = choose(&answers, self.known(), None) else {
            bail!("{}", self.why_not(servers, &answers).1);
        };
        self.admit(history).map_err(|refusal| anyhow::anyhow!("the database {refusal}"))?;
        self.sit(Ok(at));
        Ok(())
    }

    /// Runs for as long as the platform does: asks all servers again and again, and says where to go.
    pub(super) async fn watch(&self, servers: &[PgConnectOptions], go_to: impl Fn(usize)) {
        let mut lines: Vec<Option<PgConnection>> = servers.iter().map(|_| None).collect();
        let mut present = self.seat.borrow().clone().ok().zip(self.known());
        let mut misses = 0;
        loop {
            let answers = ask_all(servers, &mut lines).await;
            let at = present.map(|(at, _)| at);
            if let Some((at, history)) = choose(&answers, self.known(), at) {
                misses = 0;
                if present != Some((at, history)) && self.admit(history).is_ok() {
                    present = Some((at, history));
                    go_to(at);
                    self.sit(Ok(at));
                    self.moved.send_replace(Instant::now());
                    let server = servers.get(at).map(name).unwrap_or_default();
                    tracing::warn!(%server, timeline = history.timeline, "PostgreSQL takes writes here from now on");
                }
            } else {
                misses += 1;
                let slow = at.is_some_and(|at| matches!(answers.get(at), Some(Err(Refusal::Silent))));
                if !slow || misses >= MISSES {
                    let (public, all) = self.why_not(servers, &answers);
                    if present.take().is_some() {
                        tracing::error!("{all}");
                    }
                    self.sit(Err(public));
                }
            }
            sleep(PACE).await;
        }
    }

    /// Why none of the servers is the one: for strangers, and for the operator.
    fn why_not(
        &self,
        servers: &[PgConnectOptions],
        answers: &[Result<History, Refusal>],
    ) -> (String, String) {
        let (mut public, mut all) = (Vec::new(), Vec::new());
        for (at, (server, answer)) in servers.iter().zip(answers).enumerate() {
            let judged = match answer {
                Ok(history) => judge(self.known(), *history, self.servers),
                Err(refusal) => {
                    public.push(format!("server {} {refusal}", at + 1));
                    let cause =
                        if let Refusal::Away(error) = refusal { format!(": {error}") } else { String::new() };
                    all.push(format!("{} {refusal}{cause}", name(server)));
                    continue;
                }
            };
            if let Err(refusal) = judged {
                public.push(format!("server {} {refusal}", at + 1));
                all.push(format!("{} {refusal}{}", name(server), self.way_out(&refusal)));
            }
        }
        (public.join("; "), no_server(&all.join("; ")))
    }

    /// What an operator does who means it.
    fn way_out(&self, refusal: &Refusal) -> String {
        match refusal {
            Refusal::Succeeded(..) | Refusal::Stranger => {
                format!(" (if this is the one to go on with, remove {})", self.file.display())
            }
            _ => String::new(),
        }
    }
}

fn no_server(why: &str) -> String {
    format!("no server of the database takes writes: {why}")
}

/// Whether a server may be taken for the primary, after what was seen. A single one may be another cluster, which its operator
/// put in the place of the last; of several, one that is not like the others is a mistake.
fn judge(known: Option<History>, history: History, servers: usize) -> Result<(), Refusal> {
    match known {
        Some(known) if known.cluster != history.cluster && servers > 1 => Err(Refusal::Stranger),
        Some(known) if known.cluster == history.cluster && history.timeline < known.timeline => {
            Err(Refusal::Succeeded(history.timeline, known.timeline))
        }
        _ => Ok(()),
    }
}

/// Of servers that answered, the one of the newest history; of two, that of the present, or the first.
fn choose(
    answers: &[Result<History, Refusal>],
    known: Option<History>,
    present: Option<usize>,
) -> Option<(usize, History)> {
    let fit = answers.iter().enumerate().filter_map(|(at, answer)| {
        let history = *answer.as_ref().ok()?;
        judge(known, history, answers.len()).ok()?;
        Some((at, history))
    });
    fit.min_by_key(|(at, history)| (std::cmp::Reverse(history.timeline), Some(*at) != present, *at))
}

async fn ask_all(
    servers: &[PgConnectOptions],
    lines: &mut [Option<PgConnection>],
) -> Vec<Result<History, Refusal>> {
    join_all(servers.iter().zip(lines).map(|(server, line)| ask_by(server, line))).await
}

/// Asks a server by the line that is there, or by a new one.
async fn ask_by(server: &PgConnectOptions, line: &mut Option<PgConnection>) -> Result<History, Refusal> {
    let asked = async {
        if let Some(connection) = line {
            match ask(connection).await {
                Err(Refusal::Away(_)) => {}
                answer => return answer,
            }
        }
        // A line may have been cut by anybody: it says nothing about the server.
        *line = None;
        let mut connection = server.connect().await?;
        let history = ask(&mut connection).await;
        *line = Some(connection);
        history
    };
    let answer = timeout(PATIENCE, asked).await.unwrap_or(Err(Refusal::Silent));
    if matches!(answer, Err(Refusal::Silent)) {
        *line = None;
    }
    answer
}

async fn ask(connection: &mut PgConnection) -> Result<History, Refusal> {
    let mut rows = sqlx::raw_sql(QUESTION).fetch_all(connection).await?;
    let row = rows.pop().ok_or(sqlx::Error::RowNotFound)?;
    let timeline = timeline_of(&row)?.ok_or(Refusal::Replica)?;
    let cluster: String = row.try_get(1)?;
    let cluster = cluster.parse().map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
    Ok(History { cluster, timeline })
}

/// The first eight hexadecimal digits of the name of a file of the log.
fn timeline_of(row: &PgRow) -> Result<Option<u32>, sqlx::Error> {
    let digits: Option<String> = row.try_get(0)?;
    let timeline = digits.map(|digits| u32::from_str_radix(&digits, 16)).transpose();
    timeline.map_err(|error| sqlx::Error::Decode(Box::new(error)))
}

/// Whole or not at all.
fn keep(file: &Path, History { cluster, timeline }: History) -> std::io::Result<()> {
    let beside = file.with_extension("new");
    let mut written = File::create(&beside)?;
    writeln!(written, "{cluster} {timeline}")?;
    written.sync_all()?;
    fs::rename(&beside, file)?;
    file.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}

/// How the log calls a server.
fn name(server: &PgConnectOptions) -> String {
    match server.get_socket() {
        Some(socket) => format!("{}:{}", socket.display(), server.get_port()),
        None => format!("{}:{}", server.get_host(), server.get_port()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: i64 = 7;

    fn at(timeline: u32) -> History {
        History { cluster: OURS, timeline }
    }

    #[test]
    fn l06_the_newest_history_wins_and_an_older_one_is_never_gone_back_to() {
        let known = |timeline| Some(at(timeline));
        let place = |answers: &[_], known, present| choose(answers, known, present).map(|(at, _)| at);
        let at = |timeline| Ok(at(timeline));
        assert_eq!(place(&[Err(Refusal::Replica), at(1)], None, None), Some(1));
        assert_eq!(place(&[at(1), at(2)], known(1), Some(0)), Some(1), "it was taken over");
        assert_eq!(place(&[at(1), Err(Refusal::Silent)], known(2), Some(1)), None, "the old one alone");
        assert_eq!(place(&[at(1), Err(Refusal::Replica)], known(2), Some(1)), None);
        assert_eq!(place(&[at(3), at(3)], known(3), Some(1)), Some(1), "no move without a reason");
        assert_eq!(place(&[at(3), at(3)], known(3), None), Some(0));
        let stranger = || Ok(History { cluster: 8, timeline: 9 });
        assert_eq!(place(&[stranger(), at(2)], known(2), None), Some(1));
        assert_eq!(place(&[stranger(), Err(Refusal::Silent)], known(2), None), None);
        assert_eq!(place(&[stranger()], known(2), None), Some(0), "the only one was replaced");
        assert_eq!(place(&[at(1)], known(2), None), None, "behind one name too");
    }

    #[test]
    fn l06_what_was_seen_outlives_the_process() {
        let folder = tempfile::tempdir().unwrap();
        let before = Primary::open(2, folder.path()).unwrap();
        let (one, two) = (at(1), at(2));
        before.admit(one).unwrap();
        before.admit(two).unwrap();
        before.admit(one).unwrap_err();
        let after = Primary::open(2, folder.path()).unwrap();
        assert_eq!(after.known(), Some(two));
        let refusal = after.admit(one).unwrap_err().to_string();
        assert_eq!(refusal, "was succeeded: it is at timeline 1, and timeline 2 has been seen");
        fs::write(folder.path().join("postgres.timeline"), "nonsense").unwrap();
        assert!(Primary::open(2, folder.path()).unwrap_err().to_string().contains("does not hold"));
    }
}
