//! Access taken back while a thousand sessions stand on it, half of them at another instance, without Redis.

use crate::Cli;
use crate::http::Person;
use crate::report::{Report, ms, percentile};
use crate::scene::Scene;
use crate::target::Target;
use crate::terminal::{Line, Terminal};
use anyhow::Result;
use reqwest::Method;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

const SESSIONS: usize = 1_000;
/// None lives longer than this, or the measurement fails.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) async fn measure(cli: &Cli, report: &mut Report) -> Result<()> {
    let target = Target::start().await?;
    let scene = Scene::new(cli, target.address, "ops", &target.client_key).await?;
    let (mut beside, address) = scene.platform.beside(&cli.binary, &[target.address]).await?;
    let addresses = [scene.platform.address.clone(), address];
    let mut open = JoinSet::new();
    let (mut person, mut signed_in) = (scene.technician.clone(), Instant::now());
    for number in 0..SESSIONS {
        if signed_in.elapsed() > Duration::from_secs(200) {
            (person, signed_in) = (scene.platform.again("technician").await?, Instant::now());
        }
        let [here, there] = &addresses;
        let at = if number % 2 == 0 { here } else { there };
        let mut terminal = Terminal::open_at(&scene, &Person::at(at, &person), at).await?;
        terminal.until(b"$ ").await?;
        open.spawn(async move {
            while terminal.read().await.is_ok() {}
            Instant::now()
        });
        if (number + 1) % 250 == 0 {
            println!("  {} sessions are open", number + 1);
        }
    }
    let admin = scene.platform.again_admin().await?;
    let revoke = format!("/api/technician-access/{}?reason=a%20measurement", scene.grant);
    // From before it is asked: the commit comes a little later.
    let asked = Instant::now();
    admin.ask(Method::DELETE, &revoke, None).await?;
    let mut times = Vec::new();
    let all = async {
        while let Some(ended) = open.join_next().await {
            times.push(ended?.saturating_duration_since(asked));
        }
        anyhow::Ok(())
    };
    tokio::time::timeout(PATIENCE, all).await.map_err(|_| anyhow::anyhow!("sessions survived"))??;
    let median = percentile(&mut times, 50);
    println!("  all {} ended; half of them within {:.0} ms", times.len(), ms(median));
    let what = "1,000 sessions at two instances end after their grant was taken back, p99";
    report.at_most(what, "ms", ms(percentile(&mut times, 99)), None, 1000.0);
    beside.start_kill()?;
    beside.wait().await?;
    scene.platform.stop().await
}
