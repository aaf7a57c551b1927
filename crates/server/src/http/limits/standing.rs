//! How a request stands with the limits it was counted against, for the fields `RateLimit-Policy` and `RateLimit`
//! (draft-ietf-httpapi-ratelimit-headers-10) of its answer.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use std::num::NonZeroU32;
use std::time::Duration;

/// What one kind of key may ask for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limit {
    pub name: &'static str,
    pub per_second: NonZeroU32,
    /// Requests that pass at once after a pause.
    pub burst: NonZeroU32,
}

/// What one limit has left.
#[derive(Debug)]
pub(super) struct Left {
    limit: Limit,
    remaining: u32,
    /// Seconds until all of it is there again; where nothing remains, until the next request passes.
    reset_s: u32,
}

impl Left {
    pub(super) fn of(limit: Limit, remaining: u32) -> Self {
        let used = limit.burst.get().saturating_sub(remaining);
        Self { limit, remaining, reset_s: used.div_ceil(limit.per_second.get()) }
    }

    pub(super) fn none(limit: Limit, wait: Duration) -> Self {
        Self { limit, remaining: 0, reset_s: whole_seconds(wait) }
    }
}

/// At least one.
pub(super) fn whole_seconds(wait: Duration) -> u32 {
    u32::try_from(wait.as_secs()).unwrap_or(1).max(1)
}

/// All limits that a request was counted against.
#[derive(Debug, Default)]
pub struct Standing(Vec<Left>);

impl Standing {
    pub(super) fn note(&mut self, left: Left) {
        self.0.push(left);
    }

    /// Writes it into an answer.
    pub fn tell(&self, headers: &mut HeaderMap) {
        let policy = |left: &Left| {
            let (burst, window) =
                (left.limit.burst, left.limit.burst.get().div_ceil(left.limit.per_second.get()));
            format!("\"{}\";q={burst};w={window}", left.limit.name)
        };
        let now = |left: &Left| format!("\"{}\";r={};t={}", left.limit.name, left.remaining, left.reset_s);
        let said: [(_, Vec<String>); 2] = [
            ("ratelimit-policy", self.0.iter().map(policy).collect()),
            ("ratelimit", self.0.iter().map(now).collect()),
        ];
        for (name, words) in said {
            if let Ok(value) = HeaderValue::from_str(&words.join(", "))
                && !words.is_empty()
            {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
    }
}
