//! Connections that speak SAML 2.0. What a provider says is judged by `sallyport-saml`; here is what has to be kept for
//! it: our key, the provider's metadata, open requests, and what was used already.

mod back;
pub(super) mod http;
mod identity;
mod logout;
mod metadata;
mod own_key;
mod page;
mod service;
mod setup;

pub use metadata::keep_fresh;
pub(super) use metadata::{fingerprints, read_given};
pub(super) use own_key::shown as own_certificates;
pub(super) use service::{acs_url, ask_url, entity_id, logout_url, make_key, open};
pub(super) use setup::check;
