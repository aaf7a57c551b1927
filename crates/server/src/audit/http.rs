//! `/api/audit`.

use super::activity::{self, ActivityFilter, UserActivity};
use super::stats::{self, AuditStats, StatsFilter};
use super::{AuditEvent, LogFilter};
use crate::access::Caller;
use crate::app::App;
use crate::http::envelope::Problems;
use crate::http::{Envelope, Filter, Page, PageQuery, PathId, Reply, Window, ok};
use crate::ids::{OrganizationId, UserId};
use axum::extract::State;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_audit_logs))
        .routes(routes!(get_audit_stats))
        .routes(routes!(get_user_activity))
        .routes(routes!(list_recent_activity))
}

/// Query the audit log, newest first.
#[utoipa::path(get, path = "/api/audit/logs", operation_id = "listAuditLogs", tag = "audit", params(LogFilter),
    responses((status = 200, body = Envelope<Page<AuditEvent>>), Problems))]
async fn list_audit_logs(
    State(app): State<Arc<App>>,
    caller: Caller,
    Filter(filter): Filter<LogFilter>,
) -> Reply<Page<AuditEvent>> {
    ok(super::list_audit_logs(&app, &caller, &filter).await?)
}

/// What happened at one organization in the last 30 days, newest first.
#[utoipa::path(get, path = "/api/audit/organizations/{orgId}/recent", operation_id = "listRecentActivity", tag = "audit",
    params(("orgId" = OrganizationId, Path), PageQuery), responses((status = 200, body = Envelope<Page<AuditEvent>>), Problems))]
async fn list_recent_activity(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<OrganizationId>,
    Filter(query): Filter<PageQuery>,
) -> Reply<Page<AuditEvent>> {
    ok(super::list_recent_activity(&app, &caller, id, Window::new(query.page, query.limit)).await?)
}

/// Get the log in numbers.
#[utoipa::path(get, path = "/api/audit/stats", operation_id = "getAuditStats", tag = "audit", params(StatsFilter),
    responses((status = 200, body = Envelope<AuditStats>), Problems))]
async fn get_audit_stats(
    State(app): State<Arc<App>>,
    caller: Caller,
    Filter(filter): Filter<StatsFilter>,
) -> Reply<AuditStats> {
    ok(stats::get_audit_stats(&app, &caller, &filter).await?)
}

/// Get what one person did.
#[utoipa::path(get, path = "/api/audit/user/{userId}/activity", operation_id = "getUserActivity", tag = "audit",
    params(("userId" = UserId, Path), ActivityFilter), responses((status = 200, body = Envelope<UserActivity>), Problems))]
async fn get_user_activity(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<UserId>,
    Filter(filter): Filter<ActivityFilter>,
) -> Reply<UserActivity> {
    ok(activity::get_user_activity(&app, &caller, id, &filter).await?)
}
