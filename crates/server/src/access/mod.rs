//! Who asks, and whether they may: the caller, the policies, the exact list of public routes.

pub mod action;
#[cfg(test)]
mod agreement;
pub mod caller;
mod directory;
pub mod explain;
mod machine;
pub mod policies;
pub mod public;
mod question;
#[cfg(test)]
mod table;

pub use action::Action;
pub use caller::{Asked, Caller, Decided, OrganizationKind, Role};
pub use directory::Directory;
pub use machine::Machine;
pub use policies::{Facts, GrantFacts, Permit, Policies, Resource};
