//! The whole service, through its real router, on a database of its own.
#![allow(
    missing_docs,
    unreachable_pub,
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod api;
mod api_tokens;
mod assets;
mod audit;
mod audit_tree;
mod auth;
mod canary;
mod configuration;
mod credentials;
mod database;
mod forwarding;
mod grants;
mod limits;
mod live;
mod mail;
mod openapi;
mod restore;
mod scim;
mod sessions;
mod sso;
mod support;
mod users;
mod wall;
