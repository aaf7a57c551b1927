//! All SQL of single sign-on.

mod connections;
mod domains;
mod flows;
mod people;

pub(super) use connections::*;
pub(super) use domains::*;
pub(super) use flows::*;
pub(super) use people::*;
