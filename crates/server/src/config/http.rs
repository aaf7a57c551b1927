//! Where the platform listens and how it is called from outside.

use anyhow::{Result, ensure};
use ipnetwork::IpNetwork;
use serde::Deserialize;
use std::net::SocketAddr;

/// Section `http`.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Http {
    /// Address and port of the console and the API.
    pub listen: SocketAddr,
    /// Address and port of Prometheus metrics; none: not served.
    pub metrics_listen: Option<SocketAddr>,
    /// The origin that people type: in links, cookies, tokens and the check of `Origin`. Passkeys are for its
    /// host name; where that is a number there are none.
    pub public_url: String,
    /// Reverse proxies whose `X-Forwarded-For` is believed; from anyone else it is ignored.
    pub trusted_proxies: Vec<IpNetwork>,
}

impl Default for Http {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8420)),
            metrics_listen: None,
            public_url: "http://127.0.0.1:8420".to_owned(),
            trusted_proxies: Vec::new(),
        }
    }
}

impl Http {
    /// Refuses an origin that cookies or the check of `Origin` could not work with.
    pub fn check(&self) -> Result<()> {
        let rest =
            self.public_url.strip_prefix("https://").or_else(|| self.public_url.strip_prefix("http://"));
        ensure!(
            rest.is_some_and(|host| !host.is_empty() && !host.contains(['/', '?', '#', '@'])),
            "http.public_url must be an origin like https://gate.example.com, without a path; it is {}",
            self.public_url
        );
        Ok(())
    }
}
