//! Where something was done from, in words that a person knows their own device by.

use crate::http::request::Origin;
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// An address and a browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    client_ip: IpAddr,
    device: String,
}

impl Place {
    /// From what a request said.
    pub fn new(client_ip: IpAddr, user_agent: &str) -> Self {
        Self { client_ip, device: device(user_agent) }
    }

    /// Of a request.
    pub fn of(origin: &Origin) -> Self {
        Self::new(origin.client_ip, &origin.user_agent)
    }

    /// "from 203.0.113.9 with Firefox on Linux"
    pub(super) fn words(&self) -> String {
        format!("from {} with {}", self.client_ip, self.device)
    }
}

/// The usual browsers by name. A hint for a person: a client may lie, and none of its own words goes into our mails.
fn device(user_agent: &str) -> String {
    let known = |table: &[(&str, &'static str)]| {
        table.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| *name)
    };
    // Each names the ones after it too.
    let browser = known(&[
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = known(&[
        ("Android", "Android"),
        ("iPhone", "an iPhone"),
        ("iPad", "an iPad"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(only), None) | (None, Some(only)) => only.to_owned(),
        (None, None) => "an unknown program".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_have_names_that_people_know() {
        for (agent, name) in [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 \
                 Safari/537.36 Edg/140.0.0.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                 Version/18.0 Mobile/15E148 Safari/604.1",
                "Safari on an iPhone",
            ),
            ("curl/8.5.0", "an unknown program"),
            ("https://evil.example/unlock", "an unknown program"),
            ("  ", "an unknown program"),
        ] {
            assert_eq!(device(agent), name);
        }
    }
}
