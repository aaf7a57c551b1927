//! Signing in and out, and the links by which accounts begin. What ends sign-ins is done by somebody new.

use super::{Call, Who, recipes};
use crate::api::world::{PASSWORD, World};
use crate::support::Actor;
use serde_json::{Value, json};

/// Somebody new of this kind who can sign in; for nobody, a member of the customer.
async fn person(world: &World, who: Who) -> Actor {
    let who = if who == Who::Anonymous { Who::BasicUser } else { who };
    let person = who.person(world, &world.acme).await;
    world.give_password(&person).await;
    person
}

/// What signing in answers.
async fn sign_in(world: &World, who: Who) -> Value {
    let wish = json!({ "email": person(world, who).await.email, "password": PASSWORD, "delivery": "body" });
    world.app.stranger().post("/api/auth/login", wish).await.ok()
}

/// The token of a new invitation.
async fn link(world: &World) -> String {
    let name = world.name("person");
    let wish = json!({
        "organizationId": world.acme.id, "email": format!("{name}@acme.example"), "displayName": name,
        "role": "basic_user",
    });
    let made = world.make_by_admin("/api/users", wish).await;
    made["invitationUrl"].as_str().unwrap().split_once("#token=").unwrap().1.to_owned()
}

recipes! {
    "login" => |world, who| Call::bare().body(json!({
        "email": person(world, who).await.email, "password": PASSWORD, "delivery": "body",
    })),
    "login: with another password" => |world, who| Call::bare().body(json!({
        "email": person(world, who).await.email, "password": "another one entirely", "delivery": "body",
    })),
    "refresh" => |world, who| Call::bare()
        .body(json!({ "refreshToken": sign_in(world, who).await["refreshToken"] })),
    "logout" => |world, who| Call::bare().by(who.person(world, &world.acme).await),
    "logoutAll" => |world, who| Call::bare().by(who.person(world, &world.acme).await),
    "listUserSessions" => |_, _| Call::bare(),
    "endUserSession: one's own" => |world, who| {
        let person = who.person(world, &world.acme).await;
        Call::about(person.user_session_id).by(person)
    },
    "endUserSession: somebody else's" => |world, _| Call::about(world.member().await.user_session_id),
    "inspectInvitation" => |world, _| Call::bare().body(json!({ "token": link(world).await })),
    "acceptInvitation" => |world, _| Call::bare().body(json!({ "token": link(world).await, "password": PASSWORD })),
    // There is somebody, so the link of the empty platform is good no more; tests/all/auth/links.rs uses a good one.
    "setUpPlatform: a second time" => |world, _| Call::bare().body(json!({
        "token": "A".repeat(43), "organizationName": "Us", "email": world.name("us"), "displayName": "Us",
        "password": PASSWORD,
    })),
}
