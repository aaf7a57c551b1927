//! What being signed in costs, and what sign-ins tell and take from others.

use crate::Cli;
use crate::http::text;
use crate::platform::{OWNER, Platform};
use crate::report::{Report, ms, percentile};
use crate::wire::{Wire, request};
use anyhow::{Context, Result, ensure};
use sallyport::auth::keys::Ring;
use sallyport::auth::tokens::TokenKeys;
use sallyport::clock::Clock;
use sallyport::ids::{UserId, UserSessionId};
use sallyport_secrets::SigningKey;
use serde_json::json;
use sqlx::ConnectOptions as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

const ROUNDS: usize = 100_000;
/// Sign-ins that renew themselves at once; one person may have ten.
const RENEWING: usize = 8;
const SECONDS: u64 = 6;
/// Of each kind of account.
const SAMPLES: usize = 2000;
/// Who sign in at once.
const STORM: usize = 5000;

/// Verifying an access token, in process and without SQL: signature, issuer, audience, times.
pub(crate) fn measure_verify(report: &mut Report) -> Result<()> {
    let clock = Clock::default();
    let keys = TokenKeys::new("https://console.example", Ring::new(SigningKey::generate()?, []))?;
    let token = keys.sign(UserId::new(&clock), UserSessionId::new(&clock), 1, &clock)?;
    let mut times: Vec<Duration> = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let start = Instant::now();
        let claims = keys.verify(&token, &clock);
        times.push(start.elapsed());
        ensure!(claims.is_some(), "the token should hold");
    }
    let p99 = percentile(&mut times, 99).as_secs_f64() * 1e6;
    report.at_most("an access token verified, p99", "µs", p99, None, 150.0);
    Ok(())
}

/// Refresh tokens exchanged, each for the next, by as many sign-ins at once as keep both cores busy.
pub(crate) async fn measure_refresh(cli: &Cli, report: &mut Report) -> Result<()> {
    let platform = Platform::start(&cli.binary, &[]).await?;
    let mut renewing = JoinSet::new();
    let until = Instant::now() + Duration::from_secs(SECONDS);
    for _ in 0..RENEWING {
        let address = platform.address.clone();
        let mut token = platform.refresh_token().await?;
        renewing.spawn(async move {
            let mut wire = Wire::to(&address).await?;
            let (mut count, mut begun) = (0.0, None);
            while Instant::now() < until {
                let body = json!({ "refreshToken": token }).to_string();
                let data =
                    wire.ask(&request(&address, "POST", "/api/auth/refresh", "", &body)).await?.data()?;
                text(&data, "/refreshToken")?.clone_into(&mut token);
                begun.get_or_insert_with(Instant::now);
                count += 1.0;
            }
            anyhow::Ok(count / begun.context("nothing was renewed")?.elapsed().as_secs_f64())
        });
    }
    let mut a_second = 0.0;
    while let Some(done) = renewing.join_next().await {
        a_second += done??;
    }
    report.at_least("refresh tokens exchanged", "/s", a_second, 2000.0);
    platform.stop().await
}

/// Whether the time of a sign-in with a wrong password tells if there is such an account: Welch's t of samples that
/// take turns. Hashing takes as little as it may, so that what is beside it shows.
pub(crate) async fn measure_equal(cli: &Cli, report: &mut Report) -> Result<()> {
    let platform = Platform::start(&cli.binary, &[]).await?;
    people(&platform).await?;
    let mut wire = Wire::to(&platform.address).await?;
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for number in 0..SAMPLES + 100 {
        let mut pair = [("known", &mut known), ("unknown", &mut unknown)];
        // So that neither always comes first.
        pair.rotate_left(number % 2);
        for (kind, times) in pair {
            let request = wrong(&platform.address, &format!("{kind}-{number}@fortlock.example"));
            let start = Instant::now();
            let status = wire.ask(&request).await?.status;
            let time = start.elapsed();
            ensure!(status == 401, "a wrong password was answered {status}");
            // The first warm caches up.
            if number >= 100 {
                times.push(time.as_secs_f64());
            }
        }
    }
    println!(
        "  wrong passwords: known {:.2?} ms, unknown {:.2?} ms",
        mean(&known) * 1e3,
        mean(&unknown) * 1e3
    );
    let t = welch(&known, &unknown).abs();
    report.at_most("sign-in of known beside unknown accounts, |t| of Welch", "", t, None, 4.5);
    platform.stop().await
}

/// How long others wait while thousands sign in at once.
pub(crate) async fn measure_storm(cli: &Cli, report: &mut Report) -> Result<()> {
    let platform = Platform::start(&cli.binary, &[]).await?;
    people(&platform).await?;
    let token = platform.again_admin().await?.token.context("no token")?;
    let over = Arc::new(AtomicBool::new(false));
    let look = request(&platform.address, "GET", "/api/organizations?limit=10", &token, "");
    let looking = {
        let (over, mut wire) = (Arc::clone(&over), Wire::to(&platform.address).await?);
        tokio::spawn(async move {
            let mut times = Vec::new();
            while !over.load(Ordering::Relaxed) {
                let start = Instant::now();
                wire.ask(&look).await?.success()?;
                times.push(start.elapsed());
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            anyhow::Ok(times)
        })
    };
    let mut storm = JoinSet::new();
    let begun = Instant::now();
    for number in 0..STORM {
        let address = platform.address.clone();
        storm.spawn(async move {
            let mut wire = Wire::to(&address).await?;
            let request = wrong(&address, &format!("known-{}@fortlock.example", number % SAMPLES));
            anyhow::Ok(wire.ask(&request).await?.status)
        });
    }
    let mut put_off = 0;
    while let Some(done) = storm.join_next().await {
        match done?? {
            401 => {}
            429 | 503 => put_off += 1,
            status => anyhow::bail!("a sign-in was answered {status}"),
        }
    }
    println!("  {STORM} sign-ins in {:.1?}, {put_off} of them put off", begun.elapsed());
    over.store(true, Ordering::Relaxed);
    let mut times = looking.await??;
    println!("  {} lists meanwhile, p50 {:?}", times.len(), percentile(&mut times, 50));
    let p99 = ms(percentile(&mut times, 99));
    report.at_most("a list while 5,000 sign in at once, p99", "ms", p99, None, 200.0);
    platform.stop().await
}

fn wrong(address: &str, email: &str) -> String {
    let body = json!({ "email": email, "password": "not-the-Password-of-9-anybody" }).to_string();
    request(address, "POST", "/api/auth/login", "", &body)
}

/// People with the password of the super admin, as many as are looked at: each fails once.
async fn people(platform: &Platform) -> Result<()> {
    let mut sql = platform.database(OWNER).connect().await?;
    sqlx::query(
        "INSERT INTO users SELECT (jsonb_populate_record(u, jsonb_build_object('id', gen_random_uuid(),
             'email', 'known-' || n || '@fortlock.example'))).*
         FROM users u, generate_series(0, $1) n WHERE u.role = 'super_admin'",
    )
    .bind(i32::try_from(SAMPLES + 100)?)
    .execute(&mut sql)
    .await?;
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "a count of samples")]
fn mean(samples: &[f64]) -> f64 {
    samples.iter().sum::<f64>() / samples.len() as f64
}

/// Welch's t of two samples (B. L. Welch, 1947).
#[expect(clippy::cast_precision_loss, reason = "a count of samples")]
fn welch(one: &[f64], other: &[f64]) -> f64 {
    let spread = |samples: &[f64]| {
        let mean = mean(samples);
        let squares: f64 = samples.iter().map(|sample| (sample - mean).powi(2)).sum();
        squares / (samples.len() as f64 - 1.0) / samples.len() as f64
    };
    (mean(one) - mean(other)) / (spread(one) + spread(other)).sqrt()
}
