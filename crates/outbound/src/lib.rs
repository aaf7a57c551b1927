//! The one way out: what customers' addresses make the platform ask for by HTTP (metadata and keys of identity
//! providers, tokens, webhooks), or hand over by a line of TLS (the log, as syslog). Whoever types an address must not be
//! able to look around behind it.
//!
//! A name is resolved once, each address is judged ([`reach`]), and the connection goes to exactly a judged one; no
//! redirect is followed, no proxy used, nothing unpacked; a mebibyte and ten seconds are the bounds. What went wrong
//! is said without a word of what was received.

mod address;
mod client;
mod line;
pub mod reach;

pub use address::{AddressRefused, line_address, web_address};
pub use client::{Client, MAX_BODY, Outcome, Patience, Rules, SendError};
