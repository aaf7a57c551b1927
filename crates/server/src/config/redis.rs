//! Redis, for several instances: it carries news between them and counts requests for all of them together. Who may do
//! what is decided without it, and nothing is lost with it.

use anyhow::{Result, ensure};
use serde::Deserialize;

/// Section `redis`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Redis {
    /// `rediss://user:password@host:6379` (TLS) or `redis://…` (none: for this machine or a network of your own). Without it each instance learns from PostgreSQL alone.
    pub url: Option<String>,
}

impl Redis {
    /// What cannot be meant. Never says the address, which can hold a password.
    pub fn check(&self) -> Result<()> {
        if let Some(url) = &self.url {
            ensure!(
                redis::Client::open(url.as_str()).is_ok(),
                "redis.url must be like rediss://user:password@redis.example.com:6379"
            );
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_cannot_be_one_is_refused_without_being_said() {
        let check = |url: &str| Redis { url: Some(url.to_owned()) }.check();
        check("redis://127.0.0.1:6379").unwrap();
        check("rediss://ada:secret@redis.example.com").unwrap();
        for bad in ["", "redis.example.com", "http://ada:secret@redis.example.com"] {
            let said = format!("{:#}", check(bad).unwrap_err());
            assert!(said.contains("redis.url") && !said.contains("secret"), "{said}");
        }
    }
}
