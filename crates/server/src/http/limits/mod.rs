//! Rate limits, in this process. A request over the limit is told when to come back; it is not audited one by
//! one, or a storm of requests would be a storm of writes.

use crate::access::Caller;
use crate::config;
use crate::error::{ApiError, Result};
use crate::ids::{OrganizationId, UserId};
use axum::http::StatusCode;
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota};
use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;

/// One limiter for each kind of key.
#[derive(Debug)]
pub struct Limits {
    organizations: DefaultKeyedRateLimiter<OrganizationId>,
    users: DefaultKeyedRateLimiter<UserId>,
    addresses: DefaultKeyedRateLimiter<IpAddr>,
    clock: DefaultClock,
}

impl Limits {
    /// By the configuration.
    pub fn new(limits: &config::Limits) -> Self {
        let quota = |rate: NonZeroU32| {
            Quota::per_second(rate).allow_burst(rate.saturating_mul(NonZeroU32::MIN.saturating_add(2)))
        };
        Self {
            organizations: DefaultKeyedRateLimiter::keyed(quota(limits.organization_per_second)),
            users: DefaultKeyedRateLimiter::keyed(quota(limits.user_per_second)),
            addresses: DefaultKeyedRateLimiter::keyed(quota(limits.address_per_second)),
            clock: DefaultClock::default(),
        }
    }

    /// Counts a request of a signed-in person against them and their organization.
    pub fn count_caller(&self, caller: &Caller) -> Result<()> {
        self.count(&self.users, &caller.user_id)?;
        self.count_organization(caller.org_id)
    }

    /// Counts a request of nobody in particular against an organization.
    pub fn count_organization(&self, organization: OrganizationId) -> Result<()> {
        self.count(&self.organizations, &organization)
    }

    /// Counts a request of a stranger against their address.
    pub fn count_stranger(&self, address: IpAddr) -> Result<()> {
        self.count(&self.addresses, &network_of(address))
    }

    /// Forgets keys that have been quiet for long.
    pub fn tidy(&self) {
        self.organizations.retain_recent();
        self.users.retain_recent();
        self.addresses.retain_recent();
    }

    fn count<K: Hash + Eq + Clone>(&self, limiter: &DefaultKeyedRateLimiter<K>, key: &K) -> Result<()> {
        let Err(refusal) = limiter.check_key(key) else { return Ok(()) };
        let wait = refusal.wait_time_from(self.clock.now());
        let mut error = ApiError::new(
            StatusCode::TOO_MANY_REQUESTS,
            "rate_limited",
            "Too many requests in a short time. Wait a moment and try again.",
        )
        .audited();
        error.retry_after_s = Some(u32::try_from(wait.as_secs()).unwrap_or(1).max(1));
        Err(error)
    }
}

/// An IPv6 customer has a whole /64 to call from; it is one address here.
fn network_of(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => IpAddr::from((u128::from(v6) >> 64 << 64).to_be_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_in_a_storm_leaves_another_alone() {
        let limits = Limits::new(&config::Limits::default());
        let storm = IpAddr::from([192, 0, 2, 1]);
        let refused = (0..1000).filter(|_| limits.count_stranger(storm).is_err()).count();
        assert!(refused > 800, "{refused}");
        assert!(limits.count_stranger(IpAddr::from([192, 0, 2, 2])).is_ok());
        let refusal = limits.count_stranger(storm).unwrap_err();
        assert_eq!((refusal.code, refusal.retry_after_s), ("rate_limited", Some(1)));
    }

    #[test]
    fn a_64_network_is_one_address() {
        let address = |text: &str| text.parse::<IpAddr>().unwrap();
        assert_eq!(network_of(address("2001:db8::1")), network_of(address("2001:db8::2:3")));
        assert_ne!(network_of(address("2001:db8::1")), network_of(address("2001:db8:0:1::1")));
    }
}
