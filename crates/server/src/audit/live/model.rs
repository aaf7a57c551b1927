//! What is told of a change: of what kind, at which organization, and whom it is about. Never what it was.

use crate::access::Action;
use crate::ids::OrganizationId;
use serde::Serialize;
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// What of the platform changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Topic {
    /// Who may reach whom.
    Grants,
    /// Requests for access, and proposals to take it back.
    Requests,
    /// Emergency access.
    Emergency,
    /// Sessions and their recordings.
    Sessions,
    /// The log itself: every event.
    Audit,
}

impl Topic {
    /// All of them.
    pub(super) const ALL: [Self; 5] =
        [Self::Grants, Self::Requests, Self::Emergency, Self::Sessions, Self::Audit];

    /// Of a kind of event, by its noun, beside [`Topic::Audit`].
    pub(super) fn of(noun: &str) -> Option<Self> {
        match noun {
            "grant" | "access" | "access_batch" => Some(Self::Grants),
            "access_request" | "access_proposal" => Some(Self::Requests),
            "emergency" | "emergency_access" => Some(Self::Emergency),
            "session" | "ticket" | "recording" => Some(Self::Sessions),
            _ => None,
        }
    }

    /// Who may do this at an organization is told of every such change there.
    pub(super) fn shown_by(self) -> Action {
        match self {
            Self::Grants | Self::Requests | Self::Emergency => Action::GrantRead,
            Self::Sessions => Action::SessionRead,
            Self::Audit => Action::AuditRead,
        }
    }
}

/// What the body of an event says.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Changed {
    /// What changed, of what whoever follows may see.
    pub topics: BTreeSet<Topic>,
}

/// That something changed.
#[derive(Clone, Debug)]
pub(super) struct Change {
    pub(super) organization: OrganizationId,
    pub(super) topic: Topic,
    /// Who did it, and to whom: ids.
    pub(super) people: Vec<String>,
}
