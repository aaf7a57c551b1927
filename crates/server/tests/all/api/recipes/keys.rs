//! The keys of access tokens.

use super::{Call, recipes};
use crate::api::world::World;
use serde_json::json;

/// A key that signed nothing that anybody still holds.
async fn retired(world: &World) -> String {
    let id = world.app.clock.new_id().to_string();
    world
        .run(
            "INSERT INTO token_keys (id, kid, public_key, activated_at, retired_at)
             VALUES ($1::uuid, 'retired ' || $1, 'x', now(), now() - interval '1 hour')",
            &id,
        )
        .await;
    id
}

/// The next key, published for long enough.
async fn publish(world: &World) {
    world
        .run(
            "UPDATE token_keys SET created_at = created_at - interval '6 minutes'
             WHERE activated_at IS NULL AND revoked_at IS NULL AND $1 = ''",
            "",
        )
        .await;
}

recipes! {
    "getJwks" => |_, _| Call::bare(),
    "listTokenKeys" => |_, _| Call::bare(),
    "rotateTokenKey" => |world, _| {
        publish(world).await;
        Call::bare()
    },
    "revokeTokenKey" => |world, _| Call::about(retired(world).await).body(json!({ "reason": "a backup was stolen" })),
}
