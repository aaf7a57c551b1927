//! The way out to customers' machines: how an address may be spelt, what is never reached, the connection.

mod address;
mod dial;
mod reach;

pub use address::normalise;
pub use dial::{DialError, dial};
