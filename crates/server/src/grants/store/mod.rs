//! All SQL of grants.

mod matrix;
mod read;
mod write;

pub(super) use matrix::matrix;
pub(super) use read::{find, list, list_held, technician_exists};
pub(super) use write::{
    Revoked, close_expired, insert, lock, lock_technician, record_use, rename, revoke, revoke_all, update,
};
