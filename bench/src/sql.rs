//! What a request asks of PostgreSQL, taken from PostgreSQL's own log, and pgbench doing the same.

use crate::platform::{APP, OWNER, Platform};
use anyhow::{Context, Result, ensure};
use sqlx::{ConnectOptions, Connection};
use std::fmt::Write as _;
use std::time::Duration;
use tokio::process::Command;

/// Runs `request` and gives the statements that it made, as a script of pgbench. PostgreSQL logs them with their
/// parameters, which are put in.
pub(crate) async fn capture<T>(
    platform: &Platform,
    request: impl Future<Output = Result<T>>,
) -> Result<String> {
    let log = platform.postgres.home().join("postgres.log");
    let from = std::fs::metadata(&log)?.len();
    log_statements(platform, true).await?;
    // Connections that are open keep their setting; these are new.
    request.await?;
    tokio::time::sleep(Duration::from_millis(500)).await;
    log_statements(platform, false).await?;
    let text = std::fs::read(&log)?;
    let text = text.get(usize::try_from(from)?..).unwrap_or_default();
    script(&String::from_utf8_lossy(text))
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

/// Statements of the log, in order. Those of the lease's poll and of other housekeeping are not the request's.
fn script(log: &str) -> Result<String> {
    let mut statements: Vec<String> = Vec::new();
    let mut current: Option<String> = None;
    for line in log.lines() {
        if let Some((_, details)) = line.split_once("DETAIL:  parameters: ") {
            // Binding them logs them once more, without the statement being run.
            current = current.map(|statement| with_parameters(&statement, details));
        } else if let (Some(more), Some(current)) = (line.strip_prefix('\t'), &mut current) {
            let _ = write!(current, " {}", more.trim());
        } else {
            statements.extend(std::mem::replace(&mut current, statement_of(line).map(str::to_owned)));
        }
    }
    statements.extend(current);
    let request: Vec<String> = statements
        .into_iter()
        .map(|sql| sql.trim().trim_end_matches(';').to_owned())
        .filter(|sql| {
            !["live_leases", "pg_reload_conf", "ALTER SYSTEM", "LISTEN"].iter().any(|w| sql.contains(w))
        })
        .collect();

    ensure!(!request.is_empty(), "PostgreSQL logged no statement of the request:\n{log}");
    Ok(request.join(";\n") + ";\n")
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

/// Transactions a second of `script` by pgbench as the app's role, prepared, for this many seconds.
pub(crate) async fn pgbench(platform: &Platform, script: &str, clients: usize, seconds: u64) -> Result<f64> {
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
        .args(["--username", APP, "--port", &platform.postgres.port().to_string(), "--host"])
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
