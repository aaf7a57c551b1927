//! What a person's account is, and the rules of its changes.

use crate::access::caller::text_enum;
use crate::access::policies::Can;
use crate::access::{Resource, Role};
use crate::error::{ApiError, Result};
use crate::http::{Order, text};
use crate::ids::{OrganizationId, UserId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

text_enum! {
    /// How an account stands. A removed one is shown in the list of those alone.
    UserStatus {
        /// The link was sent; no password is set yet.
        Invited = "invited",
        /// The person can sign in.
        Active = "active",
        /// Shut out, kept for the log and for coming back.
        Disabled = "disabled",
        /// Removed: the address is free, nothing lets the person in. Can be restored.
        Deleted = "deleted",
    }
}

/// A person with an account.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// The person.
    pub id: UserId,
    /// Where they belong.
    pub organization_id: OrganizationId,
    /// Its name.
    pub organization_name: String,
    /// Unique on the platform, in lower case.
    pub email: String,
    /// Their name.
    pub display_name: String,
    /// What they are there for.
    pub role: Role,
    /// How the account stands.
    pub status: UserStatus,
    /// Whether they sign in with a second factor; null for whoever does not manage people.
    pub mfa_enabled: Option<bool>,
    /// When they last signed in; null for whoever does not manage people.
    pub last_login_at: Option<DateTime<Utc>>,
    /// When the account was made.
    pub created_at: DateTime<Utc>,
    /// Raised by each change; send it as `If-Match` to change only what you saw.
    pub version: i64,
    /// What you may do to the account.
    pub can: Can,
    #[serde(skip)]
    #[schema(ignore)]
    pub(super) organization: Resource,
}

crate::http::versioned!(User);

impl User {
    /// The organization, as the policies see it.
    pub fn resource(&self) -> Resource {
        self.organization.clone()
    }

    /// Whether they can sign in and hold the highest role of their organization.
    pub fn administers(&self) -> bool {
        self.status == UserStatus::Active && matches!(self.role, Role::Admin | Role::SuperAdmin)
    }
}

/// A person to be invited.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateUser {
    /// Where they will belong.
    pub organization_id: OrganizationId,
    /// Where they receive mail; not yet known to the platform.
    pub email: String,
    /// 1 to 120 characters.
    pub display_name: String,
    /// A role of that kind of organization.
    pub role: Role,
}

impl CreateUser {
    /// The same in one spelling, by the rules of its fields.
    pub fn checked(self) -> Result<Self> {
        Ok(Self {
            email: crate::auth::check_email(&self.email)?,
            display_name: text::line("displayName", &self.display_name, 120)?,
            ..self
        })
    }
}

/// A person who was invited, and the link for them. The link is shown once.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserInvitation {
    /// The person.
    pub user: User,
    /// Lets whoever opens it set the password: it was mailed to them too.
    pub invitation_url: String,
    /// Until when it works.
    pub invitation_expires_at: DateTime<Utc>,
}

/// What to change; what is not given stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateUser {
    /// A new name.
    pub display_name: Option<String>,
    /// A new role; ends the person's sign-ins.
    pub role: Option<Role>,
    /// `disabled` shuts the person out at once, `active` lets them in again.
    pub status: Option<UserStatus>,
}

/// What really changes.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Change {
    pub display_name: Option<String>,
    pub role: Option<Role>,
    pub status: Option<UserStatus>,
}

impl UpdateUser {
    /// What it changes of `before`; what stays the same is no change.
    pub(super) fn against(&self, before: &User) -> Result<Change> {
        let display_name =
            self.display_name.as_deref().map(|name| text::line("displayName", name, 120)).transpose()?;
        let status = self.status.filter(|status| *status != before.status);
        match (before.status, status) {
            (_, Some(UserStatus::Invited)) => {
                return Err(ApiError::invalid("status", "an account becomes invited by an invitation alone"));
            }
            (_, Some(UserStatus::Deleted)) => {
                return Err(ApiError::invalid("status", "use DELETE to remove a person"));
            }
            (UserStatus::Invited, Some(UserStatus::Active)) => {
                return Err(ApiError::conflict(
                    "invitation_open",
                    "This person has not accepted the invitation yet. Send a new link instead.",
                ));
            }
            _ => {}
        }
        Ok(Change {
            display_name: display_name.filter(|name| *name != before.display_name),
            role: self.role.filter(|role| *role != before.role),
            status,
        })
    }
}

impl Change {
    /// Whether tokens made before it must die.
    pub(super) fn ends_sign_ins(&self) -> bool {
        self.role.is_some() || self.status.is_some()
    }

    /// Whether `before` no longer administers their organization after it.
    pub(super) fn takes_an_admin(&self, before: &User) -> bool {
        before.administers() && (self.role.is_some() || self.status == Some(UserStatus::Disabled))
    }
}

/// Nobody is left who could let anybody in again.
pub(super) fn last_admin(user: &User) -> ApiError {
    if user.role == Role::SuperAdmin {
        ApiError::conflict(
            "last_super_admin",
            "This is the last active super admin. Make another one first, then try again.",
        )
    } else {
        ApiError::conflict(
            "last_admin",
            format!(
                "This is the last active admin of {}. Make another one first, then try again.",
                user.organization_name
            ),
        )
    }
}

text_enum! {
    /// What a list of people can be sorted by.
    UserSort {
        /// By name.
        DisplayName = "displayName",
        /// By address.
        Email = "email",
        /// By organization.
        OrganizationName = "organizationName",
        /// By role.
        Role = "role",
        /// By how the account stands.
        Status = "status",
        /// By the last sign-in; those who never came first.
        LastLoginAt = "lastLoginAt",
        /// By the making of the account.
        CreatedAt = "createdAt",
    }
}

/// Which people to list.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct UserFilter {
    /// Those of one organization.
    pub organization_id: Option<OrganizationId>,
    /// Of one role.
    pub role: Option<Role>,
    /// How the account stands. `deleted` people are in no list but this one, for whoever may restore them.
    pub status: Option<UserStatus>,
    /// A part of the name or the address.
    #[param(max_length = 200)]
    pub q: Option<String>,
    /// `displayName` when not given.
    #[param(inline)]
    pub sort: Option<UserSort>,
    /// `asc` when not given.
    #[param(inline)]
    pub order: Option<Order>,
    /// From 1.
    pub page: Option<i64>,
    /// 1 to 200.
    pub limit: Option<i64>,
}

/// Which people of the organization in the path to list.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct MemberFilter {
    /// Of one role.
    pub role: Option<Role>,
    /// How the account stands. `deleted` people are in no list but this one, for whoever may restore them.
    pub status: Option<UserStatus>,
    /// A part of the name or the address.
    #[param(max_length = 200)]
    pub q: Option<String>,
    /// `displayName` when not given.
    #[param(inline)]
    pub sort: Option<UserSort>,
    /// `asc` when not given.
    #[param(inline)]
    pub order: Option<Order>,
    /// From 1.
    pub page: Option<i64>,
    /// 1 to 200.
    pub limit: Option<i64>,
}

impl MemberFilter {
    /// The same question, about `organization`.
    pub(super) fn of(self, organization: OrganizationId) -> UserFilter {
        let Self { role, status, q, sort, order, page, limit } = self;
        UserFilter { organization_id: Some(organization), role, status, q, sort, order, page, limit }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::OrganizationKind;
    use crate::clock::Clock;

    fn user(role: Role, status: UserStatus) -> User {
        let clock = Clock::default();
        let organization_id = OrganizationId::new(&clock);
        User {
            id: UserId::new(&clock),
            organization_id,
            organization_name: "Kestrel Bank".to_owned(),
            email: "ada@kestrel.example".to_owned(),
            display_name: "Ada Park".to_owned(),
            role,
            status,
            mfa_enabled: Some(false),
            last_login_at: None,
            created_at: clock.now(),
            version: 1,
            can: Can::default(),
            organization: Resource {
                org_id: organization_id,
                kind: OrganizationKind::Customer,
                active: true,
            },
        }
    }

    #[test]
    fn a_status_changes_only_in_ways_that_make_sense() {
        use UserStatus::{Active, Deleted, Disabled, Invited};
        let cases = [
            (Invited, Active, Err("invitation_open")),
            (Invited, Disabled, Ok(Some(Disabled))),
            (Invited, Invited, Ok(None)),
            (Active, Invited, Err("invalid_input")),
            (Active, Active, Ok(None)),
            (Active, Disabled, Ok(Some(Disabled))),
            (Disabled, Active, Ok(Some(Active))),
            (Disabled, Invited, Err("invalid_input")),
            (Active, Deleted, Err("invalid_input")),
        ];
        for (before, wish, expected) in cases {
            let change = UpdateUser { status: Some(wish), ..UpdateUser::default() };
            let got = change.against(&user(Role::BasicUser, before));
            assert_eq!(got.map(|c| c.status).map_err(|e| e.code), expected, "{before} -> {wish}");
        }
    }

    #[test]
    fn what_stays_the_same_is_no_change() {
        let before = user(Role::Admin, UserStatus::Active);
        let same = UpdateUser {
            display_name: Some(" Ada Park ".to_owned()),
            role: Some(Role::Admin),
            status: Some(UserStatus::Active),
        };
        assert_eq!(same.against(&before).unwrap(), Change::default());
        let wrong = UpdateUser { display_name: Some("  ".to_owned()), ..UpdateUser::default() };
        assert_eq!(wrong.against(&before).unwrap_err().code, "invalid_input");
    }

    #[test]
    fn g14_knows_when_an_admin_goes() {
        let demote = Change { role: Some(Role::BasicUser), ..Change::default() };
        let disable = Change { status: Some(UserStatus::Disabled), ..Change::default() };
        let rename = Change { display_name: Some("A".to_owned()), ..Change::default() };
        for role in [Role::Admin, Role::SuperAdmin] {
            let active = user(role, UserStatus::Active);
            assert!(demote.takes_an_admin(&active) && disable.takes_an_admin(&active));
            assert!(!rename.takes_an_admin(&active));
            let invited = user(role, UserStatus::Invited);
            assert!(!demote.takes_an_admin(&invited) && !disable.takes_an_admin(&invited));
        }
        assert!(!demote.takes_an_admin(&user(Role::RequestUser, UserStatus::Active)));
    }
}
