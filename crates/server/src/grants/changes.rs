//! Changes of many grants at once: what they answer, and what they have in common. Each is one transaction, one entry of
//! the log a grant at its customer and one about the whole at the provider, and one batch of the history.

use super::model::{Grant, Terms};
use super::store::{self, Act, Customer, Technician};
use crate::access::caller::text_enum;
use crate::access::{Action, Caller, Facts, OrganizationKind, Permit, Resource};
use crate::app::App;
use crate::audit::{Event, Kind, Target, catalogue};
use crate::db::WriteTx;
use crate::error::{ApiError, Result};
use crate::ids::{AccessBatchId, GrantId, OrganizationId, UserId};
use serde::Serialize;
use sqlx::PgConnection;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use utoipa::ToSchema;
use uuid::Uuid;

/// Grants that one transaction changes, at most.
pub(super) const MOST: usize = 10_000;

text_enum! {
    /// What becomes of one grant.
    ChangeAction {
        /// Access is given.
        Create = "create",
        /// Its terms change.
        Update = "update",
        /// It is taken back.
        Revoke = "revoke",
        /// It stays beside another.
        Keep = "keep",
        /// Nothing; `why` says why.
        None = "none",
    }
}

/// What becomes of one grant, by whatever was asked for.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccessChange {
    /// What.
    pub action: ChangeAction,
    /// The grant; null for one that is not made yet, and where there is none.
    pub grant_id: Option<GrantId>,
    /// Whose access.
    pub technician_id: UserId,
    /// The technician's name.
    pub technician_name: String,
    /// To whom.
    pub customer_org_id: OrganizationId,
    /// The customer's name.
    pub customer_org_name: String,
    /// The terms before; null: no access.
    pub before: Option<Terms>,
    /// The terms after; null: no access.
    pub after: Option<Terms>,
    /// Why it is not what one may have expected.
    pub why: Option<String>,
}

impl AccessChange {
    /// It stays.
    pub(super) fn keep(grant: &Grant) -> Self {
        Self {
            action: ChangeAction::Keep,
            grant_id: Some(grant.id),
            technician_id: grant.technician_id,
            technician_name: grant.technician_name.clone(),
            customer_org_id: grant.customer_org_id,
            customer_org_name: grant.customer_org_name.clone(),
            before: Some(grant.terms()),
            after: Some(grant.terms()),
            why: None,
        }
    }

    /// It is taken back.
    pub(super) fn revoke(grant: &Grant) -> Self {
        Self { action: ChangeAction::Revoke, after: None, ..Self::keep(grant) }
    }

    /// There is none, and none comes.
    pub(super) fn nothing(
        technician: &Technician,
        (id, customer): (OrganizationId, &Customer),
        why: String,
    ) -> Self {
        Self {
            action: ChangeAction::None,
            grant_id: None,
            technician_id: technician.id,
            technician_name: technician.name.clone(),
            customer_org_id: id,
            customer_org_name: customer.name.clone(),
            before: None,
            after: None,
            why: Some(why),
        }
    }
}

/// What becomes of all of them.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccessChanges {
    /// By which it can be undone for ten minutes; null for a preview and where nothing changed.
    pub batch_id: Option<AccessBatchId>,
    /// Whether nothing was done yet.
    pub preview: bool,
    /// Grant by grant, in the order of customers.
    pub changes: Vec<AccessChange>,
    /// How many are given.
    pub created: usize,
    /// How many change.
    pub updated: usize,
    /// How many are taken back.
    pub revoked: usize,
    /// How many stay as they are.
    pub unchanged: usize,
    /// Open sessions that stand on what is taken back or narrowed: they end.
    pub live_sessions: i64,
    /// Of the preview of an assignment: send it with the act, and nothing is overwritten that somebody changed meanwhile.
    pub plan: Option<String>,
}

/// The provider, as the policies see it.
pub(super) fn provider(app: &App) -> Resource {
    Resource { org_id: app.provider, kind: OrganizationKind::MssProvider, active: true }
}

/// The permits for what changes, asked for once an organization: none is given by the right to change many.
pub(super) struct Permits(HashMap<(OrganizationId, ChangeAction), Permit>);

impl Permits {
    /// Asks; one refusal refuses all.
    pub(super) async fn ask(
        app: &App,
        caller: &Caller,
        conn: &mut PgConnection,
        changes: &[AccessChange],
    ) -> Result<Self> {
        let ids: Vec<OrganizationId> = changes.iter().map(|change| change.customer_org_id).collect();
        let customers = store::find_customers(conn, &ids).await?;
        let mut permits = HashMap::new();
        for change in changes {
            let action = match change.action {
                ChangeAction::Create => Action::GrantCreate,
                ChangeAction::Update => Action::GrantUpdate,
                ChangeAction::Revoke => Action::GrantRevoke,
                ChangeAction::Keep | ChangeAction::None => continue,
            };
            let place = (change.customer_org_id, change.action);
            if let Entry::Vacant(free) = permits.entry(place) {
                let customer = customers
                    .get(&change.customer_org_id)
                    .ok_or_else(|| ApiError::not_found("organization"))?;
                free.insert(app.may(caller, action, &customer.resource, &Facts::default())?);
            }
        }
        Ok(Self(permits))
    }

    fn of(&self, change: &AccessChange) -> Option<(&'static Kind, &Permit)> {
        let kind = match change.action {
            ChangeAction::Create => &catalogue::GRANT_CREATE,
            ChangeAction::Update => &catalogue::GRANT_UPDATE,
            ChangeAction::Revoke => &catalogue::GRANT_REVOKE,
            ChangeAction::Keep | ChangeAction::None => return None,
        };
        Some((kind, self.0.get(&(change.customer_org_id, change.action))?))
    }
}

/// The whole that the changes belong to.
pub(super) struct Whole<'a> {
    pub batch: AccessBatchId,
    pub kind: &'static Kind,
    pub permit: Permit,
    pub reason: &'a str,
    /// What it is about, in the log.
    pub target: Target,
}

/// How many of the changes are of this kind.
pub(super) fn count(changes: &[AccessChange], action: ChangeAction) -> usize {
    changes.iter().filter(|change| change.action == action).count()
}

/// Whether there is anything to do.
pub(super) fn changes_anything(changes: &[AccessChange]) -> bool {
    changes.iter().any(|change| !matches!(change.action, ChangeAction::Keep | ChangeAction::None))
}

/// The answer. Sessions are counted as they stand in this transaction.
pub(super) async fn answer(
    conn: &mut PgConnection,
    changes: Vec<AccessChange>,
    batch: Option<AccessBatchId>,
    preview: bool,
) -> Result<AccessChanges> {
    let narrowed = |change: &&AccessChange| match (&change.before, &change.after) {
        (Some(before), Some(after)) => after.narrow(before),
        _ => change.action == ChangeAction::Revoke,
    };
    let ends: Vec<GrantId> = changes.iter().filter(narrowed).filter_map(|change| change.grant_id).collect();
    let live_sessions = store::count_live_sessions(conn, &ends).await?;
    Ok(AccessChanges {
        batch_id: batch,
        preview,
        created: count(&changes, ChangeAction::Create),
        updated: count(&changes, ChangeAction::Update),
        revoked: count(&changes, ChangeAction::Revoke),
        unchanged: count(&changes, ChangeAction::Keep) + count(&changes, ChangeAction::None),
        live_sessions,
        plan: None,
        changes,
    })
}

/// Commits what was written, with an entry a grant and one about the whole; where nothing changed there is no batch.
/// `closed` are expired grants that had to make room, by the permit of whoever takes their place.
pub(super) async fn commit(
    mut tx: WriteTx,
    caller: &Caller,
    whole: Whole<'_>,
    permits: &Permits,
    (changes, mut events): (Vec<AccessChange>, Vec<Event>),
) -> Result<AccessChanges> {
    for change in &changes {
        let (Some((kind, permit)), Some(id)) = (permits.of(change), change.grant_id) else { continue };
        let level = change.after.as_ref().or(change.before.as_ref()).map(|terms| terms.access_level);
        let words = level.map_or("access", super::AccessLevel::words);
        let title = format!("{} ({words})", change.technician_name);
        events.push(
            Event::by(caller, permit, kind, change.customer_org_id)
                .target(Target::new("grant", id.0, title))
                .because(whole.reason)
                .details(serde_json::json!({
                    "technicianId": change.technician_id, "before": change.before, "after": change.after,
                    "batchId": whole.batch,
                })),
        );
    }
    let batch = changes_anything(&changes).then_some(whole.batch);
    let answer = answer(tx.conn(), changes, batch, false).await?;
    events.push(
        // Whoever changes many at once is of the provider, whose log keeps it.
        Event::by(caller, &whole.permit, whole.kind, caller.org_id)
            .target(whole.target)
            .because(whole.reason)
            .details(serde_json::json!({
                "batchId": batch, "created": answer.created, "updated": answer.updated,
                "revoked": answer.revoked, "unchanged": answer.unchanged, "liveSessions": answer.live_sessions,
            })),
    );
    tx.commit_all(events).await?;
    Ok(answer)
}

/// The grants of the changes of one kind.
pub(super) fn ids_of(changes: &[AccessChange], action: ChangeAction) -> Vec<Uuid> {
    let of_kind = changes.iter().filter(|change| change.action == action);
    of_kind.filter_map(|change| Some(change.grant_id?.0)).collect()
}

/// One transaction holds no more than it can be over with quickly.
pub(super) fn check_size(changes: usize) -> Result<()> {
    if changes > MOST {
        let message =
            format!("This is about {changes} grants, and at most {MOST} are changed at once. Narrow it.");
        return Err(ApiError::conflict("too_many", message));
    }
    Ok(())
}

/// Closes expired grants that stand in the way of new ones; an event each, by the permit for what takes their place.
pub(super) async fn close_expired(
    conn: &mut PgConnection,
    (caller, permits): (&Caller, &Permits),
    expired: &[Grant],
    act: &Act<'_>,
) -> Result<Vec<Event>> {
    let ids: Vec<Uuid> = expired.iter().map(|grant| grant.id.0).collect();
    store::close(conn, &ids, &Act { why: super::REPLACED, ..*act }).await?;
    let event = |grant: &Grant| {
        let permit = permits.0.get(&(grant.customer_org_id, ChangeAction::Create))?;
        Some(super::event(caller, permit, &catalogue::GRANT_EXPIRE, grant).because(super::REPLACED))
    };
    Ok(expired.iter().filter_map(event).collect())
}

/// "1 grant", "12 grants".
pub(super) fn grants(count: usize) -> String {
    format!("{count} grant{}", if count == 1 { "" } else { "s" })
}
