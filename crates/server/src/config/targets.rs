//! Which addresses a session may reach. Loopback and link-local ones are refused: our own control plane is there.

use serde::Deserialize;
use std::net::SocketAddr;

/// Section `targets`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Targets {
    /// Exact addresses and ports that are allowed although they would be refused; shown in the console.
    pub allow: Vec<SocketAddr>,
}
