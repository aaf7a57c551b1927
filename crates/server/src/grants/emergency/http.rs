//! `/api/access-management/emergency`.

use super::{
    EmergencyAccess, EmergencyFilter, EndEmergencyAccess, ReviewEmergencyAccess, StartEmergencyAccess,
};
use crate::access::Caller;
use crate::app::App;
use crate::http::envelope::Problems;
use crate::http::{Body, Envelope, Filter, Page, PathId, Reply, created, ok};
use crate::ids::EmergencyId;
use axum::extract::State;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(in crate::grants) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_emergency_access, start_emergency_access))
        .routes(routes!(get_emergency_access))
        .routes(routes!(end_emergency_access))
        .routes(routes!(review_emergency_access))
}

/// List emergency access, the newest first: all for the provider's office, their own for a technician, those into their
/// network for a customer's admins.
#[utoipa::path(get, path = "/api/access-management/emergency", operation_id = "listEmergencyAccess",
    tag = "access management", params(EmergencyFilter),
    responses((status = 200, body = Envelope<Page<EmergencyAccess>>), Problems))]
async fn list_emergency_access(
    State(app): State<Arc<App>>,
    caller: Caller,
    Filter(filter): Filter<EmergencyFilter>,
) -> Reply<Page<EmergencyAccess>> {
    ok(super::list_emergency_access(&app, &caller, &filter).await?)
}

/// Start emergency access: yours where you hold any access now, or a technician's. Everybody who must know is told at once,
/// and it owes a review.
#[utoipa::path(post, path = "/api/access-management/emergency", operation_id = "startEmergencyAccess",
    tag = "access management", request_body = StartEmergencyAccess,
    responses((status = 201, body = Envelope<EmergencyAccess>), Problems))]
async fn start_emergency_access(
    State(app): State<Arc<App>>,
    caller: Caller,
    Body(wish): Body<StartEmergencyAccess>,
) -> Reply<EmergencyAccess> {
    created(super::start_emergency_access(&app, &caller, wish).await?)
}

/// Get one time of emergency access.
#[utoipa::path(get, path = "/api/access-management/emergency/{emergencyId}", operation_id = "getEmergencyAccess",
    tag = "access management", params(("emergencyId" = EmergencyId, Path)),
    responses((status = 200, body = Envelope<EmergencyAccess>), Problems))]
async fn get_emergency_access(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<EmergencyId>,
) -> Reply<EmergencyAccess> {
    ok(super::get_emergency_access(&app, &caller, id).await?)
}

/// End emergency access before its time: live sessions that stand on it end at once.
#[utoipa::path(post, path = "/api/access-management/emergency/{emergencyId}/end", operation_id = "endEmergencyAccess",
    tag = "access management", params(("emergencyId" = EmergencyId, Path)), request_body = EndEmergencyAccess,
    responses((status = 200, body = Envelope<EmergencyAccess>), Problems))]
async fn end_emergency_access(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<EmergencyId>,
    Body(wish): Body<EndEmergencyAccess>,
) -> Reply<EmergencyAccess> {
    ok(super::end_emergency_access(&app, &caller, id, wish).await?)
}

/// Review emergency access that is over: as somebody who neither held nor started it.
#[utoipa::path(post, path = "/api/access-management/emergency/{emergencyId}/review",
    operation_id = "reviewEmergencyAccess", tag = "access management", params(("emergencyId" = EmergencyId, Path)),
    request_body = ReviewEmergencyAccess, responses((status = 200, body = Envelope<EmergencyAccess>), Problems))]
async fn review_emergency_access(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<EmergencyId>,
    Body(wish): Body<ReviewEmergencyAccess>,
) -> Reply<EmergencyAccess> {
    ok(super::review_emergency_access(&app, &caller, id, wish).await?)
}
