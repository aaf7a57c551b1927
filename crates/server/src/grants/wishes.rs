//! What people send: a grant to be, a change, a revocation, a question; and the rules of their fields.

use super::hours::Hours;
use super::model::{AccessLevel, Grant, GrantStatus, Service, Terms};
use super::ranges;
use crate::access::caller::text_enum;
use crate::error::{ApiError, Result};
use crate::http::{Order, text};
use crate::ids::{OrganizationId, UserId};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Deserializer};
use utoipa::{IntoParams, ToSchema};

/// An expiry beyond it is a slip of the finger.
const FARTHEST: TimeDelta = TimeDelta::days(3653);

/// A grant to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateGrant {
    /// An active technician of the provider.
    pub technician_id: UserId,
    /// An active customer.
    pub customer_org_id: OrganizationId,
    /// How far.
    pub access_level: AccessLevel,
    /// Not before; at once when not given.
    pub starts_at: Option<DateTime<Utc>>,
    /// Not from this instant on. Emergency access needs it, within 60 minutes.
    pub expires_at: Option<DateTime<Utc>>,
    /// Addresses and ranges like `10.20.0.0/16`; anywhere when empty.
    #[serde(default)]
    pub ip_ranges: Vec<String>,
    /// All when empty.
    #[serde(default)]
    pub services: Vec<Service>,
    /// At any time of the week when not given. An emergency has none.
    pub hours: Option<Hours>,
    /// Why; the customer reads it. 1 to 1000 characters; emergency access asks for 20.
    pub reason: String,
    /// The provider's own remarks, at most 4000 characters.
    #[serde(default)]
    pub notes: String,
}

impl CreateGrant {
    /// The rules of its fields.
    pub(super) fn terms(&self, now: DateTime<Utc>) -> Result<Terms> {
        let terms = Terms {
            access_level: self.access_level,
            starts_at: self.starts_at,
            expires_at: self.expires_at,
            ip_ranges: ranges::parse("ipRanges", &self.ip_ranges)?,
            services: distinct(&self.services),
            hours: self.hours.as_ref().map(Hours::checked).transpose()?,
            reason: text::line("reason", &self.reason, 1000)?,
            notes: text::block("notes", &self.notes, 4000)?,
        };
        check_expiry(terms.expires_at, now)?;
        check_start(terms.starts_at, now)?;
        terms.check_times(now)?;
        terms.check_emergency(None)?;
        Ok(terms)
    }
}

/// What to change; what is not given stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateGrant {
    /// How far.
    pub access_level: Option<AccessLevel>,
    /// A new expiry; null: until revoked.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<DateTime<Utc>>)]
    pub expires_at: Option<Option<DateTime<Utc>>>,
    /// All addresses and ranges anew; anywhere when empty.
    pub ip_ranges: Option<Vec<String>>,
    /// All services anew; all when empty.
    pub services: Option<Vec<Service>>,
    /// All hours anew; null: any time.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Hours>)]
    pub hours: Option<Option<Hours>>,
    /// Why. What becomes emergency access needs a new one of at least 20 characters.
    pub reason: Option<String>,
    /// The provider's own remarks.
    pub notes: Option<String>,
}

/// Tells `null` from "not given".
#[expect(clippy::option_option, reason = "three states of a JSON field: absent, null, a value")]
pub(super) fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    value: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(value).map(Some)
}

impl UpdateGrant {
    /// The terms that `before` would have.
    pub(super) fn terms(&self, before: &Grant, now: DateTime<Utc>) -> Result<Terms> {
        let mut terms = before.terms();
        if let Some(ip_ranges) = &self.ip_ranges {
            terms.ip_ranges = ranges::parse("ipRanges", ip_ranges)?;
        }
        if let Some(services) = &self.services {
            terms.services = distinct(services);
        }
        if let Some(hours) = &self.hours {
            terms.hours = hours.as_ref().map(Hours::checked).transpose()?;
        }
        if let Some(reason) = &self.reason {
            terms.reason = text::line("reason", reason, 1000)?;
        }
        if let Some(notes) = &self.notes {
            terms.notes = text::block("notes", notes, 4000)?;
        }
        if let Some(expires_at) = self.expires_at {
            check_expiry(expires_at, now)?;
            terms.expires_at = expires_at;
        }
        terms.access_level = self.access_level.unwrap_or(before.access_level);
        terms.check_emergency(Some(before))?;
        if (terms.access_level, terms.expires_at) != (before.access_level, before.expires_at) {
            terms.check_times(now)?;
        }
        Ok(terms)
    }
}

/// Not past, and not beyond belief.
pub(super) fn check_expiry(expires_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Result<()> {
    if expires_at.is_some_and(|at| at <= now) {
        return Err(ApiError::invalid("expiresAt", "it lies in the past"));
    }
    if expires_at.is_some_and(|at| at > now + FARTHEST) {
        return Err(ApiError::invalid(
            "expiresAt",
            "it lies more than ten years ahead; leave it out for no end",
        ));
    }
    Ok(())
}

/// The same of a beginning.
pub(super) fn check_start(starts_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Result<()> {
    if starts_at.is_some_and(|at| at < now - TimeDelta::days(1) || at > now + FARTHEST) {
        return Err(ApiError::invalid("startsAt", "it must lie between now and ten years ahead"));
    }
    Ok(())
}

/// Each once, in their order.
pub(super) fn distinct(services: &[Service]) -> Vec<Service> {
    Service::ALL.iter().copied().filter(|service| services.contains(service)).collect()
}

/// Why a grant is taken back.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RevokeGrant {
    /// For the log, the technician and the customer. 1 to 1000 characters.
    pub reason: String,
}

text_enum! {
    /// What a list of grants can be sorted by.
    GrantSort {
        /// When it was granted.
        GrantedAt = "grantedAt",
        /// When it ends; endless ones last.
        ExpiresAt = "expiresAt",
        /// When it was last used; unused ones first.
        LastUsedAt = "lastUsedAt",
        /// By the technician's name.
        TechnicianName = "technicianName",
        /// By the customer's name.
        CustomerOrgName = "customerOrgName",
        /// By level.
        AccessLevel = "accessLevel",
        /// By how it stands.
        Status = "status",
    }
}

/// Which grants to list.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct GrantFilter {
    /// Those for one customer.
    pub organization_id: Option<OrganizationId>,
    /// Those of one technician.
    pub technician_id: Option<UserId>,
    /// How they stand.
    pub status: Option<GrantStatus>,
    /// How far they go.
    pub access_level: Option<AccessLevel>,
    /// A part of the technician's or the customer's name or of the reason.
    #[param(max_length = 200)]
    pub q: Option<String>,
    /// `grantedAt` when not given.
    #[param(inline)]
    pub sort: Option<GrantSort>,
    /// `desc` when not given.
    #[param(inline)]
    pub order: Option<Order>,
    /// From 1.
    pub page: Option<i64>,
    /// 1 to 200.
    pub limit: Option<i64>,
}
