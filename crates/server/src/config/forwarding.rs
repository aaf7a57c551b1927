//! Forwarding of the audit log: where else than on the internet it may go.

use anyhow::Result;
use sallyport_outbound::Rules;
use serde::Deserialize;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Section `forwarding`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Forwarding {
    /// Exact addresses and ports of receivers that may be sent to although they are in a private network or on this machine. Whoever may add a destination, customers' admins too, can send their log there.
    pub allow: Vec<SocketAddr>,
    /// Certificates (PEM) of authorities that receivers' certificates may be signed by, beside those of the web. A destination with certificates of its own trusts those alone.
    pub ca_file: Option<PathBuf>,
}

impl Forwarding {
    /// What the way out to receivers goes by.
    pub fn rules(&self) -> Result<Rules> {
        super::sso::rules("forwarding.ca_file", &self.allow, self.ca_file.as_deref())
    }
}
