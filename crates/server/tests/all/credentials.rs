//! Credentials: in, sealed, exchanged, opened for a session, gone.

use crate::assets::add_bare;
use crate::sessions::Stage;
use crate::support::{Actor, Terminal, TestApp};
use sallyport_testkit::sshd::Sshd;
use serde_json::{Value, json};
use sqlx::Row as _;

const PASSWORD: &str = "a pass\u{e4}word, \"quoted\"";

/// A password for `root` on `asset`, full access.
fn password(org: uuid::Uuid, asset: &str) -> Value {
    json!({
        "organizationId": org, "assetId": asset, "username": "root", "kind": "password",
        "accessLevel": "full_access", "password": PASSWORD,
    })
}

async fn sealed_rows(app: &TestApp, credential: &str) -> Vec<(i32, String)> {
    let rows = sqlx::query(
        "SELECT secret_version, field FROM credential_secrets WHERE credential_id::text = $1 ORDER BY 1, 2",
    )
    .bind(credential)
    .fetch_all(&mut app.sql().await)
    .await
    .unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

#[tokio::test]
async fn a_credential_is_added_changed_rotated_and_removed() {
    let app = TestApp::start().await;
    let acme = app.customer("Acme").await;
    let admin = app.member(&acme, "admin").await;
    let manager = app.account_manager().await;
    let asset = add_bare(&manager, &acme, "web-1", "192.0.2.7:22".parse().unwrap()).await;
    let made = admin.post("/api/credentials", password(acme.id, &asset)).await.created();
    assert_eq!(
        (&made["assetName"], &made["kind"], &made["rotatedAt"]),
        (&json!("web-1"), &json!("password"), &json!(null))
    );
    let id = made["id"].as_str().unwrap();
    let path = format!("/api/credentials/{id}");
    admin.post("/api/credentials", password(acme.id, &asset)).await.refused(409, "account_exists");
    assert_eq!(sealed_rows(&app, id).await, [(1, "password".to_owned())]);

    let version = made["version"].as_i64().unwrap();
    let change = |version: i64| {
        let request = admin.request(reqwest::Method::PUT, &path).header("If-Match", version.to_string());
        admin.send(request.json(&json!({ "username": "ops", "accessLevel": "read_only" })))
    };
    let changed = change(version).await.ok();
    assert_eq!((&changed["username"], &changed["accessLevel"]), (&json!("ops"), &json!("read_only")));
    change(version).await.refused(412, "stale_version");
    admin.put(&path, json!({ "password": "x" })).await.refused(400, "unknown_field");

    let rotated = admin.post(&format!("{path}/rotate"), json!({ "password": "another" })).await.ok();
    assert!(rotated["rotatedAt"].is_string());
    assert_eq!(sealed_rows(&app, id).await, [(2, "password".to_owned())]);
    let refusal = admin
        .post(&format!("{path}/rotate"), json!({ "privateKey": "x" }))
        .await
        .refused(400, "invalid_input");
    assert!(refusal["details"]["fields"]["privateKey"].is_string(), "{refusal}");
    assert_eq!(sealed_rows(&app, id).await, [(2, "password".to_owned())]);

    admin.delete(&path).await.ok();
    admin.get(&path).await.refused(404, "not_found");
    assert_eq!(sealed_rows(&app, id).await, []);
    let trail = app.audit_trail().await;
    for code in ["credential.create", "credential.update", "credential.rotate", "credential.delete"] {
        assert!(trail.contains(&(code.to_owned(), "success".to_owned())), "{code}");
    }
}

#[tokio::test]
async fn twenty_rotations_at_once_leave_one_secret_that_opens() {
    let stage = Stage::new().await;
    let manager = stage.app.account_manager().await;
    let listed = manager.get(&format!("/api/credentials?assetId={}", stage.asset)).await.ok();
    let id = listed["items"][0]["id"].as_str().unwrap().to_owned();
    let key = stage.sshd.private_key().unwrap();
    let rotations = (0..20).map(|_| {
        let (manager, path, key) = (manager.clone(), format!("/api/credentials/{id}/rotate"), key.clone());
        tokio::spawn(async move { manager.post(&path, json!({ "privateKey": key })).await.status })
    });
    for rotation in rotations.collect::<Vec<_>>() {
        assert_eq!(rotation.await.unwrap(), 200);
    }
    assert_eq!(sealed_rows(&stage.app, &id).await, [(21, "private_key".to_owned())]);
    let (mut terminal, _) = Terminal::start(&stage.app, &stage.tech, &stage.asset).await;
    terminal.event("ready").await;
}

#[tokio::test]
async fn secrets_that_do_not_fit_are_refused_at_their_field() {
    let app = TestApp::start().await;
    let acme = app.customer("Acme").await;
    let manager = app.account_manager().await;
    let asset = add_bare(&manager, &acme, "web-1", "192.0.2.7:22".parse().unwrap()).await;
    let sshd = Sshd::start().unwrap();
    let (key, certificate) = sshd.certificate("ops").unwrap();
    let closed = sshd.private_key_with("correct horse").unwrap();
    let other = Sshd::start().unwrap().private_key().unwrap();
    for (field, kind, fields) in [
        ("password", "password", json!({})),
        ("password", "password", json!({ "password": "" })),
        ("password", "password", json!({ "password": "a\nb" })),
        ("password", "password", json!({ "password": "x".repeat(1025) })),
        ("privateKey", "password", json!({ "password": "x", "privateKey": key })),
        ("privateKey", "private_key", json!({})),
        ("privateKey", "private_key", json!({ "privateKey": "hello" })),
        ("privateKey", "private_key", json!({ "privateKey": sshd.host_key().unwrap() })),
        ("passphrase", "private_key", json!({ "privateKey": closed })),
        ("passphrase", "private_key", json!({ "privateKey": closed, "passphrase": "wrong" })),
        ("passphrase", "private_key", json!({ "privateKey": key, "passphrase": "none" })),
        ("password", "private_key", json!({ "privateKey": key, "password": "x" })),
        ("certificate", "private_key", json!({ "privateKey": key, "certificate": certificate })),
        ("certificate", "certificate", json!({ "privateKey": key })),
        ("certificate", "certificate", json!({ "privateKey": key, "certificate": "ssh-ed25519 AAAA" })),
        ("certificate", "certificate", json!({ "privateKey": other, "certificate": certificate })),
        ("username", "password", json!({ "username": "", "password": "x" })),
        ("username", "password", json!({ "username": "a\u{0}", "password": "x" })),
    ] {
        let mut wish = password(acme.id, &asset);
        wish["kind"] = json!(kind);
        wish.as_object_mut().unwrap().remove("password");
        wish.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        let refusal = manager.post("/api/credentials", wish).await.refused(400, "invalid_input");
        assert!(refusal["details"]["fields"][field].is_string(), "{field} {kind}: {refusal}");
        assert!(!refusal.to_string().contains("correct horse"), "{refusal}");
    }
    assert_eq!(manager.get("/api/credentials").await.ok()["total"], 0);
}

#[tokio::test]
async fn each_kind_of_credential_opens_a_session() {
    let root = rustix_is_root();
    let builder = Sshd::builder();
    let sshd = if root { builder.password("s3cret pass") } else { builder }.start().unwrap();
    let address = sshd.address();
    let app = TestApp::start_with(|config| config.targets.allow.push(address)).await;
    let acme = app.customer("Acme").await;
    let (manager, tech) = (app.account_manager().await, app.technician().await);
    app.grant(&tech, &acme, "full_access").await;
    let (key, certificate) = sshd.certificate(sshd.username()).unwrap();
    let closed = sshd.private_key_with("correct horse").unwrap();
    let mut kinds = vec![
        ("private_key", json!({ "privateKey": key })),
        ("private_key", json!({ "privateKey": closed, "passphrase": "correct horse" })),
        ("certificate", json!({ "privateKey": key, "certificate": certificate })),
    ];
    if root {
        kinds.push(("password", json!({ "password": "s3cret pass" })));
    }
    for (index, (kind, fields)) in kinds.into_iter().enumerate() {
        let asset = add_bare(&manager, &acme, &format!("web-{index}"), address).await;
        let seen = json!({ "fingerprint": sshd.fingerprint().unwrap() });
        manager.post(&format!("/api/assets/{asset}/host-key/confirm"), seen).await.ok();
        let mut wish = json!({
            "organizationId": acme.id, "assetId": asset, "username": sshd.username(), "kind": kind,
            "accessLevel": "full_access",
        });
        wish.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        let made = manager.post("/api/credentials", wish).await.created();
        assert_eq!(made["warnings"].as_array().unwrap().len(), usize::from(kind == "certificate"), "{made}");
        let (mut terminal, _) = Terminal::start(&app, &tech, &asset).await;
        terminal.event("ready").await;
        terminal.type_in("echo in-$((40+2))\n").await;
        terminal.shows("in-42").await;
    }
}

fn rustix_is_root() -> bool {
    rustix::process::getuid().is_root()
}

#[tokio::test]
async fn i01_credentials_are_told_to_those_who_keep_them() {
    let app = TestApp::start().await;
    let (acme, globex) = (app.customer("Acme").await, app.customer("Globex").await);
    let manager = app.account_manager().await;
    let address = "192.0.2.7:22".parse().unwrap();
    let ours = add_bare(&manager, &acme, "ours", address).await;
    let theirs = add_bare(&manager, &globex, "theirs", address).await;
    let our = manager.post("/api/credentials", password(acme.id, &ours)).await.created();
    let their = manager.post("/api/credentials", password(globex.id, &theirs)).await.created();
    let path = |credential: &Value| format!("/api/credentials/{}", credential["id"].as_str().unwrap());
    assert_eq!(manager.get("/api/credentials").await.ok()["total"], 2);
    let admin = app.member(&acme, "admin").await;
    assert_eq!(admin.get("/api/credentials").await.ok()["total"], 1);
    admin.get(&path(&our)).await.ok();
    for answer in [
        admin.get(&path(&their)).await,
        admin.put(&path(&their), json!({ "username": "x" })).await,
        admin.post(&format!("{}/rotate", path(&their)), json!({ "password": "x" })).await,
        admin.delete(&path(&their)).await,
        admin.post("/api/credentials", password(globex.id, &theirs)).await,
        // Our organization with their machine.
        admin.post("/api/credentials", password(acme.id, &theirs)).await,
        manager.post("/api/credentials", password(acme.id, &theirs)).await,
    ] {
        answer.refused(404, "not_found");
    }
    let tech = app.technician().await;
    app.grant(&tech, &acme, "full_access").await;
    let nosy: [Actor; 4] = [
        tech,
        app.security_analyst().await,
        app.member(&acme, "report_viewer").await,
        app.member(&acme, "basic_user").await,
    ];
    for who in nosy {
        who.get("/api/credentials").await.refused(403, "forbidden");
        who.get(&path(&our)).await.refused(403, "forbidden");
        who.post("/api/credentials", password(acme.id, &ours)).await.refused(403, "forbidden");
        who.post(&format!("{}/rotate", path(&our)), json!({ "password": "x" }))
            .await
            .refused(403, "forbidden");
        who.put(&path(&our), json!({ "username": "x" })).await.refused(403, "forbidden");
        who.delete(&path(&our)).await.refused(403, "forbidden");
    }
}

#[tokio::test]
async fn v07_a_destroyed_key_takes_its_secrets_along_even_those_of_a_backup() {
    let stage = Stage::new().await;
    let (admin, manager) = (stage.app.super_admin().await, stage.app.account_manager().await);
    let listed = manager.get(&format!("/api/credentials?assetId={}", stage.asset)).await.ok();
    let credential = listed["items"][0]["id"].as_str().unwrap().to_owned();
    let mut sql = stage.app.sql().await;
    for table in ["credentials", "credential_secrets"] {
        let backup = format!("CREATE TABLE pg_temp.backup_{table} AS SELECT * FROM {table}");
        sqlx::query(sqlx::AssertSqlSafe(backup)).execute(&mut sql).await.unwrap();
    }
    let wish = json!({ "confirmName": stage.acme.name, "reason": "they left" });
    admin.post(&format!("/api/organizations/{}/destroy-key", stage.acme.id), wish).await.ok();
    assert_eq!(manager.get(&format!("/api/assets/{}", stage.asset)).await.ok()["accounts"], json!([]));
    let start = json!({ "assetId": stage.asset, "cols": 80, "rows": 24, "reason": "a test" });
    stage.tech.post("/api/sessions", start.clone()).await.refused(409, "credential_missing");
    let refusal = manager
        .post("/api/credentials", password(stage.acme.id, &stage.asset))
        .await
        .refused(409, "key_destroyed");
    assert!(refusal["message"].as_str().unwrap().contains("for good"), "{refusal}");

    // Somebody brings the rows back from a backup.
    sqlx::query("DELETE FROM credentials").execute(&mut sql).await.unwrap();
    for table in ["credentials", "credential_secrets"] {
        let restore = format!("INSERT INTO {table} SELECT * FROM pg_temp.backup_{table}");
        sqlx::query(sqlx::AssertSqlSafe(restore)).execute(&mut sql).await.unwrap();
    }
    assert_eq!(sealed_rows(&stage.app, &credential).await.len(), 1);
    let refusal = stage.tech.post("/api/sessions", start).await.refused(409, "key_destroyed");
    assert!(refusal["message"].as_str().unwrap().contains("destroyed"), "{refusal}");
    let rotate = format!("/api/credentials/{credential}/rotate");
    let key = stage.sshd.private_key().unwrap();
    manager.post(&rotate, json!({ "privateKey": key })).await.refused(409, "key_destroyed");
    let trail = stage.app.audit_trail().await;
    for outcome in ["attempt", "failed"] {
        assert!(trail.contains(&("credential.open".to_owned(), outcome.to_owned())), "{trail:?}");
    }
}

#[tokio::test]
async fn v07_a_sealed_row_moved_to_another_customer_does_not_open() {
    let stage = Stage::new().await;
    let globex = stage.app.customer("Globex").await;
    let other = crate::sessions::add_machine(&stage.app, &globex, "web-1", &stage.sshd).await;
    let moved = sqlx::query(
        "UPDATE credential_secrets t SET sealed = f.sealed FROM credential_secrets f
         JOIN credentials fc ON fc.id = f.credential_id, credentials tc
         WHERE tc.id = t.credential_id AND tc.asset_id::text = $1 AND fc.asset_id::text = $2",
    )
    .bind(&stage.asset)
    .bind(&other)
    .execute(&mut stage.app.sql().await)
    .await
    .unwrap();
    assert_eq!(moved.rows_affected(), 1);
    let start = json!({ "assetId": stage.asset, "cols": 80, "rows": 24, "reason": "a test" });
    stage.tech.post("/api/sessions", start).await.refused(409, "secret_unreadable");
    let trail = stage.app.audit_trail().await;
    assert!(trail.contains(&("credential.open".to_owned(), "failed".to_owned())), "{trail:?}");
}
