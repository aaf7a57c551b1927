//! Passkeys: added, enrolled, and used in each way.

use super::factors::{by, challenge, owing, person};
use super::{Call, Who, recipes};
use crate::api::world::World;
use crate::support::Actor;
use crate::support::passkey::{self, Held, Passkey};
use serde_json::json;

/// Somebody new of this kind with a passkey.
async fn with_passkey(world: &World, who: Who) -> (Actor, Passkey) {
    let person = person(world, who).await;
    let passkey = Passkey::add(&world.app, &person).await;
    (person, passkey)
}

/// A call by the browser that holds a challenge.
fn holding(held: &Held) -> Call {
    Call::bare().header("cookie", &held.cookie)
}

recipes! {
    "getPasskeyChallenge" => |_, _| Call::bare(),
    "signInByPasskey" => |world, who| {
        let (_, mut passkey) = with_passkey(world, who).await;
        let held = passkey::challenge(&world.app).await;
        holding(&held).body(json!({ "passkey": passkey.used(&held), "delivery": "body" }))
    }; leaves [("auth.login", "success")],
    "signInByPasskey: after the password" => |world, who| {
        let (person, mut passkey) = with_passkey(world, who).await;
        let (owed, held) = (challenge(world, &person).await, passkey::challenge(&world.app).await);
        holding(&held).body(json!({ "challenge": owed, "passkey": passkey.used(&held), "delivery": "body" }))
    }; leaves [("auth.login", "success")],
    "signInByPasskey: of nobody" => |world, _| {
        let held = passkey::challenge(&world.app).await;
        let mut passkey = Passkey::new(&world.app, uuid::Uuid::nil());
        holding(&held).body(json!({ "passkey": passkey.used(&held) }))
    },
    "enrolPasskey" => |world, _| {
        let (owed, held) = (owing(world).await, passkey::challenge(&world.app).await);
        let passkey = Passkey::new(&world.app, uuid::Uuid::nil());
        holding(&held).body(json!({ "challenge": owed, "passkey": passkey.made(&held), "delivery": "body" }))
    }; leaves [("passkey.enrol", "success"), ("auth.login", "success")],
    "createPasskey" => |world, who| {
        let (person, held) = (person(world, who).await, passkey::challenge(&world.app).await);
        let passkey = Passkey::new(&world.app, person.id);
        holding(&held).body(json!({ "passkey": passkey.made(&held) })).by(by(who, world, person))
    },
    "stepUpByPasskey" => |world, who| {
        let (person, mut passkey) = with_passkey(world, who).await;
        let held = passkey::challenge(&world.app).await;
        holding(&held).body(json!({ "passkey": passkey.used(&held) })).by(by(who, world, person))
    },
    "stepUpByPasskey: with somebody else's" => |world, who| {
        let (person, (_, mut passkey)) = (person(world, who).await, with_passkey(world, Who::BasicUser).await);
        let held = passkey::challenge(&world.app).await;
        holding(&held).body(json!({ "passkey": passkey.used(&held) })).by(by(who, world, person))
    },
}
