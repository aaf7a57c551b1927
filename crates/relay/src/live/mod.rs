//! The live session: what stands between a browser and a target while someone works there.

mod limits;
mod paste;
mod target;
mod words;

pub use limits::Limits;
pub use paste::sanitize_paste;
pub use target::{TargetEnd, TargetInput, TargetIo};
pub use words::{CloseReason, EndCode, Event, Mode, OwnerPresence, Person, Reason, TermSize, ToClient};
