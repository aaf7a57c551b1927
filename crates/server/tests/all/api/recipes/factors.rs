//! Second factors: one's own, and those that a sign-in owes.

use super::{Call, Who, recipes};
use crate::api::world::{PASSWORD, World};
use crate::support::{Actor, authenticator};
use serde_json::{Value, json};

/// Somebody new of this kind who can sign in; for nobody, a member of the customer.
pub(super) async fn person(world: &World, who: Who) -> Actor {
    let who = if who == Who::Anonymous { Who::BasicUser } else { who };
    let person = who.person(world, &world.acme).await;
    world.give_password(&person).await;
    person
}

/// Somebody new of this kind with an authenticator app, and what it was told.
async fn enrolled(world: &World, who: Who) -> (Actor, authenticator::App) {
    let person = person(world, who).await;
    let app = authenticator::App::add(&person).await;
    (person, app)
}

/// What the right password of this person leads to.
pub(super) async fn challenge(world: &World, person: &Actor) -> Value {
    let wish = json!({ "email": person.email, "password": PASSWORD, "delivery": "body" });
    world.app.stranger().post("/api/auth/login", wish).await.ok()["challenge"].clone()
}

/// A challenge of somebody of an organization that asks for a factor. It is one of its own: Acme asks for none.
pub(super) async fn owing(world: &World) -> Value {
    let customer = world.customer().await;
    world
        .run("UPDATE organizations SET mfa_required = true WHERE id::text = $1", &customer.id.to_string())
        .await;
    let person = world.app.member(&customer, "basic_user").await;
    world.give_password(&person).await;
    challenge(world, &person).await
}

/// The caller as they are, where the table asks about nobody.
pub(super) fn by(who: Who, world: &World, person: Actor) -> Actor {
    if who == Who::Anonymous { world.app.stranger() } else { person }
}

recipes! {
    "verifyFactor" => |world, who| {
        let (person, app) = enrolled(world, who).await;
        let challenge = challenge(world, &person).await;
        Call::bare().body(json!({
            "challenge": challenge, "method": "totp", "code": app.next_code(), "delivery": "body",
        }))
    }; leaves [("auth.login", "success")],
    "verifyFactor: with a backup code" => |world, who| {
        let (person, app) = enrolled(world, who).await;
        let challenge = challenge(world, &person).await;
        Call::bare().body(json!({
            "challenge": challenge, "method": "backup_code", "code": app.backup_codes[0], "delivery": "body",
        }))
    }; leaves [("backup_code.use", "success"), ("auth.login", "success")],
    "verifyFactor: with a wrong code" => |world, who| {
        let (person, _) = enrolled(world, who).await;
        let challenge = challenge(world, &person).await;
        Call::bare().body(json!({ "challenge": challenge, "method": "backup_code", "code": "aaaa-aaaa-aaaa-aaaa" }))
    },
    "startEnrolment" => |world, _| Call::bare().body(json!({ "challenge": owing(world).await })),
    "confirmEnrolment" => |world, _| {
        let challenge = owing(world).await;
        let factor = world.app.stranger().post("/api/auth/enrolment", json!({ "challenge": challenge })).await.ok();
        Call::bare().body(json!({
            "challenge": challenge, "factorId": factor["factorId"], "delivery": "body",
            "code": authenticator::code_now(factor["secret"].as_str().unwrap()),
        }))
    }; leaves [("enrolment.confirm", "success"), ("auth.login", "success")],
    "stepUp" => |world, who| {
        let person = person(world, who).await;
        Call::bare().body(json!({ "password": PASSWORD })).by(by(who, world, person))
    },
    "stepUp: with another password" => |world, who| {
        let person = person(world, who).await;
        Call::bare().body(json!({ "password": "another one entirely" })).by(by(who, world, person))
    },
    "getFactors" => |_, _| Call::bare(),
    "createFactor" => |world, who| {
        let person = person(world, who).await;
        Call::bare().body(json!({ "name": "New telephone" })).by(by(who, world, person))
    },
    "confirmFactor" => |world, who| {
        let person = person(world, who).await;
        let factor = person.post("/api/auth/factors/totp", json!({})).await.created();
        let code = authenticator::code_now(factor["secret"].as_str().unwrap());
        Call::about(factor["factorId"].as_str().unwrap()).body(json!({ "code": code })).by(by(who, world, person))
    },
    "deleteFactor" => |world, who| {
        let (person, app) = enrolled(world, who).await;
        Call::about(app.factor_id).by(by(who, world, person))
    },
    "deleteFactor: somebody else's" => |world, _| Call::about(enrolled(world, Who::BasicUser).await.1.factor_id),
    "createBackupCodes" => |world, who| {
        let (person, _) = enrolled(world, who).await;
        Call::bare().by(by(who, world, person))
    },
    "resetFactors" => |world, _| Call::about(enrolled(world, Who::BasicUser).await.0.id)
        .query("reason", "lost the telephone; called back"),
    "resetFactors: of a technician" => |world, _| Call::about(enrolled(world, Who::Ungranted).await.0.id)
        .query("reason", "lost the telephone"),
    "resetFactors: one's own" => |world, who| {
        let (person, _) = enrolled(world, who).await;
        Call::about(person.id).query("reason", "I lost it").by(by(who, world, person))
    },
    "resetFactors: of who has none" => |world, _| Call::about(world.member().await.id)
        .query("reason", "lost the telephone"),
    "createBackupCodes: without an app" => |world, who| Call::bare().by(who.person(world, &world.acme).await),
}
