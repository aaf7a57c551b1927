//! A directory's token as its organization sees it, and the wish for one.

use crate::access::Resource;
use crate::access::policies::Can;
use crate::error::{ApiError, Result};
use crate::http::text;
use crate::ids::{DirectoryTokenId, OrganizationId, SsoConnectionId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The longest life of a token, in days.
const MOST_DAYS: i32 = 365;

/// A directory's token; what it is itself is shown once and kept nowhere.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DirectoryToken {
    /// Its id.
    pub id: DirectoryTokenId,
    /// Whose directory comes by it.
    pub organization_id: OrganizationId,
    /// What the directory is called; its changes stand in the log under this name.
    pub name: String,
    /// The connection whose groups give roles, and by which its people sign in; null: no group gives a role.
    pub connection_id: Option<SsoConnectionId>,
    /// What that is called.
    pub connection_name: Option<String>,
    /// Who made it, as they were called then.
    pub created_by: String,
    /// Since when there is one.
    pub created_at: DateTime<Utc>,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<DateTime<Utc>>,
    /// From where.
    pub last_used_ip: Option<String>,
    /// Where SCIM is reached: to be entered at the directory.
    pub scim_url: String,
    /// What you may do to it.
    pub can: Can,
    #[serde(skip)]
    #[schema(ignore)]
    pub(super) organization: Resource,
}

impl DirectoryToken {
    /// The organization, as the policies see it.
    pub fn resource(&self) -> Resource {
        self.organization.clone()
    }
}

/// A new token. This is the only time that it is shown.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreatedDirectoryToken {
    /// To be entered at the directory as its secret token.
    pub token: String,
    /// What is kept of it.
    pub directory_token: DirectoryToken,
}

/// The wish for a token.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateDirectoryToken {
    /// Whose directory comes by it: a customer.
    pub organization_id: OrganizationId,
    /// What to call the directory, 1 to 120 characters.
    pub name: String,
    /// After how many days it ends, 1 to 365.
    pub expires_in_days: i32,
    /// The connection whose groups give roles, and by which its people sign in; none when not given.
    pub connection_id: Option<SsoConnectionId>,
}

impl CreateDirectoryToken {
    /// The same by the rules of its fields.
    pub(super) fn checked(self) -> Result<Self> {
        if !(1..=MOST_DAYS).contains(&self.expires_in_days) {
            return Err(ApiError::invalid("expiresInDays", format!("it must lie between 1 and {MOST_DAYS}")));
        }
        Ok(Self { name: text::line("name", &self.name, 120)?, ..self })
    }
}
