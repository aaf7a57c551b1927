//! What a session is to the API, and the pure rules: who may be told what, how long it may last.

use crate::access::Resource;
use crate::access::caller::text_enum;
use crate::access::policies::Can;
use crate::error::{ApiError, Result};
use crate::http::{Order, text};
use crate::ids::{AssetId, CredentialId, GrantId, OrganizationId, SessionId, UserId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

text_enum! {
    /// Where a session stands.
    SessionStatus {
        /// The machine is being reached.
        Starting = "starting",
        /// Its technician is at it.
        Live = "live",
        /// Its technician's line is lost; it waits.
        Detached = "detached",
        /// Input is dead: something is in doubt.
        Frozen = "frozen",
        /// Over.
        Ended = "ended",
        /// Never began.
        Refused = "refused",
    }
}

text_enum! {
    /// What a ticket lets one do.
    TicketMode {
        /// Type; the session's technician alone.
        Control = "control",
        /// Look.
        Watch = "watch",
    }
}

/// A session on a customer's machine.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Session {
    /// Its id, and that of its recording.
    pub id: SessionId,
    /// The customer.
    pub organization_id: OrganizationId,
    /// The customer's name.
    pub organization_name: String,
    /// The machine.
    pub asset_id: AssetId,
    /// The machine's name at the time.
    pub asset_name: String,
    /// Who works there.
    pub technician_id: UserId,
    /// Their name at the time.
    pub technician_name: String,
    /// Their address at the time.
    pub technician_email: String,
    /// The account on the machine.
    pub username: String,
    /// Level of the grant and of the account.
    #[schema(value_type = crate::grants::AccessLevel)]
    pub access_level: String,
    /// `ssh`.
    pub protocol: String,
    /// Where it stands.
    pub status: SessionStatus,
    /// Why, in the technician's words.
    pub reason: String,
    /// Where the technician came from.
    pub client_ip: String,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When the terminal was there.
    pub started_at: Option<DateTime<Utc>>,
    /// When it was over.
    pub ended_at: Option<DateTime<Utc>>,
    /// Why it is over; stable.
    #[schema(value_type = Option<sallyport_relay::live::EndCode>)]
    pub end_code: Option<String>,
    /// Why it is over, for a person.
    pub end_message: Option<String>,
    /// The grant that it stands on.
    pub grant_id: GrantId,
    /// Why that was given.
    pub grant_reason: String,
    /// When that grant runs out.
    pub grant_expires_at: Option<DateTime<Utc>>,
    /// When that grant does not let it go on any more: by its end or its hours, whichever comes first.
    pub grant_closes_at: Option<DateTime<Utc>>,
    /// It ends then whatever happens.
    pub must_end_at: DateTime<Utc>,
    /// It ends after this many minutes without input.
    pub idle_minutes: i32,
    /// Columns of the terminal.
    pub cols: i32,
    /// Rows of the terminal.
    pub rows: i32,
    /// Who watches now.
    pub viewers: Vec<Viewer>,
    /// What you may do to it.
    pub can: Can,
    /// Whether the customer takes part; for the policies.
    #[serde(skip)]
    pub(super) organization_active: bool,
}

impl Session {
    /// As the policies see it.
    pub fn resource(&self) -> Resource {
        Resource {
            org_id: self.organization_id,
            kind: crate::access::OrganizationKind::Customer,
            active: self.organization_active,
        }
    }
}

/// Somebody who watches.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Viewer {
    /// Who.
    pub user_id: UserId,
    /// Their name.
    pub name: String,
}

/// A session to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StartSession {
    /// The machine.
    pub asset_id: AssetId,
    /// The account; without it, the one that fits the grant.
    pub credential_id: Option<CredentialId>,
    /// Why; the customer reads it.
    pub reason: Option<String>,
    /// Columns of the browser's terminal.
    pub cols: u16,
    /// Rows of it.
    pub rows: u16,
}

impl StartSession {
    /// The rules of its fields.
    pub fn check(&mut self) -> Result<()> {
        let reason = self.reason.as_deref().map(|reason| text::block("reason", reason, 1000));
        self.reason = reason.transpose()?;
        if !(2..=1000).contains(&self.cols) || !(1..=500).contains(&self.rows) {
            return Err(ApiError::invalid("cols", "a terminal has 2 to 1000 columns and 1 to 500 rows"));
        }
        Ok(())
    }
}

/// A session that began, and the right to attach to it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StartedSession {
    /// The session.
    pub session: Session,
    /// For the first message of the WebSocket.
    pub ticket: Ticket,
    /// Where the WebSocket is.
    pub websocket_path: String,
}

/// The right to attach.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct GivenTicket {
    /// For the first message of the WebSocket.
    pub ticket: Ticket,
    /// Where the WebSocket is.
    pub websocket_path: String,
}

/// The right to attach once, soon.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Ticket {
    /// Single use; never put it into a URL.
    pub token: String,
    /// Not after this.
    pub expires_at: DateTime<Utc>,
}

/// What to attach for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateTicket {
    /// Type or look.
    pub mode: TicketMode,
}

/// Why to end it.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EndSession {
    /// Shown to the technician and kept.
    pub reason: Option<String>,
}

text_enum! {
    /// What a list of sessions can be sorted by.
    SessionSort {
        /// By when it was asked for.
        CreatedAt = "createdAt",
        /// By when it was over; those that are not come last.
        EndedAt = "endedAt",
        /// By the machine's name.
        AssetName = "assetName",
        /// By the technician's name.
        TechnicianName = "technicianName",
        /// By the customer's name.
        OrganizationName = "organizationName",
        /// By how it stands.
        Status = "status",
    }
}

/// Which sessions to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct SessionFilter {
    /// `live` (all that are not over), or one status.
    pub status: Option<String>,
    /// Of one customer.
    pub organization_id: Option<OrganizationId>,
    /// Of one technician.
    pub technician_id: Option<UserId>,
    /// On one machine.
    pub asset_id: Option<AssetId>,
    /// A part of the machine's, technician's or customer's name.
    #[param(max_length = 200)]
    pub q: Option<String>,
    /// `createdAt` when not given.
    #[param(inline)]
    pub sort: Option<SessionSort>,
    /// `desc` when not given.
    #[param(inline)]
    pub order: Option<Order>,
    /// From 1.
    pub page: Option<i64>,
    /// 1 to 200.
    pub limit: Option<i64>,
}

impl SessionFilter {
    /// The statuses meant; empty: all.
    pub(super) fn statuses(&self) -> Result<Vec<String>> {
        match self.status.as_deref() {
            None => Ok(Vec::new()),
            Some("live") => Ok(["starting", "live", "detached", "frozen"].map(str::to_owned).to_vec()),
            Some(one) => {
                let status: SessionStatus =
                    one.parse().map_err(|_| ApiError::invalid("status", "it is no status of a session"))?;
                Ok(vec![status.as_str().to_owned()])
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn live_means_all_that_are_not_over() {
        let filter =
            |status: &str| SessionFilter { status: Some(status.to_owned()), ..SessionFilter::default() };
        assert_eq!(filter("live").statuses().unwrap().len(), 4);
        assert_eq!(filter("ended").statuses().unwrap(), ["ended"]);
        assert_eq!(filter("nonsense").statuses().unwrap_err().code, "invalid_input");
    }
}
