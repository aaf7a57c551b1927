//! An organization's directory, which comes by a token of its own and speaks SCIM. It is no person and acts for none:
//! what it may is asked of the policies by its own name, and its transactions see its own organization alone.

use super::caller::Decided;
use super::{OrganizationKind, Resource};
use crate::audit::Target;
use crate::db::DirectoryRow;
use crate::error::ApiError;
use crate::http::request::Origin;
use crate::ids::{DirectoryTokenId, OrganizationId, SsoConnectionId};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use chrono::{DateTime, Utc};

/// A directory in one request.
#[derive(Clone, Debug)]
pub struct Directory {
    /// The token that it came by.
    pub token_id: DirectoryTokenId,
    /// What the organization calls it.
    pub name: String,
    /// The organization that it keeps.
    pub org_id: OrganizationId,
    /// Customer or provider.
    pub org_kind: OrganizationKind,
    /// The connection whose groups give roles, if the token was made for one.
    pub connection_id: Option<SsoConnectionId>,
    /// When this request was admitted, by the database's clock.
    pub asked_at: DateTime<Utc>,
    /// Where this request came from.
    pub origin: Origin,
    /// Whether the policies were asked yet.
    pub decided: Decided,
}

impl Directory {
    /// Whoever holds the token of this row.
    pub(crate) fn by_token(row: DirectoryRow, origin: Origin) -> Self {
        Self {
            token_id: row.id,
            name: row.name,
            org_id: row.org_id,
            org_kind: row.org_type.into(),
            connection_id: row.connection_id,
            asked_at: row.now,
            origin,
            decided: Decided::default(),
        }
    }

    /// Says what the next act is about, so that the log of a refusal can name it.
    pub(crate) fn asks_about(&self, target: Target) {
        self.decided.note_about(target);
    }

    /// Its own organization, which is all that it ever acts on.
    pub fn resource(&self) -> Resource {
        Resource { org_id: self.org_id, kind: self.org_kind, active: true }
    }
}

/// Handlers that ask for a directory get the one that the outer layer admitted.
impl<S: Send + Sync> FromRequestParts<S> for Directory {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        parts.extensions.get::<Self>().cloned().ok_or_else(ApiError::unauthenticated)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::{Action, Facts, Policies, Role};
    use crate::clock::Clock;
    use crate::ids::RequestId;

    fn of(kind: OrganizationKind, clock: &Clock) -> Directory {
        let (request_id, client_ip) = (RequestId::new(clock), [10, 0, 0, 5].into());
        Directory {
            token_id: DirectoryTokenId::new(clock),
            name: "Entra".to_owned(),
            org_id: OrganizationId::new(clock),
            org_kind: kind,
            connection_id: None,
            asked_at: clock.now(),
            origin: Origin { request_id, client_ip, user_agent: String::new() },
            decided: Decided::default(),
        }
    }

    #[test]
    fn c04_a_directory_keeps_people_of_a_customer_and_gives_roles_of_one() {
        let (clock, policies) = (Clock::default(), Policies::load().unwrap());
        let own = [
            Action::DirectoryUserRead,
            Action::DirectoryUserUpdate,
            Action::DirectoryUserDelete,
            Action::DirectoryGroupRead,
            Action::DirectoryGroupUpdate,
        ];
        let giving = [Action::DirectoryUserCreate, Action::DirectoryUserRoleUpdate];
        for &kind in OrganizationKind::ALL {
            let directory = of(kind, &clock);
            let customer = kind == OrganizationKind::Customer;
            for &action in Action::ALL {
                let may = policies.directory_may(&directory, action, &Facts::default());
                assert_eq!(may.is_ok(), customer && own.contains(&action), "{action:?} {kind}");
                for &role in Role::ALL {
                    let facts = Facts { given_role: Some(role.as_str().to_owned()), ..Facts::default() };
                    let may = policies.directory_may(&directory, action, &facts).is_ok();
                    let given = giving.contains(&action) && role.kind() == OrganizationKind::Customer;
                    assert_eq!(may, customer && (given || own.contains(&action)), "{action:?} {role} {kind}");
                }
            }
        }
    }
}
