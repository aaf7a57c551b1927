//! A real PostgreSQL, started, killed, starved and disguised.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "helpers of tests: a failure here is a failed test"
)]

mod accounts;
mod crashes;
mod disk;
mod lifecycle;
mod support;
