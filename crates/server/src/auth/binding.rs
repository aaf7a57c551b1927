//! What sign-ins are bound to, where an organization asks for it: a refresh token that was carried away is good for
//! nothing elsewhere. The sign-in itself goes on where it began.

use super::attempt::network;
use super::devices::Proofs;
use super::store::Spent;
use crate::access::caller::text_enum;
use crate::app::App;
use crate::error::ApiError;
use axum::http::StatusCode;
use std::net::IpAddr;

/// Of the answer to who is somewhere else. The sign-in stands, so the browser keeps what it has until it signs in anew.
pub(super) const MOVED: &str = "sign_in_moved";

text_enum! {
    /// What a sign-in can be bound to.
    SignInBinding {
        /// The address it began at, of IPv6 the /64.
        Address = "address",
        /// The browser it began in. Programs have none: theirs are not renewed.
        Device = "device",
    }
}

/// Why a refresh token is not good from `ip` and by the browser that sent `proofs`; for the log.
pub(super) fn broken(app: &App, spent: &Spent, ip: IpAddr, proofs: &Proofs) -> Option<&'static str> {
    let asked = |binding: SignInBinding| spent.sign_in_bindings.iter().any(|word| word == binding.as_str());
    if asked(SignInBinding::Address) && network(spent.client_ip.ip()) != network(ip) {
        return Some("other_address");
    }
    let same = || spent.device.as_ref().is_some_and(|device| proofs.include(app, device));
    (asked(SignInBinding::Device) && !same()).then_some("other_device")
}

/// The answer.
pub(super) fn moved() -> ApiError {
    ApiError::new(
        StatusCode::UNAUTHORIZED,
        MOVED,
        "You are on another network or device than the one you signed in on, and your organization asks for a new \
         sign-in then. Sign in again.",
    )
}
