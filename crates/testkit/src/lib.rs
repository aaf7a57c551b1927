//! What the tests start. Knows nothing of the product: schemas and people are given by its tests.
#![expect(clippy::expect_used, clippy::missing_panics_doc, reason = "a failure in here is a failed test")]

pub mod postgres;
pub mod simplesaml;
pub mod smtp;
pub mod sshd;
