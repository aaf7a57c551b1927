//! Grants: which technician may reach which customer, how far, from where, until when.

mod assign;
mod bulk_revoke;
mod changes;
mod closing;
mod emergency;
mod facts;
mod handoff;
mod history;
mod hours;
pub mod http;
mod lease;
mod management;
mod matrix;
mod model;
mod notices;
mod overview;
mod proposals;
pub mod ranges;
mod requests;
mod store;
mod tend;
mod undo;
mod wishes;

pub use assign::{AssignAccess, AssignCell, AssignTerms, assign_access};
pub use bulk_revoke::{BulkRevokeAccess, bulk_revoke_access};
pub use changes::{AccessChange, AccessChanges, ChangeAction};
pub use closing::{closing_times, closings};
pub use emergency::{
    EmergencyAccess, EmergencyFilter, EmergencyReview, EmergencyStatus, EndEmergencyAccess,
    ReviewEmergencyAccess, ReviewVerdict, StartEmergencyAccess, end_emergency_access, get_emergency_access,
    list_emergency_access, review_emergency_access, start_emergency_access,
};
pub use facts::{facts, facts_for_level};
pub use handoff::{HandOffCustomer, HandOffGrants, hand_off_grants};
pub use history::{AccessHistoryEntry, ChangeKind, HistoryFilter, list_access_history};
pub use hours::{Closing, Hours, HoursWindow, Weekday};
pub use lease::{LeaseEnd, LeaseTerms, LeaseUse, lease_end};
pub use matrix::{
    AccessMatrix, GrantMatrix, GrantMatrixQuery, MatrixCell, MatrixCustomer, MatrixGrant, MatrixQuery,
    MatrixTechnician, get_access_matrix, get_grant_matrix,
};
pub use model::{AccessLevel, EMERGENCY_LIFE, Grant, GrantStatus, Service, Terms};
pub use overview::{
    AccessByLevel, AccessDifference, AccessDifferences, AccessSummary, AccessTerm, CustomerTechnician,
    DifferencesQuery, LevelDifference, UnusedAccess, UnusedGrant, UnusedQuery, get_access_summary,
    list_access_differences, list_customer_technicians, list_unused_access,
};
pub use proposals::{
    ApproveRevocationProposal, CreateRevocationProposal, ProposedRevocation, ProposedRevocationStands,
    RefuseRevocationProposal, RevocationProposal, RevocationProposalDetail, RevocationProposalFilter,
    RevocationProposalSort, RevocationProposalStatus, approve_revocation_proposal,
    create_revocation_proposal, get_revocation_proposal, list_revocation_proposals,
    refuse_revocation_proposal, withdraw_revocation_proposal,
};
pub use requests::{
    AccessApprovalGiven, AccessRequest, AccessRequestFilter, AccessRequestSort, ApprovalSide,
    ApproveAccessRequest, CreateAccessRequest, RefuseAccessRequest, RequestStatus, RequestedLevel,
    UpdateAccessRequest, approve_access_request, create_access_request, get_access_request,
    list_access_requests, refuse_access_request, update_access_request, withdraw_access_request,
};
pub use tend::{keep_tending, tend};
pub use undo::undo_access_change;
pub use wishes::{CreateGrant, GrantFilter, GrantSort, RevokeGrant, UpdateGrant};

use crate::access::policies::CanValue;
use crate::access::{Action, Caller, Facts, OrganizationKind, Permit, Resource, Role};
use crate::app::App;
use crate::audit::{Event, Kind, Outcome, Target, catalogue};
use crate::error::{ApiError, Result};
use crate::http::pagination::read_page;
use crate::http::{Page, Window, text};
use crate::ids::{EmergencyId, GrantId, OrganizationId, UserId};
use sqlx::PgConnection;
use store::Act;

/// What the console asks about each grant.
const CAN: &[Action] = &[Action::GrantUpdate, Action::GrantRevoke, Action::GrantUse];

/// A technician's own grants are theirs to see when they ended or have not begun, and with them the customer's
/// name: the wall shows technicians only customers that a grant opens now.
const OWN: &str = "a technician's own grants, past and future ones too";

/// All for the provider's office, their own for a technician, those into their network for a customer's admins.
pub async fn list_grants(app: &App, caller: &Caller, filter: &GrantFilter) -> Result<Page<Grant>> {
    app.may(caller, Action::GrantRead, &Resource::own(caller), &own(caller.role == Role::Technician))?;
    let window = Window::new(filter.page, filter.limit);
    let page = if caller.role == Role::Technician {
        let mut tx = app.db.unscoped(OWN).await?;
        let own = Some(caller.user_id);
        let page = read_page!(window, |at| store::list(tx.conn(), own, filter, at).await?);
        tx.commit_unaudited("nothing was written").await?;
        page
    } else {
        let filter = GrantFilter { organization_id: caller.only(filter.organization_id), ..filter.clone() };
        let mut tx = app.db.read(caller).await?;
        tx.plan_each_anew().await?;
        let page = read_page!(window, |at| store::list(tx.conn(), None, &filter, at).await?);
        tx.done().await?;
        page
    };
    Ok(page.map(|grant| shown(app, caller, grant)))
}

/// One, with what the caller may do to it.
pub async fn get_grant(app: &App, caller: &Caller, id: GrantId) -> Result<Grant> {
    let grant = load(app, caller, id).await?;
    app.may(caller, Action::GrantRead, &grant.resource(), &facts_of(caller, &grant))?;
    Ok(grant)
}

/// The same for whoever has just changed it, which may be a token that was not made to see grants.
async fn load(app: &App, caller: &Caller, id: GrantId) -> Result<Grant> {
    let grant = if caller.role == Role::Technician {
        let mut tx = app.db.unscoped(OWN).await?;
        let found = store::find(tx.conn(), Some(caller.user_id), id).await?;
        tx.commit_unaudited("nothing was written").await?;
        found
    } else {
        let mut tx = app.db.read(caller).await?;
        let found = store::find(tx.conn(), None, id).await?;
        tx.done().await?;
        found
    };
    let grant = grant.ok_or_else(|| ApiError::not_found("grant"))?;
    Ok(shown(app, caller, grant))
}

/// What one technician holds and held: for themselves and for the provider's office.
pub async fn list_technician_grants(
    app: &App,
    caller: &Caller,
    technician: UserId,
    window: Window,
) -> Result<Page<Grant>> {
    let mut tx = app.db.read(caller).await?;
    if !store::technician_exists(tx.conn(), technician).await? {
        return Err(ApiError::not_found("technician"));
    }
    tx.done().await?;
    let provider = Resource { org_id: app.provider, kind: OrganizationKind::MssProvider, active: true };
    app.may(caller, Action::GrantRead, &provider, &own(technician == caller.user_id))?;
    let filter = GrantFilter {
        technician_id: Some(technician),
        page: Some(window.page),
        limit: Some(window.limit),
        ..GrantFilter::default()
    };
    list_grants(app, caller, &filter).await
}

/// A new grant. Two at once for the same technician, customer and level: the database lets one in.
pub async fn create_grant(app: &App, caller: &Caller, new: CreateGrant) -> Result<Grant> {
    let terms = new.terms(caller.asked_at)?;
    let id = GrantId::new(&app.clock);
    let mut tx = app.db.write(caller).await?;
    let resource = crate::organizations::resource(tx.conn(), new.customer_org_id).await?;
    let permit = app.may(caller, Action::GrantCreate, &resource, &Facts::default())?;
    let mut found = store::lock_technicians(tx.conn(), &[new.technician_id]).await?;
    let technician = found.remove(&new.technician_id).ok_or_else(|| ApiError::not_found("technician"))?;
    technician.check_fit()?;
    store::check_zone(tx.conn(), terms.hours.as_ref()).await?;
    let making = Making {
        id,
        technician: &technician,
        organization: new.customer_org_id,
        terms: &terms,
        granted_by: (caller.user_id, &caller.display_name),
    };
    let made = make(app, tx.conn(), (caller, &permit), making).await?;
    tx.commit_all(made.events).await?;
    load(app, caller, id).await
}

/// One grant to be.
struct Making<'a> {
    id: GrantId,
    technician: &'a store::Technician,
    organization: OrganizationId,
    terms: &'a Terms,
    /// Who answers for it, and their name.
    granted_by: (UserId, &'a str),
}

/// One that was made.
struct Made {
    /// What happened.
    events: Vec<Event>,
    /// What it is besides, if it is one.
    emergency: Option<EmergencyId>,
}

/// Makes it in the transaction at hand, whoever asked for it and however.
async fn make(
    app: &App,
    conn: &mut PgConnection,
    (caller, permit): (&Caller, &Permit),
    making: Making<'_>,
) -> Result<Made> {
    let Making { id, technician, organization, terms, granted_by } = making;
    let holder = (technician.id, technician.name.as_str());
    let mut events = close_expired(conn, (caller, permit), holder, organization, terms.access_level).await?;
    let grant = store::NewGrant { id, technician: technician.id, organization };
    store::insert(conn, &[grant], terms, granted_by, &Act::by(caller, &terms.reason)).await?;
    let title = format!("{} ({})", technician.name, terms.access_level.words());
    events.push(
        Event::by(caller, permit, &catalogue::GRANT_CREATE, organization)
            .target(Target::new("grant", id.0, title))
            .because(&terms.reason)
            .details(serde_json::json!({ "technicianId": technician.id, "terms": terms })),
    );
    let (begun, told) = emergency::announce(app, conn, (caller, permit), &[id.0]).await?;
    events.extend(told);
    Ok(Made { events, emergency: begun.first().copied() })
}

/// Changes the terms. A live session that stood on the old ones ends by its lease. What stays the same is no change.
pub async fn update_grant(
    app: &App,
    caller: &Caller,
    id: GrantId,
    change: UpdateGrant,
    version: Option<i64>,
) -> Result<Grant> {
    let mut tx = app.db.write(caller).await?;
    let (before, permit) = lock_for(app, caller, &mut tx, id, Action::GrantUpdate, version).await?;
    let terms = change.terms(&before, caller.asked_at)?;
    if terms == before.terms() {
        drop(tx);
        return load(app, caller, id).await;
    }
    if terms.hours != before.hours {
        store::check_zone(tx.conn(), terms.hours.as_ref()).await?;
    }
    let mut events = Vec::new();
    if terms.access_level != before.access_level {
        let technician = (before.technician_id, before.technician_name.as_str());
        events = close_expired(
            tx.conn(),
            (caller, &permit),
            technician,
            before.customer_org_id,
            terms.access_level,
        )
        .await?;
    }
    let why = if terms.reason == before.reason { "" } else { &terms.reason };
    store::update(tx.conn(), id, &terms, &Act::by(caller, why)).await?;
    events.push(event(caller, &permit, &catalogue::GRANT_UPDATE, &before).details(serde_json::json!({
        "before": before.terms(), "after": terms, "notesChanged": terms.notes != before.notes,
    })));
    events.extend(emergency::announce(app, tx.conn(), (caller, &permit), &[id.0]).await?.1);
    tx.commit_all(events).await?;
    load(app, caller, id).await
}

/// Takes a grant back, for good; live sessions that stand on it end at once.
pub async fn revoke_grant(
    app: &App,
    caller: &Caller,
    id: GrantId,
    wish: RevokeGrant,
    version: Option<i64>,
) -> Result<Grant> {
    let reason = text::line("reason", &wish.reason, 1000)?;
    let mut tx = app.db.write(caller).await?;
    let (before, permit) = lock_for(app, caller, &mut tx, id, Action::GrantRevoke, version).await?;
    store::revoke(tx.conn(), &[id.0], caller, &Act::by(caller, &reason)).await?;
    tx.commit(event(caller, &permit, &catalogue::GRANT_REVOKE, &before).because(reason)).await?;
    load(app, caller, id).await
}

/// Records that a technician used their access by a way that the platform does not see itself.
pub async fn record_grant_use(app: &App, caller: &Caller, id: GrantId) -> Result<Grant> {
    // Asked before the lock: an ended grant is beyond the wall, and its holder shall hear why and not 404.
    let seen = get_grant(app, caller, id).await?;
    caller.asks_about(target(&seen));
    app.may(caller, Action::GrantUse, &seen.resource(), &facts_of(caller, &seen))?;
    let mut tx = app.db.write(caller).await?;
    let grant = store::lock(tx.conn(), id).await?.ok_or_else(|| ApiError::not_found("grant"))?;
    let permit = app.may(caller, Action::GrantUse, &grant.resource(), &facts_of(caller, &grant))?;
    store::record_use(tx.conn(), id).await?;
    let event = Event::by(caller, &permit, &catalogue::GRANT_USE, grant.customer_org_id).target(Target::new(
        "grant",
        id.0,
        &grant.customer_org_name,
    ));
    tx.commit(event).await?;
    load(app, caller, id).await
}

/// Counts one use of a grant, in the transaction of the session that it let in.
pub async fn record_use(conn: &mut PgConnection, id: GrantId) -> Result<()> {
    store::record_use(conn, id).await
}

/// Takes back all that a technician holds, because the person leaves or becomes something else.
pub(crate) async fn revoke_all_of(
    conn: &mut PgConnection,
    technician: UserId,
    (caller, permit): (&Caller, &Permit),
    reason: &str,
) -> Result<Vec<Event>> {
    let revoked = store::revoke_all(conn, technician, &Act::by(caller, reason)).await?;
    let event = |grant: store::Revoked| {
        let level = AccessLevel::from(grant.access_level).words();
        Event::by(caller, permit, &catalogue::GRANT_REVOKE, grant.org_id)
            .target(Target::new("grant", grant.id.0, format!("{} ({level})", grant.technician_name)))
            .because(reason)
    };
    Ok(revoked.into_iter().map(event).collect())
}

/// The same, when the groups at an identity provider say so.
pub(crate) async fn revoke_all_by_groups(
    conn: &mut PgConnection,
    technician: UserId,
    reason: &str,
) -> Result<Vec<Event>> {
    let act = Act { by: None, why: reason, batch: None };
    let revoked = store::revoke_all(conn, technician, &act).await?;
    let event = |grant: store::Revoked| {
        let level = AccessLevel::from(grant.access_level).words();
        Event::by_platform(&catalogue::GRANT_REVOKE, Outcome::Success, grant.org_id)
            .target(Target::new("grant", grant.id.0, format!("{} ({level})", grant.technician_name)))
            .because(reason)
    };
    Ok(revoked.into_iter().map(event).collect())
}

/// Customers read the technician's name on the grant.
pub(crate) async fn rename_technician(conn: &mut PgConnection, technician: UserId, name: &str) -> Result<()> {
    store::rename(conn, technician, name).await
}

/// The grant as it is now, held for a change that the caller may make and that fits what they saw.
async fn lock_for(
    app: &App,
    caller: &Caller,
    tx: &mut crate::db::WriteTx,
    id: GrantId,
    action: Action,
    version: Option<i64>,
) -> Result<(Grant, Permit)> {
    let before = store::lock(tx.conn(), id).await?.ok_or_else(|| ApiError::not_found("grant"))?;
    caller.asks_about(target(&before));
    let permit = app.may(caller, action, &before.resource(), &facts_of(caller, &before))?;
    if version.is_some_and(|version| version != before.version) {
        return Err(ApiError::stale());
    }
    if before.revoked_at.is_some() {
        return Err(ApiError::conflict(
            "grant_revoked",
            "This access was taken back already. Grant it anew.",
        ));
    }
    Ok((before, permit))
}

/// Why an expired grant is closed.
const REPLACED: &str = "another is made in its place";

/// An expired grant still holds its place in the database; closing it is an event of its own.
async fn close_expired(
    conn: &mut PgConnection,
    (caller, permit): (&Caller, &Permit),
    (technician, name): (UserId, &str),
    organization: OrganizationId,
    level: AccessLevel,
) -> Result<Vec<Event>> {
    let act = Act::by(caller, REPLACED);
    let closed = store::close_expired(conn, technician, organization, level, &act).await?;
    let event = |id: GrantId| {
        let title = format!("{name} ({})", level.words());
        Event::by(caller, permit, &catalogue::GRANT_EXPIRE, organization)
            .target(Target::new("grant", id.0, title))
            .because(REPLACED)
    };
    Ok(closed.map(event).into_iter().collect())
}

fn event(caller: &Caller, permit: &Permit, kind: &'static Kind, grant: &Grant) -> Event {
    Event::by(caller, permit, kind, grant.customer_org_id).target(target(grant))
}

fn target(grant: &Grant) -> Target {
    Target::new("grant", grant.id.0, grant.title())
}

/// Whether it is the caller's own, where nothing else decides.
fn own(own: bool) -> Facts {
    Facts { own, ..Facts::default() }
}

fn facts_of(caller: &Caller, grant: &Grant) -> Facts {
    let own = grant.technician_id == caller.user_id;
    Facts { own, grant: own.then(|| grant.facts(caller.origin.client_ip)), ..Facts::default() }
}

/// As this caller may see it: the provider's own remarks stay with the provider.
fn shown(app: &App, caller: &Caller, mut grant: Grant) -> Grant {
    if !caller.is_provider() {
        grant.notes.clear();
    }
    grant.can = app.policies.can(caller, CAN, &grant.resource(), &facts_of(caller, &grant), caller.asked_at);
    if grant.revoked_at.is_some() {
        let over = || CanValue::Not("This access was taken back already. Grant it anew.".to_owned());
        for action in [Action::GrantUpdate, Action::GrantRevoke] {
            if let Some(value @ CanValue::Yes(_)) = grant.can.0.get_mut(action.name()) {
                *value = over();
            }
        }
    }
    grant
}
