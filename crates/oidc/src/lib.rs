//! OpenID Connect as a relying party (OpenID Connect Core 1.0, authorization code with PKCE): one identity provider,
//! and what it says of a person, believed only when proven. No SQL, no cookies; whoever calls keeps the [`Flow`].
//!
//! ```text
//! read_provider ──▶ Provider ──▶ Connection::start ──▶ the browser goes there and comes back ──▶ finish ──▶ Identity
//! ```

mod connection;
mod finish;
mod identity;
mod logout;
mod profile;
mod provider;
mod refused;
mod self_test;

pub use connection::{Algorithm, ClientSecret, Connection, Flow, Freshness, Started};
pub use finish::{Callback, Finished};
pub use identity::{Identity, MAX_GROUPS};
pub use logout::LogoutNotice;
pub use profile::Profile;
pub use provider::{Keys, Provider};
pub use refused::Refused;
