//! What can be exported, and in which shapes.

use crate::access::caller::text_enum;
use crate::audit::{LogFilter, Outcome, RiskLevel};
use crate::ids::{AuditTargetId, OrganizationId, RequestId, SessionId, UserId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use utoipa::{IntoParams, ToSchema};

text_enum! {
    /// The shape of an export.
    ExportFormat {
        /// A table (RFC 4180), safe to open in a spreadsheet.
        Csv = "csv",
        /// One JSON object a line, as the API itself answers.
        Ndjson = "ndjson",
        /// One JSON object a line, in the Open Cybersecurity Schema Framework.
        Ocsf = "ocsf",
    }
}

impl ExportFormat {
    /// For the header of the answer.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Ndjson | Self::Ocsf => "application/x-ndjson",
        }
    }

    /// The end of the file's name.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Ndjson => "ndjson",
            Self::Ocsf => "ocsf.ndjson",
        }
    }
}

/// What is to be exported: the filters of the log.
#[derive(Debug, Deserialize, Serialize, IntoParams, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct ExportFilter {
    /// In which shape.
    #[param(inline)]
    pub format: ExportFormat,
    /// Entries of one organization.
    pub organization_id: Option<OrganizationId>,
    /// Entries of one person.
    pub actor_id: Option<UserId>,
    /// Entries of one live session.
    pub session_id: Option<SessionId>,
    /// Entries of what happened to one thing: a person, a grant, a machine, whatever has an id.
    pub target_id: Option<AuditTargetId>,
    /// Entries of what came from one address.
    #[param(value_type = Option<String>)]
    #[schema(value_type = Option<String>)]
    pub client_ip: Option<IpAddr>,
    /// Entries of one request.
    pub request_id: Option<RequestId>,
    /// Entries that are evidence for one control: `CC6.1`, `A.8.15`.
    pub control: Option<String>,
    /// `grant.create`, or `grant.` for all of a noun.
    pub code: Option<String>,
    /// How it went.
    pub outcome: Option<Outcome>,
    /// How much harm lies in it.
    pub risk_level: Option<RiskLevel>,
    /// From this instant on (RFC 3339).
    pub from: Option<DateTime<Utc>>,
    /// Before this instant; what happens after the export was asked for is never in it.
    pub to: Option<DateTime<Utc>>,
    /// A part of the sentence.
    #[param(max_length = 200)]
    pub q: Option<String>,
}

impl ExportFilter {
    /// The same question to the log, with an end: an export that reads what it causes would have none.
    pub(super) fn until(&self, now: DateTime<Utc>) -> LogFilter {
        LogFilter {
            organization_id: self.organization_id,
            actor_id: self.actor_id,
            session_id: self.session_id,
            target_id: self.target_id,
            client_ip: self.client_ip,
            request_id: self.request_id,
            control: self.control.clone(),
            code: self.code.clone(),
            outcome: self.outcome,
            risk_level: self.risk_level,
            from: self.from,
            to: Some(self.to.map_or(now, |to| to.min(now))),
            q: self.q.clone(),
            ..LogFilter::default()
        }
    }
}
