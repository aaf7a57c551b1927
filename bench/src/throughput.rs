//! 200 MB from `cat` on the target: through the gateway to a WebSocket client, recorded, beside the OpenSSH
//! client doing the same. The lines are those of a log, once; and letters without any pattern, once, which is
//! the worst a recorder can be asked to compress.

use crate::Cli;
use crate::report::{Report, median};
use crate::scene::Scene;
use crate::terminal::{Line, OpenSsh, Terminal};
use anyhow::Result;
use sallyport_testkit::sshd::Sshd;
use std::fmt::Write as _;
use std::path::Path;
use std::time::Instant;

const BYTES: usize = 200_000_000;
const PAIRS: usize = 5;

pub(crate) async fn measure(cli: &Cli, report: &mut Report) -> Result<()> {
    let sshd = Sshd::start()?;
    let scene = Scene::on_sshd(cli, &sshd).await?;
    for (kind, content) in [("log lines", log_lines()), ("random letters", letters())] {
        let file = sshd.folder().join("big");
        std::fs::write(&file, content)?;
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..PAIRS {
            theirs.push(megabytes_a_second(OpenSsh::open(&sshd)?, &file).await?);
            ours.push(megabytes_a_second(Terminal::open(&scene).await?, &file).await?);
            // What comes after a session (signing, the index of its text) shall weigh on neither.
            scene.sealed().await?;
            println!("  {kind}: OpenSSH {:.0} MB/s, ours {:.0} MB/s", last(&theirs), last(&ours));
        }
        let what = format!("200 MB of {kind} from `cat`, recorded, beside OpenSSH");
        report.ratio(&what, "MB/s", median(ours), median(theirs), 0.9);
    }
    scene.platform.stop().await
}

fn last(values: &[f64]) -> f64 {
    values.last().copied().unwrap_or_default()
}

async fn megabytes_a_second(mut line: impl Line, file: &Path) -> Result<f64> {
    // Raw, so that the pseudo-terminal rewrites nothing; the marker is spelled so that its echo is not it.
    line.type_in(b"stty raw -echo; echo re''ady\n").await?;
    line.until(b"ready").await?;
    let begun = Instant::now();
    line.type_in(format!("cat {}\n", file.display()).as_bytes()).await?;
    let mut read = 0;
    while read < BYTES {
        read += line.read().await?.len();
    }
    #[expect(clippy::cast_precision_loss, reason = "a count of bytes in a report")]
    let megabytes = read as f64 / 1e6;
    Ok(megabytes / begun.elapsed().as_secs_f64())
}

fn log_lines() -> Vec<u8> {
    let mut random = Random(7);
    let mut text = String::with_capacity(BYTES + 200);
    while text.len() < BYTES {
        let (a, b, c) = (random.next(), random.next(), random.next());
        let _ = writeln!(
            text,
            "2026-11-20T{:02}:{:02}:{:02}.{:06}Z web-{} nginx[{}]: 10.{}.{}.{} \"GET /orders/{} HTTP/1.1\" {} {}",
            a % 24,
            a / 24 % 60,
            a / 1440 % 60,
            b % 1_000_000,
            a % 4,
            b % 30_000,
            c % 256,
            c / 256 % 256,
            b % 256,
            c % 9_000_000,
            [200, 200, 200, 304, 404].get(usize::try_from(c % 5).unwrap_or(0)).copied().unwrap_or(200),
            a % 90_000,
        );
    }
    text.truncate(BYTES);
    text.into_bytes()
}

fn letters() -> Vec<u8> {
    let mut random = Random(11);
    let letter =
        |n: u64| b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".get((n % 64) as usize);
    (0..BYTES).map(|at| if at % 77 == 76 { b'\n' } else { *letter(random.next()).unwrap_or(&b'A') }).collect()
}

/// Splitmix64: the same bytes in each run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}
