//! What a proposal to take access back is, and what its approval does to each grant.

use crate::access::caller::text_enum;
use crate::access::policies::Can;
use crate::grants::changes::{self, AccessChange, ChangeAction};
use crate::grants::model::{AccessLevel, Grant};
use crate::http::Versioned;
use crate::ids::{AccessBatchId, AccessProposalId, GrantId, OrganizationId, UserId};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

text_enum! {
    /// How a proposal stands.
    RevocationProposalStatus {
        /// It waits for a super admin.
        Pending = "pending",
        /// What could be taken back was.
        Approved = "approved",
        /// A super admin said no.
        Refused = "refused",
        /// Whoever proposed it thought better of it.
        Withdrawn = "withdrawn",
    }
}

/// Grants that somebody proposes to take back.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RevocationProposal {
    /// Its id.
    pub id: AccessProposalId,
    /// How it stands.
    pub status: RevocationProposalStatus,
    /// Why they should be taken back. Where the approval says nothing else, technicians and customers read it.
    pub reason: String,
    /// Who proposed it.
    pub proposed_by_id: UserId,
    /// Their name at the time.
    pub proposed_by_name: String,
    /// When.
    pub created_at: DateTime<Utc>,
    /// How many grants it is about.
    pub grants: i32,
    /// Of how many technicians.
    pub technicians: i32,
    /// At how many customers.
    pub customers: i32,
    /// Who decided, or withdrew it.
    pub decided_by_id: Option<UserId>,
    /// Their name at the time.
    pub decided_by_name: Option<String>,
    /// When.
    pub decided_at: Option<DateTime<Utc>>,
    /// What they said to it.
    pub decision_reason: Option<String>,
    /// The changes that the approval made; null where nothing was left to take back.
    pub batch_id: Option<AccessBatchId>,
    /// Raised by the decision; send it as `If-Match` to decide on what you saw.
    pub version: i64,
    /// What you may do to it.
    pub can: Can,
}

crate::http::versioned!(RevocationProposal);

impl RevocationProposal {
    /// "12 grants", for the log and for mails.
    pub(super) fn title(&self) -> String {
        changes::grants(usize::try_from(self.grants).unwrap_or_default())
    }
}

/// A proposal and the grants that it is about.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RevocationProposalDetail {
    /// The proposal itself.
    #[serde(flatten)]
    pub proposal: RevocationProposal,
    /// The grants, in the order of customers and technicians.
    pub items: Vec<ProposedRevocation>,
}

impl Versioned for RevocationProposalDetail {
    fn version(&self) -> i64 {
        self.proposal.version
    }
}

text_enum! {
    /// How a proposed grant stands by now.
    ProposedRevocationStands {
        /// As it was when it was proposed: an approval takes it back, or did.
        Unused = "unused",
        /// Somebody came in by it since.
        UsedSince = "used_since",
        /// Its terms were changed since.
        ChangedSince = "changed_since",
        /// It has ended, or was taken back.
        Over = "over",
    }
}

/// A grant that somebody proposes to take back, as it stands now; of a proposal that was approved, as it stood then.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProposedRevocation {
    /// Which.
    pub grant_id: GrantId,
    /// Whose.
    pub technician_id: UserId,
    /// The technician's name.
    pub technician_name: String,
    /// At whom.
    pub customer_org_id: OrganizationId,
    /// The customer's name.
    pub customer_org_name: String,
    /// How far.
    pub access_level: AccessLevel,
    /// When it last let somebody in.
    pub last_used_at: Option<DateTime<Utc>>,
    /// Whether an approval would take it back, or took it back, or why not.
    pub stands: ProposedRevocationStands,
}

impl ProposedRevocation {
    /// What an approval does to it; `held`: the grant, if it still holds.
    pub(super) fn change(&self, held: Option<&Grant>) -> AccessChange {
        let over = || Some("It is over already.".to_owned());
        let why = match self.stands {
            ProposedRevocationStands::Unused => None,
            ProposedRevocationStands::UsedSince => Some(self.used()),
            ProposedRevocationStands::ChangedSince => Some("Its terms were changed since.".to_owned()),
            ProposedRevocationStands::Over => over(),
        };
        match (held, why) {
            (Some(grant), None) => AccessChange::revoke(grant),
            (Some(grant), why) => {
                AccessChange { action: ChangeAction::None, why, ..AccessChange::keep(grant) }
            }
            (None, _) => AccessChange {
                action: ChangeAction::None,
                grant_id: Some(self.grant_id),
                technician_id: self.technician_id,
                technician_name: self.technician_name.clone(),
                customer_org_id: self.customer_org_id,
                customer_org_name: self.customer_org_name.clone(),
                before: None,
                after: None,
                why: over(),
            },
        }
    }

    fn used(&self) -> String {
        let at = self.last_used_at.map(|at| at.format(", on %-d %B %Y").to_string());
        format!("It was used since{}.", at.unwrap_or_default())
    }
}
