//! The log of events.

use super::super::world::World;
use super::{Call, Who, recipes};
use sallyport::audit::tree::{Kept, round};
use serde_json::{Value, json};
use uuid::Uuid;

recipes! {
    "listAuditLogs" => |_, _| Call::bare(),
    "getAuditStats" => |_, _| Call::bare(),
    "getAuditStats: of the customer" => |world, _| Call::bare().query("organizationId", world.acme.id),
    "getAuditStats: of the provider" => |world, _| Call::bare().query("organizationId", world.app.provider),
    "getComplianceReport" => |_, _| Call::bare(),
    "getComplianceReport: of the customer" => |world, _| Call::bare().query("organizationId", world.acme.id),
    "exportComplianceReport" => |_, _| Call::bare(); leaves [("compliance_report.export", "success")],
    "exportComplianceReport: of the customer" => |world, _| Call::bare().query("organizationId", world.acme.id);
        leaves [("compliance_report.export", "success")],
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
    "listRecentActivity: a deleted customer's" => |world, _| Call::about(super::organizations::deleted(world).await),
    "listRecentActivity: the provider's" => |world, _| Call::about(world.app.provider),
    "followChanges" => |_, _| Call::bare().query("seconds", 0),
    "rotateAuditKey" => |_, _| Call::bare().body(json!({ "reason": "a key may have been seen" })),
    "getAuditKeys" => |_, _| Call::bare(),
    "getAuditCheckpoint" => |world, _| Call::about(world.acme.id),
    "getAuditCheckpoint: a deleted customer's" => |world, _| Call::about(super::organizations::deleted(world).await),
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
    "listAuditDestinations" => |world, _| Call::bare().query("organizationId", world.acme.id),
    "listAuditDestinations: all" => |_, _| Call::bare(),
    "createAuditDestination" => |world, who| {
        let customer = world.customer().await;
        Call::bare().body(draft(world, json!(customer.id))).by(who.person(world, &customer).await)
    },
    "createAuditDestination: of everybody" => |world, _| {
        make_room(world).await;
        Call::bare().body(draft(world, json!(null)))
    },
    "getAuditDestination" => |world, _| Call::about(destination(world).await),
    "getAuditDestination: the provider's" => |world, _| Call::about(insert(world, world.app.provider).await),
    "updateAuditDestination" => |world, _| {
        Call::about(destination(world).await).body(json!({ "minRiskLevel": "high" }))
    },
    "deleteAuditDestination" => |world, _| Call::about(destination(world).await),
    "testAuditDestination" => |world, _| Call::about(destination(world).await);
        leaves [("audit_destination.test", "failed")],
    "rotateAuditDestinationSecret" => |world, _| Call::about(destination(world).await),
    "setAuditHold" => |world, who| {
        let customer = world.customer().await;
        Call::about(customer.id).body(json!({ "reason": "a case is open" })).by(who.person(world, &customer).await)
    },
    "liftAuditHold" => |world, who| {
        let customer = world.customer().await;
        let hold = "INSERT INTO audit_holds (org_id, reason, held_by, held_by_name) SELECT id, 'a case', id, 'x'
                    FROM organizations WHERE id::text = $1";
        world.run(hold, &customer.id.to_string()).await;
        Call::about(customer.id).query("reason", "it is closed").by(who.person(world, &customer).await)
    },
}

/// A webhook that leads nowhere: the wall around the platform refuses its address when it is dialled.
fn draft(world: &World, organization: Value) -> Value {
    json!({
        "organizationId": organization, "name": world.name("SIEM"), "kind": "webhook",
        "address": "https://127.0.0.1:9/in",
    })
}

/// A destination of Acme. More than a few are not made by the API.
async fn destination(world: &World) -> String {
    insert(world, world.acme.id).await
}

async fn insert(world: &World, organization: Uuid) -> String {
    let id = world.app.clock.new_id();
    let insert = "INSERT INTO audit_destinations (org_id, id, name, kind, address, format, enabled, organization_key_id,
                      sealed_secret)
                  SELECT org_id, $2, $2::text, 'webhook', 'https://127.0.0.1:9/in', 'json', false, id, 'sealed'
                  FROM organization_keys WHERE org_id = $1 AND destroyed_at IS NULL";
    let mut sql = world.sql.lock().await;
    sqlx::query(insert).bind(organization).bind(id).execute(&mut *sql).await.unwrap();
    id.to_string()
}

/// There is always room for one more.
async fn make_room(world: &World) {
    let delete = "DELETE FROM audit_destinations WHERE org_id = $1";
    let mut sql = world.sql.lock().await;
    sqlx::query(delete).bind(world.app.provider).execute(&mut *sql).await.unwrap();
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
