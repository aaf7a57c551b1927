//! Rate limits: in this process, and counted together with the other instances where there is a Redis. A request over
//! the limit is told when to come back; it is not audited one by one, or a storm of requests would be a storm of writes.

mod standing;
mod together;

pub use standing::Standing;
pub use together::keep_counting_together;

use crate::access::Caller;
use crate::config;
use crate::error::{ApiError, Result};
use crate::ids::{OrganizationId, UserId};
use axum::http::StatusCode;
use governor::clock::{Clock as _, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::{DefaultKeyedRateLimiter, Quota};
use standing::{Left, Limit};
use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;
use together::Together;

/// So many seconds' worth pass at once.
const BURST_SECONDS: NonZeroU32 = NonZeroU32::MIN.saturating_add(2);

/// What strangers at one address may leave in a log: 50 entries at once, two a second.
const STRANGERS_ENTRIES: Quota =
    Quota::per_second(NonZeroU32::MIN.saturating_add(1)).allow_burst(NonZeroU32::MIN.saturating_add(49));

type KeyedRateLimiter<K> = DefaultKeyedRateLimiter<K, StateInformationMiddleware>;

/// One limiter for each kind of key.
#[derive(Debug)]
pub struct Limits {
    organizations: (Limit, KeyedRateLimiter<OrganizationId>),
    users: (Limit, KeyedRateLimiter<UserId>),
    addresses: (Limit, KeyedRateLimiter<IpAddr>),
    strangers_entries: DefaultKeyedRateLimiter<IpAddr>,
    clock: DefaultClock,
    together: Together,
}

impl Limits {
    /// By the configuration.
    pub fn new(limits: &config::Limits) -> Self {
        Self {
            organizations: limiter("organization", limits.organization_per_second),
            users: limiter("user", limits.user_per_second),
            addresses: limiter("address", limits.address_per_second),
            strangers_entries: DefaultKeyedRateLimiter::keyed(STRANGERS_ENTRIES),
            clock: DefaultClock::default(),
            together: Together::default(),
        }
    }

    /// Whether one more entry of a stranger at this address goes into a log: one who knocks without end leaves room for
    /// what others do.
    pub fn has_entry_for(&self, address: IpAddr) -> bool {
        self.strangers_entries.check_key(&network_of(address)).is_ok()
    }

    /// Counts a request of a signed-in person against them and their organization.
    pub async fn count_caller(&self, caller: &Caller, standing: &mut Standing) -> Result<()> {
        let (org, user) = (caller.org_id, caller.user_id);
        self.count(&self.users, &user, || together::user_key(org, user), standing).await?;
        self.count_organization(org, standing).await
    }

    /// Counts a request of nobody in particular against an organization.
    pub async fn count_organization(&self, org: OrganizationId, standing: &mut Standing) -> Result<()> {
        self.count(&self.organizations, &org, || together::organization_key(org), standing).await
    }

    /// Counts a request of a stranger against their address.
    pub async fn count_stranger(&self, address: IpAddr, standing: &mut Standing) -> Result<()> {
        let network = network_of(address);
        self.count(&self.addresses, &network, || together::address_key(network), standing).await
    }

    /// Forgets keys that have been quiet for long.
    pub fn tidy(&self) {
        self.organizations.1.retain_recent();
        self.users.1.retain_recent();
        self.addresses.1.retain_recent();
        self.strangers_entries.retain_recent();
    }

    /// Here first: what this instance alone has counted holds whatever Redis says or does not say.
    async fn count<K: Hash + Eq + Clone>(
        &self,
        (limit, limiter): &(Limit, KeyedRateLimiter<K>),
        key: &K,
        shared_key: impl FnOnce() -> String,
        standing: &mut Standing,
    ) -> Result<()> {
        let counted = match limiter.check_key(key) {
            Ok(state) => {
                let here = state.remaining_burst_capacity();
                let together = self.together.count(shared_key, *limit).await;
                together.map_or(Ok(here), |all| Ok(here.min(all?)))
            }
            Err(refusal) => Err(refusal.wait_time_from(self.clock.now())),
        };
        match counted {
            Ok(remaining) => {
                standing.note(Left::of(*limit, remaining));
                Ok(())
            }
            Err(wait) => {
                standing.note(Left::none(*limit, wait));
                Err(too_many(wait))
            }
        }
    }
}

fn limiter<K: Hash + Eq + Clone>(name: &'static str, per_second: NonZeroU32) -> (Limit, KeyedRateLimiter<K>) {
    let limit = Limit { name, per_second, burst: per_second.saturating_mul(BURST_SECONDS) };
    let quota = Quota::per_second(per_second).allow_burst(limit.burst);
    (limit, DefaultKeyedRateLimiter::keyed(quota).with_middleware())
}

fn too_many(wait: Duration) -> ApiError {
    let mut error = ApiError::new(
        StatusCode::TOO_MANY_REQUESTS,
        "rate_limited",
        "Too many requests in a short time. Wait a moment and try again.",
    )
    .audited();
    error.retry_after_s = Some(standing::whole_seconds(wait));
    error
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

    #[tokio::test]
    async fn one_address_in_a_storm_leaves_another_alone() {
        let limits = Limits::new(&config::Limits::default());
        let storm = IpAddr::from([192, 0, 2, 1]);
        let mut refused = 0;
        for _ in 0..1000 {
            refused += usize::from(limits.count_stranger(storm, &mut Standing::default()).await.is_err());
        }
        assert!(refused > 800, "{refused}");
        let calm = IpAddr::from([192, 0, 2, 2]);
        assert!(limits.count_stranger(calm, &mut Standing::default()).await.is_ok());
        let refusal = limits.count_stranger(storm, &mut Standing::default()).await.unwrap_err();
        assert_eq!((refusal.code, refusal.retry_after_s), ("rate_limited", Some(1)));
    }

    #[tokio::test]
    async fn an_answer_says_what_is_left_and_when_it_is_whole_again() {
        let limits = Limits::new(&config::Limits::default());
        let mut headers = axum::http::HeaderMap::new();
        let mut standing = Standing::default();
        limits.count_stranger(IpAddr::from([192, 0, 2, 1]), &mut standing).await.unwrap();
        standing.tell(&mut headers);
        assert_eq!(headers["ratelimit-policy"], r#""address";q=150;w=3"#);
        assert_eq!(headers["ratelimit"], r#""address";r=149;t=1"#);
    }

    #[test]
    fn a_64_network_is_one_address() {
        let address = |text: &str| text.parse::<IpAddr>().unwrap();
        assert_eq!(network_of(address("2001:db8::1")), network_of(address("2001:db8::2:3")));
        assert_ne!(network_of(address("2001:db8::1")), network_of(address("2001:db8:0:1::1")));
    }
}
