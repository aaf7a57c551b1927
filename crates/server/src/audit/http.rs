//! `/api/audit`.

use super::activity::{self, ActivityFilter, UserActivity};
use super::compliance::{self, ComplianceReport, ComplianceStandard, ReportFilter};
use super::export::{self, ExportFilter};
use super::stats::{self, AuditStats, StatsFilter};
use super::{AuditEvent, LogFilter, LogPage};
use crate::access::Caller;
use crate::app::App;
use crate::error::Result;
use crate::http::envelope::Problems;
use crate::http::{Envelope, Filter, Page, PageQuery, PathId, Reply, Window, ok};
use crate::ids::{OrganizationId, UserId};
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderName, header};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_audit_logs))
        .routes(routes!(get_audit_stats))
        .routes(routes!(get_compliance_report))
        .routes(routes!(export_compliance_report))
        .routes(routes!(export_audit_logs))
        .routes(routes!(get_user_activity))
        .routes(routes!(list_recent_activity))
        .merge(super::tree::http::routes())
        .merge(super::forward::http::routes())
        .merge(super::live::http::routes())
}

/// Query the audit log, newest first.
#[utoipa::path(get, path = "/api/audit/logs", operation_id = "listAuditLogs", tag = "audit", params(LogFilter),
    responses((status = 200, body = Envelope<LogPage>), Problems))]
async fn list_audit_logs(
    State(app): State<Arc<App>>,
    caller: Caller,
    Filter(filter): Filter<LogFilter>,
) -> Reply<LogPage> {
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

/// Report on the controls of SOC 2 and ISO/IEC 27001: how each stands, and the evidence.
#[utoipa::path(get, path = "/api/audit/compliance/report", operation_id = "getComplianceReport", tag = "audit",
    params(ReportFilter), responses((status = 200, body = Envelope<ComplianceReport>), Problems))]
async fn get_compliance_report(
    State(app): State<Arc<App>>,
    caller: Caller,
    Filter(filter): Filter<ReportFilter>,
) -> Reply<ComplianceReport> {
    ok(compliance::get_compliance_report(&app, &caller, &filter).await?)
}

/// Take the same report home as PDF, to be kept (PDF/A-2a) and read aloud (PDF/UA-1). Kept as an export.
#[utoipa::path(get, path = "/api/audit/compliance/report/pdf", operation_id = "exportComplianceReport", tag = "audit",
    params(ReportFilter),
    responses(
        (status = 200, description = "The report", content_type = "application/pdf"), Problems))]
async fn export_compliance_report(
    State(app): State<Arc<App>>,
    caller: Caller,
    Filter(filter): Filter<ReportFilter>,
) -> Result<Response> {
    let day = caller.asked_at.format("%Y-%m-%d");
    let about = filter.standard.map_or("all", ComplianceStandard::as_str);
    let name = format!("sallyport-compliance-{about}-{day}.pdf");
    let pdf = compliance::export_compliance_report(&app, &caller, &filter).await?;
    let headers = [
        (header::CONTENT_TYPE, "application/pdf".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, pdf).into_response())
}

/// How many entries an export will hold, so that its reader can show how far it is.
const TOTAL: HeaderName = HeaderName::from_static("sallyport-total-events");

/// Export the log, oldest first, as a stream. What does not end in order is not whole.
#[utoipa::path(get, path = "/api/audit/export", operation_id = "exportAuditLogs", tag = "audit", params(ExportFilter),
    responses(
        (status = 200, description = "The entries, in the format asked for", content(
            (String = "text/csv"), (String = "application/x-ndjson")),
         headers(("Sallyport-Total-Events" = i64, description = "Entries when it was asked for"))),
        Problems))]
async fn export_audit_logs(
    State(app): State<Arc<App>>,
    caller: Caller,
    Filter(wish): Filter<ExportFilter>,
) -> Result<Response> {
    let day = caller.asked_at.format("%Y-%m-%d");
    let export = export::export_audit_logs(&app, &caller, &wish).await?;
    let name = format!("sallyport-audit-{day}.{}", export.format.extension());
    let headers = [
        (header::CONTENT_TYPE, export.format.media_type().to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (TOTAL, export.total.to_string()),
    ];
    Ok((headers, Body::from_stream(export.into_stream())).into_response())
}
