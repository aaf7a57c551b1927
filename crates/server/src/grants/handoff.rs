//! Handing over: what one technician holds, another gets, with the same terms. One transaction.

use super::changes::{
    AccessChange, AccessChanges, ChangeAction, Permits, Whole, answer, changes_anything, check_size,
    close_expired, commit, ids_of, provider,
};
use super::model::{AccessLevel, Grant, Terms};
use super::store::{self, Act, Customer, Technician};
use crate::access::{Action, Caller, Facts};
use crate::app::App;
use crate::audit::{Target, catalogue};
use crate::error::{ApiError, Result};
use crate::http::text;
use crate::ids::{AccessBatchId, GrantId, OrganizationId, UserId};
use serde::Deserialize;
use std::collections::HashMap;
use utoipa::ToSchema;

const MOST_CUSTOMERS: usize = 1000;

/// What to hand over.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HandOffGrants {
    /// Whose access.
    pub from_technician_id: UserId,
    /// Who gets it: an active technician.
    pub to_technician_id: UserId,
    /// Why; the customers read it. 1 to 1000 characters.
    pub reason: String,
    /// At which customers, at most 1000; all when not given.
    pub customers: Option<Vec<HandOffCustomer>>,
    /// Only say what would happen.
    #[serde(default)]
    pub preview: bool,
}

/// One customer of a handoff.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HandOffCustomer {
    /// Which.
    pub customer_org_id: OrganizationId,
    /// Whether the first technician keeps access too.
    #[serde(default)]
    pub keep: bool,
}

impl HandOffGrants {
    /// Customer → whether the first keeps access; none: all customers.
    fn choices(&self) -> Result<Option<HashMap<OrganizationId, bool>>> {
        if self.from_technician_id == self.to_technician_id {
            return Err(ApiError::invalid("toTechnicianId", "it must be somebody else"));
        }
        let Some(customers) = &self.customers else { return Ok(None) };
        if customers.is_empty() || customers.len() > MOST_CUSTOMERS {
            return Err(ApiError::invalid(
                "customers",
                format!("name 1 to {MOST_CUSTOMERS}, or leave it out for all"),
            ));
        }
        let choices: HashMap<_, _> =
            customers.iter().map(|customer| (customer.customer_org_id, customer.keep)).collect();
        if choices.len() < customers.len() {
            return Err(ApiError::invalid("customers", "each must be named once"));
        }
        Ok(Some(choices))
    }
}

/// Gives one technician's access to another. The first one's ends, where it is not to be kept.
pub async fn hand_off_grants(app: &App, caller: &Caller, wish: HandOffGrants) -> Result<AccessChanges> {
    let reason = text::line("reason", &wish.reason, 1000)?;
    let choices = wish.choices()?;
    let mut tx = app.db.write(caller).await?;
    let permit = app.may(caller, Action::GrantHandOff, &provider(app), &Facts::default())?;
    let ids = [wish.from_technician_id, wish.to_technician_id];
    let mut people = store::lock_technicians(tx.conn(), &ids).await?;
    let mut person = |id| people.remove(&id).ok_or_else(|| ApiError::not_found("technician"));
    let (from, to) = (person(ids[0])?, person(ids[1])?);
    if !from.technician {
        return Err(ApiError::not_found("technician"));
    }
    to.check_fit()?;
    let named: Option<Vec<OrganizationId>> =
        choices.as_ref().map(|choices| choices.keys().copied().collect());
    let held = store::lock_held(tx.conn(), &ids, named.as_deref()).await?;
    let at = named.unwrap_or_else(|| places_of(&held, from.id));
    let customers = store::find_customers(tx.conn(), &at).await?;
    if choices.as_ref().is_some_and(|choices| choices.len() > customers.len()) {
        return Err(ApiError::not_found("organization"));
    }
    let keep = |id: &OrganizationId| choices.as_ref().and_then(|choices| choices.get(id)) == Some(&true);
    let mut plan = plan((&from, &to), &held, &customers, &keep, &reason);
    check_size(plan.changes.len())?;
    let permits = Permits::ask(app, caller, tx.conn(), &plan.changes).await?;
    if wish.preview || !changes_anything(&plan.changes) {
        return answer(tx.conn(), plan.changes, None, wish.preview).await;
    }
    let batch = AccessBatchId::new(&app.clock);
    let act = Act { by: Some(caller), why: &reason, batch: Some(batch) };
    let events = close_expired(tx.conn(), (caller, &permits), &plan.expired, &act).await?;
    let (mut made, mut sources) = (Vec::new(), Vec::new());
    for (place, source) in &plan.copies {
        let id = GrantId::new(&app.clock);
        made.push(id.0);
        sources.push(source.0);
        if let Some(change) = plan.changes.get_mut(*place) {
            change.grant_id = Some(id);
        }
    }
    store::copy(tx.conn(), (&made, &sources), to.id, caller, &act).await?;
    store::revoke(tx.conn(), &ids_of(&plan.changes, ChangeAction::Revoke), caller, &act).await?;
    let target = Target::new("user", from.id.0, format!("{} to {}", from.name, to.name));
    let whole = Whole { batch, kind: &catalogue::GRANT_HAND_OFF, permit, reason: &reason, target };
    commit(tx, caller, whole, &permits, (plan.changes, events)).await
}

/// Where somebody holds anything now or soon.
fn places_of(held: &[Grant], holder: UserId) -> Vec<OrganizationId> {
    let own = held.iter().filter(|grant| grant.technician_id == holder && grant.runs());
    own.map(|grant| grant.customer_org_id).collect()
}

/// What a handoff does.
struct Plan {
    changes: Vec<AccessChange>,
    /// The changes that make a grant, and the grants whose terms those get.
    copies: Vec<(usize, GrantId)>,
    /// Expired grants that stand in the way.
    expired: Vec<Grant>,
}

/// The rules. Emergency access is nobody else's; a suspended customer is left alone; what the other holds already stays
/// as it is, for nobody's terms are overwritten unseen.
fn plan(
    (from, to): (&Technician, &Technician),
    held: &[Grant],
    customers: &HashMap<OrganizationId, Customer>,
    keep: &dyn Fn(&OrganizationId) -> bool,
    reason: &str,
) -> Plan {
    let mut of: HashMap<(UserId, OrganizationId), Vec<&Grant>> = HashMap::new();
    for grant in held {
        of.entry((grant.technician_id, grant.customer_org_id)).or_default().push(grant);
    }
    let mut places: Vec<_> = customers.iter().collect();
    places.sort_by_cached_key(|(id, customer)| (customer.name.to_lowercase(), **id));
    let mut plan = Plan { changes: Vec::new(), copies: Vec::new(), expired: Vec::new() };
    for (id, customer) in places {
        let at = |who| of.get(&(who, *id)).map(Vec::as_slice).unwrap_or_default();
        let mut own: Vec<_> = at(from.id).iter().copied().filter(|grant| grant.runs()).collect();
        own.sort_by_key(|grant| grant.access_level.rank());
        if own.is_empty() {
            let why = format!("{} holds no access there.", from.name);
            plan.changes.push(AccessChange::nothing(from, (*id, customer), why));
        }
        for grant in own {
            hand_over(&mut plan, grant, (to, at(to.id)), customer, (keep(id), reason));
        }
    }
    plan
}

/// The same for one grant.
fn hand_over(
    plan: &mut Plan,
    grant: &Grant,
    (to, theirs): (&Technician, &[&Grant]),
    customer: &Customer,
    (keep, reason): (bool, &str),
) {
    let stays = if grant.access_level == AccessLevel::Emergency {
        Some("Emergency access is not handed over; it ends by itself.".to_owned())
    } else if customer.resource.active {
        None
    } else {
        Some(format!("{} is suspended, so nothing is handed over there.", customer.name))
    };
    if stays.is_some() {
        plan.changes.push(AccessChange { why: stays, ..AccessChange::keep(grant) });
        return;
    }
    let same: Vec<_> = theirs.iter().filter(|other| other.access_level == grant.access_level).collect();
    if let Some(other) = same.iter().find(|other| other.runs()) {
        let words = other.access_level.words();
        let why = format!("{} holds {words} there already; its terms stay as they are.", to.name);
        let kept = AccessChange::keep(other);
        plan.changes.push(AccessChange { action: ChangeAction::None, why: Some(why), ..kept });
    } else {
        plan.expired.extend(same.into_iter().map(|other| (**other).clone()));
        plan.copies.push((plan.changes.len(), grant.id));
        let after = Terms { reason: reason.to_owned(), ..grant.terms() };
        plan.changes.push(AccessChange {
            action: ChangeAction::Create,
            grant_id: None,
            technician_id: to.id,
            technician_name: to.name.clone(),
            before: None,
            after: Some(after),
            ..AccessChange::keep(grant)
        });
    }
    plan.changes.push(if keep { AccessChange::keep(grant) } else { AccessChange::revoke(grant) });
}
