//! Memory of open sessions that do nothing: SSH, the recorder and the browser's line of each in it.

use crate::Cli;
use crate::report::Report;
use crate::scene::Scene;
use crate::target::Target;
use crate::terminal::{Line, Terminal};
use anyhow::Result;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// Open before the first look: what a server allocates once is not a session's.
const WARM: usize = 50;

pub(crate) async fn measure(cli: &Cli, report: &mut Report) -> Result<()> {
    let target = Target::start().await?;
    let mut scene = Scene::new(cli, target.address, "ops", &target.client_key).await?;
    let mut open = JoinSet::new();
    for _ in 0..WARM {
        open.spawn(stay(shell(&scene).await?));
    }
    tokio::time::sleep(Duration::from_secs(3)).await;
    let before = scene.platform.resident_kib()?;
    let (begun, mut signed_in) = (Instant::now(), Instant::now());
    for number in 1..=cli.sessions {
        if signed_in.elapsed() > Duration::from_secs(200) {
            scene.technician = scene.platform.again("technician").await?;
            signed_in = Instant::now();
        }
        open.spawn(stay(shell(&scene).await?));
        if number % 500 == 0 {
            println!("  {number} sessions after {:.0} s", begun.elapsed().as_secs_f64());
        }
    }
    tokio::time::sleep(Duration::from_secs(5)).await;
    let live = scene.platform.again("technician").await?.get("/api/sessions?status=live&limit=1").await?;
    anyhow::ensure!(
        live.get("total").and_then(serde_json::Value::as_u64) == u64::try_from(open.len()).ok(),
        "not all are open: {live}"
    );
    let after = scene.platform.resident_kib()?;
    #[expect(clippy::cast_precision_loss, reason = "a count in a report")]
    let each = (after - before) / cli.sessions as f64;
    println!("  {} open at once; resident {before:.0} KiB before, {after:.0} KiB after", open.len());
    report.at_most(&format!("memory of an idle session, {} open", open.len()), "KiB", each, None, 100.0);
    drop(open);
    scene.platform.stop().await
}

/// As a browser does: it answers when asked whether it is still there.
async fn stay(mut terminal: Terminal) {
    while terminal.read().await.is_ok() {}
}

async fn shell(scene: &Scene) -> Result<Terminal> {
    let mut terminal = Terminal::open(scene).await?;
    terminal.until(b"$ ").await?;
    Ok(terminal)
}
