//! The live session and its recording; this crate knows no protocol.

pub mod live;
pub mod recording;
