//! Routes of passkeys. A challenge is held by the browser that asked for it, in a cookie that no script reads.

use super::super::Enrolled;
use super::{
    AddedPasskey, CreatePasskey, EnrolPasskey, PasskeyChallenge, SignInByPasskey, StepUpByPasskey, challenge,
};
use crate::access::Caller;
use crate::app::App;
use crate::auth::cookies;
use crate::auth::http::{carried, deliver, stepped_up};
use crate::auth::model::SignedIn;
use crate::auth::step_up::SteppedUp;
use crate::error::ApiError;
use crate::http::envelope::Problems;
use crate::http::request::Origin;
use crate::http::{Body, Envelope, Reply, created, ok};
use axum::Extension;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of passkeys.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(get_passkey_challenge))
        .routes(routes!(sign_in_by_passkey))
        .routes(routes!(enrol_passkey))
        .routes(routes!(create_passkey))
        .routes(routes!(step_up_by_passkey))
}

/// Get a challenge for a passkey to sign, for whatever is done with one. This browser holds it for five minutes.
#[utoipa::path(get, path = "/api/auth/passkeys/challenge", operation_id = "getPasskeyChallenge", tag = "auth",
    responses((status = 200, body = Envelope<PasskeyChallenge>), Problems), security(()))]
async fn get_passkey_challenge(State(app): State<Arc<App>>) -> Result<Response, ApiError> {
    let (shown, held) = super::get_passkey_challenge(&app)?;
    Ok((cookies::passkey_given(&held, challenge::LIFE), ok(shown)).into_response())
}

/// Sign in by a passkey: alone, or as the second step after the password.
#[utoipa::path(post, path = "/api/auth/passkeys/sign-in", operation_id = "signInByPasskey", tag = "auth",
    request_body = SignInByPasskey, responses((status = 200, body = Envelope<SignedIn>), Problems), security(()))]
async fn sign_in_by_passkey(
    State(app): State<Arc<App>>,
    Extension(origin): Extension<Origin>,
    headers: HeaderMap,
    Body(wish): Body<SignInByPasskey>,
) -> Result<Response, ApiError> {
    let (delivery, held) = (wish.delivery, cookies::passkey(&headers));
    let mut signed_in =
        super::sign_in_by_passkey(&app, &origin, wish, carried(&headers), held.as_deref()).await?;
    let cookies = deliver(&mut signed_in.tokens, delivery)?;
    Ok((cookies, ok(signed_in)).into_response())
}

/// Sign in for the first time where a second factor is asked for: by adding a passkey.
#[utoipa::path(post, path = "/api/auth/enrolment/passkey", operation_id = "enrolPasskey", tag = "auth",
    request_body = EnrolPasskey, responses((status = 200, body = Envelope<Enrolled>), Problems), security(()))]
async fn enrol_passkey(
    State(app): State<Arc<App>>,
    Extension(origin): Extension<Origin>,
    headers: HeaderMap,
    Body(wish): Body<EnrolPasskey>,
) -> Result<Response, ApiError> {
    let (delivery, held) = (wish.delivery, cookies::passkey(&headers));
    let mut enrolled = super::enrol_passkey(&app, &origin, wish, carried(&headers), held.as_deref()).await?;
    let cookies = deliver(&mut enrolled.signed_in.tokens, delivery)?;
    Ok((cookies, ok(enrolled)).into_response())
}

/// Add a passkey. Other places where you are signed in end.
#[utoipa::path(post, path = "/api/auth/factors/passkeys", operation_id = "createPasskey", tag = "auth",
    request_body = CreatePasskey, responses((status = 201, body = Envelope<AddedPasskey>), Problems))]
async fn create_passkey(
    State(app): State<Arc<App>>,
    caller: Caller,
    headers: HeaderMap,
    Body(new): Body<CreatePasskey>,
) -> Reply<AddedPasskey> {
    created(super::create_passkey(&app, &caller, new, cookies::passkey(&headers).as_deref()).await?)
}

/// Confirm who you are by a passkey, for what asks for a fresh proof of it.
#[utoipa::path(post, path = "/api/auth/step-up/passkey", operation_id = "stepUpByPasskey", tag = "auth",
    request_body = StepUpByPasskey, responses((status = 200, body = Envelope<SteppedUp>), Problems))]
async fn step_up_by_passkey(
    State(app): State<Arc<App>>,
    caller: Caller,
    headers: HeaderMap,
    Body(wish): Body<StepUpByPasskey>,
) -> Result<Response, ApiError> {
    let held = cookies::passkey(&headers);
    stepped_up(&app, &headers, super::step_up_by_passkey(&app, &caller, wish, held.as_deref()).await?)
}
