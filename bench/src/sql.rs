//! What a request asks of PostgreSQL, taken from PostgreSQL's own log, and pgbench doing the same.

use crate::platform::{APP, OWNER, Platform, SYSTEM};
use anyhow::{Context, Result, ensure};
use sqlx::{ConnectOptions, Connection};
use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;
use std::time::Duration;
use tokio::process::Command;

/// Runs `request` and gives the transactions that it made, each as a script of pgbench. PostgreSQL logs them with their
/// parameters, which are put in. What the platform does beside requests is told from them by its reasons, which are
/// listened for first.
pub(crate) async fn capture<T>(
    platform: &Platform,
    request: impl Future<Output = Result<T>>,
) -> Result<Vec<String>> {
    let log = platform.postgres.home().join("postgres.log");
    let from = std::fs::metadata(&log)?.len();
    log_statements(platform, true).await?;
    // Connections that are open keep their setting; these are new.
    tokio::time::sleep(HOUSEKEEPING).await;
    let begins = std::fs::metadata(&log)?.len();
    request.await?;
    tokio::time::sleep(Duration::from_millis(500)).await;
    log_statements(platform, false).await?;
    let text = std::fs::read(&log)?;
    let part = |from: u64, to: usize| -> Result<String> {
        let bytes = text.get(usize::try_from(from)?..to).unwrap_or_default();
        Ok(String::from_utf8_lossy(bytes).into_owned())
    };
    let beside = transactions(&part(from, usize::try_from(begins)?)?);
    let known: HashSet<&str> = beside.iter().filter_map(|all| reason(all)).collect();
    let asked = part(begins, text.len())?;
    let mut own = transactions(&asked);
    own.retain(|statements| {
        let housekeeping = ["live_leases", "token_keys", "pg_reload_conf", "ALTER SYSTEM", "LISTEN"];
        reason(statements).is_none_or(|why| !known.contains(why))
            && !statements.iter().any(|sql| housekeeping.iter().any(|word| sql.contains(word)))
    });
    ensure!(!own.is_empty(), "PostgreSQL logged no statement of the request:\n{asked}");
    Ok(own.into_iter().map(|statements| statements.iter().map(|sql| in_one_trip(sql)).collect()).collect())
}

/// Several statements that were sent at once are sent at once by pgbench too: as a pipeline, which like such a message is
/// one transaction until it begins another.
fn in_one_trip(sql: &str) -> String {
    if !BEGINS.iter().any(|how| sql.contains(how)) {
        return format!("{sql};\n");
    }
    format!("\\startpipeline\n{};\n\\endpipeline\n", sql.replace("; ", ";\n"))
}

/// How a transaction begins: with its reason, or after its context was entered.
const BEGINS: [&str; 2] = ["BEGIN; SET LOCAL ", "; BEGIN"];

/// Longer than what is done each second takes to come by.
const HOUSEKEEPING: Duration = Duration::from_secs(3);

/// What a transaction says that it is for.
fn reason(statements: &[String]) -> Option<&str> {
    let (_, rest) = statements.iter().find_map(|sql| sql.split_once("application_name = '"))?;
    rest.split('\'').next()
}

/// For all connections at once: the server reloads, nobody reconnects. A cluster of ours keeps values out of its
/// log otherwise.
async fn log_statements(platform: &Platform, on: bool) -> Result<()> {
    let mut owner = platform.database(OWNER).connect().await?;
    let settings: &[&'static str] = if on {
        &[
            "ALTER SYSTEM SET log_error_verbosity = 'default'",
            "ALTER SYSTEM SET log_min_duration_statement = 0",
            "SELECT pg_reload_conf()",
        ]
    } else {
        &["ALTER SYSTEM RESET ALL", "SELECT pg_reload_conf()"]
    };
    for setting in settings {
        sqlx::raw_sql(*setting).execute(&mut owner).await?;
    }
    owner.close().await?;
    tokio::time::sleep(Duration::from_millis(500)).await;
    Ok(())
}

/// Statements of a log, by the transactions in which they stand: those of one connection up to its commit.
fn transactions(log: &str) -> Vec<Vec<String>> {
    let mut done: Vec<Vec<String>> = Vec::new();
    let mut open: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut who = "";
    for line in log.lines() {
        if let Some((_, details)) = line.split_once("DETAIL:  parameters: ") {
            // Binding them logs them once more, without the statement being run.
            if let Some(last) = open.get_mut(who).and_then(|all| all.last_mut()) {
                *last = with_parameters(last, details);
            }
        } else if let Some(more) = line.strip_prefix('\t') {
            // All of it becomes one line, which a remark would end.
            let more = more.split(" -- ").next().unwrap_or_default();
            if let Some(last) = open.get_mut(who).and_then(|all| all.last_mut()) {
                let _ = write!(last, " {}", more.trim().trim_end_matches(';'));
            }
        } else if let Some(sql) = statement_of(line) {
            // What a connection is asked before it is given out belongs to no transaction.
            if sql.starts_with("BEGIN; ROLLBACK") {
                who = "";
                continue;
            }
            who = line.split_once('[').and_then(|(_, rest)| rest.split(']').next()).unwrap_or_default();
            open.entry(who).or_default().push(sql.trim().trim_end_matches(';').to_owned());
            if ["COMMIT", "ROLLBACK"].iter().any(|end| sql.starts_with(end)) {
                done.extend(open.remove(who));
            }
        } else {
            who = "";
        }
    }
    done.extend(open.into_values());
    done
}

/// `… duration: 0.1 ms  execute sqlx_s_1: SELECT …` or `… statement: BEGIN; …`.
fn statement_of(line: &str) -> Option<&str> {
    let (_, rest) = line.split_once(" ms  ")?;
    let (how, sql) = rest.split_once(": ")?;
    (how == "statement" || how.starts_with("execute")).then_some(sql)
}

/// `$1 = 'x', $2 = NULL` put into the statement, the highest number first so that `$1` does not hit `$10`.
fn with_parameters(statement: &str, details: &str) -> String {
    let mut values: Vec<&str> = Vec::new();
    let mut rest = details;
    for number in 1.. {
        let Some(after) = rest.split_once(&format!("${number} = ")).map(|(_, after)| after) else { break };
        let end = after.find(&format!(", ${} = ", number + 1)).unwrap_or(after.len());
        values.push(after.get(..end).unwrap_or_default());
        rest = after.get(end..).unwrap_or_default();
    }
    let mut sql = statement.to_owned();
    for (index, value) in values.iter().enumerate().rev() {
        sql = sql.replace(&format!("${}", index + 1), value);
    }
    sql
}

/// Runs a second of `script` by pgbench, prepared, for this many seconds; as the role of callers' transactions, where
/// it has one.
pub(crate) async fn pgbench(platform: &Platform, script: &str, clients: usize, seconds: u64) -> Result<f64> {
    let role = if script.contains("wall.enter") { APP } else { SYSTEM };
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("script.sql");
    std::fs::write(&file, script)?;
    let pgbench = std::fs::read_dir("/usr/lib/postgresql")?
        .filter_map(|version| Some(version.ok()?.path().join("bin/pgbench")))
        .find(|path| path.is_file())
        .context("there is no pgbench")?;
    let done = Command::new(pgbench)
        .args(["--no-vacuum", "--protocol", "prepared", "--jobs", "2"])
        .args(["--client", &clients.to_string(), "--time", &seconds.to_string(), "--file"])
        .arg(&file)
        .args(["--username", role, "--port", &platform.postgres.port().to_string(), "--host"])
        .arg(platform.postgres.socket_dir())
        .arg("sallyport")
        .output()
        .await?;
    let said = String::from_utf8_lossy(&done.stdout);
    ensure!(done.status.success(), "pgbench: {}\n{script}", String::from_utf8_lossy(&done.stderr));
    let tps = said.lines().find_map(|line| line.strip_prefix("tps = ")).context("pgbench said no tps")?;
    Ok(tps.split_whitespace().next().unwrap_or_default().parse()?)
}

/// The id of each row that is inserted into `which`, the second after its organization's, made anew at each run,
/// as ours is at each request.
pub(crate) fn with_new_ids(script: &str, which: &str) -> String {
    let renewed = |line: &str| {
        let id = line.split('\'').filter(|text| text.len() == 36 && text.matches('-').count() == 4).nth(1);
        id.map_or_else(|| line.to_owned(), |id| line.replace(&format!("'{id}'"), "gen_random_uuid()"))
    };
    script
        .lines()
        .map(|line| if line.contains(which) { renewed(line) } else { line.to_owned() } + "\n")
        .collect()
}
