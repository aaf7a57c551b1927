//! Assigning: the same terms between many technicians and customers at once. What is held at that level already gets
//! the terms, the rest is made anew. All of it, or nothing.

use super::changes::{
    AccessChange, AccessChanges, ChangeAction, Permits, Whole, answer, changes_anything, close_expired,
    commit, grants, ids_of, provider,
};
use super::emergency;
use super::hours::Hours;
use super::model::{AccessLevel, Grant, Service, Terms};
use super::ranges;
use super::store::{self, Act, Customer, NewGrant, Technician};
use super::wishes::{check_expiry, check_start, distinct};
use crate::access::{Action, Caller, Facts};
use crate::app::App;
use crate::audit::{Target, catalogue};
use crate::error::{ApiError, Result};
use crate::http::text;
use crate::ids::{AccessBatchId, GrantId, OrganizationId, UserId};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use std::collections::{BTreeSet, HashMap};
use utoipa::ToSchema;

const MOST_CELLS: usize = 1000;

/// Which cells of the matrix get which terms.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AssignAccess {
    /// 1 to 1000, each once.
    pub cells: Vec<AssignCell>,
    /// For all of them.
    pub terms: AssignTerms,
    /// Why; the customers read it. 1 to 1000 characters; emergency access asks for 20.
    pub reason: String,
    /// Only say what would happen.
    #[serde(default)]
    pub preview: bool,
    /// The `plan` of the preview that was looked at: where something else is there by now, nothing is changed.
    pub plan: Option<String>,
}

/// A technician and a customer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AssignCell {
    /// An active technician of the provider.
    pub technician_id: UserId,
    /// An active customer.
    pub customer_org_id: OrganizationId,
}

/// What all cells get.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AssignTerms {
    /// How far.
    pub access_level: AccessLevel,
    /// Not before; at once when not given.
    pub starts_at: Option<DateTime<Utc>>,
    /// Not from this instant on. Emergency access needs it, within 60 minutes.
    pub expires_at: Option<DateTime<Utc>>,
    /// Addresses and ranges; anywhere when empty.
    #[serde(default)]
    pub ip_ranges: Vec<String>,
    /// All when empty.
    #[serde(default)]
    pub services: Vec<Service>,
    /// At any time of the week when not given. An emergency has none.
    pub hours: Option<Hours>,
    /// The provider's own remarks, at most 4000 characters; those that stand stay when not given.
    pub notes: Option<String>,
}

impl AssignAccess {
    /// The terms of a new grant.
    fn new_terms(&self, now: DateTime<Utc>) -> Result<Terms> {
        let terms = Terms {
            access_level: self.terms.access_level,
            starts_at: self.terms.starts_at,
            expires_at: self.terms.expires_at,
            ip_ranges: ranges::parse("ipRanges", &self.terms.ip_ranges)?,
            services: distinct(&self.terms.services),
            hours: self.terms.hours.as_ref().map(Hours::checked).transpose()?,
            reason: text::line("reason", &self.reason, 1000)?,
            notes: text::block("notes", self.terms.notes.as_deref().unwrap_or_default(), 4000)?,
        };
        check_expiry(terms.expires_at, now)?;
        check_start(terms.starts_at, now)?;
        terms.check_times(now)?;
        terms.check_emergency(None)?;
        Ok(terms)
    }

    /// What a grant that is held gets: it began when it began, and keeps remarks that nobody wrote anew.
    fn terms_of(&self, new: &Terms, before: &Grant, now: DateTime<Utc>) -> Result<Terms> {
        let mut terms = new.clone();
        if terms.starts_at.is_none() && before.starts_at.is_some_and(|at| at <= now) {
            terms.starts_at = before.starts_at;
        }
        if self.terms.notes.is_none() {
            terms.notes.clone_from(&before.notes);
        }
        terms.check_emergency(Some(before))?;
        terms.check_times(now)?;
        Ok(terms)
    }

    fn check_cells(&self) -> Result<()> {
        let distinct: BTreeSet<_> =
            self.cells.iter().map(|cell| (cell.technician_id, cell.customer_org_id)).collect();
        if distinct.is_empty() || distinct.len() != self.cells.len() || distinct.len() > MOST_CELLS {
            return Err(ApiError::invalid("cells", format!("name 1 to {MOST_CELLS}, each once")));
        }
        let technicians: BTreeSet<_> = distinct.iter().map(|(technician, _)| technician).collect();
        if self.terms.access_level == AccessLevel::Emergency && technicians.len() < distinct.len() {
            return Err(ApiError::conflict(
                "emergency_active",
                "Nobody has two emergencies at a time. Name each technician in one cell only.",
            ));
        }
        Ok(())
    }
}

/// What an assignment does.
struct Plan {
    changes: Vec<AccessChange>,
    /// The grants that are held, and what they get.
    updates: Vec<(GrantId, Terms)>,
    /// Expired grants that stand in the way.
    expired: Vec<Grant>,
    /// What is there, by [`seen`].
    seen: String,
}

/// Binds an act to what its preview found: for each cell the grant that would be changed, and its version. What makes
/// way for a new one is no such grant.
fn seen(wish: &AssignAccess, held: &HashMap<(UserId, OrganizationId), &Grant>) -> String {
    let mut cells: Vec<_> = wish
        .cells
        .iter()
        .map(|cell| {
            let place = (cell.technician_id, cell.customer_org_id);
            let there = held.get(&place).filter(|grant| grant.runs());
            (place, there.map(|grant| (grant.id, grant.version)))
        })
        .collect();
    cells.sort_by_key(|(place, _)| *place);
    let all = serde_json::json!({ "accessLevel": wish.terms.access_level, "cells": cells });
    hex::encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, all.to_string().as_bytes()))
}

/// Sets the same terms for many cells.
pub async fn assign_access(app: &App, caller: &Caller, wish: AssignAccess) -> Result<AccessChanges> {
    let new = wish.new_terms(caller.asked_at)?;
    wish.check_cells()?;
    let mut tx = app.db.write(caller).await?;
    let permit = app.may(caller, Action::GrantAssign, &provider(app), &Facts::default())?;
    let technicians: Vec<_> =
        wish.cells.iter().map(|cell| cell.technician_id).collect::<BTreeSet<_>>().into_iter().collect();
    let customers: Vec<_> =
        wish.cells.iter().map(|cell| cell.customer_org_id).collect::<BTreeSet<_>>().into_iter().collect();
    let people = store::lock_technicians(tx.conn(), &technicians).await?;
    let places = store::find_customers(tx.conn(), &customers).await?;
    if people.len() < technicians.len() {
        return Err(ApiError::not_found("technician"));
    }
    if places.len() < customers.len() {
        return Err(ApiError::not_found("organization"));
    }
    store::check_zone(tx.conn(), new.hours.as_ref()).await?;
    let held = store::lock_held(tx.conn(), &technicians, Some(&customers)).await?;
    let mut plan = plan(&wish, &new, (&people, &places), &held, caller.asked_at)?;
    let permits = Permits::ask(app, caller, tx.conn(), &plan.changes).await?;
    people.values().try_for_each(Technician::check_fit)?;
    if wish.preview {
        let preview = answer(tx.conn(), plan.changes, None, true).await?;
        return Ok(AccessChanges { plan: Some(plan.seen), ..preview });
    }
    if wish.plan.as_ref().is_some_and(|seen| *seen != plan.seen) {
        return Err(ApiError::stale());
    }
    if !changes_anything(&plan.changes) {
        return answer(tx.conn(), plan.changes, None, false).await;
    }
    let batch = AccessBatchId::new(&app.clock);
    let act = Act { by: Some(caller), why: &new.reason, batch: Some(batch) };
    let mut events = close_expired(tx.conn(), (caller, &permits), &plan.expired, &act).await?;
    let mut made = Vec::new();
    for change in plan.changes.iter_mut().filter(|change| change.action == ChangeAction::Create) {
        let id = GrantId::new(&app.clock);
        change.grant_id = Some(id);
        made.push(NewGrant { id, technician: change.technician_id, organization: change.customer_org_id });
    }
    store::insert(tx.conn(), &made, &new, (caller.user_id, &caller.display_name), &act).await?;
    let updates: Vec<_> = plan.updates.iter().map(|(id, terms)| (*id, terms)).collect();
    store::update_many(tx.conn(), &updates, &new, &act).await?;
    let given: Vec<_> = plan.changes.iter().filter_map(|change| Some(change.grant_id?.0)).collect();
    events.extend(emergency::announce(app, tx.conn(), (caller, &permit), &given).await?.1);
    let changed = made.len() + ids_of(&plan.changes, ChangeAction::Update).len();
    let target = Target::new("grant_batch", batch.0, grants(changed));
    let whole = Whole { batch, kind: &catalogue::GRANT_ASSIGN, permit, reason: &new.reason, target };
    commit(tx, caller, whole, &permits, (plan.changes, events)).await
}

fn plan(
    wish: &AssignAccess,
    new: &Terms,
    (people, places): (&HashMap<UserId, Technician>, &HashMap<OrganizationId, Customer>),
    held: &[Grant],
    now: DateTime<Utc>,
) -> Result<Plan> {
    let of_level = held.iter().filter(|grant| grant.access_level == new.access_level);
    let of: HashMap<_, _> =
        of_level.map(|grant| ((grant.technician_id, grant.customer_org_id), grant)).collect();
    let seen = seen(wish, &of);
    let mut plan = Plan { changes: Vec::new(), updates: Vec::new(), expired: Vec::new(), seen };
    for cell in &wish.cells {
        let person = people.get(&cell.technician_id).ok_or_else(|| ApiError::not_found("technician"))?;
        let place = places.get(&cell.customer_org_id).ok_or_else(|| ApiError::not_found("organization"))?;
        let held = of.get(&(cell.technician_id, cell.customer_org_id));
        if let Some(grant) = held.filter(|grant| grant.runs()) {
            let after = wish.terms_of(new, grant, now)?;
            if after == grant.terms() {
                let why = Some("It has these terms already.".to_owned());
                let action = ChangeAction::None;
                plan.changes.push(AccessChange { action, why, ..AccessChange::keep(grant) });
                continue;
            }
            plan.updates.push((grant.id, after.clone()));
            let (action, after) = (ChangeAction::Update, Some(after));
            plan.changes.push(AccessChange { action, after, ..AccessChange::keep(grant) });
            continue;
        }
        plan.expired.extend(held.map(|grant| (**grant).clone()));
        plan.changes.push(AccessChange {
            action: ChangeAction::Create,
            after: Some(new.clone()),
            why: None,
            ..AccessChange::nothing(person, (cell.customer_org_id, place), String::new())
        });
    }
    plan.changes.sort_by_cached_key(|change| {
        let names = (change.customer_org_name.to_lowercase(), change.technician_name.to_lowercase());
        (names, change.customer_org_id, change.technician_id)
    });
    Ok(plan)
}
