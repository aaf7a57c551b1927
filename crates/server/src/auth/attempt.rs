//! Somebody tries to be somebody, from somewhere: what is counted and kept of every try that fails, by password or
//! by second factor.

use super::knocks::{self, Knock};
use super::store::{self, Account};
use crate::app::App;
use crate::audit::{Actor, Event, Kind, Outcome, Target};
use crate::error::{ApiError, Result};
use crate::http::request::Origin;
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ipnetwork::{IpNetwork, Ipv4Network};
use serde_json::json;
use sqlx::PgConnection;
use std::net::{IpAddr, Ipv4Addr};

/// What is shown: it decides where a failure counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// The password alone. Whoever does not know it may not lock anybody out: counted for the network that tried.
    Password,
    /// A code, by somebody who knows the password. Counted for the network and for the account as a whole: there are
    /// only a million codes, and networks can be had by the thousand.
    Code,
}

/// Who somebody tries to be, and from where.
#[derive(Debug)]
pub(super) struct Attempt<'a> {
    pub(super) origin: &'a Origin,
    /// As it was typed, in its one spelling.
    email: String,
    /// Stands for the address.
    pseudonym: Vec<u8>,
    net: IpNetwork,
    /// What a browser that the person signed in with before is counted by. It has tries of its own: those of others
    /// neither keep it out nor are forgotten by its success.
    device: Option<Vec<u8>>,
}

/// One more makes the wait begin, and whoever owns the address hears of it.
const MANY: i32 = 10;

/// A try that failed.
#[derive(Debug)]
pub(super) struct Failure<'a> {
    pub(super) kind: &'static Kind,
    pub(super) shown: Shown,
    pub(super) account: Option<&'a Account>,
    /// Whoever is signed in; nobody mostly.
    pub(super) actor: Option<Actor>,
    /// For the log, never for the answer.
    pub(super) reason: &'a str,
}

impl<'a> Attempt<'a> {
    /// `email` in its one spelling.
    pub(super) fn new(app: &App, origin: &'a Origin, email: &str) -> Self {
        Self {
            origin,
            email: email.to_owned(),
            pseudonym: app.pseudonym_key.of(email),
            net: network(origin.client_ip),
            device: None,
        }
    }

    /// The same, by a browser that is known perhaps.
    pub(super) fn with(self, device: Option<Vec<u8>>) -> Self {
        Self { device, ..self }
    }

    /// Where tries of this kind are counted.
    fn counters(&self, shown: Shown) -> Vec<(&[u8], IpNetwork)> {
        match (&self.device, shown) {
            (Some(device), _) => vec![(device, everywhere())],
            (None, Shown::Password) => vec![(&self.pseudonym, self.net)],
            (None, Shown::Code) => vec![(&self.pseudonym, self.net), (&self.pseudonym, everywhere())],
        }
    }

    /// Seconds to wait before the next try; zero mostly.
    pub(super) async fn wait_s(&self, conn: &mut PgConnection, shown: Shown) -> Result<u32> {
        let mut longest = 0;
        for (who, net) in self.counters(shown) {
            longest = longest.max(store::wait_s(conn, who, net).await?);
        }
        Ok(longest)
    }

    /// Counts and logs a wrong try.
    pub(super) async fn refuse(
        &self,
        app: &App,
        failure: &Failure<'_>,
        answer: ApiError,
    ) -> Result<ApiError> {
        let _turn = app.passwords.turn().await?;
        let mut tx = app.db.unscoped("count a wrong try").await?;
        let mut counts = Vec::new();
        for (who, net) in self.counters(failure.shown) {
            counts.push(store::count_failure(tx.conn(), who, net).await?);
        }
        if counts.contains(&MANY) {
            // Whether anybody is there to be told is looked at later: here it would show in the time.
            let knock = match failure.shown {
                Shown::Password => Knock::TooManyTries,
                Shown::Code => Knock::WrongCodes,
            };
            knocks::leave(app, tx.conn(), knock, &self.email, self.origin).await?;
        }
        let failures = counts.first().copied().unwrap_or_default();
        tx.commit(self.refusal(app, failure, failures)).await?;
        Ok(answer.audited())
    }

    /// Too many wrong tries of this account from there: whether it exists is not even looked at for the answer.
    pub(super) async fn put_off(&self, app: &App, mut failure: Failure<'_>, wait_s: u32) -> Result<ApiError> {
        let _turn = app.passwords.turn().await?;
        let tx = app.db.unscoped("log a try that was put off").await?;
        failure.reason = "too_many_tries";
        tx.commit(self.refusal(app, &failure, 0)).await?;
        let mut error = ApiError::new(
            StatusCode::TOO_MANY_REQUESTS,
            "rate_limited",
            format!("Too many wrong tries. Wait {wait_s} seconds, then try again."),
        )
        .audited();
        error.retry_after_s = Some(wait_s);
        Ok(error)
    }

    /// Forgets the wrong tries before the right one; how many there were from here.
    pub(super) async fn forget(&self, conn: &mut PgConnection) -> Result<i32> {
        let mut before = 0;
        for (who, net) in self.counters(Shown::Code) {
            before = before.max(store::forget_failures(conn, who, net).await?);
        }
        Ok(before)
    }

    fn refusal(&self, app: &App, failure: &Failure<'_>, failures: i32) -> Event {
        let org = failure.account.map_or(app.provider, |account| account.org_id);
        let mut event = Event::by_platform(failure.kind, Outcome::Refused, org)
            .origin(self.origin.clone())
            .because(failure.reason)
            .details(json!({
                "reason": failure.reason,
                "failures": failures,
                "address": URL_SAFE_NO_PAD.encode(&self.pseudonym),
            }));
        event = match &failure.actor {
            Some(actor) => event.actor(actor.clone()),
            None => event,
        };
        match failure.account {
            Some(account) => event.target(Target::new("user", account.id.0, &account.email)),
            None => event,
        }
    }
}

/// All networks together.
fn everywhere() -> IpNetwork {
    Ipv4Network::new(Ipv4Addr::UNSPECIFIED, 0)
        .map_or_else(|_| IpAddr::from(Ipv4Addr::UNSPECIFIED).into(), IpNetwork::V4)
}

/// One household or office line: an IPv6 customer has at least a /64 to change addresses in.
pub(crate) fn network(ip: IpAddr) -> IpNetwork {
    let prefix = if ip.is_ipv4() { 32 } else { 64 };
    IpNetwork::new(ip, prefix)
        .and_then(|range| IpNetwork::new(range.network(), prefix))
        .unwrap_or_else(|_| IpNetwork::from(ip))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_one_line_count_together() {
        let net = |text: &str| network(text.parse().unwrap()).to_string();
        assert_eq!(net("203.0.113.9"), "203.0.113.9/32");
        assert_eq!(net("2001:db8:1:2:3::4"), "2001:db8:1:2::/64");
        assert_eq!(net("2001:db8:1:2:ffff::1"), net("2001:db8:1:2::1"));
        assert_eq!(everywhere().to_string(), "0.0.0.0/0");
    }
}
