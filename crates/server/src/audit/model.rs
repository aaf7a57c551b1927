//! What the API says of an entry, and how the log can be asked.

use super::{Outcome, RiskLevel, catalogue};
use crate::access::caller::text_enum;
use crate::error::{ApiError, Result};
use crate::http::{Order, Page};
use crate::ids::{AuditEventId, AuditTargetId, OrganizationId, RequestId, SessionId, UserId};
use chrono::{DateTime, Utc};
use ipnetwork::IpNetwork;
use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use utoipa::{IntoParams, ToSchema};

/// An entry of the audit log.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditEvent {
    /// Its id; sorts by time.
    pub id: AuditEventId,
    /// By the database's clock.
    pub occurred_at: DateTime<Utc>,
    /// The organization that it concerns.
    pub organization_id: OrganizationId,
    /// Its name now.
    pub organization_name: String,
    /// Stable code, `noun.verb`.
    pub code: String,
    /// For a person: who did what to whom, and why.
    pub sentence: String,
    /// How it went.
    pub outcome: Outcome,
    /// How much harm lies in it.
    pub risk_level: RiskLevel,
    /// Whether it is evidence for a control.
    pub compliance_relevant: bool,
    /// Which controls: SOC 2 (CC…), ISO/IEC 27001:2022 (A.…).
    pub controls: Vec<String>,
    /// Who did it; none: the platform or a stranger.
    pub actor: Option<AuditActor>,
    /// What it happened to.
    pub target: Option<AuditTarget>,
    /// The live session that it belongs to.
    pub session_id: Option<SessionId>,
    /// Where it came from.
    pub client_ip: Option<String>,
    /// What the client said of itself.
    pub user_agent: Option<String>,
    /// The request that did it.
    pub request_id: Option<RequestId>,
    /// The policies that decided.
    pub policy_ids: Vec<String>,
    /// More facts.
    #[schema(value_type = std::collections::BTreeMap<String, serde_json::Value>)]
    pub details: serde_json::Value,
}

/// Who did it, as they were called then.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditActor {
    /// The person.
    pub id: UserId,
    /// The person's organization.
    pub organization_id: Option<OrganizationId>,
    /// Name at the time.
    pub name: String,
    /// Address at the time.
    pub email: String,
    /// Role at the time.
    #[schema(value_type = Option<crate::access::Role>)]
    pub role: Option<String>,
}

/// What it happened to, as it was called then.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditTarget {
    /// `user`, `grant`, `asset`, …
    #[serde(rename = "type")]
    pub kind: String,
    /// Its id.
    pub id: AuditTargetId,
    /// Its name.
    pub name: String,
}

/// A page of the log.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LogPage {
    /// The page itself. By cursor, the total is the one of the page where the cursors began.
    #[serde(flatten)]
    pub page: Page<AuditEvent>,
    /// For the page after this one; null after the last, and where the list is sorted by anything but time. Good for
    /// the same question by the same person.
    pub next_cursor: Option<String>,
}

text_enum! {
    /// What a list of entries can be sorted by.
    AuditSort {
        /// By when it happened.
        OccurredAt = "occurredAt",
        /// By code.
        Code = "code",
        /// By how it went.
        Outcome = "outcome",
        /// By how much harm lies in it.
        RiskLevel = "riskLevel",
        /// By who did it; what the platform did itself comes first.
        ActorName = "actorName",
        /// By the name of the organization.
        OrganizationName = "organizationName",
    }
}

/// How the log can be asked.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct LogFilter {
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
    /// Before this instant.
    pub to: Option<DateTime<Utc>>,
    /// A part of the sentence.
    #[param(max_length = 200)]
    pub q: Option<String>,
    /// `occurredAt` when not given.
    #[param(inline)]
    pub sort: Option<AuditSort>,
    /// `desc` when not given.
    #[param(inline)]
    pub order: Option<Order>,
    /// From 1.
    pub page: Option<i64>,
    /// `nextCursor` of the page before, for the same question: the entries after it, in order of time.
    pub cursor: Option<String>,
    /// 1 to 200.
    pub limit: Option<i64>,
}

impl LogFilter {
    /// The rules of its fields.
    pub(super) fn check(&self) -> Result<()> {
        let known = |control: &str| catalogue::ALL.iter().any(|kind| kind.controls.contains(&control));
        if self.control.as_deref().is_some_and(|control| !known(control)) {
            return Err(ApiError::invalid(
                "control",
                "no entry is evidence for it; name one like CC6.1 or A.8.15",
            ));
        }
        let kinds = |code: &str| {
            catalogue::ALL
                .iter()
                .any(|kind| kind.code == code || code.ends_with('.') && kind.code.starts_with(code))
        };
        if self.code.as_deref().is_some_and(|code| !kinds(code)) {
            return Err(ApiError::invalid(
                "code",
                "there is no such kind of entry; name one like session.start, or all that begin with session.",
            ));
        }
        Ok(())
    }

    /// The address, as entries have it: a range of one.
    pub(super) fn address(&self) -> Option<IpNetwork> {
        self.client_ip.map(|ip| IpNetwork::from(ip.to_canonical()))
    }
}
