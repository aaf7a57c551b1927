//! `/api/auth/factors`, `/api/auth/enrolment` and `/api/auth/backup-codes`.

use super::super::http::{carried, deliver};
use super::super::model::SignedIn;
use super::{
    BackupCodes, ConfirmEnrolment, ConfirmFactor, CreateFactor, Enrolled, NewFactor, OwnFactors,
    StartEnrolment, VerifyFactor, passkeys,
};
use crate::access::Caller;
use crate::app::App;
use crate::error::ApiError;
use crate::http::envelope::Problems;
use crate::http::request::Origin;
use crate::http::{Body, Done, Envelope, PathId, Reply, created, done, ok};
use crate::ids::FactorId;
use axum::Extension;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of second factors.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(verify_factor))
        .routes(routes!(start_enrolment))
        .routes(routes!(confirm_enrolment))
        .routes(routes!(get_factors))
        .routes(routes!(create_factor))
        .routes(routes!(confirm_factor))
        .routes(routes!(delete_factor))
        .routes(routes!(create_backup_codes))
        .merge(passkeys::http::routes())
}

/// Sign in: the second step, by a code of an authenticator app or a backup code.
#[utoipa::path(post, path = "/api/auth/factors/verify", operation_id = "verifyFactor", tag = "auth",
    request_body = VerifyFactor, responses((status = 200, body = Envelope<SignedIn>), Problems), security(()))]
async fn verify_factor(
    State(app): State<Arc<App>>,
    Extension(origin): Extension<Origin>,
    headers: HeaderMap,
    Body(wish): Body<VerifyFactor>,
) -> Result<Response, ApiError> {
    let delivery = wish.delivery;
    let mut signed_in = super::verify_factor(&app, &origin, wish, carried(&headers)).await?;
    let cookies = deliver(&mut signed_in.tokens, delivery)?;
    Ok((cookies, ok(signed_in)).into_response())
}

/// Sign in for the first time where a second factor is asked for: begin to add an authenticator app.
#[utoipa::path(post, path = "/api/auth/enrolment", operation_id = "startEnrolment", tag = "auth",
    request_body = StartEnrolment, responses((status = 200, body = Envelope<NewFactor>), Problems), security(()))]
async fn start_enrolment(
    State(app): State<Arc<App>>,
    Extension(origin): Extension<Origin>,
    Body(wish): Body<StartEnrolment>,
) -> Reply<NewFactor> {
    ok(super::start_enrolment(&app, &origin, wish).await?)
}

/// Sign in for the first time where a second factor is asked for: the first code of the new app.
#[utoipa::path(post, path = "/api/auth/enrolment/confirm", operation_id = "confirmEnrolment", tag = "auth",
    request_body = ConfirmEnrolment, responses((status = 200, body = Envelope<Enrolled>), Problems), security(()))]
async fn confirm_enrolment(
    State(app): State<Arc<App>>,
    Extension(origin): Extension<Origin>,
    headers: HeaderMap,
    Body(wish): Body<ConfirmEnrolment>,
) -> Result<Response, ApiError> {
    let delivery = wish.delivery;
    let mut enrolled = super::confirm_enrolment(&app, &origin, wish, carried(&headers)).await?;
    let cookies = deliver(&mut enrolled.signed_in.tokens, delivery)?;
    Ok((cookies, ok(enrolled)).into_response())
}

/// Get what you can prove yourself by besides your password.
#[utoipa::path(get, path = "/api/auth/factors", operation_id = "getFactors", tag = "auth",
    responses((status = 200, body = Envelope<OwnFactors>), Problems))]
async fn get_factors(State(app): State<Arc<App>>, caller: Caller) -> Reply<OwnFactors> {
    ok(super::get_factors(&app, &caller).await?)
}

/// Begin to add an authenticator app. Its secret is shown this once.
#[utoipa::path(post, path = "/api/auth/factors/totp", operation_id = "createFactor", tag = "auth",
    request_body = CreateFactor, responses((status = 201, body = Envelope<NewFactor>), Problems))]
async fn create_factor(
    State(app): State<Arc<App>>,
    caller: Caller,
    Body(new): Body<CreateFactor>,
) -> Reply<NewFactor> {
    created(super::create_factor(&app, &caller, new).await?)
}

/// Confirm a new authenticator app by its first code. Other places where you are signed in end.
#[utoipa::path(post, path = "/api/auth/factors/{id}/confirm", operation_id = "confirmFactor", tag = "auth",
    params(("id" = FactorId, Path)), request_body = ConfirmFactor,
    responses((status = 200, body = Envelope<BackupCodes>), Problems))]
async fn confirm_factor(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<FactorId>,
    Body(wish): Body<ConfirmFactor>,
) -> Reply<BackupCodes> {
    ok(super::confirm_factor(&app, &caller, id, wish).await?)
}

/// Remove one of your second factors. Other places where you are signed in end.
#[utoipa::path(delete, path = "/api/auth/factors/{id}", operation_id = "deleteFactor", tag = "auth",
    params(("id" = FactorId, Path)), responses((status = 200, body = Envelope<Done>), Problems))]
async fn delete_factor(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<FactorId>,
) -> Reply<Done> {
    super::delete_factor(&app, &caller, id).await?;
    done()
}

/// Make new backup codes. Those from before are good for nothing any more.
#[utoipa::path(post, path = "/api/auth/backup-codes", operation_id = "createBackupCodes", tag = "auth",
    responses((status = 200, body = Envelope<BackupCodes>), Problems))]
async fn create_backup_codes(State(app): State<Arc<App>>, caller: Caller) -> Reply<BackupCodes> {
    ok(super::create_backup_codes(&app, &caller).await?)
}
