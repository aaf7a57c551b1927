//! The relay from outside.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test says what it needs by failing"
)]

mod live;
mod recording;
