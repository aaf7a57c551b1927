//! What people send: a request to be, a change of one, a decision, a question; and the rules of their fields.

use super::model::{AccessRequest, RequestStatus, RequestedLevel};
use crate::access::caller::text_enum;
use crate::error::Result;
use crate::grants::hours::Hours;
use crate::grants::model::{Service, Terms};
use crate::grants::ranges;
use crate::grants::wishes::{check_expiry, check_start, distinct, given};
use crate::http::{Order, text};
use crate::ids::{OrganizationId, UserId};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// A request to be, of whoever sends it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateAccessRequest {
    /// The customer's id, or its exact name in any case: customers whom one may not see are in no list.
    pub customer: String,
    /// How far.
    pub access_level: RequestedLevel,
    /// Not before; at once when not given.
    pub starts_at: Option<DateTime<Utc>>,
    /// Not from this instant on.
    pub expires_at: Option<DateTime<Utc>>,
    /// Addresses and ranges like `10.20.0.0/16`; anywhere when empty.
    #[serde(default)]
    pub ip_ranges: Vec<String>,
    /// All when empty.
    #[serde(default)]
    pub services: Vec<Service>,
    /// At any time of the week when not given.
    pub hours: Option<Hours>,
    /// Why; whoever decides reads it. 1 to 1000 characters.
    pub reason: String,
}

impl CreateAccessRequest {
    /// The rules of its fields.
    pub(super) fn terms(&self, now: DateTime<Utc>) -> Result<Terms> {
        let terms = Terms {
            access_level: self.access_level.level(),
            starts_at: self.starts_at,
            expires_at: self.expires_at,
            ip_ranges: ranges::parse("ipRanges", &self.ip_ranges)?,
            services: distinct(&self.services),
            hours: self.hours.as_ref().map(Hours::checked).transpose()?,
            reason: text::line("reason", &self.reason, 1000)?,
            notes: String::new(),
        };
        check(&terms, now)?;
        Ok(terms)
    }
}

fn check(terms: &Terms, now: DateTime<Utc>) -> Result<()> {
    check_expiry(terms.expires_at, now)?;
    check_start(terms.starts_at, now)?;
    terms.check_times(now)
}

/// What to ask for instead; what is not given stays. Every approval is void by it.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateAccessRequest {
    /// Another beginning; null: at once.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<DateTime<Utc>>)]
    pub starts_at: Option<Option<DateTime<Utc>>>,
    /// Another end; null: until revoked.
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
    /// Why.
    pub reason: Option<String>,
}

impl UpdateAccessRequest {
    /// The terms that `before` would have.
    pub(super) fn terms(&self, before: &AccessRequest, now: DateTime<Utc>) -> Result<Terms> {
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
        if let Some(starts_at) = self.starts_at {
            check_start(starts_at, now)?;
            terms.starts_at = starts_at;
        }
        if let Some(expires_at) = self.expires_at {
            check_expiry(expires_at, now)?;
            terms.expires_at = expires_at;
        }
        terms.check_times(now)?;
        Ok(terms)
    }
}

/// An approval.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ApproveAccessRequest {
    /// The `termsHash` of the request as it was looked at.
    pub terms_hash: String,
    /// A remark for one's own side, at most 1000 characters.
    pub note: Option<String>,
}

/// A refusal.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RefuseAccessRequest {
    /// Why not, for whoever asked. 1 to 1000 characters.
    pub reason: String,
}

text_enum! {
    /// What a list of requests can be sorted by.
    AccessRequestSort {
        /// When it was asked.
        CreatedAt = "createdAt",
        /// When it lapses.
        ExpiresOn = "expiresOn",
        /// By the technician's name.
        TechnicianName = "technicianName",
        /// By the customer's name.
        CustomerOrgName = "customerOrgName",
        /// By how it stands.
        Status = "status",
    }
}

/// Which requests to list.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct AccessRequestFilter {
    /// How they stand.
    pub status: Option<RequestStatus>,
    /// Those of one technician.
    pub technician_id: Option<UserId>,
    /// Those for one customer.
    pub customer_org_id: Option<OrganizationId>,
    /// `createdAt` when not given.
    #[param(inline)]
    pub sort: Option<AccessRequestSort>,
    /// `desc` when not given.
    #[param(inline)]
    pub order: Option<Order>,
    /// From 1.
    pub page: Option<i64>,
    /// 1 to 200.
    pub limit: Option<i64>,
}
