//! Questions to the DNS.

use crate::config::Sso;
use anyhow::{Context, Result};
use hickory_resolver::TokioResolver;
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::RData;
use std::fmt;
use std::time::Duration;

/// Texts of one name that are looked at.
const MAX_TEXTS: usize = 100;

/// Asks for records.
#[derive(Clone)]
pub struct Dns(Option<TokioResolver>);

impl Dns {
    /// By the configured server, else by those of the system; without either every question fails with that.
    pub fn new(config: &Sso) -> Result<Self> {
        let provider = TokioRuntimeProvider::default();
        let mut builder = match config.dns_server {
            Some(server) => {
                let mut line = [ConnectionConfig::udp(), ConnectionConfig::tcp()];
                for connection in &mut line {
                    connection.port = server.port();
                }
                let server = NameServerConfig::new(server.ip(), true, line.into());
                let config = ResolverConfig::from_parts(None, Vec::new(), vec![server]);
                TokioResolver::builder_with_config(config, provider)
            }
            None => match TokioResolver::builder(provider) {
                Ok(builder) => builder,
                Err(error) => {
                    tracing::warn!(%error, "no DNS server is known: mail domains cannot be verified");
                    return Ok(Self(None));
                }
            },
        };
        let options = builder.options_mut();
        options.timeout = Duration::from_secs(3);
        options.attempts = 2;
        // Somebody has just written the record and asks again and again: what was not there must not be remembered.
        options.cache_size = 0;
        Ok(Self(Some(builder.build().context("the DNS resolver")?)))
    }

    /// The TXT records of a name, each in one piece; none when there are none. Else the problem in words.
    pub async fn texts(&self, name: &str) -> Result<Vec<String>, String> {
        let resolver = self.0.as_ref().ok_or("no DNS server is known to the platform")?;
        // With the dot at the end no search domain is tried.
        match resolver.txt_lookup(format!("{name}.")).await {
            Ok(found) => {
                let texts = found.answers().iter().filter_map(|record| match &record.data {
                    RData::TXT(text) => Some(String::from_utf8_lossy(&text.txt_data.concat()).into_owned()),
                    _ => None,
                });
                Ok(texts.take(MAX_TEXTS).collect())
            }
            Err(error) if error.is_no_records_found() => Ok(Vec::new()),
            Err(error) => {
                tracing::info!(%error, name, "a DNS question was not answered");
                Err("the DNS did not answer".to_owned())
            }
        }
    }
}

impl fmt::Debug for Dns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Dns")
    }
}
