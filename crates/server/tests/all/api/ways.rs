//! Every way in, enumerated from what the service serves: none is open to who is disabled or whose organization is
//! suspended, and none forgets that somebody guesses.

use super::people::Who;
use super::recipes;
use super::world::{PASSWORD, World};
use crate::support::Actor;
use sallyport::access::public::DIRECTORIES;
use serde_json::json;

/// Operations without a caller that make somebody one, or let them: each is tried here.
const WAYS_IN: &[&str] = &[
    "login",
    "verifyFactor",
    "startEnrolment",
    "confirmEnrolment",
    "signInByPasskey",
    "enrolPasskey",
    "refresh",
    "acceptInvitation",
    "acceptPasswordReset",
];

/// The others, which let nobody in.
const NO_WAYS_IN: &[(&str, &str)] = &[
    ("getHealth", "says that it lives"),
    ("getReadiness", "says that it serves"),
    ("getJwks", "public keys"),
    ("getAuditKeys", "public keys"),
    ("getPasskeyChallenge", "something to sign, which knows nobody"),
    ("inspectInvitation", "says whom a link is for"),
    ("inspectPasswordReset", "says whom a link is for"),
    ("confirmAddressChange", "gives somebody another address, and lets nobody in"),
    ("requestPasswordReset", "mails a link, and tells nobody"),
    ("weighPassword", "knows nobody"),
    ("setUpPlatform", "while there is nobody at all"),
    ("discoverSso", "says how a mail domain signs in"),
    ("startSso", "leads to an identity provider"),
    ("finishSso", "by a proven answer of an identity provider; o17 disables whom it names"),
    ("signOutThere", "ends sign-ins"),
    ("getSamlMetadata", "says who we are"),
    ("askBySamlForm", "leads to an identity provider"),
    ("finishSaml", "by a proven answer of an identity provider; from there on the same as finishSso"),
    ("signOutBySaml", "ends sign-ins"),
    ("signOutBySamlForm", "ends sign-ins"),
    ("attachSession", "by a ticket that a caller asked for; the row of the person is asked when it is used"),
];

/// What has descriptions of its own, and stands in no document of ours: it lets nobody in. That none of it answers
/// anybody but the token of a directory is `c02` of `scim`.
const ELSEWHERE: &[(&str, &str)] =
    &[("/api/scim/v2/", "a directory keeps people; what it makes has no password")];

const NEWEST: &str = "(SELECT id FROM users ORDER BY created_at DESC, id DESC LIMIT 1)";

/// Ends the newest person's part: disabled, or their organization suspended. And the way back.
const ENDS: [(&str, &str); 2] = [
    ("UPDATE users SET status = 'disabled' WHERE id = {newest}", ""),
    (
        "UPDATE organizations SET status = 'suspended' WHERE id = (SELECT org_id FROM users WHERE id = {newest})",
        "UPDATE organizations SET status = 'active' WHERE status = 'suspended'",
    ),
];

async fn run(world: &World, statement: &str) {
    let statement = statement.replace("{newest}", NEWEST);
    crate::wall::run(&mut *world.sql.lock().await, &statement).await;
}

#[tokio::test]
async fn m17_every_way_in_is_closed_to_who_is_disabled_or_suspended() {
    let world = World::make().await;
    let operations = world.document.operations();
    for operation in operations.iter().filter(|operation| operation.public()) {
        let known =
            WAYS_IN.contains(&operation.id.as_str()) || NO_WAYS_IN.iter().any(|(id, _)| *id == operation.id);
        assert!(known, "{} answers without a caller: is it a way in?", operation.id);
    }
    for (_, path, operation) in DIRECTORIES {
        let known = ELSEWHERE.iter().any(|(root, _)| path.starts_with(root));
        assert!(known, "{operation} answers without a caller: is it a way in?");
        world.app.stranger().get(&path.replace("{id}", "x")).await.refused_by_scim(401);
    }
    for way in WAYS_IN {
        let operation = operations.iter().find(|operation| operation.id == *way).unwrap();
        let recipe = recipes::all().find(|recipe| recipe.name == *way).unwrap();
        for (end, back) in ENDS {
            let (call, by) = world.prepare(recipe, Who::Anonymous).await;
            run(&world, end).await;
            let answer = call.send(operation, &by).await;
            assert!(answer.status.is_client_error(), "{way} after {end}: {}", answer.text());
            if !back.is_empty() {
                run(&world, back).await;
            }
        }
        // The same is a way in for who may come.
        let (call, by) = world.prepare(recipe, Who::Anonymous).await;
        let answer = call.send(operation, &by).await;
        assert!(answer.status.is_success(), "{way}: {}", answer.text());
    }
}

/// A person who can sign in, and a machine of theirs.
async fn person_and_machine(world: &World) -> (Actor, Actor) {
    let person = world.app.member(&world.acme, "basic_user").await;
    world.give_password(&person).await;
    let wish = json!({ "name": "a job", "scopes": ["organization.read"], "expiresInDays": 1 });
    let made = person.post("/api/api-tokens", wish).await.created();
    let mut machine = world.app.stranger();
    machine.token = made["token"].as_str().map(str::to_owned);
    (person, machine)
}

#[tokio::test]
async fn m17_every_kind_of_token_ends_with_the_person() {
    let world = World::make().await;
    for (end, back) in ENDS {
        let (person, machine) = person_and_machine(&world).await;
        let cookie = person.token.clone().unwrap();
        let by_cookie = async || {
            let stranger = world.app.stranger();
            let request = stranger.request(reqwest::Method::GET, "/api/organizations");
            let request = request.header("cookie", format!("__Host-sallyport_access={cookie}"));
            stranger.send(request).await.status.as_u16()
        };
        for who in [&person, &machine] {
            who.get("/api/organizations").await.ok();
        }
        assert_eq!(by_cookie().await, 200);
        run(&world, end).await;
        for who in [&person, &machine] {
            who.get("/api/organizations").await.refused(401, "unauthenticated");
        }
        assert_eq!(by_cookie().await, 401);
        if !back.is_empty() {
            run(&world, back).await;
        }
    }
}

#[tokio::test]
async fn m17_whoever_guesses_waits_at_every_way_that_takes_a_password() {
    let world = World::make().await;
    let (person, machine) = person_and_machine(&world).await;
    let wish = |password: &str| json!({ "email": person.email, "password": password, "delivery": "body" });
    for _ in 0..10 {
        world
            .app
            .stranger()
            .post("/api/auth/login", wish("wrong one entirely"))
            .await
            .refused(401, "invalid_credentials");
    }
    run(&world, "UPDATE login_attempts SET last_failed_at = now() + interval '5 minutes'").await;
    world.app.stranger().post("/api/auth/login", wish(PASSWORD)).await.refused(429, "rate_limited");
    person.post("/api/auth/step-up", json!({ "password": PASSWORD })).await.refused(429, "rate_limited");
    // Nobody is locked out by a guesser who is in: what stands goes on, and so do machines.
    person.get("/api/organizations").await.ok();
    machine.get("/api/organizations").await.ok();
}
