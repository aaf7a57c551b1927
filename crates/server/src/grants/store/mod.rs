//! All SQL of grants.

mod batch;
mod ending;
mod history;
mod hours;
mod overview;
mod read;
mod window;
mod write;

pub(super) use batch::{
    Customer, Meant, Technician, count_known, count_live_sessions, customers as find_customers, is_taken,
    lock_held, lock_meant, lock_technicians,
};
pub(super) use ending::{active_manager, claim_ending};
pub(super) use history::{Act, Done, list as list_history, lock_batch};
pub(super) use hours::{check_zone, openings};
pub(super) use overview::{customer_technicians, differences, summary, unused};
pub(super) use read::{find, find_many, list, list_held, technician_exists};
pub(super) use window::{
    Strip, cells, cells_at, count_customers, count_customers_at, count_technicians, count_technicians_at,
    customers, customers_at, technicians, technicians_at,
};
pub(super) use write::{
    NewGrant, Revoked, close, close_expired, copy, hold, insert, lock, record_use, rename, reopen, restore,
    revoke, revoke_all, update, update_many,
};
