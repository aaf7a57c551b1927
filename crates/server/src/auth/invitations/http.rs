//! `/api/auth/invitations`.

use super::{AcceptInvitation, InspectInvitation, InvitationDetails};
use crate::app::App;
use crate::http::envelope::Problems;
use crate::http::request::Origin;
use crate::http::{Body, Done, Envelope, Reply, done, ok};
use axum::Extension;
use axum::extract::State;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of invitations.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(inspect_invitation)).routes(routes!(accept_invitation))
}

/// See whom an invitation is for. A POST, so that nothing that only follows links sees it.
#[utoipa::path(post, path = "/api/auth/invitations/inspect", operation_id = "inspectInvitation", tag = "auth",
    request_body = InspectInvitation, responses((status = 200, body = Envelope<InvitationDetails>), Problems),
    security(()))]
async fn inspect_invitation(
    State(app): State<Arc<App>>,
    Extension(origin): Extension<Origin>,
    Body(wish): Body<InspectInvitation>,
) -> Reply<InvitationDetails> {
    ok(super::inspect_invitation(&app, &origin, &wish).await?)
}

/// Accept an invitation by setting a password.
#[utoipa::path(post, path = "/api/auth/invitations/accept", operation_id = "acceptInvitation", tag = "auth",
    request_body = AcceptInvitation, responses((status = 200, body = Envelope<Done>), Problems), security(()))]
async fn accept_invitation(
    State(app): State<Arc<App>>,
    Extension(origin): Extension<Origin>,
    Body(wish): Body<AcceptInvitation>,
) -> Reply<Done> {
    super::accept_invitation(&app, &origin, wish).await?;
    done()
}
