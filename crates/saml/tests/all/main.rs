//! The service provider against an identity provider of the tests' own, which signs whatever it is told to.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::format_collect,
    reason = "a failure in here is a failed test, and messages are put together from pieces"
)]

mod connection;
mod content;
mod fuzz;
mod idp;
mod logout;
mod metadata;
mod plain_xml;
mod proper;
mod recorded;
mod requests;
mod signatures;
mod simplesaml;
mod wrapping;
mod xmlsec;
