//! `/api/auth/address`.

use super::{AddressChange, ConfirmAddressChange, ConfirmedAddress, RequestAddressChange};
use crate::access::Caller;
use crate::app::App;
use crate::http::envelope::Problems;
use crate::http::request::Origin;
use crate::http::{Body, Done, Envelope, Reply, done, ok};
use axum::Extension;
use axum::extract::State;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of a change of address.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(get_address_change))
        .routes(routes!(request_address_change))
        .routes(routes!(cancel_address_change))
        .routes(routes!(confirm_address_change))
}

/// See whether another address waits for its link.
#[utoipa::path(get, path = "/api/auth/address", operation_id = "getAddressChange", tag = "auth",
    responses((status = 200, body = Envelope<AddressChange>), Problems))]
async fn get_address_change(State(app): State<Arc<App>>, caller: Caller) -> Reply<AddressChange> {
    ok(super::get_address_change(&app, &caller).await?)
}

/// Ask for another address: a link is mailed there, good for half an hour. Older ones end.
#[utoipa::path(post, path = "/api/auth/address", operation_id = "requestAddressChange", tag = "auth",
    request_body = RequestAddressChange, responses((status = 200, body = Envelope<AddressChange>), Problems))]
async fn request_address_change(
    State(app): State<Arc<App>>,
    caller: Caller,
    Body(wish): Body<RequestAddressChange>,
) -> Reply<AddressChange> {
    ok(super::request_address_change(&app, &caller, &wish).await?)
}

/// Stay with the address of now; the link that was mailed is good no more.
#[utoipa::path(delete, path = "/api/auth/address", operation_id = "cancelAddressChange", tag = "auth",
    responses((status = 200, body = Envelope<Done>), Problems))]
async fn cancel_address_change(State(app): State<Arc<App>>, caller: Caller) -> Reply<Done> {
    super::cancel_address_change(&app, &caller).await?;
    done()
}

/// Take the new address by the link that was mailed to it. The address of before is told.
#[utoipa::path(post, path = "/api/auth/address/confirm", operation_id = "confirmAddressChange", tag = "auth",
    request_body = ConfirmAddressChange, responses((status = 200, body = Envelope<ConfirmedAddress>), Problems),
    security(()))]
async fn confirm_address_change(
    State(app): State<Arc<App>>,
    Extension(origin): Extension<Origin>,
    Body(wish): Body<ConfirmAddressChange>,
) -> Reply<ConfirmedAddress> {
    ok(super::confirm_address_change(&app, &origin, &wish).await?)
}
