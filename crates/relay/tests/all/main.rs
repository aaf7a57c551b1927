//! The relay from outside.
#![expect(clippy::unwrap_used, reason = "a test says what it needs by failing")]

mod recording;
