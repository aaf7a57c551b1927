//! What a request for access is, and what has to be true for it to be granted.

use crate::access::caller::text_enum;
use crate::access::policies::Can;
use crate::access::{OrganizationKind, Resource};
use crate::grants::hours::Hours;
use crate::grants::model::{AccessLevel, Service, Terms};
use crate::grants::ranges;
use crate::ids::{AccessRequestId, GrantId, OrganizationId, UserId};
use crate::organizations::AccessApproval;
use chrono::{DateTime, Utc};
use ipnetwork::IpNetwork;
use serde::Serialize;
use utoipa::ToSchema;

text_enum! {
    /// What can be asked for. An emergency is not asked for: it is started, and reviewed.
    RequestedLevel {
        /// All that the account can.
        FullAccess = "full_access",
        /// Look, never touch.
        ReadOnly = "read_only",
    }
}

impl RequestedLevel {
    pub(super) fn level(self) -> AccessLevel {
        match self {
            Self::FullAccess => AccessLevel::FullAccess,
            Self::ReadOnly => AccessLevel::ReadOnly,
        }
    }
}

text_enum! {
    /// How a request stands.
    RequestStatus {
        /// It waits for somebody to decide.
        Pending = "pending",
        /// Everybody who had to has approved it, and there is a grant.
        Granted = "granted",
        /// Somebody said no.
        Refused = "refused",
        /// The technician thought better of it.
        Withdrawn = "withdrawn",
        /// Nobody decided in time.
        Expired = "expired",
    }
}

text_enum! {
    /// Who an approval speaks for.
    ApprovalSide {
        /// The provider's managers.
        Provider = "provider",
        /// The customer's admins.
        Customer = "customer",
    }
}

/// A technician asks for access to a customer.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccessRequest {
    /// Its id.
    pub id: AccessRequestId,
    /// Who asks, for themselves.
    pub technician_id: UserId,
    /// Their name.
    pub technician_name: String,
    /// To whom.
    pub customer_org_id: OrganizationId,
    /// The customer's name.
    pub customer_org_name: String,
    /// How far.
    pub access_level: RequestedLevel,
    /// Not before; at once when null.
    pub starts_at: Option<DateTime<Utc>>,
    /// Not from this instant on; null: until revoked.
    pub expires_at: Option<DateTime<Utc>>,
    /// From where; empty: from anywhere.
    #[schema(value_type = Vec<String>)]
    #[serde(serialize_with = "ranges::serialize")]
    pub ip_ranges: Vec<IpNetwork>,
    /// Which services; empty: all.
    pub services: Vec<Service>,
    /// At which times of the week; null: at any.
    pub hours: Option<Hours>,
    /// Why; everybody who may see it reads it.
    pub reason: String,
    /// How it stands.
    pub status: RequestStatus,
    /// Who approved it as it is now.
    pub approvals: Vec<AccessApprovalGiven>,
    /// Whose approval is missing; nobody's once it is decided.
    pub needs: Vec<ApprovalSide>,
    /// Of what would be granted (hex of a SHA-256): send it with an approval, which is of these terms and no others.
    pub terms_hash: String,
    /// Who decided.
    pub decided_by_name: Option<String>,
    /// When.
    pub decided_at: Option<DateTime<Utc>>,
    /// Why, where somebody said.
    pub decision_reason: Option<String>,
    /// The grant that came of it.
    pub grant_id: Option<GrantId>,
    /// When it was asked.
    pub created_at: DateTime<Utc>,
    /// Undecided until then, it is over.
    pub expires_on: DateTime<Utc>,
    /// Raised by each change; send it as `If-Match` to change only what you saw.
    pub version: i64,
    /// What you may do to it.
    pub can: Can,
    #[serde(skip)]
    #[schema(ignore)]
    pub(super) customer_active: bool,
    #[serde(skip)]
    #[schema(ignore)]
    pub(super) approval: AccessApproval,
}

crate::http::versioned!(AccessRequest);

/// One side's approval.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccessApprovalGiven {
    /// Who.
    pub by_id: UserId,
    /// Their name.
    pub by_name: String,
    /// Whom they spoke for.
    pub side: ApprovalSide,
    /// When.
    pub at: DateTime<Utc>,
    /// Their own remark; empty for the other side.
    pub note: String,
}

impl AccessRequest {
    /// The customer, as the policies see it.
    pub(super) fn resource(&self) -> Resource {
        Resource {
            org_id: self.customer_org_id,
            kind: OrganizationKind::Customer,
            active: self.customer_active,
        }
    }

    /// Who asks and how far, for the log.
    pub(super) fn title(&self) -> String {
        format!("{} ({})", self.technician_name, self.access_level.level().words())
    }

    /// To whom and how far, for the log of what the technician does.
    pub(super) fn place(&self) -> String {
        format!("{} ({})", self.customer_org_name, self.access_level.level().words())
    }

    /// What would be granted.
    pub(super) fn terms(&self) -> Terms {
        Terms {
            access_level: self.access_level.level(),
            starts_at: self.starts_at,
            expires_at: self.expires_at,
            ip_ranges: self.ip_ranges.clone(),
            services: self.services.clone(),
            hours: self.hours.clone(),
            reason: self.reason.clone(),
            notes: String::new(),
        }
    }

    /// Binds an approval to exactly what was looked at: who, where, and every term, as the database keeps them.
    pub(super) fn hash(&self) -> [u8; 32] {
        let mut all = serde_json::json!({
            "technicianId": self.technician_id, "customerOrgId": self.customer_org_id, "terms": self.terms(),
        });
        // Approvals that were given before there were hours stay approvals of terms without any.
        if self.hours.is_none()
            && let Some(terms) = all.get_mut("terms").and_then(serde_json::Value::as_object_mut)
        {
            terms.remove("hours");
        }
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, all.to_string().as_bytes());
        let mut hash = [0; 32];
        hash.copy_from_slice(digest.as_ref());
        hash
    }

    /// Whose approval is missing, by those that stand.
    pub(super) fn missing(&self, given: &[ApprovalSide]) -> Vec<ApprovalSide> {
        let needed: &[ApprovalSide] = match self.approval {
            AccessApproval::Provider => &[ApprovalSide::Provider],
            AccessApproval::Both => ApprovalSide::ALL,
        };
        needed.iter().copied().filter(|side| !given.contains(side)).collect()
    }
}
