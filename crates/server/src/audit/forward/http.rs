//! `/api/audit/destinations`.

use super::{
    AuditDestination, AuditDestinationSecret, AuditDestinationTest, CreateAuditDestination,
    CreatedAuditDestination, DestinationFilter, UpdateAuditDestination,
};
use crate::access::Caller;
use crate::app::App;
use crate::http::envelope::Problems;
use crate::http::{Body, Done, Envelope, Filter, IfMatch, Page, PathId, Reply, created, done, ok, tagged};
use crate::ids::AuditDestinationId;
use axum::extract::State;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of forwarding.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_audit_destinations, create_audit_destination))
        .routes(routes!(get_audit_destination, update_audit_destination, delete_audit_destination))
        .routes(routes!(test_audit_destination))
        .routes(routes!(rotate_audit_destination_secret))
}

/// List where audit logs are forwarded to, and how that goes.
#[utoipa::path(get, path = "/api/audit/destinations", operation_id = "listAuditDestinations", tag = "audit",
    params(DestinationFilter), responses((status = 200, body = Envelope<Page<AuditDestination>>), Problems))]
async fn list_audit_destinations(
    State(app): State<Arc<App>>,
    caller: Caller,
    Filter(filter): Filter<DestinationFilter>,
) -> Reply<Page<AuditDestination>> {
    ok(super::list_audit_destinations(&app, &caller, &filter).await?)
}

/// Have an audit log forwarded from now on. The secret of a webhook is shown this once.
#[utoipa::path(post, path = "/api/audit/destinations", operation_id = "createAuditDestination", tag = "audit",
    request_body = CreateAuditDestination,
    responses((status = 201, body = Envelope<CreatedAuditDestination>), Problems))]
async fn create_audit_destination(
    State(app): State<Arc<App>>,
    caller: Caller,
    Body(wish): Body<CreateAuditDestination>,
) -> Reply<CreatedAuditDestination> {
    created(super::create_audit_destination(&app, &caller, wish).await?)
}

/// Get one destination.
#[utoipa::path(get, path = "/api/audit/destinations/{id}", operation_id = "getAuditDestination", tag = "audit",
    params(("id" = AuditDestinationId, Path)), responses((status = 200, body = Envelope<AuditDestination>), Problems))]
async fn get_audit_destination(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<AuditDestinationId>,
) -> Reply<AuditDestination> {
    tagged(super::get_audit_destination(&app, &caller, id).await?)
}

/// Change a destination. What it has not taken yet is delivered to where it is then.
#[utoipa::path(put, path = "/api/audit/destinations/{id}", operation_id = "updateAuditDestination", tag = "audit",
    params(("id" = AuditDestinationId, Path), IfMatch), request_body = UpdateAuditDestination,
    responses((status = 200, body = Envelope<AuditDestination>), Problems))]
async fn update_audit_destination(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<AuditDestinationId>,
    version: IfMatch,
    Body(change): Body<UpdateAuditDestination>,
) -> Reply<AuditDestination> {
    tagged(super::update_audit_destination(&app, &caller, id, change, version.version()).await?)
}

/// End the forwarding to a destination.
#[utoipa::path(delete, path = "/api/audit/destinations/{id}", operation_id = "deleteAuditDestination", tag = "audit",
    params(("id" = AuditDestinationId, Path), IfMatch),
    responses((status = 200, body = Envelope<Done>), Problems))]
async fn delete_audit_destination(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<AuditDestinationId>,
    version: IfMatch,
) -> Reply<Done> {
    super::delete_audit_destination(&app, &caller, id, version.version()).await?;
    done()
}

/// Send one sample event to a destination, and see whether it is taken.
#[utoipa::path(post, path = "/api/audit/destinations/{id}/test", operation_id = "testAuditDestination", tag = "audit",
    params(("id" = AuditDestinationId, Path)),
    responses((status = 200, body = Envelope<AuditDestinationTest>), Problems))]
async fn test_audit_destination(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<AuditDestinationId>,
) -> Reply<AuditDestinationTest> {
    ok(super::test_audit_destination(&app, &caller, id).await?)
}

/// Renew the secret that a webhook's deliveries are signed with. It is shown this once.
#[utoipa::path(post, path = "/api/audit/destinations/{id}/secret", operation_id = "rotateAuditDestinationSecret",
    tag = "audit", params(("id" = AuditDestinationId, Path)),
    responses((status = 200, body = Envelope<AuditDestinationSecret>), Problems))]
async fn rotate_audit_destination_secret(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<AuditDestinationId>,
) -> Reply<AuditDestinationSecret> {
    ok(super::rotate_audit_destination_secret(&app, &caller, id).await?)
}
