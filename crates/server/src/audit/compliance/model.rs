//! The report, as the API says it.

use crate::access::caller::text_enum;
use crate::audit::range::Range;
use crate::ids::{AuditEventId, OrganizationId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

text_enum! {
    /// Whose controls.
    ComplianceStandard {
        /// SOC 2, the common criteria CC6 and CC7.
        Soc2 = "soc2",
        /// ISO/IEC 27001:2022, annex A.
        Iso27001 = "iso27001",
    }
}

text_enum! {
    /// How a check came out, or a control stands.
    ComplianceState {
        /// A check: as it should be. A control: none of its checks speaks against it, and one, or an entry of something done, for it.
        Met = "met",
        /// Somebody should look.
        Attention = "attention",
        /// There was nothing to judge by.
        NoEvidence = "no_evidence",
    }
}

/// What can be asked.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct ReportFilter {
    /// Of one standard; both when not given.
    #[param(inline)]
    pub standard: Option<ComplianceStandard>,
    /// Of one organization; without it of all that the caller sees.
    pub organization_id: Option<OrganizationId>,
    /// From this instant on (RFC 3339); 90 days before `to` when not given.
    pub from: Option<DateTime<Utc>>,
    /// Before this instant; now when not given. At most 366 days after `from`.
    pub to: Option<DateTime<Utc>>,
}

/// One thing that was looked at in the database.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ComplianceCheck {
    /// Stable.
    pub name: String,
    /// What was found, for a person.
    pub sentence: String,
    /// How it came out.
    pub state: ComplianceState,
    /// The number that the state follows from; per cent where the name ends so, else a count.
    pub value: i64,
}

/// An entry of the log that shows the control at work.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ComplianceEvidence {
    /// The entry.
    pub id: AuditEventId,
    /// When.
    pub occurred_at: DateTime<Utc>,
    /// What kind.
    pub code: String,
    /// In words.
    pub sentence: String,
}

/// One control.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ComplianceControl {
    /// As the standard numbers it.
    pub id: String,
    /// Whose.
    pub standard: ComplianceStandard,
    /// In our own few words.
    pub title: String,
    /// How it stands.
    pub state: ComplianceState,
    /// Entries within the time that are evidence for it.
    pub events: i64,
    /// Of them refused.
    pub refused: i64,
    /// Of them of high or critical risk.
    pub high_risk: i64,
    /// What was looked at.
    pub checks: Vec<ComplianceCheck>,
    /// The newest entry of each kind, five kinds at most.
    pub evidence: Vec<ComplianceEvidence>,
}

/// The report.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ComplianceReport {
    /// When it was made. Checks tell of this moment, entries of the time asked for.
    pub generated_at: DateTime<Utc>,
    /// From when.
    pub from: DateTime<Utc>,
    /// Before when.
    pub to: DateTime<Utc>,
    /// The one organization that it is about, if it is one.
    pub organization_id: Option<OrganizationId>,
    /// Its name.
    pub organization_name: Option<String>,
    /// The controls, in the order of their standards.
    pub controls: Vec<ComplianceControl>,
    /// How many are met.
    pub met: usize,
    /// How many somebody should look at.
    pub attention: usize,
    /// How many nothing is known of.
    pub no_evidence: usize,
}

impl ComplianceReport {
    pub(super) fn of(
        now: DateTime<Utc>,
        range: Range,
        organization: Option<(OrganizationId, String)>,
        controls: Vec<ComplianceControl>,
    ) -> Self {
        let count = |state| controls.iter().filter(|control| control.state == state).count();
        let (met, attention, no_evidence) = (
            count(ComplianceState::Met),
            count(ComplianceState::Attention),
            count(ComplianceState::NoEvidence),
        );
        let (organization_id, organization_name) = organization.unzip();
        Self {
            generated_at: now,
            from: range.from,
            to: range.to,
            organization_id,
            organization_name,
            controls,
            met,
            attention,
            no_evidence,
        }
    }
}
