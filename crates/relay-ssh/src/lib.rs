//! A terminal on a customer's machine by SSH, over any stream.
//!
//! [`connect`] authenticates, opens a PTY and a shell, and hands out the channel ends that the relay works with
//! ([`sallyport_relay::live::TargetIo`]). [`scan_host_key`] only asks for the host key. The pinned key is
//! required and compared exactly; whatever else the server wants to open is refused.

mod auth;
mod config;
mod error;
mod handler;
mod host_key;
mod keys;
mod line;
mod target_end;
mod terminal;

pub use config::{Auth, Config};
pub use error::{Error, Stage};
pub use host_key::{HostKey, scan_host_key};
pub use terminal::connect;
