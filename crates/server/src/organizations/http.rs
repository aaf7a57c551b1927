//! `/api/organizations`.

use super::{
    CreateOrganization, DestroyKey, Organization, OrganizationFilter, OrganizationStats, UpdateOrganization,
};
use crate::access::Caller;
use crate::app::App;
use crate::http::envelope::Problems;
use crate::http::{Body, Done, Envelope, Filter, IfMatch, Page, PathId, Reply, created, done, ok, tagged};
use crate::ids::OrganizationId;
use axum::extract::State;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_organizations, create_organization))
        .routes(routes!(get_organization, update_organization, delete_organization))
        .routes(routes!(restore_organization))
        .routes(routes!(get_organization_stats))
        .routes(routes!(destroy_organization_key))
}

/// List organizations: all for the provider's office, the granted ones for a technician, the own one for a customer.
#[utoipa::path(get, path = "/api/organizations", operation_id = "listOrganizations", tag = "organizations",
    params(OrganizationFilter), responses((status = 200, body = Envelope<Page<Organization>>), Problems))]
async fn list_organizations(
    State(app): State<Arc<App>>,
    caller: Caller,
    Filter(filter): Filter<OrganizationFilter>,
) -> Reply<Page<Organization>> {
    ok(super::list_organizations(&app, &caller, &filter).await?)
}

/// Create a customer organization.
#[utoipa::path(post, path = "/api/organizations", operation_id = "createOrganization", tag = "organizations",
    request_body = CreateOrganization, responses((status = 201, body = Envelope<Organization>), Problems))]
async fn create_organization(
    State(app): State<Arc<App>>,
    caller: Caller,
    Body(new): Body<CreateOrganization>,
) -> Reply<Organization> {
    created(super::create_organization(&app, &caller, new).await?)
}

/// Get one organization.
#[utoipa::path(get, path = "/api/organizations/{id}", operation_id = "getOrganization", tag = "organizations",
    params(("id" = OrganizationId, Path)), responses((status = 200, body = Envelope<Organization>), Problems))]
async fn get_organization(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<OrganizationId>,
) -> Reply<Organization> {
    tagged(super::get_organization(&app, &caller, id).await?)
}

/// Change an organization, or suspend and resume it.
#[utoipa::path(put, path = "/api/organizations/{id}", operation_id = "updateOrganization", tag = "organizations",
    params(("id" = OrganizationId, Path), IfMatch), request_body = UpdateOrganization,
    responses((status = 200, body = Envelope<Organization>), Problems))]
async fn update_organization(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<OrganizationId>,
    version: IfMatch,
    Body(change): Body<UpdateOrganization>,
) -> Reply<Organization> {
    tagged(super::update_organization(&app, &caller, id, change, version.version()).await?)
}

/// Delete an organization softly: everything in it ends, its rows and its log stay.
#[utoipa::path(delete, path = "/api/organizations/{id}", operation_id = "deleteOrganization", tag = "organizations",
    params(("id" = OrganizationId, Path), IfMatch),
    responses((status = 200, body = Envelope<Done>), Problems))]
async fn delete_organization(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<OrganizationId>,
    version: IfMatch,
) -> Reply<Done> {
    super::delete_organization(&app, &caller, id, version.version()).await?;
    done()
}

/// Restore a deleted organization. It comes back suspended: look at it, then resume it. Its machines, people, connections
/// and what technicians were granted there are as they were, less what has expired since. What does not come back: its
/// people's sign-ins and API tokens, open invitations, tokens of its directory, sessions, and a key that was destroyed.
/// `409` where another organization has its name by now, or where it is not deleted.
#[utoipa::path(post, path = "/api/organizations/{id}/restore", operation_id = "restoreOrganization",
    tag = "organizations", params(("id" = OrganizationId, Path), IfMatch),
    responses((status = 200, body = Envelope<Organization>), Problems))]
async fn restore_organization(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<OrganizationId>,
    version: IfMatch,
) -> Reply<Organization> {
    tagged(super::restore_organization(&app, &caller, id, version.version()).await?)
}

/// Numbers of an organization.
#[utoipa::path(get, path = "/api/organizations/{id}/stats", operation_id = "getOrganizationStats", tag = "organizations",
    params(("id" = OrganizationId, Path)), responses((status = 200, body = Envelope<OrganizationStats>), Problems))]
async fn get_organization_stats(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<OrganizationId>,
) -> Reply<OrganizationStats> {
    ok(super::get_organization_stats(&app, &caller, id).await?)
}

/// Destroy the organization's key, and with it every secret, for good.
#[utoipa::path(post, path = "/api/organizations/{id}/destroy-key", operation_id = "destroyOrganizationKey",
    tag = "organizations", params(("id" = OrganizationId, Path)), request_body = DestroyKey,
    responses((status = 200, body = Envelope<Done>), Problems))]
async fn destroy_organization_key(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<OrganizationId>,
    Body(wish): Body<DestroyKey>,
) -> Reply<Done> {
    super::destroy_organization_key(&app, &caller, id, wish).await?;
    done()
}
