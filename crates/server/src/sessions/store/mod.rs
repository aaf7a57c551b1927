//! All SQL of sessions and tickets.

mod begin;
mod change;
mod instances;
mod read;
mod standings;
mod tickets;

pub(super) use begin::{NewSession, OrganizationLimits, insert, limits, lock_room, set_started};
pub(super) use change::{request_end, set_over, set_over_since, set_status};
pub(super) use instances::{LeftOpen, beat, forget_instances, left_open, left_open_by_silent, register};
pub(super) use read::{find, find_machine, list};
pub(super) use standings::standings;
pub(super) use tickets::{
    Admission, NewTicket, delete_stale_tickets, insert_ticket, take_ticket, watcher_standing,
};
