//! What every HTTP handler shares: the gatekeeper in front, bodies in, envelopes out, pages.

pub mod envelope;
pub mod extract;
pub mod gatekeeper;
pub mod health;
mod idempotency;
pub mod limits;
pub mod listen;
pub mod metrics;
pub mod openapi;
pub mod pagination;
mod reference;
pub mod request;
pub mod security_headers;
pub mod text;

pub(crate) use envelope::versioned;
pub use envelope::{Done, Envelope, Reply, Versioned, created, done, ok, tagged};
pub use extract::{Body, Filter, IfMatch, PathId};
pub use pagination::{COUNTED, Order, Page, PageQuery, Total, Window};
