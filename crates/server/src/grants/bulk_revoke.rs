//! Taking much access back at once, in an emergency. Live sessions end by their leases.

use super::changes::{
    AccessChange, AccessChanges, ChangeAction, MOST, Permits, Whole, answer, changes_anything, check_size,
    commit, grants, ids_of, provider,
};
use super::model::GrantStatus;
use super::store::{self, Act, Meant};
use crate::access::{Action, Caller, Facts};
use crate::app::App;
use crate::audit::{Target, catalogue};
use crate::db::WriteTx;
use crate::error::{ApiError, Result};
use crate::http::text;
use crate::ids::{AccessBatchId, GrantId, OrganizationId, UserId};
use serde::Deserialize;
use std::collections::BTreeSet;
use utoipa::ToSchema;
use uuid::Uuid;

const MOST_NAMED: usize = 1000;

/// What to take back: the grants that are in every given list.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BulkRevokeAccess {
    /// For the log, the technicians and the customers. 1 to 1000 characters.
    pub reason: String,
    /// Of these technicians, at most 1000.
    pub technician_ids: Option<Vec<UserId>>,
    /// At these customers, at most 1000.
    pub customer_org_ids: Option<Vec<OrganizationId>>,
    /// These grants, at most 1000.
    pub grant_ids: Option<Vec<GrantId>>,
    /// Only say what would happen.
    #[serde(default)]
    pub preview: bool,
}

impl BulkRevokeAccess {
    fn meant(&self) -> Result<Meant> {
        let meant = Meant {
            technicians: distinct(
                "technicianIds",
                self.technician_ids.iter().flatten().map(|id| id.0),
                self.technician_ids.is_some(),
            )?,
            customers: distinct(
                "customerOrgIds",
                self.customer_org_ids.iter().flatten().map(|id| id.0),
                self.customer_org_ids.is_some(),
            )?,
            grants: distinct(
                "grantIds",
                self.grant_ids.iter().flatten().map(|id| id.0),
                self.grant_ids.is_some(),
            )?,
        };
        if meant.technicians.is_none() && meant.customers.is_none() && meant.grants.is_none() {
            return Err(ApiError::invalid("technicianIds", "name technicians, customers or grants"));
        }
        Ok(meant)
    }
}

/// An empty list is refused: it would be all or nothing, and nobody knows which.
fn distinct(field: &str, ids: impl Iterator<Item = Uuid>, given: bool) -> Result<Option<Vec<Uuid>>> {
    let ids: BTreeSet<Uuid> = ids.collect();
    match (given, ids.len()) {
        (false, _) => Ok(None),
        (true, 1..=MOST_NAMED) => Ok(Some(ids.into_iter().collect())),
        (true, _) => Err(ApiError::invalid(field, format!("name 1 to {MOST_NAMED}, or leave it out"))),
    }
}

/// Revokes them all, or none.
pub async fn bulk_revoke_access(app: &App, caller: &Caller, wish: BulkRevokeAccess) -> Result<AccessChanges> {
    let reason = text::line("reason", &wish.reason, 1000)?;
    let meant = wish.meant()?;
    let mut tx = app.db.write(caller).await?;
    let permit = app.may(caller, Action::GrantBulkRevoke, &provider(app), &Facts::default())?;
    check_known(&meant, store::count_known(tx.conn(), &meant).await?)?;
    let most = i64::try_from(MOST).unwrap_or(i64::MAX);
    let mut held = store::lock_meant(tx.conn(), &meant, most + 1).await?;
    check_size(held.len())?;
    held.sort_by_cached_key(|grant| {
        (
            grant.customer_org_name.to_lowercase(),
            grant.customer_org_id,
            grant.technician_name.to_lowercase(),
            grant.id,
        )
    });
    let mut changes: Vec<AccessChange> = held.iter().map(AccessChange::revoke).collect();
    // Grants that were named and are over: said, and left as they are.
    let named = store::find_many(tx.conn(), meant.grants.as_deref().unwrap_or_default()).await?;
    let over = named.iter().filter(|grant| !grant.runs()).map(|grant| {
        let why = if grant.status == GrantStatus::Expired {
            "It has expired."
        } else {
            "It was taken back already."
        };
        let (action, why) = (ChangeAction::None, Some(why.to_owned()));
        AccessChange { action, why, before: None, after: None, ..AccessChange::keep(grant) }
    });
    changes.extend(over);
    let permits = Permits::ask(app, caller, tx.conn(), &changes).await?;
    if wish.preview || !changes_anything(&changes) {
        return answer(tx.conn(), changes, None, wish.preview).await;
    }
    let batch = AccessBatchId::new(&app.clock);
    let target = Target::new("grant_batch", batch.0, grants(held.len()));
    let whole = Whole { batch, kind: &catalogue::GRANT_BULK_REVOKE, permit, reason: &reason, target };
    take_back(tx, caller, whole, &permits, changes).await
}

/// Takes back what is to be taken back, as one batch, and commits it.
pub(super) async fn take_back(
    mut tx: WriteTx,
    caller: &Caller,
    whole: Whole<'_>,
    permits: &Permits,
    changes: Vec<AccessChange>,
) -> Result<AccessChanges> {
    let act = Act { by: Some(caller), why: whole.reason, batch: Some(whole.batch) };
    store::revoke(tx.conn(), &ids_of(&changes, ChangeAction::Revoke), caller, &act).await?;
    commit(tx, caller, whole, permits, (changes, Vec::new())).await
}

/// One id of something that is not there refuses all: whoever named it does not know what they are doing.
fn check_known(meant: &Meant, (people, organizations, grants): (i64, i64, i64)) -> Result<()> {
    let lists = [
        (&meant.technicians, people, "technician"),
        (&meant.customers, organizations, "organization"),
        (&meant.grants, grants, "grant"),
    ];
    for (ids, known, what) in lists {
        if ids.as_ref().is_some_and(|ids| i64::try_from(ids.len()) != Ok(known)) {
            return Err(ApiError::not_found(what));
        }
    }
    Ok(())
}
