//! `/api/audit`.

use super::{AuditEvent, LogFilter};
use crate::access::Caller;
use crate::app::App;
use crate::http::envelope::Problems;
use crate::http::{Envelope, Filter, Page, PageQuery, PathId, Reply, Window, ok};
use crate::ids::OrganizationId;
use axum::extract::State;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(list_audit_logs)).routes(routes!(list_recent_activity))
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
