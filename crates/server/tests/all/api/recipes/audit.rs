//! The log of events.

use super::{Call, Who, recipes};

recipes! {
    "listAuditLogs" => |_, _| Call::bare(),
    "getAuditStats" => |_, _| Call::bare(),
    "getAuditStats: of the customer" => |world, _| Call::bare().query("organizationId", world.acme.id),
    "getAuditStats: of the provider" => |world, _| Call::bare().query("organizationId", world.app.provider),
    "getComplianceReport" => |_, _| Call::bare(),
    "getComplianceReport: of the customer" => |world, _| Call::bare().query("organizationId", world.acme.id),
    "exportAuditLogs" => |_, _| Call::bare().query("format", "ndjson").query("from", "2100-01-01T00:00:00Z");
        leaves [("audit.export", "attempt"), ("audit.export", "success")],
    "exportAuditLogs: of the customer" => |world, _| {
        Call::bare().query("format", "csv").query("organizationId", world.acme.id).query("code", "user.")
    }; leaves [("audit.export", "attempt"), ("audit.export", "success")],
    "getUserActivity: of the customer" => |world, _| Call::about(world.member().await.id),
    "getUserActivity: of the provider" => |world, _| Call::about(world.person(Who::Granted).id),
    "getUserActivity: of oneself" => |world, who| match who {
        Who::Anonymous => Call::about(world.member().await.id),
        _ => Call::about(world.person(who).id),
    },
    "listRecentActivity" => |world, _| Call::about(world.acme.id),
    "listRecentActivity: the provider's" => |world, _| Call::about(world.app.provider),
}
