//! The log of events.

use super::{Call, recipes};

recipes! {
    "listAuditLogs" => |_, _| Call::bare(),
    "listRecentActivity" => |world, _| Call::about(world.acme.id),
    "listRecentActivity: the provider's" => |world, _| Call::about(world.app.provider),
}
