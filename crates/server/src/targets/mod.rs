//! The way out to customers' machines: how an address may be spelt, what is never reached, the connection.

mod address;
mod dial;

pub use address::normalise;
pub use dial::{DialError, dial};

use crate::config::Config;
use sallyport_outbound::reach;
use std::net::{IpAddr, SocketAddr};

/// What `host` is, if it is an address that is never dialled. Where a name leads is seen when it is dialled.
pub fn never_dialled(config: &Config, host: &str, port: i32) -> Option<&'static str> {
    let address = SocketAddr::new(host.parse::<IpAddr>().ok()?, u16::try_from(port).ok()?);
    reach::refusal(address, &config.targets.allow)
}
