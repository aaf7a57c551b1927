//! Counts with the other instances, by Redis. It only ever makes a limit stricter: each instance counts for itself
//! first, so a Redis that is lost, slow, flushed or full of somebody else's values leaves each with its own limit.

use super::standing::Limit;
use crate::app::App;
use crate::ids::{OrganizationId, UserId};
use anyhow::{Context, Result};
use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, AsyncTypedCommands as _};
use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

/// Longer a request does not wait for Redis; from then on this instance counts alone until it is heard from again.
const PATIENCE: Duration = Duration::from_millis(20);
/// To come to it, and to hear whether it is still there.
const CONNECT_PATIENCE: Duration = Duration::from_secs(2);
/// A line on which nothing is counted is asked this often whether it stands.
const BEAT: Duration = Duration::from_secs(5);
/// Between two tries to come to it.
const PAUSE: Duration = Duration::from_secs(1);

/// The generic cell rate algorithm, by Redis' own clock. KEYS[1] holds the theoretical arrival time in microseconds;
/// ARGV: microseconds a request, requests at once. Answers how far ahead of now that time is, or how much too far as a
/// negative number. What no instance of ours can have written counts as nothing.
const COUNT: &str = "
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local step = tonumber(ARGV[1])
local room = step * tonumber(ARGV[2])
local due = tonumber(redis.call('GET', KEYS[1])) or now
if due ~= due or due < now or due > now + room then due = now end
local ahead = due + step - now
if ahead > room then return room - ahead end
redis.call('SET', KEYS[1], string.format('%.0f', due + step), 'PX', math.ceil(ahead / 1000))
return ahead";

/// The line to Redis, while it stands.
#[derive(Debug, Default)]
pub(super) struct Together(RwLock<Option<MultiplexedConnection>>);

impl Together {
    /// What remains when all instances are counted together, or how long to wait; none where there is no Redis to ask.
    pub(super) async fn count(
        &self,
        key: impl FnOnce() -> String,
        limit: Limit,
    ) -> Option<Result<u32, Duration>> {
        let mut line = self.line()?;
        let step_us = 1_000_000 / i64::from(limit.per_second.get());
        let mut command = redis::cmd("EVAL");
        command.arg(COUNT).arg(1).arg(key()).arg(step_us).arg(limit.burst.get());
        let answer = tokio::time::timeout(PATIENCE, command.query_async::<i64>(&mut line)).await;
        let Ok(Ok(ahead_us)) = answer else {
            // A key of another type is that key's trouble; silence or a lost line is everybody's.
            if !matches!(&answer, Ok(Err(error)) if error.code().is_some()) {
                self.set(None);
            }
            return None;
        };
        Some(match u64::try_from(ahead_us) {
            Ok(ahead) => {
                let used = u32::try_from(ahead.div_ceil(step_us.unsigned_abs().max(1))).unwrap_or(u32::MAX);
                Ok(limit.burst.get().saturating_sub(used))
            }
            Err(_) => Err(Duration::from_micros(ahead_us.unsigned_abs())),
        })
    }

    fn line(&self) -> Option<MultiplexedConnection> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, line: Option<MultiplexedConnection>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = line;
    }
}

pub(super) fn organization_key(org: OrganizationId) -> String {
    format!("sallyport:rate:organization:{org}")
}

pub(super) fn user_key(org: OrganizationId, user: UserId) -> String {
    format!("sallyport:rate:user:{org}:{user}")
}

/// Of strangers, who are of no organization yet.
pub(super) fn address_key(network: IpAddr) -> String {
    format!("sallyport:rate:address:{network}")
}

/// Keeps the line for as long as the platform runs; does nothing where no Redis is configured.
pub async fn keep_counting_together(app: Arc<App>) {
    let Some(url) = app.config.redis.url.clone() else { return };
    loop {
        let Err(error) = keep_line(&app.limits.together, &url).await;
        app.limits.together.set(None);
        // The line that carries dead tokens says it aloud.
        tracing::debug!(error = format!("{error:#}"), "each instance counts requests for itself");
        tokio::time::sleep(PAUSE).await;
    }
}

async fn keep_line(together: &Together, url: &str) -> Result<Infallible> {
    let patience = AsyncConnectionConfig::new()
        .set_connection_timeout(Some(CONNECT_PATIENCE))
        .set_response_timeout(Some(CONNECT_PATIENCE));
    let client = redis::Client::open(url)?;
    let mut line = client.get_multiplexed_async_connection_with_config(&patience).await?;
    loop {
        line.ping().await?;
        together.set(Some(line.clone()));
        tokio::time::sleep(BEAT).await;
        together.line().context("a request waited in vain")?;
    }
}
