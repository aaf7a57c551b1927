//! What the tests start. Knows nothing of the product: schemas and people are given by its tests.
#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "a failure in here is a failed test"
)]

pub mod dns;
pub mod idp;
pub mod postgres;
pub mod simplesaml;
pub mod smtp;
pub mod sshd;
