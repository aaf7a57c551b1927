//! `/api/auth/password`.

use super::ChangePassword;
use crate::access::Caller;
use crate::app::App;
use crate::auth::cookies::{self, Presented};
use crate::auth::devices::Proofs;
use crate::auth::http::into_cookies;
use crate::auth::model::Renewed;
use crate::error::ApiError;
use crate::http::envelope::Problems;
use crate::http::{Body, Envelope, ok};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The route of a change of password.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(change_password))
}

/// Change your password. You are signed out everywhere else, and go on here with new tokens.
#[utoipa::path(post, path = "/api/auth/password", operation_id = "changePassword", tag = "auth",
    request_body = ChangePassword, responses((status = 200, body = Envelope<Renewed>), Problems))]
async fn change_password(
    State(app): State<Arc<App>>,
    caller: Caller,
    headers: HeaderMap,
    Body(wish): Body<ChangePassword>,
) -> Result<Response, ApiError> {
    let mut tokens = super::change_password(&app, &caller, wish, &Proofs::of(&headers)).await?;
    if !cookies::presented(&headers).is_some_and(|token| Presented::is_cookie(&token)) {
        return Ok(ok(tokens).into_response());
    }
    let cookies = into_cookies(&mut tokens, caller.expires_at - app.clock.now())?;
    Ok((cookies, ok(tokens)).into_response())
}
