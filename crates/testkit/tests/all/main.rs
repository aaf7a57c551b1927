//! The testkit, tested.

mod postgres;
