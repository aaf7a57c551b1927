//! From a configuration to a running platform.

pub mod keys;
