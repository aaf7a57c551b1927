//! All access at a glance: what differs between two days, numbers, what is unused, who may come to a customer.

use super::changes::provider;
use super::hours::Hours;
use super::matrix::MatrixGrant;
use super::model::{AccessLevel, Grant, Terms};
use super::{proposals, store};
use crate::access::caller::text_enum;
use crate::access::{Action, Caller, Facts};
use crate::app::App;
use crate::error::{ApiError, Result};
use crate::http::pagination::read_page;
use crate::http::{Page, Window};
use crate::ids::{AccessProposalId, OrganizationId, UserId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Differences that are told at once.
const MOST_DIFFERENCES: usize = 1000;

/// Two instants.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DifferencesQuery {
    /// The first.
    pub from: DateTime<Utc>,
    /// The second, later one.
    pub to: DateTime<Utc>,
}

/// One technician's access to one customer, at two instants.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccessDifference {
    /// Whose.
    pub technician_id: UserId,
    /// The technician's name.
    pub technician_name: String,
    /// To whom.
    pub customer_org_id: OrganizationId,
    /// The customer's name.
    pub customer_org_name: String,
    /// How far at the first; null: not at all.
    pub before: Option<AccessLevel>,
    /// How far at the second; null: not at all.
    pub after: Option<AccessLevel>,
    /// At which times of the week by the first; null: at any, or not at all.
    pub hours_before: Option<Hours>,
    /// At which times of the week by the second.
    pub hours_after: Option<Hours>,
    /// What differs, level by level, the fullest first.
    pub levels: Vec<LevelDifference>,
}

/// What one technician's access of one level to one customer was, at two instants.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LevelDifference {
    /// Which.
    pub access_level: AccessLevel,
    /// The terms at the first; null: no access of this level.
    pub before: Option<Terms>,
    /// The terms at the second; null: no access of this level.
    pub after: Option<Terms>,
    /// Which of the terms differ; empty where there was access at one of the two only.
    pub changed: Vec<AccessTerm>,
}

text_enum! {
    /// One of the terms of access.
    AccessTerm {
        /// From when.
        StartsAt = "startsAt",
        /// Until when.
        ExpiresAt = "expiresAt",
        /// From where.
        IpRanges = "ipRanges",
        /// Which services.
        Services = "services",
        /// At which times of the week.
        Hours = "hours",
        /// Why.
        Reason = "reason",
    }
}

impl AccessDifference {
    /// What each instant says, level by level, of levels of which there is one each.
    pub(super) fn levels_of(before: &[Terms], after: &[Terms]) -> Vec<LevelDifference> {
        let of = |stood: &[Terms], level| stood.iter().find(|terms| terms.access_level == level).cloned();
        let levels = AccessLevel::ALL.iter().map(|level| (*level, of(before, *level), of(after, *level)));
        let differ = levels.filter(|(_, before, after)| before != after);
        differ
            .map(|(access_level, before, after)| LevelDifference {
                access_level,
                changed: before.as_ref().zip(after.as_ref()).map(AccessTerm::changed).unwrap_or_default(),
                before,
                after,
            })
            .collect()
    }
}

impl AccessTerm {
    /// Those that are not the same.
    fn changed((before, after): (&Terms, &Terms)) -> Vec<Self> {
        let same = |term: Self| match term {
            Self::StartsAt => before.starts_at == after.starts_at,
            Self::ExpiresAt => before.expires_at == after.expires_at,
            Self::IpRanges => before.ip_ranges == after.ip_ranges,
            Self::Services => before.services == after.services,
            Self::Hours => before.hours == after.hours,
            Self::Reason => before.reason == after.reason,
        };
        Self::ALL.iter().copied().filter(|term| !same(*term)).collect()
    }
}

/// What differs.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccessDifferences {
    /// The first instant.
    pub from: DateTime<Utc>,
    /// The second.
    pub to: DateTime<Utc>,
    /// By technician and customer, at most 1000.
    pub items: Vec<AccessDifference>,
    /// Whether there are more.
    pub truncated: bool,
}

/// Who could reach whom at one instant and not, or not on the same terms, at the other.
pub async fn list_access_differences(
    app: &App,
    caller: &Caller,
    query: &DifferencesQuery,
) -> Result<AccessDifferences> {
    app.may(caller, Action::GrantReview, &provider(app), &Facts::default())?;
    let DifferencesQuery { from, to } = *query;
    let mut tx = app.db.read(caller).await?;
    let most = i64::try_from(MOST_DIFFERENCES + 1).unwrap_or(i64::MAX);
    let mut items = store::differences(tx.conn(), (from, to), most).await?;
    tx.done().await?;
    let truncated = items.len() > MOST_DIFFERENCES;
    items.truncate(MOST_DIFFERENCES);
    items.sort_by_cached_key(|item| {
        (item.technician_name.to_lowercase(), item.customer_org_name.to_lowercase())
    });
    Ok(AccessDifferences { from, to, items, truncated })
}

/// All access in numbers.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccessSummary {
    /// Grants that hold now.
    pub active_grants: i64,
    /// Grants that will hold.
    pub scheduled_grants: i64,
    /// Those that end within a week.
    pub expiring_within_7_days: i64,
    /// Those that ended by themselves in the last 30 days.
    pub expired_last_30_days: i64,
    /// Those that hold, by how far they go.
    pub by_level: AccessByLevel,
    /// Those that hold and are not used.
    pub unused: UnusedAccess,
    /// Technicians who may come somewhere now.
    pub technicians_with_access: i64,
    /// Technicians who may not.
    pub technicians_without: i64,
    /// Customers to whom somebody may come now.
    pub customers_with_access: i64,
    /// Customers to whom nobody may.
    pub customers_without: i64,
    /// Sessions that are open now.
    pub live_sessions: i64,
}

/// Grants by level.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccessByLevel {
    /// All that the account can.
    pub full_access: i64,
    /// In an emergency.
    pub emergency: i64,
    /// Look, never touch.
    pub read_only: i64,
}

/// Grants by how long nobody used them.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnusedAccess {
    /// For 30 days.
    pub days30: i64,
    /// For 60.
    pub days60: i64,
    /// For 90.
    pub days90: i64,
}

/// Counts.
pub async fn get_access_summary(app: &App, caller: &Caller) -> Result<AccessSummary> {
    app.may(caller, Action::GrantReview, &provider(app), &Facts::default())?;
    let mut tx = app.db.read(caller).await?;
    let summary = store::summary(tx.conn()).await?;
    tx.done().await?;
    Ok(summary)
}

/// For how long unused.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct UnusedQuery {
    /// 30, 60 or 90.
    #[param(default = 30)]
    pub days: Option<i32>,
    /// From 1.
    #[param(minimum = 1, default = 1)]
    pub page: Option<i64>,
    /// 1 to 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<i64>,
}

/// A grant that nobody uses.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UnusedGrant {
    /// The grant itself.
    #[serde(flatten)]
    pub grant: Grant,
    /// The open proposal to take it back; null: there is none.
    pub proposal_id: Option<AccessProposalId>,
}

/// Grants that hold and that nobody used for so long: not since they began, if never. The longest unused first.
pub async fn list_unused_access(
    app: &App,
    caller: &Caller,
    query: &UnusedQuery,
) -> Result<Page<UnusedGrant>> {
    app.may(caller, Action::GrantReview, &provider(app), &Facts::default())?;
    let days = query.days.unwrap_or(30);
    if ![30, 60, 90].contains(&days) {
        return Err(ApiError::invalid("days", "it must be 30, 60 or 90"));
    }
    let window = Window::new(query.page, query.limit);
    let mut tx = app.db.read(caller).await?;
    let page = read_page!(window, |at| store::unused(tx.conn(), days, at).await?);
    let mut found = store::find_many(tx.conn(), &page.items).await?;
    let proposed = proposals::pending_of(tx.conn(), &page.items).await?;
    tx.done().await?;
    found.sort_by_key(|grant| page.items.iter().position(|id| *id == grant.id.0));
    let unused = found.into_iter().map(|grant| UnusedGrant {
        proposal_id: proposed.get(&grant.id).copied(),
        grant: super::shown(app, caller, grant),
    });
    Ok(page.with(unused.collect()))
}

/// A technician who may come to a customer.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CustomerTechnician {
    /// Who.
    pub technician_id: UserId,
    /// The technician's name.
    pub technician_name: String,
    /// The technician's address; null for a customer's people.
    pub technician_email: Option<String>,
    /// What they hold there, active or scheduled, the fullest first.
    pub grants: Vec<MatrixGrant>,
    /// When they last came by it.
    pub last_used_at: Option<DateTime<Utc>>,
    /// How often they came by it.
    pub use_count: i64,
}

/// Who may come to a customer, now or soon: for its admins and the provider's managers.
pub async fn list_customer_technicians(
    app: &App,
    caller: &Caller,
    organization: OrganizationId,
    window: Window,
) -> Result<Page<CustomerTechnician>> {
    let mut tx = app.db.read(caller).await?;
    let resource = crate::organizations::resource(tx.conn(), organization).await?;
    app.may(caller, Action::GrantReview, &resource, &Facts::default())?;
    let page = read_page!(window, |at| store::customer_technicians(tx.conn(), organization, at).await?);
    tx.done().await?;
    let provider = caller.is_provider();
    Ok(page.map(|person| CustomerTechnician {
        technician_email: person.technician_email.filter(|_| provider),
        ..person
    }))
}
