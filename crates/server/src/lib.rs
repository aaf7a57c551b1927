//! Sallyport: the platform of a managed security services provider.
//!
//! A request takes five files: [`routes`] → [`access::caller`] → `<feature>/http.rs` → `<feature>/mod.rs` →
//! `<feature>/store.rs`. ARCHITECTURE.md walks through one of each.

pub mod access;
pub mod api_tokens;
pub mod app;
pub mod assets;
pub mod audit;
pub mod auth;
pub mod clock;
pub mod config;
pub mod console;
pub mod credentials;
pub mod db;
pub mod demo;
pub mod error;
pub mod grants;
pub mod http;
pub mod ids;
pub mod mail;
pub mod organizations;
pub mod recordings;
pub mod routes;
pub mod scim;
pub mod serve;
pub mod sessions;
pub mod sso;
pub mod startup;
pub mod targets;
pub mod users;
