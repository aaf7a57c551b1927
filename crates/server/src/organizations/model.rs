//! What an organization is, and the rules of its fields.

use crate::access::caller::text_enum;
use crate::access::policies::Can;
use crate::access::{OrganizationKind, Resource};
use crate::audit::{Kind, catalogue};
use crate::auth::{PasswordClass, SignInBinding};
use crate::error::{ApiError, Result};
use crate::grants::ranges;
use crate::http::{Order, text};
use crate::ids::OrganizationId;
use chrono::{DateTime, Utc};
use ipnetwork::IpNetwork;
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;
use utoipa::{IntoParams, ToSchema};

text_enum! {
    /// Whether an organization takes part.
    OrganizationStatus {
        /// It does.
        Active = "active",
        /// Its people are shut out and nobody enters its network.
        Suspended = "suspended",
        /// Hidden; kept for the log, and to be restored.
        Deleted = "deleted",
    }
}

text_enum! {
    /// Who has to approve when a technician asks for access.
    AccessApproval {
        /// The provider's managers.
        Provider = "provider",
        /// They, and an admin of the customer.
        Both = "both",
    }
}

/// A customer, or the provider.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Organization {
    /// Its id.
    pub id: OrganizationId,
    /// Its name, unique.
    pub name: String,
    /// Customer or provider.
    #[serde(rename = "type")]
    pub kind: OrganizationKind,
    /// Whether it takes part.
    pub status: OrganizationStatus,
    /// Whether its people sign in by their own identity provider.
    pub sso_enabled: bool,
    /// Whether its people sign in with a second factor; always for the provider's.
    pub mfa_required: bool,
    /// Who does nothing for this many minutes is signed out.
    pub sign_in_idle_minutes: i32,
    /// Whoever signed in is signed out after this many hours whatever happens.
    pub sign_in_max_hours: i32,
    /// Places where one person can be signed in at a time; one more ends the oldest.
    pub max_sign_ins: i32,
    /// What sign-ins are bound to: renewed only from where they began. Nothing mostly.
    pub sign_in_bindings: Vec<SignInBinding>,
    /// Kinds of characters that a new password must have; none mostly.
    pub password_classes: Vec<PasswordClass>,
    /// From where its people and their API tokens may come: addresses and ranges; empty: from anywhere.
    #[schema(value_type = Vec<String>)]
    #[serde(serialize_with = "ranges::serialize")]
    pub ip_ranges: Vec<IpNetwork>,
    /// Who has to approve when a technician asks for access to it.
    pub access_approval: AccessApproval,
    /// A live session without input ends after this many minutes.
    pub session_idle_minutes: i32,
    /// A live session ends after this many minutes whatever happens.
    pub session_max_minutes: i32,
    /// Sessions that may be open in its network at a time.
    pub max_concurrent_sessions: i32,
    /// Recordings are kept this many days.
    pub recording_retention_days: i32,
    /// Numbers at a glance.
    pub counts: OrganizationCounts,
    /// When it came.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Raised by each change; send it as `If-Match` to change only what you saw.
    pub version: i64,
    /// What you may do to it.
    pub can: Can,
}

crate::http::versioned!(Organization);

impl Organization {
    /// As the policies see it.
    pub fn resource(&self) -> Resource {
        Resource { org_id: self.id, kind: self.kind, active: self.status == OrganizationStatus::Active }
    }
}

/// Numbers of an organization at a glance.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrganizationCounts {
    /// People.
    pub users: i64,
    /// Machines.
    pub assets: i64,
    /// Technicians' grants that hold now.
    pub active_grants: i64,
    /// Sessions open now.
    pub live_sessions: i64,
}

/// Numbers of an organization in full.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrganizationStats {
    /// People, active.
    pub active_users: i64,
    /// People, invited and not there yet.
    pub invited_users: i64,
    /// People, disabled.
    pub disabled_users: i64,
    /// Machines.
    pub assets: i64,
    /// Machines whose host key nobody has confirmed.
    pub unconfirmed_assets: i64,
    /// Technicians' grants that hold now.
    pub active_grants: i64,
    /// Sessions open now.
    pub live_sessions: i64,
    /// Sessions begun in the last 30 days.
    pub sessions_last_30_days: i64,
    /// Recordings kept.
    pub recordings: i64,
    /// When somebody of the provider last went in.
    pub last_session_at: Option<DateTime<Utc>>,
}

/// A customer to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateOrganization {
    /// Its name, unique, 1 to 200 characters.
    pub name: String,
    /// 1 to 480, and at most `sessionMaxMinutes`; 15 when not given.
    pub session_idle_minutes: Option<i32>,
    /// 1 to 1440; 480 when not given.
    pub session_max_minutes: Option<i32>,
    /// 1 to 10000; 100 when not given.
    pub max_concurrent_sessions: Option<i32>,
    /// 1 to 3650; 365 when not given.
    pub recording_retention_days: Option<i32>,
}

impl CreateOrganization {
    /// The rules of its fields.
    pub fn check(&mut self) -> Result<()> {
        self.name = text::line("name", &self.name, 200)?;
        check_limits(
            [self.session_idle_minutes, self.session_max_minutes],
            self.max_concurrent_sessions,
            self.recording_retention_days,
        )?;
        check_idle([self.session_idle_minutes, self.session_max_minutes], USUAL_MINUTES)
    }
}

/// Without input, and in all, where nothing else is said; the database has the same.
const USUAL_MINUTES: [i32; 2] = [15, 480];

/// What to change; what is not given stays.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateOrganization {
    /// A new name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Suspend or resume.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<OrganizationStatus>,
    /// Whether its people sign in with a second factor; counts from each one's next sign-in. A right of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mfa_required: Option<bool>,
    /// 1 to 480, and at most `sessionMaxMinutes`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_idle_minutes: Option<i32>,
    /// 5 to 480; counts for those who are signed in too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sign_in_idle_minutes: Option<i32>,
    /// 1 to 24; when it is less than before, for those who are signed in too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sign_in_max_hours: Option<i32>,
    /// 1 to 50; counts from each person's next sign-in on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_sign_ins: Option<i32>,
    /// What sign-ins are bound to; counts for those who are signed in too, when their tokens are renewed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sign_in_bindings: Option<Vec<SignInBinding>>,
    /// Kinds of characters that a new password must have; counts from each one's next password on. Length and uncommon
    /// words protect better (NIST SP 800-63B-4, 3.1.1.2): for who is held to such a rule by others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password_classes: Option<Vec<PasswordClass>>,
    /// From where its people and their API tokens may come, all addresses and ranges anew (`203.0.113.0/24`), 64 at most;
    /// anywhere when empty. Whoever is elsewhere now is refused from their next request on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip_ranges: Option<Vec<String>>,
    /// Who has to approve when a technician asks for access; of a customer. A right of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_approval: Option<AccessApproval>,
    /// 1 to 1440.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_max_minutes: Option<i32>,
    /// 1 to 10000; sessions that are open stay so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_concurrent_sessions: Option<i32>,
    /// 1 to 3650; recordings that exist keep the time they were given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recording_retention_days: Option<i32>,
}

impl UpdateOrganization {
    /// The rules of its fields.
    pub fn check(&mut self) -> Result<()> {
        if let Some(name) = &mut self.name {
            *name = text::line("name", name, 200)?;
        }
        check_limits(
            [self.session_idle_minutes, self.session_max_minutes],
            self.max_concurrent_sessions,
            self.recording_retention_days,
        )?;
        for (field, value, range) in [
            ("signInIdleMinutes", self.sign_in_idle_minutes, 5..=480),
            ("signInMaxHours", self.sign_in_max_hours, 1..=24),
            ("maxSignIns", self.max_sign_ins, 1..=50),
        ] {
            check_range(field, value, &range)?;
        }
        once_each(&mut self.password_classes, PasswordClass::as_str);
        once_each(&mut self.sign_in_bindings, SignInBinding::as_str);
        Ok(())
    }

    /// Whether its session limits fit each other, and those of before that stay.
    pub(super) fn fits(&self, before: &Organization) -> Result<()> {
        check_idle(
            [self.session_idle_minutes, self.session_max_minutes],
            [before.session_idle_minutes, before.session_max_minutes],
        )
    }

    /// Whether it changes how long and at how many places people are signed in.
    pub(super) fn changes_sign_ins(&self, before: &Organization) -> bool {
        let changes = |wish: Option<i32>, is: i32| wish.is_some_and(|wish| wish != is);
        changes(self.sign_in_idle_minutes, before.sign_in_idle_minutes)
            || changes(self.sign_in_max_hours, before.sign_in_max_hours)
            || changes(self.max_sign_ins, before.max_sign_ins)
    }

    /// From where its people may come, if that is said.
    pub(super) fn networks(&self) -> Result<Option<Vec<IpNetwork>>> {
        self.ip_ranges.as_ref().map(|texts| ranges::parse("ipRanges", texts)).transpose()
    }

    /// Whether it changes what passwords are made of, or what sign-ins are bound to.
    pub(super) fn changes_rules(&self, before: &Organization) -> bool {
        self.password_classes.as_ref().is_some_and(|classes| *classes != before.password_classes)
            || self.sign_in_bindings.as_ref().is_some_and(|bindings| *bindings != before.sign_in_bindings)
    }

    /// Whether it changes anything but what is a right of its own: the status, how people sign in.
    pub(super) fn changes_terms(&self) -> bool {
        let limits = [
            self.session_idle_minutes,
            self.session_max_minutes,
            self.max_concurrent_sessions,
            self.recording_retention_days,
        ];
        self.name.is_some() || limits.iter().any(Option::is_some)
    }
}

/// Each once, in one order, so that the same choice is the same list.
fn once_each<T: Copy + PartialEq>(chosen: &mut Option<Vec<T>>, word: fn(T) -> &'static str) {
    if let Some(chosen) = chosen {
        chosen.sort_unstable_by_key(|&one| word(one));
        chosen.dedup();
    }
}

/// The confirmation of what cannot be undone.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DestroyKey {
    /// The organization's name, typed by a person.
    pub confirm_name: String,
    /// Why; goes into the log.
    pub reason: String,
}

text_enum! {
    /// What a list of organizations can be sorted by.
    OrganizationSort {
        /// By name.
        Name = "name",
        /// By whether it takes part.
        Status = "status",
        /// By when it was made.
        CreatedAt = "createdAt",
    }
}

/// Which organizations to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct OrganizationFilter {
    /// A part of the name.
    #[param(max_length = 200)]
    pub q: Option<String>,
    /// Customers or the provider.
    #[serde(rename = "type")]
    #[param(rename = "type")]
    pub kind: Option<OrganizationKind>,
    /// Whether it takes part. `deleted` ones are in no list but this one, for whoever may restore them.
    pub status: Option<OrganizationStatus>,
    /// `name` when not given.
    #[param(inline)]
    pub sort: Option<OrganizationSort>,
    /// `asc` when not given.
    #[param(inline)]
    pub order: Option<Order>,
    /// From 1.
    pub page: Option<i64>,
    /// 1 to 200.
    pub limit: Option<i64>,
}

/// The event of a new status; deleting has its own operation.
pub(super) fn event_of_status(status: OrganizationStatus) -> Result<&'static Kind> {
    match status {
        OrganizationStatus::Suspended => Ok(&catalogue::ORGANIZATION_SUSPEND),
        OrganizationStatus::Active => Ok(&catalogue::ORGANIZATION_RESUME),
        OrganizationStatus::Deleted => {
            Err(ApiError::invalid("status", "use DELETE to delete an organization"))
        }
    }
}

fn check_limits(
    [idle, max]: [Option<i32>; 2],
    concurrent: Option<i32>,
    retention: Option<i32>,
) -> Result<()> {
    let limits = [
        ("sessionIdleMinutes", idle, 1..=480),
        ("sessionMaxMinutes", max, 1..=1440),
        ("maxConcurrentSessions", concurrent, 1..=10_000),
        ("recordingRetentionDays", retention, 1..=3650),
    ];
    for (field, value, range) in limits {
        check_range(field, value, &range)?;
    }
    Ok(())
}

/// A session that ends anyway before it was idle for so long would make the idle limit a promise that nothing keeps. Where
/// neither of the two is asked for, what stands is left.
fn check_idle(wish: [Option<i32>; 2], otherwise: [i32; 2]) -> Result<()> {
    let [idle, max] = wish;
    let [usual_idle, usual_max] = otherwise;
    if wish == [None, None] || idle.unwrap_or(usual_idle) <= max.unwrap_or(usual_max) {
        return Ok(());
    }
    let (idle, max) = (idle.unwrap_or(usual_idle), max.unwrap_or(usual_max));
    Err(match wish {
        [Some(_), _] => ApiError::invalid(
            "sessionIdleMinutes",
            format!("it must not be more than sessionMaxMinutes, which is {max}"),
        ),
        [None, _] => ApiError::invalid(
            "sessionMaxMinutes",
            format!("it must not be less than sessionIdleMinutes, which is {idle}"),
        ),
    })
}

fn check_range(field: &str, value: Option<i32>, range: &RangeInclusive<i32>) -> Result<()> {
    if value.is_some_and(|value| !range.contains(&value)) {
        return Err(ApiError::invalid(
            field,
            format!("it must lie between {} and {}", range.start(), range.end()),
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_limits_that_do_not_fit() {
        assert!(check_limits([Some(0), None], None, None).is_err());
        assert!(check_limits([Some(480), Some(1440)], Some(10_000), Some(3650)).is_ok());
        assert!(check_limits([None, Some(1441)], None, None).is_err());
        assert!(check_limits([None, None], Some(0), None).is_err());
    }

    #[test]
    fn nobody_may_be_idle_for_longer_than_a_session_lasts() {
        for (wish, before, field) in [
            ([None, None], [30, 20], None),
            ([Some(20), Some(20)], [15, 480], None),
            ([Some(21), Some(20)], [15, 480], Some("sessionIdleMinutes")),
            ([Some(30), None], [15, 29], Some("sessionIdleMinutes")),
            ([None, Some(14)], [15, 480], Some("sessionMaxMinutes")),
            ([None, Some(15)], [15, 480], None),
            ([Some(10), None], [30, 20], None),
        ] {
            let refused = check_idle(wish, before).err();
            let named =
                refused.as_ref().and_then(|refused| refused.details["fields"].as_object()?.keys().next());
            assert_eq!(named.map(String::as_str), field, "{wish:?} {before:?}");
        }
    }
}
