//! `/api/access-management/requests`.

use super::{
    AccessRequest, AccessRequestFilter, ApproveAccessRequest, CreateAccessRequest, RefuseAccessRequest,
    UpdateAccessRequest,
};
use crate::access::Caller;
use crate::app::App;
use crate::http::envelope::Problems;
use crate::http::{Body, Envelope, Filter, IfMatch, Page, PathId, Reply, created, ok, tagged};
use crate::ids::AccessRequestId;
use axum::extract::State;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(in crate::grants) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_access_requests, create_access_request))
        .routes(routes!(get_access_request, update_access_request, withdraw_access_request))
        .routes(routes!(approve_access_request))
        .routes(routes!(refuse_access_request))
}

/// List requests for access: all for the provider's managers, their own for a technician, those into their network for a
/// customer's admins.
#[utoipa::path(get, path = "/api/access-management/requests", operation_id = "listAccessRequests",
    tag = "access management", params(AccessRequestFilter),
    responses((status = 200, body = Envelope<Page<AccessRequest>>), Problems))]
async fn list_access_requests(
    State(app): State<Arc<App>>,
    caller: Caller,
    Filter(filter): Filter<AccessRequestFilter>,
) -> Reply<Page<AccessRequest>> {
    ok(super::list_access_requests(&app, &caller, &filter).await?)
}

/// Ask for access to a customer, as a technician for yourself.
#[utoipa::path(post, path = "/api/access-management/requests", operation_id = "createAccessRequest",
    tag = "access management", request_body = CreateAccessRequest,
    responses((status = 201, body = Envelope<AccessRequest>), Problems))]
async fn create_access_request(
    State(app): State<Arc<App>>,
    caller: Caller,
    Body(new): Body<CreateAccessRequest>,
) -> Reply<AccessRequest> {
    created(super::create_access_request(&app, &caller, new).await?)
}

/// Get one request for access.
#[utoipa::path(get, path = "/api/access-management/requests/{requestId}", operation_id = "getAccessRequest",
    tag = "access management", params(("requestId" = AccessRequestId, Path)),
    responses((status = 200, body = Envelope<AccessRequest>), Problems))]
async fn get_access_request(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<AccessRequestId>,
) -> Reply<AccessRequest> {
    tagged(super::get_access_request(&app, &caller, id).await?)
}

/// Ask for something else: who approved it approves it anew.
#[utoipa::path(put, path = "/api/access-management/requests/{requestId}", operation_id = "updateAccessRequest",
    tag = "access management", params(("requestId" = AccessRequestId, Path), IfMatch),
    request_body = UpdateAccessRequest, responses((status = 200, body = Envelope<AccessRequest>), Problems))]
async fn update_access_request(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<AccessRequestId>,
    version: IfMatch,
    Body(change): Body<UpdateAccessRequest>,
) -> Reply<AccessRequest> {
    tagged(super::update_access_request(&app, &caller, id, change, version.version()).await?)
}

/// Withdraw your request for access.
#[utoipa::path(delete, path = "/api/access-management/requests/{requestId}", operation_id = "withdrawAccessRequest",
    tag = "access management", params(("requestId" = AccessRequestId, Path)),
    responses((status = 200, body = Envelope<AccessRequest>), Problems))]
async fn withdraw_access_request(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<AccessRequestId>,
) -> Reply<AccessRequest> {
    tagged(super::withdraw_access_request(&app, &caller, id).await?)
}

/// Approve a request for access as you saw it. The last approval that is needed makes the grant.
#[utoipa::path(post, path = "/api/access-management/requests/{requestId}/approve",
    operation_id = "approveAccessRequest", tag = "access management", params(("requestId" = AccessRequestId, Path)),
    request_body = ApproveAccessRequest, responses((status = 200, body = Envelope<AccessRequest>), Problems))]
async fn approve_access_request(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<AccessRequestId>,
    Body(wish): Body<ApproveAccessRequest>,
) -> Reply<AccessRequest> {
    tagged(super::approve_access_request(&app, &caller, id, wish).await?)
}

/// Refuse a request for access.
#[utoipa::path(post, path = "/api/access-management/requests/{requestId}/refuse",
    operation_id = "refuseAccessRequest", tag = "access management", params(("requestId" = AccessRequestId, Path)),
    request_body = RefuseAccessRequest, responses((status = 200, body = Envelope<AccessRequest>), Problems))]
async fn refuse_access_request(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<AccessRequestId>,
    Body(wish): Body<RefuseAccessRequest>,
) -> Reply<AccessRequest> {
    tagged(super::refuse_access_request(&app, &caller, id, wish).await?)
}
