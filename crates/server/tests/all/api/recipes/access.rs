//! Many grants at once, and the second path of what is done to one.

use super::{Call, Who, World, recipes};
use chrono::TimeDelta;
use serde_json::{Value, json};

/// From a technician who holds Acme to another.
async fn handoff(world: &World) -> Value {
    let (from, to) = (world.app.technician().await, world.app.technician().await);
    world.grant(&from, &world.acme).await;
    json!({ "fromTechnicianId": from.id, "toTechnicianId": to.id, "reason": "a test" })
}

/// A technician who gets Acme.
async fn assignment(world: &World) -> Value {
    let cell = json!({ "technicianId": world.app.technician().await.id, "customerOrgId": world.acme.id });
    json!({ "cells": [cell], "terms": { "accessLevel": "read_only" }, "reason": "a test" })
}

/// The batch of an assignment.
async fn batch(by: &crate::support::Actor, world: &World) -> Call {
    let made = by.post("/api/access-management/assign", assignment(world).await).await.ok();
    Call::about(made["batchId"].as_str().unwrap())
}

recipes! {
    "getAccessMatrix" => |_, _| Call::bare(),
    "getAccessMatrix: back in time" => |world, _| Call::bare()
        .query("at", (world.app.clock.now() - TimeDelta::days(1)).to_rfc3339()),
    "listAccessDifferences" => |world, _| Call::bare()
        .query("from", (world.app.clock.now() - TimeDelta::days(1)).to_rfc3339())
        .query("to", world.app.clock.now().to_rfc3339()),
    "grantAccess" => |world, _| Call::bare().body(json!({
        "technicianId": world.app.technician().await.id, "customerOrgId": world.acme.id,
        "accessLevel": "read_only", "reason": "a test",
    })); leaves [("grant.create", "success")],
    "updateAccess" => |world, _| {
        let grant = world.grant(&world.app.technician().await, &world.acme).await;
        Call::about(grant).body(json!({ "notes": "until spring" }))
    }; leaves [("grant.update", "success")],
    "revokeAccess" => |world, _| {
        let grant = world.grant(&world.app.technician().await, &world.acme).await;
        Call::about(grant).query("reason", "contract over")
    }; leaves [("grant.revoke", "success")],
    "handOffGrants" => |world, _| Call::bare().body(handoff(world).await);
        leaves [("grant.create", "success"), ("grant.revoke", "success"), ("grant.hand_off", "success")],
    "handOffGrants: to who is no technician" => |world, _| {
        let mut wish = handoff(world).await;
        wish["toTechnicianId"] = json!(world.person(Who::Analyst).id);
        Call::bare().body(wish)
    },
    "handOffGrants: at another customer too" => |world, _| {
        let mut wish = handoff(world).await;
        wish["customers"] = json!([
            { "customerOrgId": world.acme.id, "keep": true }, { "customerOrgId": world.other.id },
        ]);
        Call::bare().body(wish)
    }; leaves [("grant.create", "success"), ("grant.hand_off", "success")],
    "handOffAccess" => |world, _| Call::bare().body(handoff(world).await);
        leaves [("grant.create", "success"), ("grant.revoke", "success"), ("grant.hand_off", "success")],
    "assignAccess" => |world, _| Call::bare().body(assignment(world).await);
        leaves [("grant.create", "success"), ("grant.assign", "success")],
    "assignAccess: to who is no technician" => |world, _| {
        let mut wish = assignment(world).await;
        wish["cells"][0]["technicianId"] = json!(world.person(Who::Analyst).id);
        Call::bare().body(wish)
    },
    "assignAccess: at the provider" => |world, _| {
        let mut wish = assignment(world).await;
        wish["cells"][0]["customerOrgId"] = json!(world.app.provider);
        Call::bare().body(wish)
    },
    "bulkRevokeAccess" => |world, _| {
        let technician = world.app.technician().await;
        world.grant(&technician, &world.acme).await;
        Call::bare().body(json!({ "technicianIds": [technician.id], "reason": "a test" }))
    }; leaves [("grant.revoke", "success"), ("grant.bulk_revoke", "success")],
    "undoAccessChange: one's own" => |world, who| {
        let by = if matches!(who, Who::Manager) { who } else { Who::SuperAdmin };
        batch(&world.person(by), world).await
    }; leaves [("grant.revoke", "success"), ("grant.undo", "success")],
    "undoAccessChange: another's" => |world, _| batch(&world.app.account_manager().await, world).await;
        leaves [("grant.revoke", "success"), ("grant.undo", "success")],
    "listTechnicianAccess: one's own" => |world, who| {
        let own = who.role() == Some("technician");
        Call::about(world.person(if own { who } else { Who::Granted }).id)
    },
    "listTechnicianAccess: the granted technician's" => |world, _| Call::about(world.person(Who::Granted).id),
    "listCustomerTechnicians" => |world, _| Call::about(world.acme.id),
    "getAccessSummary" => |_, _| Call::bare(),
    "listUnusedAccess" => |world, _| {
        let grant = world.grant(&world.app.technician().await, &world.acme).await;
        let ago = "UPDATE technician_customer_access SET granted_at = now() - interval '40 days' WHERE id::text = $1";
        world.run(ago, &grant).await;
        Call::bare()
    },
    "listAccessHistory" => |_, _| Call::bare(),
    "listAccessHistory: of a deleted customer" => |world, _| Call::bare()
        .query("organizationId", super::organizations::deleted(world).await),
    "listAccessHistory: of the customer" => |world, _| Call::bare().query("organizationId", world.acme.id),
}
