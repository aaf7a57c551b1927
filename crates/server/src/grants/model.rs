//! What a grant is, and the rules of its terms.

use super::hours::{self, Hours, Opening};
use super::ranges;
use crate::access::caller::text_enum;
use crate::access::policies::Can;
use crate::access::{GrantFacts, OrganizationKind, Resource};
use crate::error::{ApiError, Result};
use crate::ids::{GrantId, OrganizationId, UserId};
use chrono::{DateTime, TimeDelta, Utc};
use ipnetwork::IpNetwork;
use serde::Serialize;
use std::net::IpAddr;
use utoipa::ToSchema;

/// An emergency lasts no longer than this.
pub const EMERGENCY_LIFE: TimeDelta = TimeDelta::minutes(60);

/// Whoever breaks the glass says why in a sentence of so many characters. The database asks for as many.
const SHORTEST_EMERGENCY_REASON: usize = 20;

text_enum! {
    /// How far a technician may go. The order is that of usefulness: the first is tried first.
    AccessLevel {
        /// All that the account can.
        FullAccess = "full_access",
        /// As full access; short, for a stated reason, told to all who must know.
        Emergency = "emergency",
        /// Look, never touch.
        ReadOnly = "read_only",
    }
}

impl AccessLevel {
    /// The most useful first.
    pub(super) fn rank(self) -> Option<usize> {
        Self::ALL.iter().position(|level| *level == self)
    }

    /// For a person.
    pub fn words(self) -> &'static str {
        match self {
            Self::FullAccess => "full access",
            Self::Emergency => "emergency access",
            Self::ReadOnly => "read-only access",
        }
    }
}

text_enum! {
    /// How a grant stands now. `wall.grant_status` in the database is the one place that says so.
    GrantStatus {
        /// It holds.
        Active = "active",
        /// It will hold.
        Scheduled = "scheduled",
        /// Its time is over.
        Expired = "expired",
        /// Somebody took it back.
        Revoked = "revoked",
    }
}

text_enum! {
    /// What a grant can be narrowed to; the database allows the same.
    Service {
        /// Terminals.
        Ssh = "ssh",
        /// Files.
        Sftp = "sftp",
        /// Windows desktops.
        Rdp = "rdp",
        /// Other desktops.
        Vnc = "vnc",
        /// Old terminals.
        Telnet = "telnet",
    }
}

/// The right of a technician to reach a customer.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Grant {
    /// Its id.
    pub id: GrantId,
    /// Who may.
    pub technician_id: UserId,
    /// The technician's name.
    pub technician_name: String,
    /// The technician's address.
    pub technician_email: String,
    /// Where.
    pub customer_org_id: OrganizationId,
    /// The customer's name.
    pub customer_org_name: String,
    /// How far.
    pub access_level: AccessLevel,
    /// How it stands now.
    pub status: GrantStatus,
    /// Why, for everyone who looks, the customer too.
    pub reason: String,
    /// The provider's own remarks; empty for a customer's people.
    pub notes: String,
    /// From where: addresses and ranges; empty: from anywhere.
    #[schema(value_type = Vec<String>)]
    #[serde(serialize_with = "ranges::serialize")]
    pub ip_ranges: Vec<IpNetwork>,
    /// Which services; empty: all.
    pub services: Vec<Service>,
    /// Not before.
    pub starts_at: Option<DateTime<Utc>>,
    /// Not from this instant on; none: until revoked.
    pub expires_at: Option<DateTime<Utc>>,
    /// At which times of the week; none: at any.
    pub hours: Option<Hours>,
    /// Whether it lets in now, by its own terms.
    pub open_now: bool,
    /// While it does not: when it will, by its beginning and its hours; null: it does, or will not.
    pub opens_at: Option<DateTime<Utc>>,
    /// While it does: when it will not any more, by its hours and its end; null: it does not, or no end is known.
    pub closes_at: Option<DateTime<Utc>>,
    /// Who granted it.
    pub granted_by_id: UserId,
    /// Their name at the time.
    pub granted_by_name: String,
    /// When.
    pub granted_at: DateTime<Utc>,
    /// When it was taken back, or closed after its expiry.
    pub revoked_at: Option<DateTime<Utc>>,
    /// By whom.
    pub revoked_by_name: Option<String>,
    /// Why.
    pub revoke_reason: Option<String>,
    /// When it last let somebody in.
    pub last_used_at: Option<DateTime<Utc>>,
    /// How often it let somebody in.
    pub use_count: i32,
    /// Raised by each change; send it as `If-Match` to change only what you saw.
    pub version: i64,
    /// What you may do to it.
    pub can: Can,
    #[serde(skip)]
    #[schema(ignore)]
    pub(super) customer_active: bool,
    /// Why it does not let in by its hours; none: it does.
    #[serde(skip)]
    #[schema(ignore)]
    pub(super) closed: Option<String>,
}

crate::http::versioned!(Grant);

/// What a technician's access is called.
pub(super) fn title(technician: &str, level: AccessLevel) -> String {
    format!("{technician} ({})", level.words())
}

impl Grant {
    /// The customer, as the policies see it.
    pub fn resource(&self) -> Resource {
        Resource {
            org_id: self.customer_org_id,
            kind: OrganizationKind::Customer,
            active: self.customer_active,
        }
    }

    /// As the policies see it when somebody comes from `client_ip`.
    pub fn facts(&self, client_ip: IpAddr) -> GrantFacts {
        GrantFacts {
            id: self.id,
            level: self.access_level.as_str().to_owned(),
            starts_at: self.starts_at,
            expires_at: self.expires_at,
            revoked: self.revoked_at.is_some(),
            address_allowed: ranges::allow(&self.ip_ranges, client_ip),
            services: self.services.iter().map(|service| service.as_str().to_owned()).collect(),
            closed: self.closed.clone(),
        }
    }

    /// Says when it opens and closes, by how its hours stand now, or at its beginning where that lies ahead.
    pub(super) fn stand(&mut self, opening: Option<&Opening>) {
        let within = opening.is_none_or(|opening| opening.open);
        let change = opening.and_then(|opening| opening.changes_at);
        let expires_at = self.expires_at;
        let opens = |at: Option<DateTime<Utc>>| at.filter(|at| expires_at.is_none_or(|end| *at < end));
        self.closed = opening
            .zip(self.hours.as_ref())
            .and_then(|(opening, hours)| opening.refusal(hours, &self.customer_org_name));
        self.open_now = within && self.status == GrantStatus::Active;
        self.opens_at = match self.status {
            GrantStatus::Active if !within => opens(change),
            GrantStatus::Scheduled if within => self.starts_at,
            GrantStatus::Scheduled => opens(change),
            _ => None,
        };
        self.closes_at = if self.open_now { change.into_iter().chain(expires_at).min() } else { None };
    }

    /// Whom it lets in and how far, for the log.
    pub fn title(&self) -> String {
        title(&self.technician_name, self.access_level)
    }

    /// Whether it holds, or will.
    pub(super) fn runs(&self) -> bool {
        matches!(self.status, GrantStatus::Active | GrantStatus::Scheduled)
    }

    /// Its terms as they are.
    pub(super) fn terms(&self) -> Terms {
        Terms {
            access_level: self.access_level,
            starts_at: self.starts_at,
            expires_at: self.expires_at,
            ip_ranges: self.ip_ranges.clone(),
            services: self.services.clone(),
            hours: self.hours.clone(),
            reason: self.reason.clone(),
            notes: self.notes.clone(),
        }
    }
}

/// What can be agreed on: all of a grant but who and where. Serialized for the log and the history, which customers
/// read: without the provider's own remarks.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Terms {
    /// How far.
    pub access_level: AccessLevel,
    /// Not before.
    pub starts_at: Option<DateTime<Utc>>,
    /// Not from this instant on; none: until revoked.
    pub expires_at: Option<DateTime<Utc>>,
    /// From where; empty: from anywhere.
    #[schema(value_type = Vec<String>)]
    #[serde(serialize_with = "ranges::serialize")]
    pub ip_ranges: Vec<IpNetwork>,
    /// Which services; empty: all.
    pub services: Vec<Service>,
    /// At which times of the week; null: at any.
    pub hours: Option<Hours>,
    /// Why the technician may.
    pub reason: String,
    #[serde(skip)]
    #[schema(ignore)]
    pub(super) notes: String,
}

impl Terms {
    /// Whether something that `before` allowed is not allowed by these any more: a live session may end by it.
    pub(super) fn narrow(&self, before: &Self) -> bool {
        let all_within = |inner: &[IpNetwork], outer: &[IpNetwork]| {
            outer.is_empty()
                || (!inner.is_empty()
                    && inner.iter().all(|range| outer.iter().any(|whole| ranges::holds(whole, range))))
        };
        let ends_sooner = match (self.expires_at, before.expires_at) {
            (Some(now), Some(then)) => now < then,
            (now, None) => now.is_some(),
            (None, Some(_)) => false,
        };
        let served = |service: &Service| self.services.is_empty() || self.services.contains(service);
        let asked: &[Service] = if before.services.is_empty() { Service::ALL } else { &before.services };
        self.access_level != before.access_level
            || ends_sooner
            || self.starts_at > before.starts_at
            || !asked.iter().all(served)
            || !all_within(&before.ip_ranges, &self.ip_ranges)
            || hours::narrower(self.hours.as_ref(), before.hours.as_ref())
    }

    /// `now`: when an emergency of these terms would begin at the earliest.
    pub(super) fn check_times(&self, now: DateTime<Utc>) -> Result<()> {
        if let (Some(starts_at), Some(expires_at)) = (self.starts_at, self.expires_at)
            && starts_at >= expires_at
        {
            return Err(ApiError::invalid("expiresAt", "it must lie after startsAt"));
        }
        if self.access_level == AccessLevel::Emergency
            && self.expires_at.is_none_or(|at| at > now + EMERGENCY_LIFE)
        {
            return Err(ApiError::invalid(
                "expiresAt",
                "emergency access needs an expiry at most 60 minutes after it began",
            ));
        }
        Ok(())
    }

    /// What is asked of an emergency besides, and of what `before` was one, by whatever way they get these terms.
    /// `wall.follow_emergency` in the database holds every way to the same.
    pub(super) fn check_emergency(&self, before: Option<&Grant>) -> Result<()> {
        let was = before.filter(|grant| grant.access_level == AccessLevel::Emergency);
        let wished = (self.access_level, self.starts_at, self.expires_at);
        if was.is_some_and(|was| wished != (was.access_level, was.starts_at, was.expires_at)) {
            return Err(ApiError::emergency_fixed());
        }
        if self.access_level != AccessLevel::Emergency {
            return Ok(());
        }
        // It waits for no hours: it is over within one.
        if self.hours.is_some() {
            return Err(ApiError::invalid("hours", "emergency access is not bound to hours; send null"));
        }
        match before {
            // One that began before its reason had to be a sentence keeps the one it has.
            Some(before) if before.reason == self.reason && was.is_some() => Ok(()),
            Some(before) if before.reason == self.reason => Err(ApiError::invalid(
                "reason",
                "say what happens; the reason that stands is for the access before",
            )),
            _ => check_emergency_reason(&self.reason),
        }
    }
}

/// What happens, for everybody who is told of it.
pub(super) fn check_emergency_reason(reason: &str) -> Result<()> {
    if reason.chars().count() < SHORTEST_EMERGENCY_REASON {
        let problem = format!("say what happens in at least {SHORTEST_EMERGENCY_REASON} characters");
        return Err(ApiError::invalid("reason", problem));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(
        level: AccessLevel,
        starts_in: Option<i64>,
        expires_in: Option<i64>,
        now: DateTime<Utc>,
    ) -> Terms {
        let at = |minutes: i64| now + TimeDelta::minutes(minutes);
        Terms {
            access_level: level,
            starts_at: starts_in.map(at),
            expires_at: expires_in.map(at),
            ip_ranges: Vec::new(),
            services: Vec::new(),
            hours: None,
            reason: "r".to_owned(),
            notes: String::new(),
        }
    }

    #[test]
    fn terms_are_narrower_when_they_take_something_away() {
        let now = crate::clock::Clock::default().now();
        let wide = terms(AccessLevel::FullAccess, Some(-10), Some(60), now);
        let ranges = |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect::<Vec<_>>();
        let narrow = |change: &dyn Fn(&mut Terms)| {
            let mut terms = wide.clone();
            change(&mut terms);
            (terms.narrow(&wide), wide.narrow(&terms))
        };
        assert_eq!(narrow(&|_| ()), (false, false));
        assert_eq!(narrow(&|terms| terms.reason.push('!')), (false, false));
        assert_eq!(narrow(&|terms| terms.access_level = AccessLevel::ReadOnly), (true, true));
        assert_eq!(narrow(&|terms| terms.expires_at = None), (false, true));
        assert_eq!(narrow(&|terms| terms.expires_at = Some(now)), (true, false));
        assert_eq!(narrow(&|terms| terms.starts_at = None), (false, true));
        assert_eq!(narrow(&|terms| terms.services = vec![Service::Ssh]), (true, false));
        assert_eq!(narrow(&|terms| terms.hours = Some(mondays())), (true, false));
        assert_eq!(narrow(&|terms| terms.ip_ranges = ranges(&["10.0.0.0/8"])), (true, false));
        let ten = Terms { ip_ranges: ranges(&["10.0.0.0/8", "2001:db8::/32"]), ..wide.clone() };
        for (texts, narrower) in [(&["10.0.0.0/8", "2001:db8::/31"][..], false), (&["10.1.0.0/16"], true)] {
            assert_eq!(Terms { ip_ranges: ranges(texts), ..wide.clone() }.narrow(&ten), narrower);
        }
    }

    fn mondays() -> Hours {
        let window = hours::HoursWindow {
            days: vec![hours::Weekday::Monday],
            from: "08:00".to_owned(),
            to: "18:00".to_owned(),
        };
        Hours { time_zone: "Europe/Berlin".to_owned(), windows: vec![window] }
    }

    #[test]
    fn an_emergency_has_no_hours_and_a_reason_that_is_a_sentence() {
        let now = crate::clock::Clock::default().now();
        let sentence = "the core switch is down";
        for (level, hours, reason, fits) in [
            (AccessLevel::FullAccess, Some(mondays()), "r", true),
            (AccessLevel::Emergency, Some(mondays()), sentence, false),
            (AccessLevel::Emergency, None, sentence, true),
            (AccessLevel::Emergency, None, "exactly nineteen ch", false),
        ] {
            let terms = Terms { hours, reason: reason.to_owned(), ..terms(level, None, Some(10), now) };
            assert_eq!(terms.check_emergency(None).is_ok(), fits, "{level} {reason}");
        }
    }

    #[test]
    fn an_emergency_ends_within_the_hour_and_every_grant_after_it_began() {
        let now = crate::clock::Clock::default().now();
        let cases = [
            (AccessLevel::FullAccess, None, None, true),
            (AccessLevel::FullAccess, Some(10), Some(20), true),
            (AccessLevel::FullAccess, Some(20), Some(20), false),
            (AccessLevel::ReadOnly, Some(21), Some(20), false),
            (AccessLevel::Emergency, None, None, false),
            (AccessLevel::Emergency, None, Some(60), true),
            (AccessLevel::Emergency, None, Some(61), false),
            (AccessLevel::Emergency, Some(30), Some(60), true),
            (AccessLevel::Emergency, Some(30), Some(90), false),
        ];
        for (level, starts_in, expires_in, fits) in cases {
            let verdict = terms(level, starts_in, expires_in, now).check_times(now);
            assert_eq!(verdict.is_ok(), fits, "{level} {starts_in:?} {expires_in:?}");
        }
    }
}
