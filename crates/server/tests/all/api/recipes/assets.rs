//! Machines and their host keys.

use super::{Call, recipes};
use serde_json::json;

recipes! {
    "listAssets" => |_, _| Call::bare(),
    "createAsset" => |world, _| Call::bare().body(json!({
        "organizationId": world.acme.id, "name": world.name("machine"), "address": "192.0.2.7",
    })),
    "createAsset: a name that is taken" => |world, _| Call::bare().body(json!({
        "organizationId": world.acme.id, "name": "web-1", "address": "192.0.2.7",
    })),
    "createAsset: at the provider" => |world, _| Call::bare().body(json!({
        "organizationId": world.app.provider, "name": world.name("machine"), "address": "192.0.2.7",
    })),
    "getAsset" => |world, _| Call::about(&world.machine),
    "updateAsset" => |world, _| Call::about(world.bare_machine().await).body(json!({ "description": "new" })),
    "deleteAsset" => |world, _| Call::about(world.bare_machine().await),
    "scanHostKey" => |world, _| Call::about(&world.machine),
    "confirmHostKey" => |world, _| Call::about(world.bare_machine().await)
        .body(json!({ "fingerprint": world.sshd.fingerprint().unwrap() })),
    "confirmHostKey: another than the machine shows" => |world, _| Call::about(world.bare_machine().await)
        .body(json!({ "fingerprint": format!("SHA256:{}", "a".repeat(43)) })),
    "deleteHostKey" => |world, _| Call::about(world.known_machine().await),
    "deleteHostKey: of a machine without" => |world, _| Call::about(world.bare_machine().await),
}
