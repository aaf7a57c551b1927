//! `/api/auth/setup`.

use super::SetUpPlatform;
use crate::app::App;
use crate::http::envelope::Problems;
use crate::http::request::Origin;
use crate::http::{Body, Done, Envelope, Reply, done};
use axum::Extension;
use axum::extract::State;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The route of the set-up.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(set_up_platform))
}

/// Set up an empty platform: the provider's name and its first super admin.
#[utoipa::path(post, path = "/api/auth/setup", operation_id = "setUpPlatform", tag = "auth",
    request_body = SetUpPlatform, responses((status = 200, body = Envelope<Done>), Problems), security(()))]
async fn set_up_platform(
    State(app): State<Arc<App>>,
    Extension(origin): Extension<Origin>,
    Body(wish): Body<SetUpPlatform>,
) -> Reply<Done> {
    super::set_up_platform(&app, &origin, wish).await?;
    done()
}
