//! Credentials, whose secrets only go in.

use super::{Call, recipes};
use serde_json::json;

recipes! {
    "listCredentials" => |_, _| Call::bare(),
    "createCredential" => |world, _| Call::bare().body(json!({
        "organizationId": world.acme.id, "assetId": world.bare_machine().await, "username": "ops",
        "kind": "password", "accessLevel": "full_access", "password": "tr0ub4dor",
    })),
    "createCredential: an account that has one" => |world, _| Call::bare().body(json!({
        "organizationId": world.acme.id, "assetId": world.machine, "username": world.sshd.username(),
        "kind": "password", "accessLevel": "full_access", "password": "tr0ub4dor",
    })),
    "createCredential: for a machine of another customer" => |world, _| Call::bare().body(json!({
        "organizationId": world.other.id, "assetId": world.machine, "username": "ops",
        "kind": "password", "accessLevel": "full_access", "password": "tr0ub4dor",
    })),
    "getCredential" => |world, _| Call::about(world.credential().await),
    "updateCredential" => |world, _| Call::about(world.credential().await).body(json!({ "username": "root" })),
    "deleteCredential" => |world, _| Call::about(world.credential().await),
    "rotateCredential" => |world, _| Call::about(world.credential().await).body(json!({ "password": "n3w" })),
}
