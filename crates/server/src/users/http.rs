//! `/api/users` and the people of an organization.

use super::{CreateUser, MemberFilter, ResetFactors, UpdateUser, User, UserFilter, UserInvitation};
use crate::access::Caller;
use crate::app::App;
use crate::http::envelope::Problems;
use crate::http::{Body, Done, Envelope, Filter, IfMatch, Page, PathId, Reply, created, done, ok, tagged};
use crate::ids::{OrganizationId, UserId};
use axum::extract::State;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_users, create_user))
        .routes(routes!(get_user, update_user, delete_user))
        .routes(routes!(restore_user))
        .routes(routes!(create_invitation))
        .routes(routes!(reset_factors))
        .routes(routes!(list_organization_users))
}

/// List people: all for the provider's office, their own for a customer's admins.
#[utoipa::path(get, path = "/api/users", operation_id = "listUsers", tag = "users",
    params(UserFilter), responses((status = 200, body = Envelope<Page<User>>), Problems))]
async fn list_users(
    State(app): State<Arc<App>>,
    caller: Caller,
    Filter(filter): Filter<UserFilter>,
) -> Reply<Page<User>> {
    ok(super::list_users(&app, &caller, &filter).await?)
}

/// Invite a person.
#[utoipa::path(post, path = "/api/users", operation_id = "createUser", tag = "users",
    request_body = CreateUser, responses((status = 201, body = Envelope<UserInvitation>), Problems))]
async fn create_user(
    State(app): State<Arc<App>>,
    caller: Caller,
    Body(new): Body<CreateUser>,
) -> Reply<UserInvitation> {
    created(super::create_user(&app, &caller, new).await?)
}

/// Get one person.
#[utoipa::path(get, path = "/api/users/{userId}", operation_id = "getUser", tag = "users",
    params(("userId" = UserId, Path)), responses((status = 200, body = Envelope<User>), Problems))]
async fn get_user(State(app): State<Arc<App>>, caller: Caller, PathId(id): PathId<UserId>) -> Reply<User> {
    tagged(super::get_user(&app, &caller, id).await?)
}

/// Change a person's name, role or status.
#[utoipa::path(put, path = "/api/users/{userId}", operation_id = "updateUser", tag = "users",
    params(("userId" = UserId, Path), IfMatch), request_body = UpdateUser,
    responses((status = 200, body = Envelope<User>), Problems))]
async fn update_user(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<UserId>,
    version: IfMatch,
    Body(change): Body<UpdateUser>,
) -> Reply<User> {
    tagged(super::update_user(&app, &caller, id, change, version.version()).await?)
}

/// Remove a person softly: sign-ins end, the address is free again, the log stays.
#[utoipa::path(delete, path = "/api/users/{userId}", operation_id = "deleteUser", tag = "users",
    params(("userId" = UserId, Path), IfMatch), responses((status = 200, body = Envelope<Done>), Problems))]
async fn delete_user(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<UserId>,
    version: IfMatch,
) -> Reply<Done> {
    super::delete_user(&app, &caller, id, version.version()).await?;
    done()
}

/// Restore a removed person under the name, address and role of before. They come back as invited: send them a new
/// link. What does not come back: the password, second factors and passkeys, sign-ins, API tokens, links to an identity
/// provider, the place in a directory and its groups, and a technician's access, which is granted anew. `409` where
/// another account has the address by now, the organization is deleted itself, or the person was not removed.
#[utoipa::path(post, path = "/api/users/{userId}/restore", operation_id = "restoreUser", tag = "users",
    params(("userId" = UserId, Path), IfMatch), responses((status = 200, body = Envelope<User>), Problems))]
async fn restore_user(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<UserId>,
    version: IfMatch,
) -> Reply<User> {
    tagged(super::restore_user(&app, &caller, id, version.version()).await?)
}

/// Make a new link for a person who has not accepted yet.
#[utoipa::path(post, path = "/api/users/{userId}/invitation", operation_id = "createInvitation", tag = "users",
    params(("userId" = UserId, Path)), responses((status = 200, body = Envelope<UserInvitation>), Problems))]
async fn create_invitation(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<UserId>,
) -> Reply<UserInvitation> {
    ok(super::create_invitation(&app, &caller, id).await?)
}

/// Take the second factors of a person away who has lost them: sign-ins end, new factors are added at the next one.
#[utoipa::path(delete, path = "/api/users/{userId}/factors", operation_id = "resetFactors", tag = "users",
    params(("userId" = UserId, Path), ResetFactors),
    responses((status = 200, body = Envelope<Done>), Problems))]
async fn reset_factors(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<UserId>,
    Filter(wish): Filter<ResetFactors>,
) -> Reply<Done> {
    super::reset_factors(&app, &caller, id, wish).await?;
    done()
}

/// List the people of an organization, for its members and the provider's office.
#[utoipa::path(get, path = "/api/organizations/{id}/users", operation_id = "listOrganizationUsers", tag = "users",
    params(("id" = OrganizationId, Path), MemberFilter),
    responses((status = 200, body = Envelope<Page<User>>), Problems))]
async fn list_organization_users(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<OrganizationId>,
    Filter(filter): Filter<MemberFilter>,
) -> Reply<Page<User>> {
    ok(super::list_organization_users(&app, &caller, id, filter).await?)
}
