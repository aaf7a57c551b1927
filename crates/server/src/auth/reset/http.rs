//! `/api/auth/reset`.

use super::{AcceptPasswordReset, InspectPasswordReset, PasswordResetDetails, RequestPasswordReset};
use crate::app::App;
use crate::http::envelope::Problems;
use crate::http::request::Origin;
use crate::http::{Body, Done, Envelope, Reply, done, ok};
use axum::Extension;
use axum::extract::State;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of password resets.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(request_password_reset))
        .routes(routes!(inspect_password_reset))
        .routes(routes!(accept_password_reset))
}

/// Ask for a link that sets another password. The answer is the same whether or not the address has an account; the
/// link comes by mail.
#[utoipa::path(post, path = "/api/auth/reset", operation_id = "requestPasswordReset", tag = "auth",
    request_body = RequestPasswordReset, responses((status = 200, body = Envelope<Done>), Problems), security(()))]
async fn request_password_reset(
    State(app): State<Arc<App>>,
    Extension(origin): Extension<Origin>,
    Body(wish): Body<RequestPasswordReset>,
) -> Reply<Done> {
    super::request_password_reset(&app, &origin, &wish).await?;
    done()
}

/// See whom a link is for. A POST, so that nothing that only follows links sees it.
#[utoipa::path(post, path = "/api/auth/reset/inspect", operation_id = "inspectPasswordReset", tag = "auth",
    request_body = InspectPasswordReset, responses((status = 200, body = Envelope<PasswordResetDetails>), Problems),
    security(()))]
async fn inspect_password_reset(
    State(app): State<Arc<App>>,
    Extension(origin): Extension<Origin>,
    Body(wish): Body<InspectPasswordReset>,
) -> Reply<PasswordResetDetails> {
    ok(super::inspect_password_reset(&app, &origin, &wish).await?)
}

/// Set another password by a link. It ends every sign-in of the person; second factors stay.
#[utoipa::path(post, path = "/api/auth/reset/accept", operation_id = "acceptPasswordReset", tag = "auth",
    request_body = AcceptPasswordReset, responses((status = 200, body = Envelope<Done>), Problems), security(()))]
async fn accept_password_reset(
    State(app): State<Arc<App>>,
    Extension(origin): Extension<Origin>,
    Body(wish): Body<AcceptPasswordReset>,
) -> Reply<Done> {
    super::accept_password_reset(&app, &origin, wish).await?;
    done()
}
