//! `./start`, built before, until the login page is there: on an empty data folder, and on an existing one.

use crate::report::Report;
use anyhow::{Context, Result, ensure};
use rustix::process::{Pid, Signal, kill_process};
use std::net::TcpListener;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};
use tokio::process::Command;

const TIMES: usize = 3;

pub(crate) async fn measure(report: &mut Report) -> Result<()> {
    let (mut fresh, mut again) = (Vec::new(), Vec::new());
    for _ in 0..TIMES {
        let folder = tempfile::Builder::new().prefix("sallyport-bench-").tempdir()?;
        let data = folder.path().join("data");
        fresh.push(seconds(&data).await?);
        again.push(seconds(&data).await?);
    }
    println!("  ./start --empty: {fresh:.2?} s on nothing, {again:.2?} s on what is there");
    let what = |on: &str| format!("`./start --empty` until the login page, on {on} data folder");
    report.at_most(&what("an empty"), "s", crate::report::median(fresh), None, 5.0);
    report.at_most(&what("an existing"), "s", crate::report::median(again), None, 1.0);
    Ok(())
}

async fn seconds(data: &Path) -> Result<f64> {
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let url = format!("http://127.0.0.1:{port}/sign-in");
    let begun = Instant::now();
    let mut start = Command::new("./start")
        .args(["--empty", "--port", &port.to_string(), "--data"])
        .arg(data)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .context("run this in the folder of the repository")?;
    while !matches!(reqwest::get(&url).await, Ok(page) if page.status().is_success()) {
        ensure!(start.try_wait()?.is_none(), "./start ended");
        ensure!(begun.elapsed() < Duration::from_mins(2), "./start does not come up");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let taken = begun.elapsed().as_secs_f64();
    let id = start.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?)).context("./start has ended")?;
    kill_process(id, Signal::TERM)?;
    start.wait().await?;
    Ok(taken)
}
