//! `/api/auth` for those who have an account, and `/api/users/profile`.

use super::begin::Carried;
use super::devices::Proofs;
use super::model::{Delivery, Login, LoginAnswer, Profile, Refresh, Renewed, SIGN_IN_LIFE, SignIn};
use super::{
    StepUp, SteppedUp, address, binding, change, cookies, factors, invitations, keys, meter, reset, setup,
};
use crate::access::Caller;
use crate::app::App;
use crate::error::ApiError;
use crate::http::envelope::Problems;
use crate::http::request::Origin;
use crate::http::{Body, Done, Envelope, Page, PathId, Reply, done, ok};
use crate::ids::UserSessionId;
use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this feature.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(login))
        .routes(routes!(refresh))
        .routes(routes!(logout))
        .routes(routes!(logout_all))
        .routes(routes!(step_up))
        .routes(routes!(list_user_sessions))
        .routes(routes!(end_user_session))
        .routes(routes!(get_profile))
        .merge(address::http::routes())
        .merge(change::http::routes())
        .merge(factors::http::routes())
        .merge(invitations::http::routes())
        .merge(keys::http::routes())
        .merge(meter::routes())
        .merge(reset::http::routes())
        .merge(setup::http::routes())
}

/// Sign in with address and password. Who owes a second factor gets a challenge instead of tokens.
#[utoipa::path(post, path = "/api/auth/login", operation_id = "login", tag = "auth", request_body = Login,
    responses((status = 200, body = Envelope<LoginAnswer>), Problems), security(()))]
async fn login(
    State(app): State<Arc<App>>,
    Extension(origin): Extension<Origin>,
    headers: HeaderMap,
    Body(wish): Body<Login>,
) -> Result<Response, ApiError> {
    let delivery = wish.delivery;
    let mut answer = super::login(&app, &origin, wish, carried(&headers)).await?;
    let cookies = match &mut answer {
        LoginAnswer::SignedIn(signed_in) => deliver(&mut signed_in.tokens, delivery)?,
        LoginAnswer::Challenge(_) => None,
    };
    Ok((cookies, ok(answer)).into_response())
}

/// What a browser brings along from before.
pub(super) fn carried(headers: &HeaderMap) -> Carried {
    Carried {
        access: cookies::presented(headers)
            .filter(cookies::Presented::is_cookie)
            .map(|token| token.access().to_owned()),
        refresh: cookies::refresh_token(headers),
        devices: Proofs::of(headers),
    }
}

/// Moves the tokens of a new sign-in into cookies, unless the client keeps them itself.
pub(super) fn deliver(
    tokens: &mut Renewed,
    delivery: Delivery,
) -> Result<Option<cookies::SetCookies>, ApiError> {
    match delivery {
        Delivery::Body => Ok(None),
        Delivery::Cookie => into_cookies(tokens, SIGN_IN_LIFE).map(Some),
    }
}

/// Renew the tokens of a sign-in. Each refresh token is good for one use.
#[utoipa::path(post, path = "/api/auth/refresh", operation_id = "refresh", tag = "auth", request_body = Refresh,
    responses((status = 200, body = Envelope<Renewed>), Problems), security(()))]
async fn refresh(
    State(app): State<Arc<App>>,
    Extension(origin): Extension<Origin>,
    headers: HeaderMap,
    Body(wish): Body<Refresh>,
) -> Response {
    let (token, browser) = match wish.refresh_token {
        Some(token) => (token, None),
        None => (cookies::refresh_token(&headers).unwrap_or_default(), Some(&headers)),
    };
    let renewed = async {
        if token.is_empty() {
            return Err(ApiError::unauthenticated());
        }
        let mut renewed = super::refresh(&app, &origin, &token, browser).await?;
        if browser.is_none() {
            return Ok(ok(renewed.tokens).into_response());
        }
        let life = renewed.sign_in_ends - app.clock.now();
        let cookies = into_cookies(&mut renewed.tokens, life)?;
        Ok((cookies, ok(renewed.tokens)).into_response())
    };
    match renewed.await {
        Ok(response) => response,
        // A browser that lost its sign-in forgets it. One that was only too late keeps what the other got, and one that is
        // elsewhere keeps what ends with its next sign-in.
        Err(error)
            if error.status == StatusCode::UNAUTHORIZED
                && !["refresh_superseded", binding::MOVED].contains(&error.code) =>
        {
            (cookies::taken(), error).into_response()
        }
        Err(error) => error.into_response(),
    }
}

/// Moves the tokens from the answer into cookies.
pub(super) fn into_cookies(
    tokens: &mut Renewed,
    life: chrono::TimeDelta,
) -> Result<cookies::SetCookies, ApiError> {
    let missing = || anyhow::anyhow!("tokens were handed out already");
    let access = tokens.access_token.take().ok_or_else(missing)?;
    let refresh = tokens.refresh_token.take().ok_or_else(missing)?;
    Ok(cookies::given(&access, &refresh, &tokens.csrf_token, tokens.device.as_deref(), life))
}

/// Sign out here.
#[utoipa::path(post, path = "/api/auth/logout", operation_id = "logout", tag = "auth",
    responses((status = 200, body = Envelope<Done>), Problems))]
async fn logout(State(app): State<Arc<App>>, caller: Caller) -> Result<impl IntoResponse, ApiError> {
    super::logout(&app, &caller).await?;
    Ok((cookies::taken(), done()))
}

/// Sign out everywhere.
#[utoipa::path(post, path = "/api/auth/logout-all", operation_id = "logoutAll", tag = "auth",
    responses((status = 200, body = Envelope<Done>), Problems))]
async fn logout_all(State(app): State<Arc<App>>, caller: Caller) -> Result<impl IntoResponse, ApiError> {
    super::logout_all(&app, &caller).await?;
    Ok((cookies::taken(), done()))
}

/// Confirm who you are, for what asks for a fresh proof of it. All tokens of the sign-in are new afterwards.
#[utoipa::path(post, path = "/api/auth/step-up", operation_id = "stepUp", tag = "auth", request_body = StepUp,
    responses((status = 200, body = Envelope<SteppedUp>), Problems))]
async fn step_up(
    State(app): State<Arc<App>>,
    caller: Caller,
    headers: HeaderMap,
    Body(wish): Body<StepUp>,
) -> Result<Response, ApiError> {
    stepped_up(&app, &headers, super::step_up(&app, &caller, wish).await?)
}

/// A browser gets the new tokens as it has the old ones: in cookies.
pub(super) fn stepped_up(
    app: &App,
    headers: &HeaderMap,
    mut stepped_up: SteppedUp,
) -> Result<Response, ApiError> {
    if !cookies::presented(headers).is_some_and(|token| token.is_cookie()) {
        return Ok(ok(stepped_up).into_response());
    }
    let life = stepped_up.sign_in_ends - app.clock.now();
    let cookies = into_cookies(&mut stepped_up.tokens, life)?;
    Ok((cookies, ok(stepped_up)).into_response())
}

/// List the places where you are signed in.
#[utoipa::path(get, path = "/api/auth/sessions", operation_id = "listUserSessions", tag = "auth",
    responses((status = 200, body = Envelope<Page<SignIn>>), Problems))]
async fn list_user_sessions(State(app): State<Arc<App>>, caller: Caller) -> Reply<Page<SignIn>> {
    ok(super::list_user_sessions(&app, &caller).await?)
}

/// End one of your sign-ins.
#[utoipa::path(delete, path = "/api/auth/sessions/{id}", operation_id = "endUserSession", tag = "auth",
    params(("id" = UserSessionId, Path)), responses((status = 200, body = Envelope<Done>), Problems))]
async fn end_user_session(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<UserSessionId>,
) -> Reply<Done> {
    super::end_user_session(&app, &caller, id).await?;
    done()
}

/// Get who you are and what you may do.
#[utoipa::path(get, path = "/api/users/profile", operation_id = "getProfile", tag = "users",
    responses((status = 200, body = Envelope<Profile>), Problems))]
async fn get_profile(State(app): State<Arc<App>>, caller: Caller) -> Reply<Profile> {
    ok(super::get_profile(&app, &caller).await?)
}
