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
    crate::wall::run(&mut app.sql().await, "DELETE FROM server_keys; DELETE FROM token_keys").await;
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
            assert_eq!(other.audit_keys[0].key_id(), one.audit_keys[0].key_id());
        }
    }
    for (table, count) in [("server_keys", 5), ("token_keys", 2)] {
        let stored = sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {table}"));
        let stored: i64 = sqlx::query_scalar(stored).fetch_one(&mut app.sql().await).await.unwrap();
        assert_eq!(stored, count, "{table}");
    }
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
