//! Whether it lives.

use super::{Call, recipes};

recipes! {
    "getHealth" => |_, _| Call::bare(),
    "getReadiness" => |_, _| Call::bare(),
}
