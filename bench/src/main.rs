//! Measures what Sallyport claims: each goal beside the named peer in the same run, printed as a ratio. Machines
//! are shared and noisy, so the two take turns and the median of the pairs counts.
//!
//! `bench/run` builds the release binary and runs this; `bench/RESULTS.md` keeps what came out.

mod decide;
mod echo;
mod http;
mod idle;
mod platform;
mod report;
mod requests;
mod revoke;
mod scale;
mod scene;
mod sign_in;
mod sql;
mod start;
mod target;
mod terminal;
mod throughput;
mod wire;

use anyhow::Result;
use clap::{Parser, ValueEnum};
use report::Report;
use std::path::PathBuf;

#[derive(Debug, Parser)]
struct Cli {
    /// The released `sallyport`.
    #[arg(long, default_value = "target/release/sallyport")]
    binary: PathBuf,
    /// Idle sessions to hold open at once.
    #[arg(long, default_value_t = 2000)]
    sessions: usize,
    /// People of customers, when the lists of a large provider are measured.
    #[arg(long, default_value_t = 1_000_000)]
    people: i64,
    /// Events of the log, likewise.
    #[arg(long, default_value_t = 10_000_000)]
    events: i64,
    /// Says where the database of the large provider is, and waits for Enter before it is measured.
    #[arg(long)]
    hold: bool,
    /// What to measure; everything when nothing is named.
    what: Vec<What>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum What {
    /// 200 MB through a recorded terminal, beside the OpenSSH client.
    Throughput,
    /// From keystroke to echo, beside the OpenSSH client.
    Echo,
    /// Memory of open sessions that do nothing.
    Idle,
    /// Lists read, beside pgbench with the same SQL.
    Reads,
    /// Audited grant writes, beside pgbench with the same SQL.
    Writes,
    /// One policy decision.
    Decide,
    /// An access token verified.
    Verify,
    /// Refresh tokens exchanged.
    Refresh,
    /// Whether the time of a sign-in tells if there is such an account.
    Equal,
    /// The rest of the API while thousands sign in.
    Storm,
    /// Entries of the log written, beside pgbench inserting the same rows plainly.
    Log,
    /// A thousand sessions at two instances end when their grant does.
    Revoke,
    /// The matrix, lists and the export of a large provider.
    Scale,
    /// `./start` until the login page is there.
    Start,
}

fn main() -> Result<()> {
    let cli = Cli::parse();
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(run(&cli))
}

async fn run(cli: &Cli) -> Result<()> {
    let wanted = |what| cli.what.is_empty() || cli.what.contains(&what);
    let mut report = Report::default();
    if wanted(What::Decide) {
        decide::measure(&mut report)?;
    }
    if wanted(What::Start) {
        start::measure(&mut report).await?;
    }
    if wanted(What::Throughput) {
        throughput::measure(cli, &mut report).await?;
    }
    if wanted(What::Echo) {
        echo::measure(cli, &mut report).await?;
    }
    if wanted(What::Reads) {
        requests::measure_reads(cli, &mut report).await?;
    }
    if wanted(What::Writes) {
        requests::measure_writes(cli, &mut report).await?;
    }
    if wanted(What::Idle) {
        idle::measure(cli, &mut report).await?;
    }
    if wanted(What::Verify) {
        sign_in::measure_verify(&mut report)?;
    }
    if wanted(What::Refresh) {
        sign_in::measure_refresh(cli, &mut report).await?;
    }
    if wanted(What::Equal) {
        sign_in::measure_equal(cli, &mut report).await?;
    }
    if wanted(What::Storm) {
        sign_in::measure_storm(cli, &mut report).await?;
    }
    if wanted(What::Log) {
        requests::measure_log(cli, &mut report).await?;
    }
    if wanted(What::Revoke) {
        revoke::measure(cli, &mut report).await?;
    }
    if wanted(What::Scale) {
        scale::measure(cli, &mut report).await?;
    }
    report.print();
    Ok(())
}
