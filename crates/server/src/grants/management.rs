//! `/api/access-management`: the same grants by the specification's second path, and what is about many of them. Where
//! there is a twin at `/api/technician-access`, both ask the same use case.

use super::{
    AccessChanges, AccessDifferences, AccessHistoryEntry, AccessMatrix, AccessSummary, AssignAccess,
    BulkRevokeAccess, CreateGrant, CustomerTechnician, DifferencesQuery, Grant, HandOffGrants, HistoryFilter,
    MatrixQuery, RevokeGrant, UnusedGrant, UnusedQuery, UpdateGrant,
};
use crate::access::Caller;
use crate::app::App;
use crate::http::envelope::Problems;
use crate::http::{Body, Envelope, Filter, IfMatch, Page, PageQuery, PathId, Reply, Window, created, ok};
use crate::ids::{AccessBatchId, GrantId, OrganizationId, UserId};
use axum::extract::State;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(get_access_matrix))
        .routes(routes!(list_access_differences))
        .routes(routes!(grant_access))
        .routes(routes!(update_access, revoke_access))
        .routes(routes!(hand_off_access))
        .routes(routes!(assign_access))
        .routes(routes!(bulk_revoke_access))
        .routes(routes!(undo_access_change))
        .routes(routes!(list_technician_access))
        .routes(routes!(list_customer_technicians))
        .routes(routes!(get_access_summary))
        .routes(routes!(list_unused_access))
        .routes(routes!(list_access_history))
        .merge(super::requests::http::routes())
        .merge(super::proposals::http::routes())
        .merge(super::emergency::http::routes())
}

/// Get a window of the matrix, as it is or as it was.
#[utoipa::path(get, path = "/api/access-management/matrix", operation_id = "getAccessMatrix",
    tag = "access management", params(MatrixQuery),
    responses((status = 200, body = Envelope<AccessMatrix>), Problems))]
async fn get_access_matrix(
    State(app): State<Arc<App>>,
    caller: Caller,
    Filter(query): Filter<MatrixQuery>,
) -> Reply<AccessMatrix> {
    ok(super::get_access_matrix(&app, &caller, &query).await?)
}

/// List between whom access differs at two instants.
#[utoipa::path(get, path = "/api/access-management/matrix/changes", operation_id = "listAccessDifferences",
    tag = "access management", params(DifferencesQuery),
    responses((status = 200, body = Envelope<AccessDifferences>), Problems))]
async fn list_access_differences(
    State(app): State<Arc<App>>,
    caller: Caller,
    Filter(query): Filter<DifferencesQuery>,
) -> Reply<AccessDifferences> {
    ok(super::list_access_differences(&app, &caller, &query).await?)
}

/// Grant a technician access to a customer.
#[utoipa::path(post, path = "/api/access-management/grant", operation_id = "grantAccess", tag = "access management",
    request_body = CreateGrant, responses((status = 201, body = Envelope<Grant>), Problems))]
async fn grant_access(
    State(app): State<Arc<App>>,
    caller: Caller,
    Body(new): Body<CreateGrant>,
) -> Reply<Grant> {
    created(super::create_grant(&app, &caller, new).await?)
}

/// Change the terms of a grant.
#[utoipa::path(put, path = "/api/access-management/access/{accessId}", operation_id = "updateAccess",
    tag = "access management", params(("accessId" = GrantId, Path), IfMatch), request_body = UpdateGrant,
    responses((status = 200, body = Envelope<Grant>), Problems))]
async fn update_access(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<GrantId>,
    version: IfMatch,
    Body(change): Body<UpdateGrant>,
) -> Reply<Grant> {
    ok(super::update_grant(&app, &caller, id, change, version.version()).await?)
}

/// Revoke a grant: live sessions that stand on it end at once.
#[utoipa::path(delete, path = "/api/access-management/access/{accessId}", operation_id = "revokeAccess",
    tag = "access management", params(("accessId" = GrantId, Path), RevokeGrant, IfMatch),
    responses((status = 200, body = Envelope<Grant>), Problems))]
async fn revoke_access(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<GrantId>,
    version: IfMatch,
    Filter(wish): Filter<RevokeGrant>,
) -> Reply<Grant> {
    ok(super::revoke_grant(&app, &caller, id, wish, version.version()).await?)
}

/// Hand one technician's access over to another, all of it or at some customers.
#[utoipa::path(post, path = "/api/access-management/handoff", operation_id = "handOffAccess",
    tag = "access management", request_body = HandOffGrants,
    responses((status = 200, body = Envelope<AccessChanges>), Problems))]
async fn hand_off_access(
    State(app): State<Arc<App>>,
    caller: Caller,
    Body(wish): Body<HandOffGrants>,
) -> Reply<AccessChanges> {
    ok(super::hand_off_grants(&app, &caller, wish).await?)
}

/// Give many technicians and customers the same terms at once: all of them, or none.
#[utoipa::path(post, path = "/api/access-management/assign", operation_id = "assignAccess", tag = "access management",
    request_body = AssignAccess, responses((status = 200, body = Envelope<AccessChanges>), Problems))]
async fn assign_access(
    State(app): State<Arc<App>>,
    caller: Caller,
    Body(wish): Body<AssignAccess>,
) -> Reply<AccessChanges> {
    ok(super::assign_access(&app, &caller, wish).await?)
}

/// Revoke many grants at once, in an emergency: live sessions that stand on them end at once.
#[utoipa::path(post, path = "/api/access-management/bulk-revoke", operation_id = "bulkRevokeAccess",
    tag = "access management", request_body = BulkRevokeAccess,
    responses((status = 200, body = Envelope<AccessChanges>), Problems))]
async fn bulk_revoke_access(
    State(app): State<Arc<App>>,
    caller: Caller,
    Body(wish): Body<BulkRevokeAccess>,
) -> Reply<AccessChanges> {
    ok(super::bulk_revoke_access(&app, &caller, wish).await?)
}

/// Undo what was changed at once, within ten minutes and while nobody changed any of it since.
#[utoipa::path(post, path = "/api/access-management/batches/{batchId}/undo", operation_id = "undoAccessChange",
    tag = "access management", params(("batchId" = AccessBatchId, Path)),
    responses((status = 200, body = Envelope<AccessChanges>), Problems))]
async fn undo_access_change(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<AccessBatchId>,
) -> Reply<AccessChanges> {
    ok(super::undo_access_change(&app, &caller, id).await?)
}

/// List what one technician holds and held, for themselves and the provider's office.
#[utoipa::path(get, path = "/api/access-management/technician/{technicianId}", operation_id = "listTechnicianAccess",
    tag = "access management", params(("technicianId" = UserId, Path), PageQuery),
    responses((status = 200, body = Envelope<Page<Grant>>), Problems))]
async fn list_technician_access(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<UserId>,
    Filter(query): Filter<PageQuery>,
) -> Reply<Page<Grant>> {
    ok(super::list_technician_grants(&app, &caller, id, Window::new(query.page, query.limit)).await?)
}

/// List who may come to a customer, now or soon.
#[utoipa::path(get, path = "/api/access-management/customer/{customerId}/technicians",
    operation_id = "listCustomerTechnicians", tag = "access management",
    params(("customerId" = OrganizationId, Path), PageQuery),
    responses((status = 200, body = Envelope<Page<CustomerTechnician>>), Problems))]
async fn list_customer_technicians(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<OrganizationId>,
    Filter(query): Filter<PageQuery>,
) -> Reply<Page<CustomerTechnician>> {
    let window = Window::new(query.page, query.limit);
    ok(super::list_customer_technicians(&app, &caller, id, window).await?)
}

/// Get all access in numbers.
#[utoipa::path(get, path = "/api/access-management/summary", operation_id = "getAccessSummary",
    tag = "access management", responses((status = 200, body = Envelope<AccessSummary>), Problems))]
async fn get_access_summary(State(app): State<Arc<App>>, caller: Caller) -> Reply<AccessSummary> {
    ok(super::get_access_summary(&app, &caller).await?)
}

/// List grants that nobody used for 30, 60 or 90 days, the longest unused first.
#[utoipa::path(get, path = "/api/access-management/unused", operation_id = "listUnusedAccess",
    tag = "access management", params(UnusedQuery),
    responses((status = 200, body = Envelope<Page<UnusedGrant>>), Problems))]
async fn list_unused_access(
    State(app): State<Arc<App>>,
    caller: Caller,
    Filter(query): Filter<UnusedQuery>,
) -> Reply<Page<UnusedGrant>> {
    ok(super::list_unused_access(&app, &caller, &query).await?)
}

/// List every change of every grant, the newest first.
#[utoipa::path(get, path = "/api/access-management/history", operation_id = "listAccessHistory",
    tag = "access management", params(HistoryFilter),
    responses((status = 200, body = Envelope<Page<AccessHistoryEntry>>), Problems))]
async fn list_access_history(
    State(app): State<Arc<App>>,
    caller: Caller,
    Filter(filter): Filter<HistoryFilter>,
) -> Reply<Page<AccessHistoryEntry>> {
    ok(super::list_access_history(&app, &caller, &filter).await?)
}
