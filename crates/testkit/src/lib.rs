//! What the tests start. Knows nothing of the product: schemas and people are given by its tests.
#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "a failure in here is a failed test"
)]

pub mod browser;
pub mod dns;
pub mod idp;
pub mod keycloak;
pub mod line;
pub mod oidc_provider;
pub mod postgres;
pub mod profiles;
pub mod redis;
pub mod rsyslog;
pub mod scim_client;
pub mod siem;
pub mod simplesaml;
pub mod smtp;
pub mod sshd;

use anyhow::{Context as _, Result, ensure};
use std::path::PathBuf;

/// Where `./test --only packages` puts a tool that no package of Debian brings: beside the builds of Cargo.
fn tool(name: &str) -> Result<PathBuf> {
    let program = std::env::current_exe()?;
    let target = program.ancestors().nth(3).context("not a test of Cargo's")?;
    let found = target.join("tools").join(name);
    ensure!(found.is_dir(), "{} is missing: run ./test --only packages", found.display());
    Ok(found)
}

/// A port that nobody has at the moment.
fn free_port() -> Result<u16> {
    Ok(std::net::TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}
