//! Technicians' access to Acme. A technician is asked about their own where they have one.

use super::{Call, Who, recipes};
use serde_json::json;

recipes! {
    "listGrants" => |_, _| Call::bare(),
    "getGrantMatrix" => |_, _| Call::bare(),
    "createGrant" => |world, _| Call::bare().body(json!({
        "technicianId": world.app.technician().await.id, "customerOrgId": world.acme.id,
        "accessLevel": "read_only", "reason": "a test",
    })),
    "createGrant: that is held already" => |world, _| Call::bare().body(json!({
        "technicianId": world.person(Who::Granted).id, "customerOrgId": world.acme.id,
        "accessLevel": "full_access", "reason": "a test",
    })),
    "createGrant: to who is no technician" => |world, _| Call::bare().body(json!({
        "technicianId": world.person(Who::Analyst).id, "customerOrgId": world.acme.id,
        "accessLevel": "full_access", "reason": "a test",
    })),
    "createGrant: for the provider" => |world, _| Call::bare().body(json!({
        "technicianId": world.app.technician().await.id, "customerOrgId": world.app.provider,
        "accessLevel": "read_only", "reason": "a test",
    })),
    "getGrant: one's own" => |world, who| Call::about(world.grants.get(&who).unwrap_or(&world.grants[&Who::Granted])),
    "getGrant: of the granted technician" => |world, _| Call::about(&world.grants[&Who::Granted]),
    "updateGrant" => |world, _| {
        let grant = world.grant(&world.app.technician().await, &world.acme).await;
        Call::about(grant).body(json!({ "notes": "until spring" }))
    },
    "updateGrant: one's own" => |world, who| Call::about(world.grants.get(&who).unwrap_or(&world.grants[&Who::Granted]))
        .body(json!({ "notes": world.app.technician().await.name })),
    "revokeGrant" => |world, _| {
        let grant = world.grant(&world.app.technician().await, &world.acme).await;
        Call::about(grant).query("reason", "contract over")
    },
    "revokeGrant: that is revoked" => |world, _| {
        let grant = world.grant(&world.app.technician().await, &world.acme).await;
        let revoked = format!("/api/technician-access/{grant}?reason=over");
        world.person(Who::Manager).delete(&revoked).await.ok();
        Call::about(grant).query("reason", "contract over")
    },
    "listTechnicianGrants: one's own" => |world, who| {
        let own = who.role() == Some("technician");
        Call::about(world.person(if own { who } else { Who::Granted }).id)
    },
    "listTechnicianGrants: the granted technician's" => |world, _| Call::about(world.person(Who::Granted).id),
    "recordGrantUse: one's own" => |world, who| Call::about(world.grants.get(&who).unwrap_or(&world.grants[&Who::Granted])),
    "recordGrantUse: of the granted technician" => |world, _| Call::about(&world.grants[&Who::Granted]),
}
