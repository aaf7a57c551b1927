//! Customers and the provider. What ends an organization is about one of its own, with a caller who stands to it
//! as the column says.

use super::{Call, Who, recipes};
use crate::api::world::World;
use serde_json::json;

/// A customer that was deleted; nobody of its own can call.
pub(super) async fn deleted(world: &World) -> uuid::Uuid {
    let customer = world.customer().await.id;
    world.person(Who::SuperAdmin).delete(&format!("/api/organizations/{customer}")).await.ok();
    customer
}

recipes! {
    "listOrganizations" => |_, _| Call::bare(),
    "createOrganization" => |world, _| Call::bare().body(json!({ "name": world.name("Customer") })),
    "createOrganization: a name that is taken" => |_, _| Call::bare().body(json!({ "name": "ACME" })),
    "getOrganization" => |world, _| Call::about(world.acme.id),
    "getOrganization: the provider" => |world, _| Call::about(world.app.provider),
    "updateOrganization" => |world, _| Call::about(world.acme.id).body(json!({ "sessionIdleMinutes": 20 })),
    "updateOrganization: the provider" => |world, _| Call::about(world.app.provider)
        .body(json!({ "sessionIdleMinutes": 20 })),
    "updateOrganization: ask for second factors" => |world, who| {
        let customer = world.customer().await;
        Call::about(customer.id).body(json!({ "mfaRequired": true })).by(who.person(world, &customer).await)
    }; leaves [("organization_security.update", "success")],
    "updateOrganization: who approves access" => |world, _| {
        let customer = world.acme.id;
        world.run("UPDATE organizations SET access_approval = 'both' WHERE id::text = $1", &customer.to_string()).await;
        Call::about(customer).body(json!({ "accessApproval": "provider" }))
    },
    "updateOrganization: suspend" => |world, who| {
        let customer = world.customer().await;
        Call::about(customer.id).body(json!({ "status": "suspended" })).by(who.person(world, &customer).await)
    }; leaves [("organization.suspend", "success")],
    "updateOrganization: suspend the provider" => |world, _| Call::about(world.app.provider)
        .body(json!({ "status": "suspended" })),
    "deleteOrganization" => |world, who| {
        let customer = world.customer().await;
        Call::about(customer.id).by(who.person(world, &customer).await)
    },
    "deleteOrganization: the provider" => |world, _| Call::about(world.app.provider),
    "listOrganizations: the deleted" => |_, _| Call::bare().query("status", "deleted"),
    "restoreOrganization" => |world, _| Call::about(deleted(world).await),
    "restoreOrganization: one that is not deleted" => |world, _| Call::about(world.acme.id),
    "getOrganizationStats" => |world, _| Call::about(world.acme.id),
    "getOrganizationStats: the provider's" => |world, _| Call::about(world.app.provider),
    "destroyOrganizationKey" => |world, who| {
        let customer = world.customer().await;
        let wish = json!({ "confirmName": customer.name, "reason": "the contract is over" });
        Call::about(customer.id).body(wish).by(who.person(world, &customer).await)
    },
    "destroyOrganizationKey: with another name" => |world, _| Call::about(world.acme.id)
        .body(json!({ "confirmName": "acme", "reason": "the contract is over" })),
}
