//! `/api/technician-access`.

use super::{
    AccessChanges, CreateGrant, Grant, GrantFilter, GrantMatrix, GrantMatrixQuery, HandOffGrants,
    RevokeGrant, UpdateGrant, management,
};
use crate::access::Caller;
use crate::app::App;
use crate::http::envelope::Problems;
use crate::http::{
    Body, Envelope, Filter, IfMatch, Page, PageQuery, PathId, Reply, Window, created, ok, tagged,
};
use crate::ids::{GrantId, UserId};
use axum::extract::State;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_grants))
        .routes(routes!(get_grant_matrix))
        .routes(routes!(create_grant))
        .routes(routes!(get_grant, update_grant, revoke_grant))
        .routes(routes!(list_technician_grants))
        .routes(routes!(record_grant_use))
        .routes(routes!(hand_off_grants))
        .merge(management::routes())
}

/// List grants: all for the provider's office, their own for a technician, those into their network for a
/// customer's admins.
#[utoipa::path(get, path = "/api/technician-access", operation_id = "listGrants", tag = "grants",
    params(GrantFilter), responses((status = 200, body = Envelope<Page<Grant>>), Problems))]
async fn list_grants(
    State(app): State<Arc<App>>,
    caller: Caller,
    Filter(filter): Filter<GrantFilter>,
) -> Reply<Page<Grant>> {
    ok(super::list_grants(&app, &caller, &filter).await?)
}

/// Get a window of the matrix of technicians and customers; a technician gets their own row.
#[utoipa::path(get, path = "/api/technician-access/matrix", operation_id = "getGrantMatrix", tag = "grants",
    params(GrantMatrixQuery), responses((status = 200, body = Envelope<GrantMatrix>), Problems))]
async fn get_grant_matrix(
    State(app): State<Arc<App>>,
    caller: Caller,
    Filter(query): Filter<GrantMatrixQuery>,
) -> Reply<GrantMatrix> {
    ok(super::get_grant_matrix(&app, &caller, query).await?)
}

/// Grant a technician access to a customer.
#[utoipa::path(post, path = "/api/technician-access/grant", operation_id = "createGrant", tag = "grants",
    request_body = CreateGrant, responses((status = 201, body = Envelope<Grant>), Problems))]
async fn create_grant(
    State(app): State<Arc<App>>,
    caller: Caller,
    Body(new): Body<CreateGrant>,
) -> Reply<Grant> {
    created(super::create_grant(&app, &caller, new).await?)
}

/// Get one grant.
#[utoipa::path(get, path = "/api/technician-access/{accessId}", operation_id = "getGrant", tag = "grants",
    params(("accessId" = GrantId, Path)), responses((status = 200, body = Envelope<Grant>), Problems))]
async fn get_grant(State(app): State<Arc<App>>, caller: Caller, PathId(id): PathId<GrantId>) -> Reply<Grant> {
    tagged(super::get_grant(&app, &caller, id).await?)
}

/// Change the terms of a grant.
#[utoipa::path(put, path = "/api/technician-access/{accessId}", operation_id = "updateGrant", tag = "grants",
    params(("accessId" = GrantId, Path), IfMatch), request_body = UpdateGrant,
    responses((status = 200, body = Envelope<Grant>), Problems))]
async fn update_grant(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<GrantId>,
    version: IfMatch,
    Body(change): Body<UpdateGrant>,
) -> Reply<Grant> {
    tagged(super::update_grant(&app, &caller, id, change, version.version()).await?)
}

/// Revoke a grant: live sessions that stand on it end at once.
#[utoipa::path(delete, path = "/api/technician-access/{accessId}", operation_id = "revokeGrant", tag = "grants",
    params(("accessId" = GrantId, Path), RevokeGrant, IfMatch),
    responses((status = 200, body = Envelope<Grant>), Problems))]
async fn revoke_grant(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<GrantId>,
    version: IfMatch,
    Filter(wish): Filter<RevokeGrant>,
) -> Reply<Grant> {
    tagged(super::revoke_grant(&app, &caller, id, wish, version.version()).await?)
}

/// List what one technician holds and held, for themselves and the provider's office.
#[utoipa::path(get, path = "/api/technician-access/technician/{technicianId}", operation_id = "listTechnicianGrants",
    tag = "grants", params(("technicianId" = UserId, Path), PageQuery),
    responses((status = 200, body = Envelope<Page<Grant>>), Problems))]
async fn list_technician_grants(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<UserId>,
    Filter(query): Filter<PageQuery>,
) -> Reply<Page<Grant>> {
    ok(super::list_technician_grants(&app, &caller, id, Window::new(query.page, query.limit)).await?)
}

/// Record that you used your access by a way that the platform does not see itself.
#[utoipa::path(post, path = "/api/technician-access/{accessId}/record-access", operation_id = "recordGrantUse",
    tag = "grants", params(("accessId" = GrantId, Path)),
    responses((status = 200, body = Envelope<Grant>), Problems))]
async fn record_grant_use(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<GrantId>,
) -> Reply<Grant> {
    tagged(super::record_grant_use(&app, &caller, id).await?)
}

/// Hand one technician's access over to another, all of it or at some customers.
#[utoipa::path(post, path = "/api/technician-access/handoff", operation_id = "handOffGrants", tag = "grants",
    request_body = HandOffGrants, responses((status = 200, body = Envelope<AccessChanges>), Problems))]
async fn hand_off_grants(
    State(app): State<Arc<App>>,
    caller: Caller,
    Body(wish): Body<HandOffGrants>,
) -> Reply<AccessChanges> {
    ok(super::hand_off_grants(&app, &caller, wish).await?)
}
