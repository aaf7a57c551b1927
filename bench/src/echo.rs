//! From a keystroke to its echo, by the terminal driver of the target: through the gateway, and by the OpenSSH
//! client directly. The two take turns, key by key.

use crate::Cli;
use crate::report::{Report, ms, percentile};
use crate::scene::Scene;
use crate::terminal::{Line, OpenSsh, Terminal};
use anyhow::Result;
use sallyport_testkit::sshd::Sshd;
use std::time::{Duration, Instant};

const KEYS: usize = 2_000;

pub(crate) async fn measure(cli: &Cli, report: &mut Report) -> Result<()> {
    let sshd = Sshd::start()?;
    let scene = Scene::on_sshd(cli, &sshd).await?;
    let (mut theirs, mut ours) = (OpenSsh::open(&sshd)?, Terminal::open(&scene).await?);
    quiet(&mut theirs).await?;
    quiet(&mut ours).await?;
    let (mut direct, mut through) = (Vec::with_capacity(KEYS), Vec::with_capacity(KEYS));
    for _ in 0..KEYS {
        direct.push(echo(&mut theirs).await?);
        through.push(echo(&mut ours).await?);
    }
    for (percent, goal) in [(50, 0.3), (99, 1.0)] {
        let (direct, through) = (ms(percentile(&mut direct, percent)), ms(percentile(&mut through, percent)));
        println!("  echo p{percent}: {direct:.3} ms directly, {through:.3} ms through the gateway");
        report.at_most(
            &format!("echo of a keystroke, added to OpenSSH's {direct:.2} ms, p{percent}"),
            "ms",
            through - direct,
            None,
            goal,
        );
    }
    drop((theirs, ours));
    scene.platform.stop().await
}

/// A shell's terminal that echoes each byte at once, with nobody reading behind it.
async fn quiet(line: &mut impl Line) -> Result<()> {
    line.type_in(b"stty -icanon -echo; echo re''ady; stty echo; exec sleep 1000\n").await?;
    line.until(b"ready").await?;
    tokio::time::sleep(Duration::from_millis(300)).await;
    Ok(())
}

async fn echo(line: &mut impl Line) -> Result<Duration> {
    let begun = Instant::now();
    line.type_in(b"x").await?;
    line.until(b"x").await?;
    Ok(begun.elapsed())
}
