//! Whether a live session may go on, as far as its grant is concerned. Pure: the relay asks with a fresh row
//! several times a second.

use super::model::{AccessLevel, Service};
use super::ranges;
use chrono::{DateTime, Utc};
use ipnetwork::IpNetwork;
use std::net::IpAddr;

/// What a live session stands on, read from its grant's row just now.
#[derive(Clone, Debug)]
pub struct LeaseTerms {
    /// How far the grant goes now.
    pub access_level: AccessLevel,
    /// Not before.
    pub starts_at: Option<DateTime<Utc>>,
    /// Not from this instant on.
    pub expires_at: Option<DateTime<Utc>>,
    /// Whether it was taken back.
    pub revoked_at: Option<DateTime<Utc>>,
    /// Why, by whoever did.
    pub revoke_reason: Option<String>,
    /// From where; empty: from anywhere.
    pub ip_ranges: Vec<IpNetwork>,
    /// Which services; empty: all.
    pub services: Vec<Service>,
    /// Whether this is one of its hours, by the database.
    pub within_hours: bool,
}

/// What the session is.
#[derive(Clone, Copy, Debug)]
pub struct LeaseUse {
    /// The level that it was opened by.
    pub access_level: AccessLevel,
    /// The service that it uses.
    pub service: Service,
    /// Where its owner comes from.
    pub client_ip: IpAddr,
}

/// Why it must end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeaseEnd {
    /// An end code of the terminal's contract.
    pub code: &'static str,
    /// For the screen.
    pub message: String,
}

/// None while the session may go on. `now` is the database's clock, read with the row.
pub fn lease_end(terms: &LeaseTerms, session: &LeaseUse, now: DateTime<Utc>) -> Option<LeaseEnd> {
    let end = |code, message: &str| Some(LeaseEnd { code, message: message.to_owned() });
    if terms.expires_at.is_some_and(|at| at <= now) {
        return end("grant_expired", "Your access to this customer has expired.");
    }
    if !terms.within_hours {
        return end("outside_hours", "Your access to this customer is not open at this time of the week.");
    }
    if terms.revoked_at.is_some() {
        let why = terms.revoke_reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
        return end("grant_revoked", &format!("Your access to this customer was revoked{why}"));
    }
    if terms.access_level != session.access_level {
        let words = terms.access_level.words();
        return end("grant_revoked", &format!("Your access to this customer was changed to {words}."));
    }
    if !terms.services.is_empty() && !terms.services.contains(&session.service) {
        let service = session.service.as_str();
        return end(
            "grant_revoked",
            &format!("Your access to this customer does not cover {service} any more."),
        );
    }
    if !ranges::allow(&terms.ip_ranges, session.client_ip) {
        return end("grant_revoked", "Your access to this customer does not allow your address any more.");
    }
    if terms.starts_at.is_some_and(|at| at > now) {
        return end("grant_revoked", "Your access to this customer begins later now.");
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    /// Changes one thing at a time and says how the session ends.
    #[test]
    fn at44_g01_g06_a_lease_ends_with_what_it_stands_on() {
        let now = crate::clock::Clock::default().now();
        let (past, next) = (now - TimeDelta::milliseconds(1), now + TimeDelta::milliseconds(1));
        let good = LeaseTerms {
            access_level: AccessLevel::FullAccess,
            starts_at: Some(now),
            expires_at: Some(next),
            revoked_at: None,
            revoke_reason: None,
            ip_ranges: vec!["10.0.0.0/8".parse().unwrap()],
            services: vec![Service::Ssh],
            within_hours: true,
        };
        let session = LeaseUse {
            access_level: AccessLevel::FullAccess,
            service: Service::Ssh,
            client_ip: "10.1.2.3".parse().unwrap(),
        };
        let code = |change: fn(&mut LeaseTerms), now| {
            let mut terms = good.clone();
            change(&mut terms);
            lease_end(&terms, &session, now).map(|end| end.code)
        };
        assert_eq!(code(|_| (), now), None);
        assert_eq!(code(|terms| terms.ip_ranges.clear(), now), None);
        assert_eq!(code(|terms| terms.services.clear(), now), None);
        assert_eq!(code(|terms| terms.expires_at = None, now + TimeDelta::days(900)), None);
        assert_eq!(code(|_| (), next), Some("grant_expired"));
        assert_eq!(code(|_| (), past), Some("grant_revoked"));
        assert_eq!(code(|terms| terms.revoked_at = terms.starts_at, now), Some("grant_revoked"));
        assert_eq!(code(|terms| terms.within_hours = false, now), Some("outside_hours"));
        assert_eq!(code(|terms| terms.access_level = AccessLevel::ReadOnly, now), Some("grant_revoked"));
        assert_eq!(code(|terms| terms.services = vec![Service::Rdp], now), Some("grant_revoked"));
        assert_eq!(
            code(|terms| terms.ip_ranges = vec!["10.9.0.0/16".parse().unwrap()], now),
            Some("grant_revoked")
        );
        let revoked =
            LeaseTerms { revoked_at: Some(now), revoke_reason: Some("wrong customer".to_owned()), ..good };
        let end = lease_end(&revoked, &session, now).unwrap();
        assert_eq!(end.message, "Your access to this customer was revoked: wrong customer");
    }
}
