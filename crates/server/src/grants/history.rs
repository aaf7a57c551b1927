//! The history of access: every change of every grant, who made it, when, from what to what, why.

use super::model::Terms;
use super::store;
use crate::access::caller::text_enum;
use crate::access::{Action, Caller, Facts, Resource};
use crate::app::App;
use crate::error::Result;
use crate::http::pagination::read_page;
use crate::http::{Page, Window};
use crate::ids::{AccessBatchId, AccessChangeId, GrantId, OrganizationId, UserId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

text_enum! {
    /// What was done to a grant.
    ChangeKind {
        /// Access was given: newly, or back by an undo.
        Create = "create",
        /// Its terms were changed.
        Update = "update",
        /// It was taken back.
        Revoke = "revoke",
        /// It had expired, and was closed to make room for another.
        Expire = "expire",
    }
}

/// One change of one grant.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccessHistoryEntry {
    /// Its id.
    pub id: AccessChangeId,
    /// What it was made together with; null for a change by itself.
    pub batch_id: Option<AccessBatchId>,
    /// The grant.
    pub grant_id: GrantId,
    /// Access to whom.
    pub organization_id: OrganizationId,
    /// The customer's name.
    pub organization_name: String,
    /// Whose access.
    pub technician_id: UserId,
    /// The technician's name then.
    pub technician_name: String,
    /// What was done.
    pub action: ChangeKind,
    /// The terms before; null where there was no access, or where they are not known any more.
    pub before: Option<Terms>,
    /// The terms after; null where there was no access any more.
    pub after: Option<Terms>,
    /// Whether the provider's own remarks are others since.
    pub notes_changed: bool,
    /// Those before, for the provider's people; null for a customer's, and where there was no access.
    pub notes_before: Option<String>,
    /// Those after.
    pub notes_after: Option<String>,
    /// Why.
    pub reason: String,
    /// By whom; null: the platform itself.
    pub changed_by_id: Option<UserId>,
    /// Their name then.
    pub changed_by_name: String,
    /// When.
    pub changed_at: DateTime<Utc>,
}

/// Which changes to list.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct HistoryFilter {
    /// Of access to one customer.
    pub organization_id: Option<OrganizationId>,
    /// Of one technician's access.
    pub technician_id: Option<UserId>,
    /// Of one grant.
    pub grant_id: Option<GrantId>,
    /// Not before this instant.
    pub from: Option<DateTime<Utc>>,
    /// Before this instant.
    pub to: Option<DateTime<Utc>>,
    /// From 1.
    pub page: Option<i64>,
    /// 1 to 200.
    pub limit: Option<i64>,
}

/// The newest first: all for the provider's managers, that of their own organization for a customer's admins.
pub async fn list_access_history(
    app: &App,
    caller: &Caller,
    filter: &HistoryFilter,
) -> Result<Page<AccessHistoryEntry>> {
    let window = Window::new(filter.page, filter.limit);
    let mut tx = app.db.read(caller).await?;
    let resource = match filter.organization_id {
        Some(id) => crate::organizations::kept_resource(tx.conn(), caller, id).await?,
        None => Resource::own(caller),
    };
    app.may(caller, Action::GrantReview, &resource, &Facts::default())?;
    tx.plan_each_anew().await?;
    let filter = HistoryFilter { organization_id: caller.only(filter.organization_id), ..filter.clone() };
    let page = read_page!(window, |at| store::list_history(tx.conn(), &filter, at).await?);
    tx.done().await?;
    let provider = caller.is_provider();
    Ok(page.map(|entry| AccessHistoryEntry {
        notes_before: entry.notes_before.filter(|_| provider),
        notes_after: entry.notes_after.filter(|_| provider),
        ..entry
    }))
}
