//! All SQL of single sign-on.

mod connections;
mod domains;
mod flows;
mod people;
mod tending;

pub(super) use connections::*;
pub(super) use domains::*;
pub(crate) use domains::{has_domain, ways_of};
pub(super) use flows::*;
pub(crate) use people::forget_person;
pub(super) use people::*;
pub(super) use tending::*;
