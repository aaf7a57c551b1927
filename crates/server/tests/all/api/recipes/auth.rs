//! Signing in and out, and the links by which accounts begin. What ends sign-ins is done by somebody new.

use super::{Call, Who, recipes};
use crate::api::world::{PASSWORD, World};
use crate::support::Actor;
use sallyport::auth::opaque::OpaqueToken;
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
pub(super) async fn link(world: &World) -> String {
    let name = world.name("person");
    let wish = json!({
        "organizationId": world.acme.id, "email": format!("{name}@acme.example"), "displayName": name,
        "role": "basic_user",
    });
    let made = world.make_by_admin("/api/users", wish).await;
    made["invitationUrl"].as_str().unwrap().split_once("#token=").unwrap().1.to_owned()
}

/// The token of a link for a forgotten password, as the mail would have it; how it is asked for is in
/// tests/all/auth/reset.rs.
async fn reset_link(world: &World) -> String {
    let person = person(world, Who::Anonymous).await;
    let token = OpaqueToken::new().unwrap();
    sqlx::query(
        "INSERT INTO password_resets (org_id, id, user_id, token_hash, expires_at)
         VALUES ($1, $2, $3, $4, now() + interval '30 minutes')",
    )
    .bind(person.org_id)
    .bind(world.app.clock.new_id())
    .bind(person.id)
    .bind(token.hash())
    .execute(&mut *world.sql.lock().await)
    .await
    .unwrap();
    token.reveal().unwrap()
}

/// The token of a link for another address, as the mail would have it; how it is asked for is in
/// tests/all/auth/address.rs.
async fn address_link(world: &World) -> String {
    let person = person(world, Who::Anonymous).await;
    let token = OpaqueToken::new().unwrap();
    sqlx::query(
        "INSERT INTO address_changes (org_id, id, user_id, email, token_hash, expires_at)
         VALUES ($1, $2, $3, $4, $5, now() + interval '30 minutes')",
    )
    .bind(person.org_id)
    .bind(world.app.clock.new_id())
    .bind(person.id)
    .bind(format!("{}@acme.example", world.name("another")))
    .bind(token.hash())
    .execute(&mut *world.sql.lock().await)
    .await
    .unwrap();
    token.reveal().unwrap()
}

/// Another password, not guessed quickly either.
const OTHER_PASSWORD: &str = "quartz heron bicycle 17";

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
    "requestPasswordReset" => |world, who| Call::bare().body(json!({ "email": person(world, who).await.email })),
    "requestPasswordReset: of nobody" => |world, _| Call::bare()
        .body(json!({ "email": format!("{}@acme.example", world.name("nobody")) })),
    "inspectPasswordReset" => |world, _| Call::bare().body(json!({ "token": reset_link(world).await })),
    "acceptPasswordReset" => |world, _| Call::bare()
        .body(json!({ "token": reset_link(world).await, "password": OTHER_PASSWORD })),
    "changePassword" => |world, who| {
        let person = who.person(world, &world.acme).await;
        if who != Who::Anonymous {
            world.give_password(&person).await;
        }
        Call::bare().by(person).body(json!({ "currentPassword": PASSWORD, "newPassword": OTHER_PASSWORD }))
    },
    "changePassword: without knowing it" => |world, who| Call::bare().by(who.person(world, &world.acme).await)
        .body(json!({ "currentPassword": "another one entirely", "newPassword": OTHER_PASSWORD })),
    "getAddressChange" => |_, _| Call::bare(),
    "requestAddressChange" => |world, who| {
        let person = who.person(world, &world.acme).await;
        if who != Who::Anonymous {
            world.give_password(&person).await;
        }
        Call::bare().by(person).body(json!({ "email": format!("{}@acme.example", world.name("another")) }))
    },
    "cancelAddressChange" => |_, _| Call::bare(),
    "confirmAddressChange" => |world, _| Call::bare().body(json!({ "token": address_link(world).await })),
    "weighPassword" => |_, _| Call::bare().body(json!({ "password": OTHER_PASSWORD, "displayName": "Ada Park" })),
    // There is somebody, so the link of the empty platform is good no more; tests/all/auth/links.rs uses a good one.
    "setUpPlatform: a second time" => |world, _| Call::bare().body(json!({
        "token": "A".repeat(43), "organizationName": "Us", "email": world.name("us"), "displayName": "Us",
        "password": PASSWORD,
    })),
}
