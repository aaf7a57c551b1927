//! The log of events.

use super::super::world::World;
use super::{Call, Who, recipes};
use sallyport::audit::tree::{Kept, round};
use serde_json::json;

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
    "getAuditKeys" => |_, _| Call::bare(),
    "getAuditCheckpoint" => |world, _| Call::about(world.acme.id),
    "getAuditCheckpoint: the provider's" => |world, _| Call::about(world.app.provider),
    "getAuditProof" => |world, _| Call::about(sealed_event(world).await),
    "exportAuditBundle" => |world, _| {
        sealed_event(world).await;
        Call::about(world.acme.id)
    }; leaves [("audit.bundle", "success")],
    "cleanUpAuditLogs" => |world, _| Call::bare()
        .body(json!({ "olderThanDays": 365, "organizationId": world.acme.id, "reason": "its time is over" })),
    "cleanUpAuditLogs: of everybody" => |_, _| Call::bare()
        .body(json!({ "olderThanDays": 365, "reason": "its time is over" })),
    "cleanUpAuditLogs: of the last year" => |world, _| Call::bare()
        .body(json!({ "olderThanDays": 30, "organizationId": world.acme.id, "reason": "its time is over" })),
    "eraseAuditDetail" => |world, _| Call::bare()
        .body(json!({ "userId": world.member().await.id, "reason": "asked to be forgotten" })),
    "setAuditHold" => |world, who| {
        let customer = world.customer().await;
        Call::about(customer.id).body(json!({ "reason": "a case is open" })).by(who.person(world, &customer).await)
    },
    "liftAuditHold" => |world, who| {
        let customer = world.customer().await;
        let hold = "INSERT INTO audit_holds (org_id, reason, held_by, held_by_name) SELECT id, 'a case', id, 'x'
                    FROM organizations WHERE id::text = $1";
        world.run(hold, &customer.id.to_string()).await;
        Call::about(customer.id).by(who.person(world, &customer).await)
    },
}

/// An entry of Acme that has its place and is signed.
async fn sealed_event(world: &World) -> String {
    for _ in 0..200 {
        let found: Option<String> = sqlx::query_scalar(
            "SELECT l.event_id::text FROM audit_leaves l JOIN audit_trees t ON t.org_id = l.org_id AND l.seq < t.signed_size
             WHERE l.org_id = $1 LIMIT 1",
        )
        .bind(world.acme.id)
        .fetch_optional(&mut *world.sql.lock().await)
        .await
        .unwrap();
        if let Some(id) = found {
            return id;
        }
        round(&world.app.platform.app, &mut Kept::new()).await.unwrap();
    }
    panic!("nothing is ever sealed");
}
