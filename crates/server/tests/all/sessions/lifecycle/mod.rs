//! The life of a session at its edges: when it must not begin, when it must end, and what a hostile end of it can do.

mod browsers;
mod clock;
mod credentials;
mod endings;
mod expiry;
mod hours;
mod instances;
mod limit;
mod listener;
mod machines;
mod masked;
mod rush;
mod watchers;

pub use endings::without_push;
pub use masked::Host;

use crate::sessions::add_machine;
use crate::support::{Actor, Customer, Terminal, TestApp};
use sallyport_testkit::sshd::Sshd;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::Instant;

/// A customer with a machine of its own on a shared sshd, and a technician who may go there.
pub struct Place {
    pub customer: Customer,
    pub tech: Actor,
    pub grant: String,
    pub asset: String,
}

impl Place {
    pub async fn new(app: &TestApp, name: &str, sshd: &Sshd) -> Self {
        let customer = app.customer(name).await;
        let asset = add_machine(app, &customer, &format!("{name}-1"), sshd).await;
        let tech = app.technician().await;
        let grant = app.grant(&tech, &customer, "full_access").await;
        Self { customer, tech, grant, asset }
    }
}

/// A platform that may reach `sshd`.
pub async fn platform(sshd: &Sshd) -> TestApp {
    let address = sshd.address();
    TestApp::start_with(|config| config.targets.allow.push(address)).await
}

/// The wish for a session on `asset`.
pub fn wish(asset: &str) -> Value {
    json!({ "assetId": asset, "cols": 80, "rows": 24, "reason": "a test" })
}

/// Waits for the end of a session and says how long after `since` it came.
pub async fn ended_after(terminal: &mut Terminal, since: Instant) -> (Duration, String) {
    let ended = terminal.event("ended").await;
    (since.elapsed(), ended["code"].as_str().unwrap_or_default().to_owned())
}
