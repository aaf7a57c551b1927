//! A SAML 2.0 service provider for Web browser sign-in: it asks an identity provider who somebody is, judges the
//! answer, and hears when the identity provider ends a session. It speaks no HTTP, keeps nothing and has no clock:
//! the server gives it bytes and the time, and keeps the requests that are open and the assertions that were used.
//!
//! # Who judges an answer
//! ```text
//!   posted bytes ── size, no DOCTYPE, no comment, no CDATA ──► one tree (xml)
//!                                                                │
//!        exactly one Response, one Assertion, at most one signature each, nothing that could be
//!        taken for one of them elsewhere, known algorithms and transforms only (answer, signature)
//!                                                                │
//!        saml-rs: signatures by the pinned certificates, status, times, audience, recipient (library)
//!                                                                │
//!        what the library does not ask, and the claims, from the same tree (claims)
//! ```
//! Both have to say yes, and to have read the same name: our tree is built by the parser that the verifier of the
//! signatures uses, the library reads names by another one. An answer that the two understand differently is
//! refused.
//!
//! An answer is accepted when its assertion lies under a signature: of its own, or of the response around it. Every
//! signature that is there has to verify. Encrypted assertions are refused before anything in them is looked at, so
//! there is no oracle to ask.
//!
//! # What the caller has to do
//! - Keep the id of each request ([`Started::request_id`]) bound to the browser that asked, and take it once.
//! - Keep [`Assertion::assertion_id`] until [`Assertion::not_on_or_after`] and refuse it the second time; the same
//!   for [`Logout::request_id`].
//! - Show [`Refused`] to the organization's administrators only; a person at sign-in learns that it failed.

mod answer;
mod certificate;
mod claims;
mod library;
mod logout;
pub mod metadata;
mod names;
mod own;
mod redirect;
mod refused;
mod request;
mod self_test;
mod sign;
mod signature;
mod xml;

pub use certificate::Certificate;
pub use claims::Assertion;
pub use logout::{Logout, LogoutMessage};
pub use metadata::{MetadataRefused, Problem, Provider, Rules};
pub use own::{OwnKey, OwnKeyRefused, ServiceProvider};
pub use refused::Refused;
pub use request::{Binding, Started};
pub use self_test::{Check, self_test};

use chrono::{DateTime, TimeDelta, Utc};

/// The largest answer that is looked at, decoded.
pub const LARGEST_ANSWER: usize = 256 * 1024;
/// The largest metadata that is looked at.
pub const LARGEST_METADATA: usize = 512 * 1024;
/// The largest message of the Redirect binding, inflated.
pub const LARGEST_REDIRECT: usize = 64 * 1024;
/// How far a message's `IssueInstant` may be from now.
pub const AGE: TimeDelta = TimeDelta::minutes(5);
/// How far the identity provider's clock may be from ours where it limits the use of an assertion.
pub const SKEW: TimeDelta = TimeDelta::minutes(3);

/// What an answer has to answer.
#[derive(Debug, Clone)]
pub struct Expected {
    /// The request that this browser was sent away with. None for an answer that nobody asked for, and only if the
    /// connection allows such sign-ins.
    pub request_id: Option<String>,
    /// The time.
    pub now: DateTime<Utc>,
}
