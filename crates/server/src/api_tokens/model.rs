//! A token as its owner sees it, and the wish for one.

use crate::error::{ApiError, Result};
use crate::grants::ranges;
use crate::http::text;
use crate::ids::{ApiTokenId, OrganizationId, UserId};
use chrono::{DateTime, Utc};
use ipnetwork::IpNetwork;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The longest life of a token, in days.
const MOST_DAYS: i32 = 365;

/// A token; what it is itself is shown once and kept nowhere.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApiToken {
    /// Its id.
    pub id: ApiTokenId,
    /// Whom it acts for.
    pub user_id: UserId,
    /// Their organization.
    pub organization_id: OrganizationId,
    /// What its owner calls it.
    pub name: String,
    /// What it may do of what its owner may.
    pub scopes: Vec<String>,
    /// From where it may be used; empty: from anywhere.
    #[serde(serialize_with = "ranges::serialize")]
    #[schema(value_type = Vec<String>)]
    pub ip_ranges: Vec<IpNetwork>,
    /// Since when there is one.
    pub created_at: DateTime<Utc>,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<DateTime<Utc>>,
    /// From where.
    pub last_used_ip: Option<String>,
}

/// A new token. This is the only time that it is shown.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreatedApiToken {
    /// To be sent as `Authorization: Bearer`.
    pub token: String,
    /// What is kept of it.
    pub api_token: ApiToken,
}

/// The wish for a token.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateApiToken {
    /// What to call it, 1 to 120 characters: the machine or the job that holds it.
    pub name: String,
    /// What it may do; see `getApiTokenScopes`.
    pub scopes: Vec<String>,
    /// After how many days it ends, 1 to 365.
    pub expires_in_days: i32,
    /// From where it may be used, as addresses and ranges; from anywhere when not given.
    #[serde(default)]
    pub ip_ranges: Vec<String>,
}

/// A wish that fits.
#[derive(Debug)]
pub(super) struct Checked {
    pub(super) name: String,
    pub(super) scopes: Vec<String>,
    pub(super) days: i32,
    pub(super) ip_ranges: Vec<IpNetwork>,
}

impl CreateApiToken {
    /// The rules of its fields.
    pub(super) fn checked(self) -> Result<Checked> {
        let scopes = super::scopes::check(&self.scopes)?;
        if !(1..=MOST_DAYS).contains(&self.expires_in_days) {
            return Err(ApiError::invalid("expiresInDays", format!("it must lie between 1 and {MOST_DAYS}")));
        }
        Ok(Checked {
            name: text::line("name", &self.name, 120)?,
            scopes: scopes.into_iter().map(str::to_owned).collect(),
            days: self.expires_in_days,
            ip_ranges: ranges::parse("ipRanges", &self.ip_ranges)?,
        })
    }
}
