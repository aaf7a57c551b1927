//! The signed-in person, and what they may do somewhere at all: the console's navigation.

use super::model::{Profile, ProfileOrganization, ProfileSession, StepUpWays};
use super::store::{self, Ways};
use crate::access::policies::{Can, CanValue, RECENT};
use crate::access::{Action, Caller, Facts, GrantFacts, OrganizationKind, Resource, Role};
use crate::app::App;
use crate::error::Result;
use crate::ids::{GrantId, OrganizationId};
use uuid::Uuid;

/// Who the caller is, for themselves.
pub async fn get_profile(app: &App, caller: &Caller) -> Result<Profile> {
    let own = Facts::own();
    app.may(caller, Action::UserRead, &Resource::own(caller), &own)?;
    let mut tx = app.db.read(caller).await?;
    let ways = store::ways(tx.conn(), caller.user_id).await?;
    tx.done().await?;
    Ok(profile(app, caller, ways))
}

/// Who the caller is.
pub(super) fn profile(app: &App, caller: &Caller, ways: Ways) -> Profile {
    Profile {
        id: caller.user_id,
        email: caller.email.clone(),
        display_name: caller.display_name.clone(),
        role: caller.role,
        organization: ProfileOrganization {
            id: caller.org_id,
            name: caller.org_name.clone(),
            kind: caller.org_kind,
        },
        can: can_somewhere(app, caller),
        session: ProfileSession {
            id: caller.user_session_id,
            expires_at: caller.expires_at,
            fresh_until: caller.authenticated_at + RECENT,
        },
        has_password: ways.has_password,
        step_up: StepUpWays {
            password: ways.has_password && (!ways.asks_code || ways.has_code),
            code: ways.asks_code,
            passkey: ways.has_passkey,
            // Where a code is asked for, and there is none to give, a passkey is the way.
            sso: ways.sso.into_iter().filter(|way| !way.code || ways.has_code).collect(),
        },
    }
}

/// An action is open in the navigation when it is permitted in at least one of these places: at home, on what
/// is one's own there, or (for the provider's people) at a customer like any other, by a grant for technicians.
fn can_somewhere(app: &App, caller: &Caller) -> Can {
    let own = Facts::own();
    let mut places = vec![(Resource::own(caller), Facts::default()), (Resource::own(caller), own.clone())];
    if caller.is_provider() {
        let customer =
            Resource { org_id: OrganizationId(Uuid::nil()), kind: OrganizationKind::Customer, active: true };
        let facts = if caller.role == Role::Technician { as_if_granted() } else { Facts::default() };
        places.push((customer, facts));
    }
    let mut can = Can::default();
    for (place, facts) in places {
        let open: Vec<Action> = Action::ALL
            .iter()
            .copied()
            .filter(|action| !matches!(can.0.get(action.name()), Some(CanValue::Yes(true))))
            .collect();
        let here = app.policies.can(caller, &open, &place, &facts, caller.asked_at);
        for (action, value) in here.0 {
            // The first refusal is about home and needs no grant to be understood.
            if matches!(value, CanValue::Yes(true)) || !can.0.contains_key(action) {
                can.0.insert(action, value);
            }
        }
    }
    if app.post.sends() {
        let why = "A mail server is configured: mails are sent, and none is kept to be seen.";
        can.0.insert(Action::MailRead.name(), CanValue::Not(why.to_owned()));
    }
    can
}

fn as_if_granted() -> Facts {
    let level = "full_access".to_owned();
    let grant = GrantFacts {
        id: GrantId(Uuid::nil()),
        level: level.clone(),
        starts_at: None,
        expires_at: None,
        revoked: false,
        address_allowed: true,
        services: Vec::new(),
        closed: None,
    };
    Facts {
        own: true,
        grant: Some(grant),
        service: Some("ssh".to_owned()),
        account_level: Some(level),
        given_role: None,
    }
}
