//! Emergency access: for when waiting does harm. An hour at most, told at once to all who must know, recorded like every
//! session, and looked into afterwards by somebody else. Until that is done there is no next one.

pub(super) mod http;
mod model;
mod store;
mod tell;

pub use model::{
    EmergencyAccess, EmergencyFilter, EmergencyReview, EmergencyStatus, EndEmergencyAccess,
    ReviewEmergencyAccess, ReviewVerdict, StartEmergencyAccess,
};
pub(super) use tell::{announce, announce_forgotten, remind, tell_of_ends};

use super::model::{AccessLevel, Grant, GrantStatus, Terms, title};
use super::requests::store::{Scope, hold_caller};
use super::store::{self as grants, Act};
use super::{Making, facts, own};
use crate::access::policies::CanValue;
use crate::access::{Action, Caller, Facts, Permit, Resource, Role};
use crate::app::App;
use crate::audit::{Event, Kind, Target, catalogue};
use crate::db::WriteTx;
use crate::error::{ApiError, Result};
use crate::http::pagination::read_page;
use crate::http::{Page, Window, text};
use crate::ids::{EmergencyId, GrantId, UserId};
use chrono::TimeDelta;
use ipnetwork::IpNetwork;
use sqlx::PgConnection;

/// All for the provider's office, their own for a technician, those into their network for a customer's admins.
pub async fn list_emergency_access(
    app: &App,
    caller: &Caller,
    filter: &EmergencyFilter,
) -> Result<Page<EmergencyAccess>> {
    app.may(caller, Action::EmergencyRead, &Resource::own(caller), &own(caller.role == Role::Technician))?;
    let (scope, window) = (Scope::of(caller), Window::new(filter.page, filter.limit));
    let page = if caller.role == Role::Technician {
        let mut tx = app.db.unscoped("a technician's own emergency access").await?;
        let page = read_page!(window, |at| store::list(tx.conn(), &scope, filter, at).await?);
        tx.commit_unaudited("nothing was written").await?;
        page
    } else {
        let mut tx = app.db.read(caller).await?;
        let page = read_page!(window, |at| store::list(tx.conn(), &scope, filter, at).await?);
        tx.done().await?;
        page
    };
    Ok(page.map(|emergency| shown(app, caller, emergency)))
}

/// One.
pub async fn get_emergency_access(app: &App, caller: &Caller, id: EmergencyId) -> Result<EmergencyAccess> {
    let emergency = load(app, caller, id).await?;
    app.may(caller, Action::EmergencyRead, &emergency.resource(), &held(caller, &emergency))?;
    Ok(emergency)
}

/// The same for whoever has just changed it.
async fn load(app: &App, caller: &Caller, id: EmergencyId) -> Result<EmergencyAccess> {
    let scope = Scope::of(caller);
    let found = if caller.role == Role::Technician {
        let mut tx = app.db.unscoped("a technician's own emergency access").await?;
        let found = store::find(tx.conn(), &scope, id).await?;
        tx.commit_unaudited("nothing was written").await?;
        found
    } else {
        let mut tx = app.db.read(caller).await?;
        let found = store::find(tx.conn(), &scope, id).await?;
        tx.done().await?;
        found
    };
    Ok(shown(app, caller, found.ok_or_else(|| ApiError::not_found("emergency access"))?))
}

/// A technician for themselves, where they hold any access now; a manager for a technician.
pub async fn start_emergency_access(
    app: &App,
    caller: &Caller,
    wish: StartEmergencyAccess,
) -> Result<EmergencyAccess> {
    let reason = wish.check()?;
    let technician = wish.technician_id.unwrap_or(caller.user_id);
    let mut tx = begin(app, caller).await?;
    let (resource, facts, ip_ranges) = situation(tx.conn(), caller, &wish, technician).await?;
    let permit = app.may(caller, Action::EmergencyStart, &resource, &facts)?;
    let mut people = grants::lock_technicians(tx.conn(), &[technician]).await?;
    let person = people.remove(&technician).ok_or_else(|| ApiError::not_found("technician"))?;
    person.check_fit()?;
    let terms = Terms {
        access_level: AccessLevel::Emergency,
        starts_at: None,
        expires_at: Some(caller.asked_at + TimeDelta::minutes(wish.minutes)),
        ip_ranges,
        services: Vec::new(),
        hours: None,
        reason,
        notes: String::new(),
    };
    let id = GrantId::new(&app.clock);
    let making = Making {
        id,
        technician: &person,
        organization: wish.customer_org_id,
        terms: &terms,
        granted_by: (caller.user_id, &caller.display_name),
    };
    let made = super::make(app, tx.conn(), (caller, &permit), making).await?;
    tx.commit_all(made.events).await?;
    let begun = made.emergency.ok_or_else(|| anyhow::anyhow!("emergency access without its object"))?;
    load(app, caller, begun).await
}

/// The customer, what the caller holds there, and from where they may use it. To a technician who holds nothing there now,
/// there is no such customer; one who is held to addresses is held to them in an emergency too.
async fn situation(
    conn: &mut PgConnection,
    caller: &Caller,
    wish: &StartEmergencyAccess,
    technician: UserId,
) -> Result<(Resource, Facts, Vec<IpNetwork>)> {
    let mut ip_ranges = Vec::new();
    let mut known = own(technician == caller.user_id);
    if caller.role == Role::Technician {
        let held = grants::list_held(conn, caller.user_id, wish.customer_org_id).await?;
        let active: Vec<Grant> =
            held.into_iter().filter(|grant| grant.status == GrantStatus::Active).collect();
        let best = facts::best(&active, caller.origin.client_ip, None);
        let best = best.ok_or_else(|| ApiError::not_found("organization"))?;
        known.grant = Some(best.facts(caller.origin.client_ip));
        ip_ranges.clone_from(&best.ip_ranges);
    }
    let resource = crate::organizations::resource(conn, wish.customer_org_id).await?;
    Ok((resource, known, ip_ranges))
}

/// Whoever holds it, a manager, or whose house it is.
pub async fn end_emergency_access(
    app: &App,
    caller: &Caller,
    id: EmergencyId,
    wish: EndEmergencyAccess,
) -> Result<EmergencyAccess> {
    let reason = text::line("reason", &wish.reason, 1000)?;
    let mut tx = begin(app, caller).await?;
    let emergency = lock(tx.conn(), caller, id).await?;
    let permit = app.may(caller, Action::EmergencyEnd, &emergency.resource(), &held(caller, &emergency))?;
    if emergency.status != EmergencyStatus::Active {
        return Err(ApiError::conflict("emergency_over", "This emergency access is over already."));
    }
    // Of a deleted customer too: until it is over its holder gets no other one.
    if !grants::hold(tx.conn(), emergency.grant_id).await? {
        return Err(ApiError::not_found("grant"));
    }
    grants::revoke(tx.conn(), &[emergency.grant_id.0], caller, &Act::by(caller, &reason)).await?;
    store::set_end_told(tx.conn(), id).await?;
    let title = title(&emergency.technician_name, AccessLevel::Emergency);
    let revoked = Event::by(caller, &permit, &catalogue::GRANT_REVOKE, emergency.customer_org_id)
        .target(Target::new("grant", emergency.grant_id.0, title))
        .because(&reason);
    let ended = event(caller, &permit, &catalogue::EMERGENCY_END, &emergency).because(&reason);
    tx.commit_all([revoked, ended]).await?;
    load(app, caller, id).await
}

/// Somebody who neither held nor started it says what they found.
pub async fn review_emergency_access(
    app: &App,
    caller: &Caller,
    id: EmergencyId,
    wish: ReviewEmergencyAccess,
) -> Result<EmergencyAccess> {
    let words = wish.check()?;
    let mut tx = begin(app, caller).await?;
    let emergency = lock(tx.conn(), caller, id).await?;
    let permit =
        app.may(caller, Action::EmergencyReview, &emergency.resource(), &party(caller, &emergency))?;
    match emergency.status {
        EmergencyStatus::Active => {
            return Err(ApiError::conflict(
                "emergency_active",
                "It is not over yet. End it, or wait for its end.",
            ));
        }
        EmergencyStatus::Reviewed => {
            return Err(ApiError::conflict("already_reviewed", "Somebody reviewed it already."));
        }
        EmergencyStatus::AwaitingReview => {}
    }
    store::review(tx.conn(), id, caller, (wish.verdict, &words)).await?;
    let found = match wish.verdict {
        ReviewVerdict::Justified => "it was justified",
        ReviewVerdict::NotJustified => "it was not justified",
    };
    let details =
        serde_json::json!({ "verdict": wish.verdict, "words": words, "overdue": emergency.overdue });
    let event = event(caller, &permit, &catalogue::EMERGENCY_REVIEW, &emergency).because(found);
    tx.commit(event.details(details)).await?;
    load(app, caller, id).await
}

/// The provider's office sees all that it takes through its wall, and a customer's admin their own. What a technician does
/// turns on reviews at customers that theirs hides, so every statement says whose are meant.
async fn begin(app: &App, caller: &Caller) -> Result<WriteTx> {
    if caller.role != Role::Technician {
        return app.db.write(caller).await;
    }
    let mut tx = app.db.unscoped_by(caller, "a technician's own emergency access").await?;
    if !hold_caller(tx.conn(), caller).await? {
        return Err(ApiError::access_ended());
    }
    Ok(tx)
}

async fn lock(conn: &mut PgConnection, caller: &Caller, id: EmergencyId) -> Result<EmergencyAccess> {
    let found = store::lock(conn, &Scope::of(caller), id).await?;
    let emergency = found.ok_or_else(|| ApiError::not_found("emergency access"))?;
    caller.asks_about(target(&emergency));
    Ok(emergency)
}

/// Whether it is the caller's.
fn held(caller: &Caller, emergency: &EmergencyAccess) -> Facts {
    own(emergency.technician_id == caller.user_id)
}

/// Whether the caller has a part in it.
fn party(caller: &Caller, emergency: &EmergencyAccess) -> Facts {
    own([emergency.technician_id, emergency.started_by_id].contains(&caller.user_id))
}

fn event(caller: &Caller, permit: &Permit, kind: &'static Kind, emergency: &EmergencyAccess) -> Event {
    Event::by(caller, permit, kind, emergency.customer_org_id).target(target(emergency))
}

fn target(emergency: &EmergencyAccess) -> Target {
    Target::new("emergency", emergency.id.0, emergency.title())
}

/// As this caller may see it.
fn shown(app: &App, caller: &Caller, mut emergency: EmergencyAccess) -> EmergencyAccess {
    let (resource, now) = (emergency.resource(), caller.asked_at);
    let mut can =
        app.policies.can(caller, &[Action::EmergencyEnd], &resource, &held(caller, &emergency), now);
    let review =
        app.policies.can(caller, &[Action::EmergencyReview], &resource, &party(caller, &emergency), now);
    can.0.extend(review.0);
    let (end, review) = match emergency.status {
        EmergencyStatus::Active => (None, Some("It is not over yet.")),
        EmergencyStatus::AwaitingReview => (Some("It is over already."), None),
        EmergencyStatus::Reviewed => (Some("It is over already."), Some("Somebody reviewed it already.")),
    };
    for (action, why) in [(Action::EmergencyEnd, end), (Action::EmergencyReview, review)] {
        if let (Some(value @ CanValue::Yes(_)), Some(why)) = (can.0.get_mut(action.name()), why) {
            *value = CanValue::Not(why.to_owned());
        }
    }
    emergency.can = can;
    emergency
}
