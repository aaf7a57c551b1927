//! What emergency access is, and how it stands.

use crate::access::caller::text_enum;
use crate::access::policies::Can;
use crate::access::{OrganizationKind, Resource};
use crate::error::{ApiError, Result};
use crate::grants::model::check_emergency_reason;
use crate::http::text;
use crate::ids::{EmergencyId, GrantId, OrganizationId, UserId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

const MOST_MINUTES: i64 = 60;
/// A finding says more than a word.
const SHORTEST_FINDING: usize = 10;

text_enum! {
    /// How emergency access stands.
    EmergencyStatus {
        /// It holds.
        Active = "active",
        /// It is over, and nobody has looked into it yet.
        AwaitingReview = "awaiting_review",
        /// Somebody has.
        Reviewed = "reviewed",
    }
}

text_enum! {
    /// What a review found.
    ReviewVerdict {
        /// It had to be.
        Justified = "justified",
        /// It had not.
        NotJustified = "not_justified",
    }
}

/// One time that somebody had emergency access to a customer.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EmergencyAccess {
    /// Its id.
    pub id: EmergencyId,
    /// The grant that it is.
    pub grant_id: GrantId,
    /// Who holds it.
    pub technician_id: UserId,
    /// Their name.
    pub technician_name: String,
    /// Where.
    pub customer_org_id: OrganizationId,
    /// The customer's name.
    pub customer_org_name: String,
    /// Why, for everybody who may see it.
    pub reason: String,
    /// Who started it.
    pub started_by_id: UserId,
    /// Their name.
    pub started_by_name: String,
    /// When it began, or will.
    pub started_at: DateTime<Utc>,
    /// When it ends whatever happens.
    pub ends_at: DateTime<Utc>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// How it stands.
    pub status: EmergencyStatus,
    /// Until when it is to be reviewed: 24 hours after its end.
    pub review_due_at: DateTime<Utc>,
    /// Whether that is past and nobody has.
    pub overdue: bool,
    /// Sessions that it let in.
    pub sessions: i64,
    /// People who were told of it at once.
    pub told_count: i32,
    /// What came of the review.
    pub review: Option<EmergencyReview>,
    /// What you may do to it.
    pub can: Can,
    #[serde(skip)]
    #[schema(ignore)]
    pub(super) customer_active: bool,
}

/// What somebody else found, who looked into it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EmergencyReview {
    /// Who.
    pub by_id: UserId,
    /// Their name.
    pub by_name: String,
    /// When.
    pub at: DateTime<Utc>,
    /// What they found.
    pub verdict: ReviewVerdict,
    /// In words.
    pub words: String,
}

impl EmergencyAccess {
    /// The customer, as the policies see it.
    pub(super) fn resource(&self) -> Resource {
        Resource {
            org_id: self.customer_org_id,
            kind: OrganizationKind::Customer,
            active: self.customer_active,
        }
    }

    /// Whose and where, for the log.
    pub(super) fn title(&self) -> String {
        format!("{} at {}", self.technician_name, self.customer_org_name)
    }
}

/// Emergency access to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StartEmergencyAccess {
    /// Where.
    pub customer_org_id: OrganizationId,
    /// Whose; a technician's own when not given.
    pub technician_id: Option<UserId>,
    /// For how long: 1 to 60.
    pub minutes: i64,
    /// Why, in 20 to 1000 characters; the customer reads it at once.
    pub reason: String,
}

impl StartEmergencyAccess {
    /// The rules of its fields; the reason.
    pub(super) fn check(&self) -> Result<String> {
        if !(1..=MOST_MINUTES).contains(&self.minutes) {
            return Err(ApiError::invalid("minutes", format!("it must lie between 1 and {MOST_MINUTES}")));
        }
        let reason = text::line("reason", &self.reason, 1000)?;
        check_emergency_reason(&reason)?;
        Ok(reason)
    }
}

/// Its end before its time.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EndEmergencyAccess {
    /// Why; 1 to 1000 characters.
    pub reason: String,
}

/// A review.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewEmergencyAccess {
    /// What was found.
    pub verdict: ReviewVerdict,
    /// In words; the customer reads them. 10 to 4000 characters.
    pub words: String,
}

impl ReviewEmergencyAccess {
    /// The rules of its fields; the words.
    pub(super) fn check(&self) -> Result<String> {
        let words = text::block("words", &self.words, 4000)?;
        if words.chars().count() < SHORTEST_FINDING {
            let problem = format!("say what you found, in {SHORTEST_FINDING} to 4000 characters");
            return Err(ApiError::invalid("words", problem));
        }
        Ok(words)
    }
}

/// Which to list.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct EmergencyFilter {
    /// How they stand.
    pub status: Option<EmergencyStatus>,
    /// Those of one technician.
    pub technician_id: Option<UserId>,
    /// Those at one customer.
    pub customer_org_id: Option<OrganizationId>,
    /// From 1.
    pub page: Option<i64>,
    /// 1 to 200.
    pub limit: Option<i64>,
}
