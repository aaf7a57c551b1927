//! Proposals to take access back: whoever looks after access names what nobody uses, a super admin decides. What was used
//! or changed by then is kept, for that is not what was proposed.

pub(super) mod http;
mod model;
mod store;
mod tell;
mod wishes;

pub(super) use store::pending_of;

pub use model::{
    ProposedRevocation, ProposedRevocationStands, RevocationProposal, RevocationProposalDetail,
    RevocationProposalStatus,
};
pub use wishes::{
    ApproveRevocationProposal, CreateRevocationProposal, RefuseRevocationProposal, RevocationProposalFilter,
    RevocationProposalSort,
};

use super::bulk_revoke::take_back;
use super::changes::{
    AccessChange, AccessChanges, ChangeAction, Permits, Whole, answer, changes_anything, count, provider,
};
use super::model::Grant;
use super::own;
use super::store::{self as grants, Meant};
use crate::access::policies::CanValue;
use crate::access::{Action, Caller, Facts, Permit};
use crate::app::App;
use crate::audit::{Event, Kind, Target, catalogue};
use crate::error::{ApiError, Result};
use crate::http::pagination::read_page;
use crate::http::{Page, Window, text};
use crate::ids::{AccessBatchId, AccessProposalId, GrantId};
use sqlx::PgConnection;
use std::collections::HashMap;
use store::{Decision, Named};

/// What the console asks about each proposal.
const CAN: &[Action] =
    &[Action::AccessProposalApprove, Action::AccessProposalRefuse, Action::AccessProposalWithdraw];

/// All of them.
pub async fn list_revocation_proposals(
    app: &App,
    caller: &Caller,
    filter: &RevocationProposalFilter,
) -> Result<Page<RevocationProposal>> {
    app.may(caller, Action::AccessProposalRead, &provider(app), &Facts::default())?;
    let window = Window::new(filter.page, filter.limit);
    let mut tx = app.db.read(caller).await?;
    let page = read_page!(window, |at| store::list(tx.conn(), filter, at).await?);
    tx.done().await?;
    Ok(page.map(|proposal| shown(app, caller, proposal)))
}

/// One, with its grants.
pub async fn get_revocation_proposal(
    app: &App,
    caller: &Caller,
    id: AccessProposalId,
) -> Result<RevocationProposalDetail> {
    app.may(caller, Action::AccessProposalRead, &provider(app), &Facts::default())?;
    let mut tx = app.db.read(caller).await?;
    let proposal = store::find(tx.conn(), id).await?.ok_or_else(|| ApiError::not_found("proposal"))?;
    let items = store::items(tx.conn(), id).await?;
    tx.done().await?;
    Ok(RevocationProposalDetail { proposal: shown(app, caller, proposal), items })
}

/// The same for whoever has just changed it, which may be a token that was not made to see proposals.
async fn load(app: &App, caller: &Caller, id: AccessProposalId) -> Result<RevocationProposal> {
    let mut tx = app.db.read(caller).await?;
    let found = store::find(tx.conn(), id).await?;
    tx.done().await?;
    Ok(shown(app, caller, found.ok_or_else(|| ApiError::not_found("proposal"))?))
}

/// All of the grants, or none. Of two who propose the same grant at once, one does.
pub async fn create_revocation_proposal(
    app: &App,
    caller: &Caller,
    new: CreateRevocationProposal,
) -> Result<RevocationProposal> {
    let (ids, reason) = new.check()?;
    let permit = app.may(caller, Action::AccessProposalCreate, &provider(app), &Facts::default())?;
    let mut tx = app.db.write(caller).await?;
    let named = store::lock_named(tx.conn(), &ids).await?;
    if named.len() < ids.len() {
        return Err(ApiError::not_found("grant"));
    }
    check_proposable(&named)?;
    let id = AccessProposalId::new(&app.clock);
    store::insert(tx.conn(), id, caller, &reason, &ids).await?;
    let proposal = locked(tx.conn(), id).await?;
    let told = tell::deciders(app, tx.conn(), caller, &proposal).await?;
    let event = event(caller, &permit, &catalogue::ACCESS_PROPOSAL_CREATE, &proposal).because(reason);
    tx.commit(event.details(serde_json::json!({ "grantIds": ids, "told": told }))).await?;
    load(app, caller, id).await
}

/// Names the first that is over or proposed already, and the ids of all such.
fn check_proposable(named: &[Named]) -> Result<()> {
    let unfit: Vec<&Named> = named.iter().filter(|grant| !grant.holds || grant.proposed).collect();
    let Some(first) = unfit.first() else { return Ok(()) };
    let why = if first.holds { "is in an open proposal already" } else { "is over already" };
    let message = format!(
        "The {} of {} to {} {why}. Nothing was proposed; leave it out.",
        first.access_level.words(),
        first.technician_name,
        first.customer_org_name
    );
    let ids: Vec<GrantId> = unfit.iter().map(|grant| grant.id).collect();
    Err(ApiError::conflict("not_proposable", message).detail("grantIds", serde_json::json!(ids)))
}

/// Takes the grants back as one batch, like a revocation in bulk, but for what was used or changed since or is over.
pub async fn approve_revocation_proposal(
    app: &App,
    caller: &Caller,
    id: AccessProposalId,
    wish: ApproveRevocationProposal,
    version: Option<i64>,
) -> Result<AccessChanges> {
    let said = wish.said()?;
    let mut tx = app.db.write(caller).await?;
    let action = Action::AccessProposalApprove;
    let (proposal, permit) = lock_for(app, caller, tx.conn(), (id, action), version).await?;
    let (items, changes) = changes(tx.conn(), id).await?;
    let permits = Permits::ask(app, caller, tx.conn(), &changes).await?;
    if wish.preview {
        return answer(tx.conn(), changes, None, true).await;
    }
    let batch = AccessBatchId::new(&app.clock);
    let decision = Decision {
        status: RevocationProposalStatus::Approved,
        by: caller,
        reason: said.as_deref(),
        batch: changes_anything(&changes).then_some(batch),
        stood: &items,
    };
    store::decide(tx.conn(), id, &decision).await?;
    let how = (Some(count(&changes, ChangeAction::Revoke)), said.as_deref().unwrap_or_default());
    tell::proposer(app, tx.conn(), (&proposal, caller), how).await?;
    let reason = said.as_deref().unwrap_or(&proposal.reason);
    let whole =
        Whole { batch, kind: &catalogue::ACCESS_PROPOSAL_APPROVE, permit, reason, target: target(&proposal) };
    take_back(tx, caller, whole, &permits, changes).await
}

/// What becomes of each of its grants, which are held from here on: first those that still hold, then a look at all.
async fn changes(
    conn: &mut PgConnection,
    id: AccessProposalId,
) -> Result<(Vec<ProposedRevocation>, Vec<AccessChange>)> {
    let ids = store::grants_of(conn, id).await?;
    let meant = Meant { technicians: None, customers: None, grants: Some(ids) };
    let held = grants::lock_meant(conn, &meant, i64::MAX).await?;
    let held: HashMap<GrantId, Grant> = held.into_iter().map(|grant| (grant.id, grant)).collect();
    let items = store::items(conn, id).await?;
    let changes = items.iter().map(|item| item.change(held.get(&item.grant_id))).collect();
    Ok((items, changes))
}

/// A super admin says no.
pub async fn refuse_revocation_proposal(
    app: &App,
    caller: &Caller,
    id: AccessProposalId,
    wish: RefuseRevocationProposal,
    version: Option<i64>,
) -> Result<RevocationProposal> {
    let reason = text::line("reason", &wish.reason, 1000)?;
    let mut tx = app.db.write(caller).await?;
    let action = Action::AccessProposalRefuse;
    let (proposal, permit) = lock_for(app, caller, tx.conn(), (id, action), version).await?;
    let status = RevocationProposalStatus::Refused;
    let decision = Decision { status, by: caller, reason: Some(&reason), batch: None, stood: &[] };
    store::decide(tx.conn(), id, &decision).await?;
    tell::proposer(app, tx.conn(), (&proposal, caller), (None, &reason)).await?;
    tx.commit(event(caller, &permit, &catalogue::ACCESS_PROPOSAL_REFUSE, &proposal).because(reason)).await?;
    load(app, caller, id).await
}

/// Whoever proposed it thinks better of it.
pub async fn withdraw_revocation_proposal(
    app: &App,
    caller: &Caller,
    id: AccessProposalId,
    version: Option<i64>,
) -> Result<RevocationProposal> {
    let mut tx = app.db.write(caller).await?;
    let action = Action::AccessProposalWithdraw;
    let (proposal, permit) = lock_for(app, caller, tx.conn(), (id, action), version).await?;
    let status = RevocationProposalStatus::Withdrawn;
    let decision = Decision { status, by: caller, reason: None, batch: None, stood: &[] };
    store::decide(tx.conn(), id, &decision).await?;
    tx.commit(event(caller, &permit, &catalogue::ACCESS_PROPOSAL_WITHDRAW, &proposal)).await?;
    load(app, caller, id).await
}

async fn locked(conn: &mut PgConnection, id: AccessProposalId) -> Result<RevocationProposal> {
    store::lock(conn, id).await?.ok_or_else(|| ApiError::not_found("proposal"))
}

/// An open proposal as it is now, held for what the caller may do to it and as they saw it.
async fn lock_for(
    app: &App,
    caller: &Caller,
    conn: &mut PgConnection,
    (id, action): (AccessProposalId, Action),
    version: Option<i64>,
) -> Result<(RevocationProposal, Permit)> {
    // By role alone, before anybody learns whether there is such a proposal.
    app.may(caller, action, &provider(app), &own(true))?;
    let proposal = locked(conn, id).await?;
    caller.asks_about(target(&proposal));
    let permit = app.may(caller, action, &provider(app), &facts(caller, &proposal))?;
    if version.is_some_and(|version| version != proposal.version) {
        return Err(ApiError::stale());
    }
    match over(proposal.status) {
        Some(why) => Err(ApiError::conflict("already_decided", why)),
        None => Ok((proposal, permit)),
    }
}

/// Why nothing can be done about it any more.
fn over(status: RevocationProposalStatus) -> Option<&'static str> {
    match status {
        RevocationProposalStatus::Pending => None,
        RevocationProposalStatus::Approved => Some("This proposal was approved already."),
        RevocationProposalStatus::Refused => Some("This proposal was refused already."),
        RevocationProposalStatus::Withdrawn => Some("This proposal was withdrawn."),
    }
}

fn facts(caller: &Caller, proposal: &RevocationProposal) -> Facts {
    own(proposal.proposed_by_id == caller.user_id)
}

fn target(proposal: &RevocationProposal) -> Target {
    Target::new("access_proposal", proposal.id.0, proposal.title())
}

/// In the provider's log, as of all that is changed at once.
fn event(caller: &Caller, permit: &Permit, kind: &'static Kind, proposal: &RevocationProposal) -> Event {
    Event::by(caller, permit, kind, caller.org_id).target(target(proposal))
}

/// As this caller may see it.
fn shown(app: &App, caller: &Caller, mut proposal: RevocationProposal) -> RevocationProposal {
    let facts = facts(caller, &proposal);
    proposal.can = app.policies.can(caller, CAN, &provider(app), &facts, caller.asked_at);
    if let Some(why) = over(proposal.status) {
        for value in proposal.can.0.values_mut().filter(|value| matches!(value, CanValue::Yes(_))) {
            *value = CanValue::Not(why.to_owned());
        }
    }
    proposal
}
