//! The sealed log under `/api/audit`.

use super::{
    AuditCheckpoint, AuditCleanup, AuditErased, AuditKeys, AuditProof, BundleQuery, CleanUpAuditLogs,
    EraseAuditDetail, LiftAuditHold, RotateAuditKey, SetAuditHold,
};
use crate::access::Caller;
use crate::app::App;
use crate::error::Result;
use crate::http::envelope::Problems;
use crate::http::{Body, Done, Envelope, Filter, IfMatch, PathId, Reply, done, ok};
use crate::ids::{AuditEventId, OrganizationId};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of the sealed log.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(get_audit_keys))
        .routes(routes!(rotate_audit_key))
        .routes(routes!(get_audit_checkpoint))
        .routes(routes!(get_audit_proof))
        .routes(routes!(export_audit_bundle))
        .routes(routes!(clean_up_audit_logs))
        .routes(routes!(erase_audit_detail))
        .routes(routes!(set_audit_hold))
        .routes(routes!(lift_audit_hold))
}

/// Get the public keys by which checkpoints of audit logs are verified.
#[utoipa::path(get, path = "/api/audit/keys", operation_id = "getAuditKeys", tag = "audit",
    responses((status = 200, body = Envelope<AuditKeys>)), security(()))]
async fn get_audit_keys(State(app): State<Arc<App>>) -> Reply<AuditKeys> {
    ok(super::keys(&app))
}

/// Have another key sign checkpoints from now on. What was signed before stays good by the keys of before.
#[utoipa::path(post, path = "/api/audit/keys/rotate", operation_id = "rotateAuditKey", tag = "audit",
    request_body = RotateAuditKey, responses((status = 200, body = Envelope<AuditKeys>), Problems))]
async fn rotate_audit_key(
    State(app): State<Arc<App>>,
    caller: Caller,
    Body(wish): Body<RotateAuditKey>,
) -> Reply<AuditKeys> {
    ok(super::rotate_audit_key(&app, &caller, &wish).await?)
}

/// Get the signed checkpoint of an organization's audit log.
#[utoipa::path(get, path = "/api/audit/organizations/{orgId}/checkpoint", operation_id = "getAuditCheckpoint",
    tag = "audit", params(("orgId" = OrganizationId, Path)),
    responses((status = 200, body = Envelope<AuditCheckpoint>), Problems))]
async fn get_audit_checkpoint(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<OrganizationId>,
) -> Reply<AuditCheckpoint> {
    ok(super::get_audit_checkpoint(&app, &caller, id).await?)
}

/// Get the proof that an event is in its organization's log.
#[utoipa::path(get, path = "/api/audit/events/{eventId}/proof", operation_id = "getAuditProof", tag = "audit",
    params(("eventId" = AuditEventId, Path)), responses((status = 200, body = Envelope<AuditProof>), Problems))]
async fn get_audit_proof(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<AuditEventId>,
) -> Reply<AuditProof> {
    ok(super::get_audit_proof(&app, &caller, id).await?)
}

/// Take an organization's audit log home, or a part of it: a file that `sallyport audit verify-bundle` verifies offline.
#[utoipa::path(get, path = "/api/audit/organizations/{orgId}/bundle", operation_id = "exportAuditBundle", tag = "audit",
    params(("orgId" = OrganizationId, Path), BundleQuery),
    responses((status = 200, description = "The bundle, a line of JSON each", content_type = "application/x-ndjson"), Problems))]
async fn export_audit_bundle(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<OrganizationId>,
    Filter(wish): Filter<BundleQuery>,
) -> Result<Response> {
    let bundle = super::open_audit_bundle(&app, &caller, id, &wish).await?;
    let headers = [
        (header::CONTENT_TYPE, "application/x-ndjson".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"sallyport-audit-{id}.ndjson\"")),
    ];
    let lines = super::stream_audit_bundle(app, caller, bundle);
    Ok((headers, axum::body::Body::from_stream(lines)).into_response())
}

/// Remove the content of old entries. Their leaves stay, so proofs stay valid; logs that are held stay whole.
#[utoipa::path(post, path = "/api/audit/cleanup", operation_id = "cleanUpAuditLogs", tag = "audit",
    request_body = CleanUpAuditLogs, responses((status = 200, body = Envelope<AuditCleanup>), Problems))]
async fn clean_up_audit_logs(
    State(app): State<Arc<App>>,
    caller: Caller,
    Body(wish): Body<CleanUpAuditLogs>,
) -> Reply<AuditCleanup> {
    ok(super::clean_up_audit_logs(&app, &caller, &wish).await?)
}

/// Erase what the audit logs say of a person beyond their id. Proofs stay valid.
#[utoipa::path(post, path = "/api/audit/erase", operation_id = "eraseAuditDetail", tag = "audit",
    request_body = EraseAuditDetail, responses((status = 200, body = Envelope<AuditErased>), Problems))]
async fn erase_audit_detail(
    State(app): State<Arc<App>>,
    caller: Caller,
    Body(wish): Body<EraseAuditDetail>,
) -> Reply<AuditErased> {
    ok(super::erase_audit_detail(&app, &caller, &wish).await?)
}

/// Hold an organization's audit log: nothing of it is removed until the hold is lifted.
#[utoipa::path(put, path = "/api/audit/organizations/{orgId}/hold", operation_id = "setAuditHold", tag = "audit",
    params(("orgId" = OrganizationId, Path), IfMatch), request_body = SetAuditHold,
    responses((status = 200, body = Envelope<Done>), Problems))]
async fn set_audit_hold(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<OrganizationId>,
    version: IfMatch,
    Body(wish): Body<SetAuditHold>,
) -> Reply<Done> {
    super::set_audit_hold(&app, &caller, id, &wish, version.version()).await?;
    done()
}

/// Lift the hold on an organization's audit log.
#[utoipa::path(delete, path = "/api/audit/organizations/{orgId}/hold", operation_id = "liftAuditHold", tag = "audit",
    params(("orgId" = OrganizationId, Path), LiftAuditHold, IfMatch),
    responses((status = 200, body = Envelope<Done>), Problems))]
async fn lift_audit_hold(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<OrganizationId>,
    version: IfMatch,
    Filter(wish): Filter<LiftAuditHold>,
) -> Reply<Done> {
    super::lift_audit_hold(&app, &caller, id, &wish, version.version()).await?;
    done()
}
