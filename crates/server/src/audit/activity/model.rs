//! The numbers of one person, and how the rows of the queries become them.

use crate::access::{OrganizationKind, Resource, Role};
use crate::audit::AuditEvent;
use crate::audit::range::Range;
use crate::audit::stats::{AuditByCode, AuditByOrganization, AuditByRisk};
use crate::ids::{OrganizationId, UserId};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// What can be asked.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct ActivityFilter {
    /// From this instant on (RFC 3339); 30 days before `to` when not given.
    pub from: Option<DateTime<Utc>>,
    /// Before this instant; now when not given. At most 366 days after `from`.
    pub to: Option<DateTime<Utc>>,
}

/// Where a person came from.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditByAddress {
    /// The address.
    pub client_ip: String,
    /// Entries.
    pub count: i64,
    /// The newest of them.
    pub last_at: DateTime<Utc>,
}

/// How much a person did on one day.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditByDay {
    /// The day, UTC. Days without entries are left out.
    pub day: NaiveDate,
    /// Entries.
    pub count: i64,
}

/// A technician's time on machines.
#[derive(Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PersonSessions {
    /// Sessions that began within the time asked for.
    pub count: i64,
    /// How long they lasted together, until now where they still do.
    pub total_seconds: i64,
}

/// What one person did.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserActivity {
    /// The person.
    pub user_id: UserId,
    /// Their name now.
    pub display_name: String,
    /// What they are here for now.
    pub role: Role,
    /// From when.
    pub from: DateTime<Utc>,
    /// Before when.
    pub to: DateTime<Utc>,
    /// Entries.
    pub total: i64,
    /// Refused.
    pub refused: i64,
    /// By how much harm lies in them.
    pub by_risk_level: AuditByRisk,
    /// The 20 most frequent kinds.
    pub by_code: Vec<AuditByCode>,
    /// Where they did it: the 50 organizations with most entries.
    pub organizations: Vec<AuditByOrganization>,
    /// Where they came from: the 10 addresses with most entries.
    pub addresses: Vec<AuditByAddress>,
    /// When they last signed in, whenever that was.
    pub last_sign_in_at: Option<DateTime<Utc>>,
    /// How often they signed in.
    pub sign_ins: i64,
    /// How often somebody failed to sign in as them.
    pub refused_sign_ins: i64,
    /// Their time on machines.
    pub sessions: PersonSessions,
    /// Day by day.
    pub days: Vec<AuditByDay>,
    /// The 10 newest entries.
    pub recent: Vec<AuditEvent>,
}

/// Whom it is about. People who were removed are found too: what they did stays.
pub(super) struct Person {
    pub(super) id: UserId,
    pub(super) org_id: OrganizationId,
    pub(super) org_kind: String,
    pub(super) org_active: bool,
    pub(super) display_name: String,
    pub(super) role: String,
    pub(super) last_login_at: Option<DateTime<Utc>>,
}

impl Person {
    pub(super) fn resource(&self) -> Resource {
        let kind = OrganizationKind::from(self.org_kind.clone());
        Resource { org_id: self.org_id, kind, active: self.org_active }
    }
}

/// One group of their entries: of all, or by the one column that is not empty.
pub(super) struct Row {
    pub(super) grouped: String,
    pub(super) word: Option<String>,
    pub(super) org_id: Option<OrganizationId>,
    pub(super) day: Option<NaiveDate>,
    pub(super) total: i64,
    pub(super) refused: i64,
    pub(super) last_at: Option<DateTime<Utc>>,
}

/// Beside the log: sign-ins and sessions.
pub(super) struct Visits {
    pub(super) sign_ins: i64,
    pub(super) refused_sign_ins: i64,
    pub(super) sessions: i64,
    pub(super) session_seconds: i64,
}

impl UserActivity {
    pub(super) fn of(
        person: Person,
        range: Range,
        done: Vec<Row>,
        signs: &Visits,
        recent: Vec<AuditEvent>,
    ) -> Self {
        let mut activity = Self {
            user_id: person.id,
            display_name: person.display_name,
            role: person.role.into(),
            from: range.from,
            to: range.to,
            total: 0,
            refused: 0,
            by_risk_level: AuditByRisk::default(),
            by_code: Vec::new(),
            organizations: Vec::new(),
            addresses: Vec::new(),
            last_sign_in_at: person.last_login_at,
            sign_ins: signs.sign_ins,
            refused_sign_ins: signs.refused_sign_ins,
            sessions: PersonSessions { count: signs.sessions, total_seconds: signs.session_seconds },
            days: Vec::new(),
            recent,
        };
        for row in done {
            activity.add(row);
        }
        activity
    }

    fn add(&mut self, row: Row) {
        let (word, count) = (row.word.unwrap_or_default(), row.total);
        match (row.grouped.as_str(), row.org_id, row.day, row.last_at) {
            ("risk", ..) => self.by_risk_level.set(&word, count),
            ("code", ..) => self.by_code.push(AuditByCode { code: word, count }),
            ("organization", Some(organization_id), ..) => {
                self.organizations.push(AuditByOrganization { organization_id, name: word, count });
            }
            ("address", _, _, Some(last_at)) => {
                self.addresses.push(AuditByAddress { client_ip: word, count, last_at });
            }
            ("day", _, Some(day), _) => self.days.push(AuditByDay { day, count }),
            _ => (self.total, self.refused) = (count, row.refused),
        }
    }
}
