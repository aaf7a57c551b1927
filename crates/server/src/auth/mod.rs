//! Who somebody is: sign-in by password, access and refresh tokens, the places where one is signed in.

pub mod cookies;
mod csrf;
pub mod tokens;

pub use csrf::CsrfKey;
pub use tokens::{AccessClaims, TokenKeys};
