//! The server's own keys.

use crate::support::TestApp;
use futures::future::join_all;
use sallyport::ids::{UserId, UserSessionId};
use sallyport::startup::keys;
use sallyport_secrets::{RootKey, Vault};

fn vault(app: &TestApp) -> Vault {
    Vault::new(RootKey::load(&app.platform.app.config.data_dir.join("root.key")).unwrap())
}

#[tokio::test]
async fn instances_that_start_together_agree_on_the_keys() {
    let app = TestApp::start().await;
    sqlx::query("DELETE FROM server_keys").execute(&mut app.sql().await).await.unwrap();
    let issuer = "https://gate.example.com";
    let db = &app.platform.app.db;
    let loaded = join_all((0..6).map(|_| keys::load(db, vault(&app), issuer, &app.clock))).await;
    let loaded: Vec<_> = loaded.into_iter().map(Result::unwrap).collect();
    let (user, session) = (UserId(app.clock.new_id()), UserSessionId(app.clock.new_id()));
    for one in &loaded {
        let token = one.tokens.sign(user, session, 1, &app.clock).unwrap();
        for other in &loaded {
            assert!(other.tokens.verify(&token, &app.clock).is_some());
            assert!(other.csrf_key.holds(b"session", &one.csrf_key.sign(b"session")));
            assert_eq!(other.pseudonym_key.of("ada"), one.pseudonym_key.of("ada"));
            assert_eq!(other.pepper.expose(), one.pepper.expose());
            assert_eq!(other.manifest_keys[0].key_id(), one.manifest_keys[0].key_id());
        }
    }
    let stored: i64 =
        sqlx::query_scalar("SELECT count(*) FROM server_keys").fetch_one(&mut app.sql().await).await.unwrap();
    assert_eq!(stored, 5);
}

#[tokio::test]
async fn a_new_token_key_signs_and_the_one_before_still_verifies() {
    let app = TestApp::start().await;
    let (issuer, db) = ("https://gate.example.com", &app.platform.app.db);
    let (user, session) = (UserId(app.clock.new_id()), UserSessionId(app.clock.new_id()));
    let before = keys::load(db, vault(&app), issuer, &app.clock).await.unwrap();
    let old = before.tokens.sign(user, session, 1, &app.clock).unwrap();
    let retire = "UPDATE server_keys SET retired_at = now() WHERE purpose = 'access-token'";
    sqlx::query(retire).execute(&mut app.sql().await).await.unwrap();
    let between = keys::load(db, vault(&app), issuer, &app.clock).await.unwrap();
    let new = between.tokens.sign(user, session, 1, &app.clock).unwrap();
    assert_ne!(old.split('.').next(), new.split('.').next(), "a retired key signs nothing");
    assert!(between.tokens.verify(&old, &app.clock).is_some());
    let age =
        "UPDATE server_keys SET retired_at = now() - interval '61 minutes' WHERE retired_at IS NOT NULL";
    sqlx::query(age).execute(&mut app.sql().await).await.unwrap();
    let after = keys::load(db, vault(&app), issuer, &app.clock).await.unwrap();
    assert!(after.tokens.verify(&old, &app.clock).is_none());
    assert!(after.tokens.verify(&new, &app.clock).is_some());
}

#[tokio::test]
async fn another_root_key_is_said_and_not_worked_around() {
    let app = TestApp::start().await;
    let folder = tempfile::tempdir().unwrap();
    let other = Vault::new(RootKey::load_or_create(&folder.path().join("root.key")).unwrap());
    let result = keys::load(&app.platform.app.db, other, "https://gate.example.com", &app.clock).await;
    let error = format!("{:#}", result.map(|_| ()).unwrap_err());
    assert!(error.contains("root key"), "{error}");
}
