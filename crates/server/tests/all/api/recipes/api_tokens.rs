//! Tokens of machines. Each call has a fresh owner, for a person has a limited number of them.

use super::factors::by;
use super::{Call, Who, recipes};
use crate::api::world::World;
use crate::support::Actor;
use serde_json::json;

/// Somebody new of this kind; for nobody, a member of the customer.
async fn person(world: &World, who: Who) -> Actor {
    let who = if who == Who::Anonymous { Who::BasicUser } else { who };
    who.person(world, &world.acme).await
}

/// A token of a person, made through the API; its id.
async fn token_of(person: &Actor) -> String {
    let wish = json!({ "name": "backup job", "scopes": ["user.read"], "expiresInDays": 30 });
    let made = person.post("/api/api-tokens", wish).await.created();
    made["apiToken"]["id"].as_str().unwrap().to_owned()
}

recipes! {
    "listApiTokens" => |world, who| {
        let person = person(world, who).await;
        token_of(&person).await;
        Call::bare().by(by(who, world, person))
    },
    "getApiTokenScopes" => |_, _| Call::bare(),
    "createApiToken" => |world, who| {
        let person = person(world, who).await;
        Call::bare().by(by(who, world, person)).body(json!({
            "name": "backup job", "scopes": ["asset.read"], "expiresInDays": 30, "ipRanges": ["127.0.0.0/8"],
        }))
    },
    "revokeApiToken: one's own" => |world, who| {
        let person = person(world, who).await;
        let id = token_of(&person).await;
        Call::about(id).by(by(who, world, person))
    },
    "revokeApiToken: of a member" => |world, _| Call::about(token_of(&world.member().await).await),
    "revokeApiToken: of a technician" => |world, _| {
        Call::about(token_of(&person(world, Who::Ungranted).await).await)
    },
    "listUserApiTokens: one's own" => |world, who| {
        let person = person(world, who).await;
        token_of(&person).await;
        Call::about(person.id).by(by(who, world, person))
    },
    "listUserApiTokens: of a member" => |world, _| Call::about(world.member().await.id),
}
