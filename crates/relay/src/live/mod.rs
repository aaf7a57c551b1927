//! The live session: what stands between a browser and a target while someone works there.
//!
//! [`Registry::start`] takes a target ([`TargetIo`], from a protocol crate) and a recorder that has begun,
//! and returns a [`SessionHandle`]. Clients come by [`SessionHandle::attach`]; the server keeps the lease
//! alive by [`SessionHandle::renew`], withdraws it by [`SessionHandle::revoke`], and learns of the end by
//! [`SessionHandle::ended`].

mod attachment;
mod clients;
mod clock;
mod handle;
mod lanes;
mod limits;
mod modes;
mod orders;
mod paste;
mod pipe;
mod quiet;
mod registry;
mod screen;
mod session;
mod steps;
mod target;
mod words;

pub use attachment::{Attachment, AttachmentWriter, InputError, MAX_INPUT};
pub use handle::{AttachError, End, SessionHandle, State, Status};
pub use limits::Limits;
pub use paste::sanitize_paste;
pub use registry::Registry;
pub use session::SessionSpec;
pub use target::{Hold, Released, TargetEnd, TargetInput, TargetIo};
pub use words::{CloseReason, EndCode, Event, Mode, OwnerPresence, Person, Reason, TermSize, ToClient};
