//! The first sign-in of those whom a directory made, and of nobody else by their address.

use super::prove;
use crate::sso::Stage;
use crate::support::Actor;
use serde_json::json;

/// A customer with a provider, a proven domain, and a directory; its token.
async fn directory(stage: &Stage, connection: Option<&str>) -> Actor {
    let wish = json!({
        "organizationId": stage.kestrel.id, "name": "Entra", "expiresInDays": 30, "connectionId": connection,
    });
    let made = stage.admin.post("/api/sso/directory-tokens", wish).await.created();
    let mut token = stage.app.stranger();
    token.token = made["token"].as_str().map(str::to_owned);
    token
}

async fn make(directory: &Actor) -> String {
    let wish = json!({
        "schemas": [super::USER], "userName": "alice@kestrel.example", "externalId": "alice", "displayName": "Alice",
    });
    let made = directory.post("/api/scim/v2/Users", wish).await.scim(201);
    made["id"].as_str().unwrap().to_owned()
}

async fn who(browser: &mut crate::auth::browser::Browser) -> String {
    browser.get("/api/users/profile").await.ok()["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn whom_the_directory_made_comes_in_by_the_connection_as_that_person() {
    let stage = Stage::set().await;
    let id = stage.active().await;
    stage.prove_domain().await;
    let directory = directory(&stage, Some(&id)).await;
    let alice = make(&directory).await;
    // Not by an address that nobody verified.
    stage.tell("email_verified", json!(false));
    assert_ne!(stage.sign_in(&id).await.1, "/organizations");
    stage.tell("email_verified", json!(true));
    // The directory says the role, whatever the sign-in says.
    stage.tell("groups", json!(["admins"]));
    let (mut browser, place) = stage.sign_in(&id).await;
    assert_eq!(place, "/organizations");
    assert_eq!(who(&mut browser).await, alice);
    assert_eq!(browser.get("/api/users/profile").await.ok()["role"], "basic_user");
    let bound = "SELECT count(*) FROM audit_logs WHERE code = 'directory_user.bind' AND outcome = 'success'";
    let entries =
        async || sqlx::query_scalar::<_, i64>(bound).fetch_one(&mut stage.app.sql().await).await.unwrap();
    assert_eq!(entries().await, 1);
    // Once bound, it is the subject that counts; another one of the same address is nobody.
    assert_eq!(stage.sign_in(&id).await.1, "/organizations");
    stage.tell("sub", json!("somebody-else"));
    assert_eq!(stage.sign_in(&id).await.1, "/sign-in?sso=link_first");
    assert_eq!(entries().await, 1);
    // Removed and made anew by the directory: the same subject comes in as the new person, and as nobody in between.
    stage.tell("sub", json!("alice-1"));
    directory.delete(&format!("/api/scim/v2/Users/{alice}")).await.gone();
    assert_eq!(stage.sign_in(&id).await.1, "/sign-in?sso=no_account");
    let again = make(&directory).await;
    let (mut browser, place) = stage.sign_in(&id).await;
    assert_eq!((place.as_str(), who(&mut browser).await), ("/organizations", again));
}

#[tokio::test]
async fn c05_an_address_alone_binds_nobody() {
    let stage = Stage::set().await;
    let id = stage.active().await;
    stage.prove_domain().await;
    let other = super::connection(&stage.app, &stage.kestrel, &[]).await;
    let for_another = directory(&stage, Some(&other.to_string())).await;
    let alice = make(&for_another).await;
    // Made for another connection.
    assert_eq!(stage.sign_in(&id).await.1, "/sign-in?sso=link_first");
    let mut sql = stage.app.sql().await;
    let mut set = async |statement: &'static str| {
        let done = sqlx::query(statement)
            .bind(alice.parse::<uuid::Uuid>().unwrap())
            .execute(&mut sql)
            .await
            .unwrap();
        assert!(done.rows_affected() > 0, "{statement}");
    };
    set("UPDATE directory_users SET connection_id = NULL WHERE user_id = $1").await;
    // Who has a password is somebody who came another way; so is who was invited.
    set("UPDATE users SET password_hash = 'x' WHERE id = $1").await;
    assert_eq!(stage.sign_in(&id).await.1, "/sign-in?sso=link_first");
    set("UPDATE users SET password_hash = NULL WHERE id = $1").await;
    set("INSERT INTO invitations (org_id, id, user_id, token_hash, expires_at)
         SELECT org_id, id, id, 'x', now() FROM users WHERE id = $1")
    .await;
    assert_eq!(stage.sign_in(&id).await.1, "/sign-in?sso=link_first");
    set("DELETE FROM invitations WHERE user_id = $1").await;
    // Whose domain was given up.
    set("UPDATE sso_domains SET verified_at = NULL WHERE org_id = (SELECT org_id FROM users WHERE id = $1)")
        .await;
    assert_eq!(stage.sign_in(&id).await.1, "/sign-in?sso=no_account");
    set("UPDATE sso_domains SET verified_at = now() WHERE org_id = (SELECT org_id FROM users WHERE id = $1)")
        .await;
    // Whom the directory took out.
    let off = json!({ "schemas": [super::PATCH], "Operations": [{ "op": "replace", "path": "active", "value": false }] });
    let path = format!("/api/scim/v2/Users/{alice}");
    let patch = |body: serde_json::Value| {
        for_another.send(for_another.request(reqwest::Method::PATCH, &path).json(&body))
    };
    patch(off).await.scim(200);
    assert_ne!(stage.sign_in(&id).await.1, "/organizations");
    let on = json!({ "schemas": [super::PATCH], "Operations": [{ "op": "replace", "path": "active", "value": true }] });
    patch(on).await.scim(200);
    let (mut browser, place) = stage.sign_in(&id).await;
    assert_eq!((place.as_str(), who(&mut browser).await), ("/organizations", alice));
}

#[tokio::test]
async fn c05_the_directory_of_another_organization_is_nobodys_way_in() {
    let stage = Stage::set().await;
    let id = stage.active().await;
    // Another customer proved the domain of this provider's people, and its directory made Alice there.
    let other = stage.app.customer("Other").await;
    let admin = stage.app.member(&other, "admin").await;
    prove(&stage.app, &other, "kestrel.example").await;
    let wish = json!({ "organizationId": other.id, "name": "Okta", "expiresInDays": 30 });
    let made = admin.post("/api/sso/directory-tokens", wish).await.created();
    let mut directory = stage.app.stranger();
    directory.token = made["token"].as_str().map(str::to_owned);
    make(&directory).await;
    let (mut browser, place) = stage.sign_in(&id).await;
    assert_eq!(place, "/sign-in?sso=no_account");
    assert!(!browser.is_signed_in().await);
}

#[tokio::test]
async fn who_came_before_the_directory_sent_them_is_taken_over_by_that_connections_directory_alone() {
    let stage = Stage::set().await;
    let id = stage.active().await;
    stage.prove_domain().await;
    stage.tell("groups", json!(["admins"]));
    let (mut browser, place) = stage.sign_in(&id).await;
    assert_eq!(place, "/organizations");
    let alice = who(&mut browser).await;
    let role = browser.get("/api/users/profile").await.ok()["role"].clone();
    // Neither a directory of no connection, nor one of another.
    let other = super::connection(&stage.app, &stage.kestrel, &[]).await;
    let wish = json!({
        "schemas": [super::USER], "userName": "alice@kestrel.example", "externalId": "alice", "displayName": "Alice K.",
    });
    for connection in [None, Some(other.to_string())] {
        let stranger = directory(&stage, connection.as_deref()).await;
        stranger.post("/api/scim/v2/Users", wish.clone()).await.refused_by_scim(409);
    }
    let directory = directory(&stage, Some(&id)).await;
    assert_eq!(make(&directory).await, alice);
    directory.post("/api/scim/v2/Users", wish).await.refused_by_scim(409);
    let profile = browser.get("/api/users/profile").await.ok();
    assert_eq!(
        (&profile["role"], profile["displayName"].as_str()),
        (&role, Some("Alice")),
        "who is in stays in"
    );
    // From now on the directory says the role, and no sign-in.
    stage.tell("groups", json!(["others"]));
    let (mut again, place) = stage.sign_in(&id).await;
    assert_eq!((place.as_str(), who(&mut again).await), ("/organizations", alice.clone()));
    assert_eq!(again.get("/api/users/profile").await.ok()["role"], role);
    let taken_over =
        "SELECT count(*) FROM audit_logs WHERE code = 'directory_user.adopt' AND outcome = 'success'";
    let entries: i64 = sqlx::query_scalar(taken_over).fetch_one(&mut stage.app.sql().await).await.unwrap();
    assert_eq!(entries, 1);
    // And it is the directory that takes them out.
    let off = json!({ "schemas": [super::PATCH], "Operations": [{ "op": "replace", "path": "active", "value": false }] });
    let path = format!("/api/scim/v2/Users/{alice}");
    directory.send(directory.request(reqwest::Method::PATCH, &path).json(&off)).await.scim(200);
    assert!(!again.is_signed_in().await);
}
