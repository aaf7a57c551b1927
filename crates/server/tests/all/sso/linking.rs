//! Linking from inside a fresh proof: whoever has to come by single sign-on, and is linked to nothing yet.

use super::Stage;
use crate::auth::browser::Browser;
use crate::auth::{PASSWORD, give_password};
use crate::support::Actor;
use crate::support::authenticator::App;
use serde_json::{Value, json};

/// A customer that requires single sign-on, its connection, and somebody of it with a password.
async fn required() -> (Stage, String, Actor) {
    let stage = Stage::set().await;
    let id = stage.active().await;
    let ada = stage.app.member(&stage.kestrel, "report_viewer").await;
    give_password(&stage.app, &ada).await;
    require(&stage, "admins").await;
    (stage, id, ada)
}

async fn require(stage: &Stage, fallback: &str) {
    let path = format!("/api/organizations/{}/sso", stage.kestrel.id);
    stage.admin.put(&path, json!({ "required": true, "fallback": fallback })).await.ok();
}

async fn login(browser: &mut Browser, who: &Actor) -> Value {
    let owed =
        browser.post("/api/auth/login", json!({ "email": who.email, "password": PASSWORD })).await.ok();
    assert_eq!((&owed["owed"], &owed["methods"]), (&json!("link"), &json!([])), "{owed}");
    owed
}

/// Begins to pay; where the browser goes.
async fn begin(browser: &mut Browser, owed: &Value, connection: &str) -> String {
    let wish = json!({ "connectionId": connection, "challenge": owed["challenge"], "returnTo": "/account" });
    browser.post("/api/sso/start", wish).await.ok()["url"].as_str().unwrap().to_owned()
}

async fn identities(stage: &Stage, who: &Actor) -> i64 {
    sqlx::query_scalar("SELECT count(*) FROM sso_identities WHERE user_id = $1")
        .bind(who.id)
        .fetch_one(&mut stage.app.sql().await)
        .await
        .unwrap()
}

async fn linked(stage: &Stage) -> usize {
    stage.app.audit_trail().await.iter().filter(|(code, _)| code == "identity.link").count()
}

#[tokio::test]
async fn who_is_linked_to_nothing_yet_links_by_password_and_provider_together() {
    let (stage, id, ada) = required().await;
    let mut browser = Browser::new(&stage.app);
    let owed = login(&mut browser, &ada).await;
    // No domain is proven: the ways come with what is owed.
    assert_eq!(
        owed["connections"],
        json!([{ "id": id, "name": "Kestrel's directory", "profile": "generic" }])
    );
    // The password has opened nothing.
    assert!(!browser.is_signed_in().await);
    let challenge = &owed["challenge"];
    for (path, body) in [
        ("/api/auth/factors/verify", json!({ "challenge": challenge, "method": "totp", "code": "123456" })),
        ("/api/auth/enrolment", json!({ "challenge": challenge })),
    ] {
        browser.post(path, body).await.refused(401, "challenge_over");
    }
    let url = begin(&mut browser, &owed, &id).await;
    assert!(url.contains(&format!("login_hint={}", ada.email.replace('@', "%40"))), "{url}");
    assert_eq!(stage.come_back(&mut browser, &url).await, "/account");
    let profile = browser.get("/api/users/profile").await.ok();
    assert_eq!((&profile["email"], &profile["role"]), (&json!(ada.email), &json!("report_viewer")));
    assert_eq!((identities(&stage, &ada).await, linked(&stage).await), (1, 1));
    // Used up, and from now on there is a way that the refusal names.
    let again = json!({ "connectionId": id, "challenge": challenge });
    browser.post("/api/sso/start", again).await.refused(401, "challenge_over");
    let wish = json!({ "email": ada.email, "password": PASSWORD });
    let refused = stage.app.stranger().post("/api/auth/login", wish).await.refused(403, "sso_required");
    assert_eq!(refused["details"]["connections"], owed["connections"], "{refused}");
    let (mut other, place) = stage.sign_in(&id).await;
    assert_eq!(place, "/organizations");
    assert_eq!(other.get("/api/users/profile").await.ok()["email"], json!(ada.email));
}

#[tokio::test]
async fn a_link_that_is_owed_is_bound_to_its_browser_and_paid_once() {
    let (stage, id, ada) = required().await;
    let mut browser = Browser::new(&stage.app);
    let owed = login(&mut browser, &ada).await;
    let first = begin(&mut browser, &owed, &id).await;
    let mut stranger = Browser::new(&stage.app);
    assert_eq!(stage.come_back(&mut stranger, &first).await, "/sign-in?sso=over", "another browser");
    // Two ways begun by one challenge, in two browsers: one is paid.
    let mut second = Browser::new(&stage.app);
    let url = begin(&mut second, &owed, &id).await;
    assert_eq!(stage.come_back(&mut browser, &first).await, "/account");
    stage.tell("sub", json!("somebody-else"));
    assert_eq!(stage.come_back(&mut second, &url).await, "/sign-in?sso=over");
    assert_eq!(identities(&stage, &ada).await, 1);
    // Of two challenges the second one is void too: the password is no part of any way in any more.
    let bob = stage.app.member(&stage.kestrel, "basic_user").await;
    give_password(&stage.app, &bob).await;
    let (mut one, mut two) = (Browser::new(&stage.app), Browser::new(&stage.app));
    let (owed_one, owed_two) = (login(&mut one, &bob).await, login(&mut two, &bob).await);
    let (url_one, url_two) = (begin(&mut one, &owed_one, &id).await, begin(&mut two, &owed_two, &id).await);
    assert_eq!(stage.come_back(&mut one, &url_one).await, "/account");
    stage.tell("sub", json!("a-third"));
    assert_eq!(stage.come_back(&mut two, &url_two).await, "/sign-in?sso=over");
    assert_eq!(identities(&stage, &bob).await, 1);
}

#[tokio::test]
async fn an_identity_of_somebody_else_and_a_connection_of_another_organization_link_nothing() {
    let (stage, id, ada) = required().await;
    let bob = stage.app.member(&stage.kestrel, "basic_user").await;
    give_password(&stage.app, &bob).await;
    let mut hers = Browser::new(&stage.app);
    let owed = login(&mut hers, &ada).await;
    let url = begin(&mut hers, &owed, &id).await;
    assert_eq!(stage.come_back(&mut hers, &url).await, "/account");
    let mut his = Browser::new(&stage.app);
    let owed = login(&mut his, &bob).await;
    let url = begin(&mut his, &owed, &id).await;
    assert_eq!(stage.come_back(&mut his, &url).await, "/sign-in?sso=taken");
    assert!(!his.is_signed_in().await);
    assert_eq!(identities(&stage, &bob).await, 0);
    // As himself it goes, by what he still owes.
    stage.tell("sub", json!("bob-1"));
    let wish = json!({ "connectionId": uuid::Uuid::nil(), "challenge": owed["challenge"] });
    his.post("/api/sso/start", wish).await.refused(409, "sso_not_active");
    // A password that changed meanwhile ends what the one before began.
    let url = begin(&mut his, &owed, &id).await;
    let raise = "UPDATE users SET epoch = epoch + 1 WHERE id = $1";
    sqlx::query(raise).bind(bob.id).execute(&mut stage.app.sql().await).await.unwrap();
    assert_eq!(stage.come_back(&mut his, &url).await, "/sign-in?sso=over");
    assert_eq!(identities(&stage, &bob).await, 0);
    let owed = login(&mut his, &bob).await;
    let url = begin(&mut his, &owed, &id).await;
    assert_eq!(stage.come_back(&mut his, &url).await, "/account");
}

#[tokio::test]
async fn who_has_a_second_factor_shows_it_before_anything_is_linked() {
    let (stage, id, ada) = required().await;
    let app = App::add(&ada).await;
    let mut browser = Browser::new(&stage.app);
    let owed = login(&mut browser, &ada).await;
    let url = begin(&mut browser, &owed, &id).await;
    let place = stage.come_back(&mut browser, &url).await;
    let challenge = place.strip_prefix("/sign-in?owed=factor#challenge=").unwrap();
    let challenge = challenge.strip_suffix("&returnTo=/account").unwrap().to_owned();
    assert!(!browser.is_signed_in().await);
    assert_eq!((identities(&stage, &ada).await, linked(&stage).await), (0, 0), "nothing is linked yet");
    let pay = |code: &str| json!({ "challenge": challenge, "method": "backup_code", "code": code });
    browser.post("/api/auth/factors/verify", pay("0000-0000-0000-0000")).await.refused(401, "wrong_code");
    assert_eq!(identities(&stage, &ada).await, 0);
    browser.post("/api/auth/factors/verify", pay(&app.backup_codes[0])).await.ok();
    assert!(browser.is_signed_in().await);
    assert_eq!((identities(&stage, &ada).await, linked(&stage).await), (1, 1));
    assert_eq!(stage.sign_in(&id).await.1, "/organizations", "its provider asks for the factor from now on");
}

#[tokio::test]
async fn a_fallback_and_a_wrong_password_owe_no_link() {
    let (stage, _, ada) = required().await;
    give_password(&stage.app, &stage.admin).await;
    let login = async |who: &Actor, password: &str| {
        let wish = json!({ "email": who.email, "password": password, "delivery": "body" });
        stage.app.stranger().post("/api/auth/login", wish).await
    };
    assert!(login(&stage.admin, PASSWORD).await.ok()["accessToken"].is_string());
    login(&ada, "another passphrase 77").await.refused(401, "invalid_credentials");
    require(&stage, "everyone").await;
    assert!(login(&ada, PASSWORD).await.ok()["accessToken"].is_string());
}
