//! `/api/scim/v2`. Its routes stand in `access/public.rs` as those of directories; its own descriptions are answered here.

use super::answer::{Asked, Spoken};
use super::error::ScimError;
use super::patch::Patch;
use super::users::Wish;
use super::{describe, groups, users};
use crate::access::Directory;
use crate::app::App;
use crate::http::PathId;
use crate::ids::{DirectoryGroupId, UserId};
use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use std::sync::Arc;

/// The largest body: a group of the most members.
const MAX_BODY_BYTES: usize = 2 * 1024 * 1024;

type Answer = Result<Response, ScimError>;

/// Adds the routes of SCIM.
pub fn serve(router: Router<Arc<App>>) -> Router<Arc<App>> {
    let scim = Router::new()
        .route("/api/scim/v2/ServiceProviderConfig", get(describe_service))
        .route("/api/scim/v2/ResourceTypes", get(list_resource_types))
        .route("/api/scim/v2/ResourceTypes/{id}", get(get_resource_type))
        .route("/api/scim/v2/Schemas", get(list_schemas))
        .route("/api/scim/v2/Schemas/{id}", get(get_schema))
        .route("/api/scim/v2/Me", any(not_offered))
        .route("/api/scim/v2/Bulk", any(not_offered))
        .route("/api/scim/v2/.search", any(not_offered))
        .route("/api/scim/v2/Users", get(list_users).post(create_user))
        .route(
            "/api/scim/v2/Users/{id}",
            get(get_user).put(replace_user).patch(patch_user).delete(delete_user),
        )
        .route("/api/scim/v2/Groups", get(list_groups).post(create_group))
        .route(
            "/api/scim/v2/Groups/{id}",
            get(get_group).put(replace_group).patch(patch_group).delete(delete_group),
        )
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES));
    router.merge(scim)
}

async fn describe_service(State(app): State<Arc<App>>, directory: Directory) -> Answer {
    describe::service(&app, &directory)
}

async fn list_resource_types(State(app): State<Arc<App>>, directory: Directory, asked: Asked) -> Answer {
    describe::resource_types(&app, &directory, &asked)
}

async fn get_resource_type(
    State(app): State<Arc<App>>,
    directory: Directory,
    Path(id): Path<String>,
) -> Answer {
    describe::resource_type(&app, &directory, &id)
}

async fn list_schemas(State(app): State<Arc<App>>, directory: Directory, asked: Asked) -> Answer {
    describe::schemas(&app, &directory, &asked)
}

async fn get_schema(State(app): State<Arc<App>>, directory: Directory, Path(id): Path<String>) -> Answer {
    describe::schema(&app, &directory, &id)
}

/// What the standard leaves open, and says how to refuse (RFC 7644 section 3.12).
async fn not_offered(_: Directory) -> Answer {
    Err(ScimError::not_offered())
}

async fn list_users(State(app): State<Arc<App>>, directory: Directory, asked: Asked) -> Answer {
    let listed = users::list(&app, &directory, &asked).await?;
    Ok(asked.list(listed))
}

async fn create_user(
    State(app): State<Arc<App>>,
    directory: Directory,
    asked: Asked,
    Spoken(resource): Spoken,
) -> Answer {
    let made = users::create(&app, &directory, &resource).await?;
    let shown = made.shown(&super::url(&app.config));
    Ok(asked.one(StatusCode::CREATED, made.version, Some(users::location(&app, made.id)), shown))
}

async fn get_user(
    State(app): State<Arc<App>>,
    directory: Directory,
    PathId(id): PathId<UserId>,
    asked: Asked,
) -> Answer {
    let found = users::get(&app, &directory, id).await?;
    Ok(asked.one(StatusCode::OK, found.version, None, found.shown(&super::url(&app.config))))
}

async fn replace_user(
    State(app): State<Arc<App>>,
    directory: Directory,
    PathId(id): PathId<UserId>,
    asked: Asked,
    Spoken(resource): Spoken,
) -> Answer {
    update_user(&app, &directory, id, &asked, Wish::Whole(resource)).await
}

async fn patch_user(
    State(app): State<Arc<App>>,
    directory: Directory,
    PathId(id): PathId<UserId>,
    asked: Asked,
    Spoken(body): Spoken,
) -> Answer {
    update_user(&app, &directory, id, &asked, Wish::Part(Patch::read(&body)?)).await
}

async fn update_user(app: &App, directory: &Directory, id: UserId, asked: &Asked, wish: Wish) -> Answer {
    let after = users::update(app, directory, id, wish, asked.version()).await?;
    Ok(asked.one(StatusCode::OK, after.version, None, after.shown(&super::url(&app.config))))
}

async fn delete_user(
    State(app): State<Arc<App>>,
    directory: Directory,
    PathId(id): PathId<UserId>,
    asked: Asked,
) -> Answer {
    users::delete(&app, &directory, id, asked.version()).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn list_groups(State(app): State<Arc<App>>, directory: Directory, asked: Asked) -> Answer {
    let listed = groups::list(&app, &directory, &asked).await?;
    Ok(asked.list(listed))
}

async fn create_group(
    State(app): State<Arc<App>>,
    directory: Directory,
    asked: Asked,
    Spoken(resource): Spoken,
) -> Answer {
    let made = groups::create(&app, &directory, &resource).await?;
    let shown = made.shown(&super::url(&app.config));
    Ok(asked.one(StatusCode::CREATED, made.version, Some(groups::location(&app, made.id)), shown))
}

async fn get_group(
    State(app): State<Arc<App>>,
    directory: Directory,
    PathId(id): PathId<DirectoryGroupId>,
    asked: Asked,
) -> Answer {
    let found = groups::get(&app, &directory, id).await?;
    Ok(asked.one(StatusCode::OK, found.version, None, found.shown(&super::url(&app.config))))
}

async fn replace_group(
    State(app): State<Arc<App>>,
    directory: Directory,
    PathId(id): PathId<DirectoryGroupId>,
    asked: Asked,
    Spoken(resource): Spoken,
) -> Answer {
    update_group(&app, &directory, id, &asked, Wish::Whole(resource)).await
}

async fn patch_group(
    State(app): State<Arc<App>>,
    directory: Directory,
    PathId(id): PathId<DirectoryGroupId>,
    asked: Asked,
    Spoken(body): Spoken,
) -> Answer {
    update_group(&app, &directory, id, &asked, Wish::Part(Patch::read(&body)?)).await
}

async fn update_group(
    app: &App,
    directory: &Directory,
    id: DirectoryGroupId,
    asked: &Asked,
    wish: Wish,
) -> Answer {
    let after = groups::update(app, directory, id, wish, asked.version()).await?;
    Ok(asked.one(StatusCode::OK, after.version, None, after.shown(&super::url(&app.config))))
}

async fn delete_group(
    State(app): State<Arc<App>>,
    directory: Directory,
    PathId(id): PathId<DirectoryGroupId>,
    asked: Asked,
) -> Answer {
    groups::delete(&app, &directory, id, asked.version()).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
