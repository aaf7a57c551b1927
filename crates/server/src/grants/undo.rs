//! Undoing a batch: what it gave is taken back, what it changed is as before, what it took back is given again. For ten
//! minutes, and only while nobody changed any of it since.

use super::changes::{
    AccessChange, AccessChanges, ChangeAction, Permits, Whole, answer, changes_anything, commit, grants,
    ids_of, provider,
};
use super::emergency;
use super::history::ChangeKind;
use super::model::Grant;
use super::store::{self, Act, Done};
use crate::access::{Action, Caller, Facts};
use crate::app::App;
use crate::audit::{Target, catalogue};
use crate::error::{ApiError, Result};
use crate::ids::{AccessBatchId, UserId};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// For how long.
const MINUTES: i32 = 10;

/// Undoes what was changed at once: for whoever did it, and for super admins. An undo is a batch too.
pub async fn undo_access_change(app: &App, caller: &Caller, undone: AccessBatchId) -> Result<AccessChanges> {
    let mut tx = app.db.write(caller).await?;
    let done = store::lock_batch(tx.conn(), undone, MINUTES).await?;
    let Some(first) = done.first() else { return Err(ApiError::not_found("change of access")) };
    let facts = Facts { own: first.changed_by == Some(caller.user_id), ..Facts::default() };
    let permit = app.may(caller, Action::GrantUndo, &provider(app), &facts)?;
    if !first.recent {
        return Err(ApiError::conflict(
            "too_late",
            format!("It was changed more than {MINUTES} minutes ago. Change the access by itself."),
        ));
    }
    // What had expired and was closed on the way stays closed: it had expired.
    let done: Vec<&Done> = done.iter().filter(|done| done.action != ChangeKind::Expire.as_str()).collect();
    if done.iter().any(|done| done.version != done.now_version) {
        return Err(changed_since());
    }
    let ids: Vec<Uuid> = done.iter().map(|done| done.grant_id.0).collect();
    let stand = store::find_many(tx.conn(), &ids).await?;
    let stand: HashMap<_, Grant> = stand.into_iter().map(|grant| (grant.id, grant)).collect();
    let mut changes = done.iter().map(|&done| backwards(done, &stand)).collect::<Result<Vec<_>>>()?;
    changes.sort_by_cached_key(|change| (change.customer_org_name.to_lowercase(), change.grant_id));
    let permits = Permits::ask(app, caller, tx.conn(), &changes).await?;
    check_holders(&mut tx, &changes).await?;
    if !changes_anything(&changes) {
        return answer(tx.conn(), changes, None, false).await;
    }
    let batch = AccessBatchId::new(&app.clock);
    let reason = format!("undone: {}", first.why);
    let act = Act { by: Some(caller), why: &reason, batch: Some(batch) };
    // First what makes room, then what needs it.
    store::revoke(tx.conn(), &ids_of(&changes, ChangeAction::Revoke), caller, &act).await?;
    store::restore(tx.conn(), &ids_of(&changes, ChangeAction::Update), &act).await?;
    let reopened = ids_of(&changes, ChangeAction::Create);
    if store::is_taken(tx.conn(), &reopened).await? {
        return Err(changed_since());
    }
    store::reopen(tx.conn(), &reopened, &act).await?;
    let (_, events) = emergency::announce(app, tx.conn(), (caller, &permit), &reopened).await?;
    let target = Target::new("grant_batch", undone.0, grants(changes.len()));
    let whole = Whole { batch, kind: &catalogue::GRANT_UNDO, permit, reason: &reason, target };
    commit(tx, caller, whole, &permits, (changes, events)).await
}

/// The opposite of a change, of a grant that stands as the change left it.
fn backwards(done: &Done, stand: &HashMap<crate::ids::GrantId, Grant>) -> Result<AccessChange> {
    let grant = stand.get(&done.grant_id).ok_or_else(changed_since)?;
    Ok(match ChangeKind::from(done.action.clone()) {
        ChangeKind::Create => AccessChange::revoke(grant),
        ChangeKind::Update => {
            let after = done.before.clone().ok_or_else(changed_since)?;
            after.check_emergency(Some(grant))?;
            AccessChange { action: ChangeAction::Update, after: Some(after), ..AccessChange::keep(grant) }
        }
        ChangeKind::Revoke | ChangeKind::Expire => {
            AccessChange { action: ChangeAction::Create, before: None, ..AccessChange::keep(grant) }
        }
    })
}

/// Who gets access back must still be one who may have it.
async fn check_holders(tx: &mut crate::db::WriteTx, changes: &[AccessChange]) -> Result<()> {
    let back = changes.iter().filter(|change| change.action == ChangeAction::Create);
    let holders: Vec<UserId> =
        back.map(|change| change.technician_id).collect::<BTreeSet<_>>().into_iter().collect();
    let people = store::lock_technicians(tx.conn(), &holders).await?;
    if holders.iter().any(|id| people.get(id).is_none_or(|person| !person.technician)) {
        return Err(changed_since());
    }
    Ok(())
}

fn changed_since() -> ApiError {
    ApiError::conflict(
        "changed_since",
        "Somebody changed this access since. Nothing was undone; look at it again.",
    )
}
