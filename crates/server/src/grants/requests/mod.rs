//! Requests for access: a technician asks for what they lack, and whoever may decides, never the asker. An approval is of
//! exactly the terms that were looked at, by somebody who may approve until the grant is made.

pub(super) mod http;
mod model;
pub(super) mod store;
mod tell;
mod wishes;

pub(super) use tell::queue;

pub use model::{AccessApprovalGiven, AccessRequest, ApprovalSide, RequestStatus, RequestedLevel};
pub use wishes::{
    AccessRequestFilter, AccessRequestSort, ApproveAccessRequest, CreateAccessRequest, RefuseAccessRequest,
    UpdateAccessRequest,
};

use super::model::AccessLevel;
use super::{Making, own};
use crate::access::policies::CanValue;
use crate::access::{Action, Caller, Facts, Permit, Resource, Role};
use crate::app::App;
use crate::audit::{Event, Kind, Outcome, Target, catalogue};
use crate::db::WriteTx;
use crate::error::{ApiError, Result};
use crate::http::pagination::read_page;
use crate::http::{Page, Window, text};
use crate::ids::{AccessRequestId, GrantId};
use crate::organizations::AccessApproval;
use sqlx::PgConnection;
use store::{Decision, Scope};

/// What the console asks about each request.
const CAN: &[Action] = &[
    Action::AccessRequestApprove,
    Action::AccessRequestRefuse,
    Action::AccessRequestUpdate,
    Action::AccessRequestWithdraw,
];

/// Open requests of one technician; who has more is better spoken to.
const MOST_PENDING: i64 = 20;

/// All for the provider's managers, their own for a technician, those into their network for a customer's admins.
pub async fn list_access_requests(
    app: &App,
    caller: &Caller,
    filter: &AccessRequestFilter,
) -> Result<Page<AccessRequest>> {
    app.may(
        caller,
        Action::AccessRequestRead,
        &Resource::own(caller),
        &own(caller.role == Role::Technician),
    )?;
    let (scope, window) = (Scope::of(caller), Window::new(filter.page, filter.limit));
    let page = if caller.role == Role::Technician {
        let mut tx = app.db.unscoped("a technician's own requests for access").await?;
        let page = read_page!(window, |at| store::list(tx.conn(), &scope, filter, at).await?);
        tx.commit_unaudited("nothing was written").await?;
        page
    } else {
        let mut tx = app.db.read(caller).await?;
        let page = read_page!(window, |at| store::list(tx.conn(), &scope, filter, at).await?);
        tx.done().await?;
        page
    };
    Ok(page.map(|request| shown(app, caller, request)))
}

/// One.
pub async fn get_access_request(app: &App, caller: &Caller, id: AccessRequestId) -> Result<AccessRequest> {
    let request = load(app, caller, id).await?;
    app.may(caller, Action::AccessRequestRead, &request.resource(), &facts(caller, &request))?;
    Ok(request)
}

/// The same for whoever has just changed it.
async fn load(app: &App, caller: &Caller, id: AccessRequestId) -> Result<AccessRequest> {
    let scope = Scope::of(caller);
    let found = if caller.role == Role::Technician {
        let mut tx = app.db.unscoped("a technician's own requests for access").await?;
        let found = store::find(tx.conn(), &scope, id).await?;
        tx.commit_unaudited("nothing was written").await?;
        found
    } else {
        let mut tx = app.db.read(caller).await?;
        let found = store::find(tx.conn(), &scope, id).await?;
        tx.done().await?;
        found
    };
    Ok(shown(app, caller, found.ok_or_else(|| ApiError::not_found("request"))?))
}

/// A technician asks. Of two requests for the same at once the database lets one in.
pub async fn create_access_request(
    app: &App,
    caller: &Caller,
    new: CreateAccessRequest,
) -> Result<AccessRequest> {
    let terms = new.terms(caller.asked_at)?;
    let name = text::line("customer", &new.customer, 200)?;
    // By role alone, before anybody learns whether there is such a customer.
    app.may(caller, Action::AccessRequestCreate, &Resource::own(caller), &own(true))?;
    let mut tx = begin(app, caller).await?;
    let customer = store::find_customer(tx.conn(), &name).await?;
    let (organization, name, resource) = customer.ok_or_else(|| ApiError::not_found("customer"))?;
    let permit = app.may(caller, Action::AccessRequestCreate, &resource, &own(true))?;
    super::store::check_zone(tx.conn(), terms.hours.as_ref()).await?;
    let standing = store::standing(tx.conn(), caller.user_id, organization, &terms).await?;
    if standing.held {
        return Err(ApiError::conflict(
            "grant_exists",
            "You hold access of this level to this customer already.",
        ));
    }
    if standing.pending >= MOST_PENDING {
        let message = format!("You have {MOST_PENDING} open requests. Withdraw one, or ask your manager.");
        return Err(ApiError::conflict("too_many", message));
    }
    let mut events: Vec<Event> = Vec::new();
    for lapsed in store::close_lapsed(tx.conn(), Some(caller.user_id)).await? {
        events.push(
            Event::by(caller, &permit, &catalogue::ACCESS_REQUEST_EXPIRE, lapsed.org_id)
                .target(target_of(&lapsed)),
        );
    }
    let id = AccessRequestId::new(&app.clock);
    store::insert(tx.conn(), id, caller, organization, &terms).await?;
    let request = lock_one(tx.conn(), caller, id).await?;
    let told = tell::deciders(app, tx.conn(), &request).await?;
    let place = format!("{name} ({})", terms.access_level.words());
    events.push(
        Event::by(caller, &permit, &catalogue::ACCESS_REQUEST_CREATE, organization)
            .target(Target::new("access_request", id.0, place))
            .because(&terms.reason)
            .details(serde_json::json!({ "terms": terms, "termsHash": request.terms_hash, "told": told })),
    );
    tx.commit_all(events).await?;
    load(app, caller, id).await
}

/// The asker asks for something else: every approval is void.
pub async fn update_access_request(
    app: &App,
    caller: &Caller,
    id: AccessRequestId,
    change: UpdateAccessRequest,
    version: Option<i64>,
) -> Result<AccessRequest> {
    let mut tx = begin(app, caller).await?;
    let (before, permit) = lock_for(app, caller, &mut tx, id, Action::AccessRequestUpdate).await?;
    if version.is_some_and(|version| version != before.version) {
        return Err(ApiError::stale());
    }
    check_pending(&before)?;
    let terms = change.terms(&before, caller.asked_at)?;
    if terms.hours != before.hours {
        super::store::check_zone(tx.conn(), terms.hours.as_ref()).await?;
    }
    store::update(tx.conn(), id, &terms).await?;
    let event = event(caller, &permit, &catalogue::ACCESS_REQUEST_UPDATE, &before, before.place()).details(
        serde_json::json!({
            "before": before.terms(), "after": terms, "approvalsVoided": before.approvals.len(),
        }),
    );
    tx.commit(event).await?;
    load(app, caller, id).await
}

/// The asker thinks better of it.
pub async fn withdraw_access_request(
    app: &App,
    caller: &Caller,
    id: AccessRequestId,
) -> Result<AccessRequest> {
    let mut tx = begin(app, caller).await?;
    let (before, permit) = lock_for(app, caller, &mut tx, id, Action::AccessRequestWithdraw).await?;
    check_pending(&before)?;
    let decision = Decision { status: RequestStatus::Withdrawn, by: caller, reason: None, grant: None };
    store::decide(tx.conn(), id, &decision).await?;
    tx.commit(event(caller, &permit, &catalogue::ACCESS_REQUEST_WITHDRAW, &before, before.place())).await?;
    load(app, caller, id).await
}

/// One side approves; the last that is needed makes the grant, in the same transaction.
pub async fn approve_access_request(
    app: &App,
    caller: &Caller,
    id: AccessRequestId,
    wish: ApproveAccessRequest,
) -> Result<AccessRequest> {
    let note = text::block("note", wish.note.as_deref().unwrap_or_default(), 1000)?;
    let mut tx = begin(app, caller).await?;
    let (request, permit) = lock_for(app, caller, &mut tx, id, Action::AccessRequestApprove).await?;
    check_pending(&request)?;
    if wish.terms_hash != request.terms_hash {
        return Err(ApiError::conflict(
            "changed_since",
            "The request is not as you saw it any more. Nothing was approved; look at it again.",
        ));
    }
    let side = side_of(caller);
    if let Some(message) = not_needed(request.approval, side) {
        return Err(ApiError::conflict("not_needed", message));
    }
    let approvers = store::lock_approvers(tx.conn(), &request).await?;
    let mut given: Vec<ApprovalSide> = approvers.iter().map(|approver| approver.side).collect();
    if !given.contains(&side) {
        store::approve(tx.conn(), &request, side, caller, &note).await?;
        given.push(side);
    } else if !request.missing(&given).is_empty() {
        return Err(already_decided(
            "Somebody of your side approved this already. It waits for the other side.",
        ));
    }
    let mut events = Vec::new();
    let mut grant = None;
    if request.missing(&given).is_empty() {
        let made = make(app, &mut tx, (caller, &permit), &request, &approvers).await?;
        grant = Some(made.0);
        events = made.1;
    }
    events.push(
        event(caller, &permit, &catalogue::ACCESS_REQUEST_APPROVE, &request, request.title())
            .because(if grant.is_some() { "access is granted" } else { "it waits for the other side" })
            .details(serde_json::json!({ "side": side, "termsHash": request.terms_hash, "grantId": grant })),
    );
    tx.commit_all(events).await?;
    load(app, caller, id).await
}

/// The grant, by the same code as every other, in the name of the provider's side.
async fn make(
    app: &App,
    tx: &mut WriteTx,
    (caller, permit): (&Caller, &Permit),
    request: &AccessRequest,
    approvers: &[store::Approver],
) -> Result<(GrantId, Vec<Event>)> {
    let terms = request.terms();
    if terms.expires_at.is_some_and(|at| at <= caller.asked_at) {
        return Err(ApiError::conflict(
            "request_over",
            "The time that was asked for is over already. The technician has to ask anew.",
        ));
    }
    let mut people = super::store::lock_technicians(tx.conn(), &[request.technician_id]).await?;
    let technician =
        people.remove(&request.technician_id).ok_or_else(|| ApiError::not_found("technician"))?;
    technician.check_fit()?;
    let provider = approvers.iter().find(|approver| approver.side == ApprovalSide::Provider);
    let granted_by = provider.map_or((caller.user_id, &*caller.display_name), |by| (by.id, &*by.name));
    let grant = GrantId::new(&app.clock);
    let making = Making {
        id: grant,
        technician: &technician,
        organization: request.customer_org_id,
        terms: &terms,
        granted_by,
    };
    let made = super::make(app, tx.conn(), (caller, permit), making).await?;
    let decision = Decision { status: RequestStatus::Granted, by: caller, reason: None, grant: Some(grant) };
    store::decide(tx.conn(), request.id, &decision).await?;
    tell::asker(app, tx.conn(), request, caller, None).await?;
    Ok((grant, made.events))
}

/// Either side says no, and that is the end of it.
pub async fn refuse_access_request(
    app: &App,
    caller: &Caller,
    id: AccessRequestId,
    wish: RefuseAccessRequest,
) -> Result<AccessRequest> {
    let reason = text::line("reason", &wish.reason, 1000)?;
    let mut tx = begin(app, caller).await?;
    let (request, permit) = lock_for(app, caller, &mut tx, id, Action::AccessRequestRefuse).await?;
    check_pending(&request)?;
    let decision =
        Decision { status: RequestStatus::Refused, by: caller, reason: Some(&reason), grant: None };
    store::decide(tx.conn(), id, &decision).await?;
    tell::asker(app, tx.conn(), &request, caller, Some(&reason)).await?;
    let event = event(caller, &permit, &catalogue::ACCESS_REQUEST_REFUSE, &request, request.title());
    tx.commit(event.because(reason)).await?;
    load(app, caller, id).await
}

/// Closes what nobody decided in time. Whether there was any.
pub(super) async fn close_lapsed(app: &App) -> Result<bool> {
    let mut tx = app.db.unscoped("close requests for access that nobody decided in time").await?;
    let lapsed = store::close_lapsed(tx.conn(), None).await?;
    let events = lapsed.iter().map(|lapsed| {
        Event::by_platform(&catalogue::ACCESS_REQUEST_EXPIRE, Outcome::Success, lapsed.org_id)
            .target(target_of(lapsed))
    });
    tx.commit_all(events.collect::<Vec<_>>()).await?;
    Ok(!lapsed.is_empty())
}

/// For a change. The provider's managers see all that it takes through their wall; a technician asks about customers
/// that theirs hides, and a customer's admin decides on a technician whom theirs hides. So every statement says whose
/// requests are meant, and whoever acts is held to what they are.
async fn begin(app: &App, caller: &Caller) -> Result<WriteTx> {
    let manager = matches!(caller.role, Role::SuperAdmin | Role::AccountManager);
    if manager {
        return app.db.write(caller).await;
    }
    let mut tx = app.db.unscoped_by(caller, "a request for access to a customer").await?;
    if !store::hold_caller(tx.conn(), caller).await? {
        return Err(ApiError::access_ended());
    }
    Ok(tx)
}

async fn lock_one(conn: &mut PgConnection, caller: &Caller, id: AccessRequestId) -> Result<AccessRequest> {
    store::lock(conn, &Scope::of(caller), id).await?.ok_or_else(|| ApiError::not_found("request"))
}

/// The request as it is now, held for what the caller may do to it; and the caller, so that no role is lost meanwhile.
async fn lock_for(
    app: &App,
    caller: &Caller,
    tx: &mut WriteTx,
    id: AccessRequestId,
    action: Action,
) -> Result<(AccessRequest, Permit)> {
    let request = lock_one(tx.conn(), caller, id).await?;
    caller.asks_about(Target::new("access_request", request.id.0, request.title()));
    let permit = app.may(caller, action, &request.resource(), &facts(caller, &request))?;
    if !store::hold_caller(tx.conn(), caller).await? {
        return Err(ApiError::access_ended());
    }
    Ok((request, permit))
}

fn check_pending(request: &AccessRequest) -> Result<()> {
    over(request.status).map_or(Ok(()), |why| Err(already_decided(why)))
}

/// Why nothing can be done about it any more.
fn over(status: RequestStatus) -> Option<&'static str> {
    match status {
        RequestStatus::Pending => None,
        RequestStatus::Expired => Some("Nobody decided in time, so this request is over."),
        RequestStatus::Granted => Some("This request was granted already."),
        RequestStatus::Refused => Some("This request was refused already."),
        RequestStatus::Withdrawn => Some("This request was withdrawn."),
    }
}

fn already_decided(message: &str) -> ApiError {
    ApiError::conflict("already_decided", message)
}

fn side_of(caller: &Caller) -> ApprovalSide {
    if caller.is_provider() { ApprovalSide::Provider } else { ApprovalSide::Customer }
}

/// A customer that leaves it to the provider is not asked.
fn not_needed(approval: AccessApproval, side: ApprovalSide) -> Option<&'static str> {
    (side == ApprovalSide::Customer && approval == AccessApproval::Provider).then_some(
        "Your organization leaves the approval to the provider. You can refuse this, or ask to be asked in your \
         organization's settings.",
    )
}

fn facts(caller: &Caller, request: &AccessRequest) -> Facts {
    own(request.technician_id == caller.user_id)
}

fn target_of(lapsed: &store::Lapsed) -> Target {
    let level = AccessLevel::from(lapsed.access_level.clone()).words();
    Target::new("access_request", lapsed.id.0, format!("{} ({level})", lapsed.technician_name))
}

fn event(
    caller: &Caller,
    permit: &Permit,
    kind: &'static Kind,
    request: &AccessRequest,
    title: String,
) -> Event {
    let target = Target::new("access_request", request.id.0, title);
    Event::by(caller, permit, kind, request.customer_org_id).target(target)
}

/// As this caller may see it: a remark stays with the side that made it.
fn shown(app: &App, caller: &Caller, mut request: AccessRequest) -> AccessRequest {
    let side = side_of(caller);
    for approval in &mut request.approvals {
        if approval.side != side {
            approval.note.clear();
        }
    }
    let facts = facts(caller, &request);
    request.can = app.policies.can(caller, CAN, &request.resource(), &facts, caller.asked_at);
    let done = request.approvals.iter().any(|approval| approval.side == side) && !request.needs.is_empty();
    let done = done.then_some("Somebody of your side approved this already.");
    let (actions, why) = match over(request.status) {
        Some(why) => (CAN, Some(why)),
        None => (&[Action::AccessRequestApprove][..], not_needed(request.approval, side).or(done)),
    };
    for (action, why) in actions.iter().filter_map(|action| Some((action, why?))) {
        if let Some(value @ CanValue::Yes(_)) = request.can.0.get_mut(action.name()) {
            *value = CanValue::Not(why.to_owned());
        }
    }
    request
}
