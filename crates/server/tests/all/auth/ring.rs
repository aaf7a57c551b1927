//! The ring of keys of access tokens: published, rotated, retired, given up; by two instances on one database.

use super::{bearer, entries, give_password, wish};
use crate::support::{Actor, MIGRATIONS, Second, TestApp};
use crate::wall::run;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use sallyport::ids::{UserId, UserSessionId};
use sallyport::startup::keys;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// The published keys.
async fn jwks(app: &TestApp, at: SocketAddr) -> Value {
    let answer = app.client.get(format!("http://{at}/.well-known/jwks.json")).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["cache-control"], "public, max-age=300");
    answer.json().await.unwrap()
}

/// Names of keys in this state, newest first.
async fn kids(admin: &Actor, state: &str) -> Vec<(String, String)> {
    let keys = admin.get("/api/auth/keys").await.ok();
    let keys = keys["items"].as_array().unwrap().iter().filter(|key| key["state"] == state);
    keys.map(|key| (key["id"].as_str().unwrap().to_owned(), key["keyId"].as_str().unwrap().to_owned()))
        .collect()
}

/// The key that signed a token.
fn signed_by(token: &str) -> String {
    let header = URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap();
    serde_json::from_slice::<Value>(&header).unwrap()["kid"].as_str().unwrap().to_owned()
}

/// Signs in at an instance; the tokens.
async fn sign_in(app: &TestApp, who: &Actor, at: SocketAddr) -> Value {
    app.stranger().at(at).post("/api/auth/login", wish(&who.email, super::PASSWORD)).await.ok()
}

/// The next key is published for long enough to sign.
const PUBLISH: &str = "UPDATE token_keys SET created_at = created_at - interval '6 minutes' WHERE activated_at IS NULL AND revoked_at IS NULL";

#[tokio::test]
async fn the_published_keys_verify_our_tokens_and_hold_nothing_private() {
    let app = TestApp::start().await;
    let ada = app.technician().await;
    let token = ada.token.clone().unwrap();
    let set = jwks(&app, app.address).await;
    let keys = set["keys"].as_array().unwrap();
    assert_eq!(keys.len(), 2, "one signs, one is next: {set}");
    for key in keys {
        let members: Vec<_> = key.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(members, ["kty", "crv", "kid", "x", "alg", "use"], "no private part, nothing else");
        assert_eq!(
            (&key["kty"], &key["crv"], &key["alg"]),
            (&json!("OKP"), &json!("Ed25519"), &json!("EdDSA"))
        );
    }
    let key = keys.iter().find(|key| key["kid"] == signed_by(&token)).unwrap();
    let mut rules = Validation::new(Algorithm::EdDSA);
    rules.set_audience(&["sallyport"]);
    let public = DecodingKey::from_ed_components(key["x"].as_str().unwrap()).unwrap();
    let read = jsonwebtoken::decode::<Value>(&token, &public, &rules).unwrap();
    assert_eq!(read.claims["sub"], json!(ada.id));
    app.stop().await;
}

#[tokio::test]
async fn a_key_that_is_too_old_is_rotated_once_and_nobody_is_signed_out() {
    let app = TestApp::start().await;
    let second = Second::start(&app).await;
    let ada = app.super_admin().await;
    give_password(&app, &ada).await;
    let old = ada.token.clone().unwrap();
    let next = kids(&ada, "next").await;
    run(&mut app.sql().await, PUBLISH).await;
    let age = "UPDATE token_keys SET activated_at = now() - interval '91 days' WHERE retired_at IS NULL AND activated_at IS NOT NULL";
    run(&mut app.sql().await, age).await;
    app.until_sql("SELECT count(*) = 1 FROM token_keys WHERE retired_at IS NOT NULL").await;
    // Both instances have looked again by then, and found nothing more to do.
    tokio::time::sleep(Duration::from_secs(11)).await;
    assert_eq!(kids(&ada, "active").await, next, "the key that was published before signs");
    assert_eq!(kids(&ada, "retired").await.len(), 1, "two instances rotated once");
    assert_eq!(entries(&app, "token_key.rotate").await.len(), 1);
    assert!(!kids(&ada, "next").await.is_empty(), "there is another next one");
    for at in [app.address, second.address] {
        let token = sign_in(&app, &ada, at).await["accessToken"].as_str().unwrap().to_owned();
        assert_eq!(signed_by(&token), next[0].1);
        for other in [app.address, second.address] {
            bearer(&app, &token).at(other).get("/api/users/profile").await.ok();
            bearer(&app, &old).at(other).get("/api/users/profile").await.ok();
        }
        assert_eq!(jwks(&app, at).await["keys"].as_array().unwrap().len(), 3);
    }
    // When its last token must be dead, the retired key verifies nothing and is wiped; the other private halves stay.
    run(
        &mut app.sql().await,
        "UPDATE token_keys SET retired_at = now() - interval '16 minutes' WHERE retired_at IS NOT NULL",
    )
    .await;
    app.until_sql("SELECT count(*) = 1 FROM token_keys WHERE sealed_key IS NULL").await;
    assert_eq!(entries(&app, "token_key.wipe").await.len(), 1);
    tokio::time::sleep(Duration::from_secs(6)).await;
    for at in [app.address, second.address] {
        bearer(&app, &old).at(at).get("/api/users/profile").await.refused(401, "unauthenticated");
    }
    second.stop().await;
    app.stop().await;
}

#[tokio::test]
async fn a_super_admin_rotates_after_a_fresh_proof() {
    let app = TestApp::start().await;
    let (ada, manager) = (app.super_admin().await, app.account_manager().await);
    manager.get("/api/auth/keys").await.refused(403, "forbidden");
    manager.post("/api/auth/keys/rotate", json!({})).await.refused(403, "forbidden");
    let stale = "UPDATE user_sessions SET authenticated_at = now() - interval '11 minutes'";
    run(&mut app.sql().await, stale).await;
    ada.post("/api/auth/keys/rotate", json!({})).await.refused(403, "step_up_required");
    run(&mut app.sql().await, "UPDATE user_sessions SET authenticated_at = now()").await;
    ada.post("/api/auth/keys/rotate", json!({})).await.refused(409, "key_not_published_yet");
    let next = kids(&ada, "next").await;
    run(&mut app.sql().await, PUBLISH).await;
    ada.post("/api/auth/keys/rotate", json!({})).await.ok();
    assert_eq!(kids(&ada, "active").await, next);
    // Signed by the key before, and good.
    manager.get("/api/users/profile").await.ok();
    let token = manager.renewed(&app).token.unwrap();
    assert_eq!(signed_by(&token), next[0].1, "this instance signs with it at once");
    let done = entries(&app, "token_key.rotate").await;
    assert_eq!(done.iter().filter(|(outcome, ..)| outcome == "success").count(), 1, "{done:?}");
    app.stop().await;
}

#[tokio::test]
async fn what_a_revoked_key_signed_is_dead_everywhere_at_once() {
    let app = TestApp::start().await;
    let second = Second::start(&app).await;
    let ada = app.super_admin().await;
    let bob = app.technician().await;
    give_password(&app, &bob).await;
    let tokens = sign_in(&app, &bob, second.address).await;
    let stolen = bearer(&app, tokens["accessToken"].as_str().unwrap());
    for at in [app.address, second.address] {
        stolen.at(at).get("/api/users/profile").await.ok();
    }
    let (id, kid) = kids(&ada, "active").await.remove(0);
    assert_eq!(signed_by(stolen.token.as_deref().unwrap()), kid);
    let path = format!("/api/auth/keys/{id}/revoke");
    ada.post(&path, json!({ "reason": "" })).await.refused(400, "invalid_input");
    ada.post(&path, json!({ "reason": "a backup was stolen" })).await.ok();
    let begun = Instant::now();
    for at in [second.address, app.address] {
        stolen.at(at).get("/api/users/profile").await.refused(401, "unauthenticated");
        ada.at(at).get("/api/users/profile").await.refused(401, "unauthenticated");
    }
    assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
    let wiped: bool = sqlx::query_scalar("SELECT sealed_key IS NULL FROM token_keys WHERE kid = $1")
        .bind(&kid)
        .fetch_one(&mut app.sql().await)
        .await
        .unwrap();
    assert!(wiped);
    // The sign-ins themselves stand: whoever has the refresh token goes on, with the key that was next.
    let renewed = app
        .stranger()
        .post("/api/auth/refresh", json!({ "refreshToken": tokens["refreshToken"] }))
        .await
        .ok();
    let token = renewed["accessToken"].as_str().unwrap();
    assert_ne!(signed_by(token), kid);
    for at in [app.address, second.address] {
        bearer(&app, token).at(at).get("/api/users/profile").await.ok();
    }
    assert!(!jwks(&app, app.address).await.to_string().contains(&kid));
    let ada = ada.renewed(&app);
    ada.post(&path, json!({ "reason": "again" })).await.refused(404, "not_found");
    let events = entries(&app, "token_key.revoke").await;
    assert!(events.iter().any(|(outcome, risk, _)| outcome == "success" && risk == "critical"), "{events:?}");
    second.stop().await;
    app.stop().await;
}

#[tokio::test]
async fn j05_a_key_that_another_instance_made_a_moment_ago_is_looked_up_once() {
    let app = TestApp::start_for_strangers().await;
    let second = Second::start(&app).await;
    let ada = app.super_admin().await;
    // Two revocations in a row: the key that signs now was made and began to sign before the other could read it.
    for _ in 0..2 {
        let ada = ada.renewed(&app);
        let (id, _) = kids(&ada, "active").await.remove(0);
        ada.post(&format!("/api/auth/keys/{id}/revoke"), json!({ "reason": "a test" })).await.ok();
    }
    ada.renewed(&app).at(second.address).get("/api/users/profile").await.ok();
    // Strangers' keys are no reason to look again and again: the reads of the ring are counted.
    let reads = "SELECT coalesce(sum(seq_scan + coalesce(idx_scan, 0)), 0)::bigint FROM pg_stat_user_tables WHERE relname = 'token_keys'";
    let count = async || -> i64 {
        tokio::time::sleep(Duration::from_millis(1500)).await;
        sqlx::query_scalar(reads).fetch_one(&mut app.sql().await).await.unwrap()
    };
    let before = count().await;
    for n in 0..300 {
        let header = URL_SAFE_NO_PAD.encode(format!(r#"{{"alg":"EdDSA","typ":"at+jwt","kid":"{n:016x}"}}"#));
        let token = format!("{header}.e30.{}", "A".repeat(86));
        bearer(&app, &token)
            .at(second.address)
            .get("/api/users/profile")
            .await
            .refused(401, "unauthenticated");
    }
    let read = count().await - before;
    assert!(read < 150, "300 unknown keys made {read} reads of the table");
    second.stop().await;
    app.stop().await;
}

#[tokio::test]
async fn an_installation_of_before_goes_on_with_the_key_it_had() {
    let app = TestApp::start().await;
    let root = app.platform.app.config.data_dir.join("root.key");
    let vault = || sallyport_secrets::Vault::new(sallyport_secrets::RootKey::load(&root).unwrap());
    let (user, session) = (UserId(app.clock.new_id()), UserSessionId(app.clock.new_id()));
    let old = app.platform.app.tokens.sign(user, session, 1, &app.clock).unwrap();
    // The schema as it was: the key that signs among the server's others.
    let before = "BEGIN;
        INSERT INTO server_keys (id, purpose, key_id, public_key, sealed_key)
            SELECT id, 'access-token', kid, public_key, sealed_key FROM token_keys WHERE activated_at IS NOT NULL;
        DROP TABLE token_keys; DROP FUNCTION wall.load_caller;
        CREATE FUNCTION wall.load_caller(uuid, integer) RETURNS integer LANGUAGE sql AS 'SELECT 1'; COMMIT";
    run(&mut app.sql().await, before).await;
    let migration = MIGRATIONS.iter().find(|migration| migration.version == 20_261_121_000_060).unwrap();
    run(&mut app.sql().await, &format!("BEGIN; {}; COMMIT", migration.sql.as_str())).await;
    let issuer = &app.platform.app.config.http.public_url;
    let loaded = keys::load(&app.platform.app.db, vault(), issuer, &app.clock).await.unwrap();
    assert!(loaded.tokens.verify(&old, &app.clock).is_some());
    let new = loaded.tokens.sign(user, session, 1, &app.clock).unwrap();
    assert_eq!(signed_by(&new), signed_by(&old));
    let left = "SELECT count(*) FROM server_keys WHERE purpose = 'access-token'";
    let left: i64 = sqlx::query_scalar(left).fetch_one(&mut app.sql().await).await.unwrap();
    assert_eq!(left, 0, "no copy of the private half stays behind");
}
