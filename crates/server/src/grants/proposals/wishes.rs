//! What people send about proposals, and the rules of its fields.

use super::model::RevocationProposalStatus;
use crate::access::caller::text_enum;
use crate::error::{ApiError, Result};
use crate::http::{Order, text};
use crate::ids::GrantId;
use serde::Deserialize;
use std::collections::BTreeSet;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Grants of one proposal.
const MOST_NAMED: usize = 1000;

/// A proposal to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateRevocationProposal {
    /// What to take back: 1 to 1000 grants that hold, now or later, and stand in no other open proposal.
    pub grant_ids: Vec<GrantId>,
    /// Why, for the super admins; technicians and customers read it where the approval says nothing else. 1 to 1000
    /// characters.
    pub reason: String,
}

impl CreateRevocationProposal {
    /// Each once, in order; and why.
    pub(super) fn check(&self) -> Result<(Vec<Uuid>, String)> {
        let ids: BTreeSet<Uuid> = self.grant_ids.iter().map(|id| id.0).collect();
        if ids.is_empty() || ids.len() > MOST_NAMED {
            return Err(ApiError::invalid("grantIds", format!("name 1 to {MOST_NAMED}")));
        }
        Ok((ids.into_iter().collect(), text::line("reason", &self.reason, 1000)?))
    }
}

/// An approval.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ApproveRevocationProposal {
    /// What technicians and customers are told instead of the proposal's reason, at most 1000 characters.
    pub reason: Option<String>,
    /// Only say what would happen.
    #[serde(default)]
    pub preview: bool,
}

impl ApproveRevocationProposal {
    /// What is said, if anything is.
    pub(super) fn said(&self) -> Result<Option<String>> {
        let said = self.reason.as_deref().filter(|reason| !reason.trim().is_empty());
        said.map(|reason| text::line("reason", reason, 1000)).transpose()
    }
}

/// A refusal.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RefuseRevocationProposal {
    /// Why not, for whoever proposed it. 1 to 1000 characters.
    pub reason: String,
}

text_enum! {
    /// What a list of proposals can be sorted by.
    RevocationProposalSort {
        /// When it was proposed.
        CreatedAt = "createdAt",
    }
}

/// Which proposals to list.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct RevocationProposalFilter {
    /// How they stand.
    pub status: Option<RevocationProposalStatus>,
    /// `createdAt` when not given.
    #[param(inline)]
    pub sort: Option<RevocationProposalSort>,
    /// `desc` when not given.
    #[param(inline)]
    pub order: Option<Order>,
    /// From 1.
    pub page: Option<i64>,
    /// 1 to 200.
    pub limit: Option<i64>,
}
