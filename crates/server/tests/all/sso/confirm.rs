//! Proofs anew at a provider, and where ways end that somebody went who is signed in.

use super::Stage;
use crate::auth::browser::{ACCESS, Browser, CSRF, REFRESH};
use crate::auth::{PASSWORD, give_password};
use crate::support::authenticator::App;
use crate::support::{Actor, Answer};
use serde_json::{Value, json};

/// Somebody of Kestrel in a browser, their account bound to the provider's Alice.
async fn bound(stage: &Stage, connection: &str) -> (Actor, Browser) {
    let ada = stage.app.member(&stage.kestrel, "report_viewer").await;
    give_password(&stage.app, &ada).await;
    let mut browser = Browser::signed_in(&stage.app, &ada.email).await;
    assert_eq!(go(stage, &mut browser, "link", connection).await, "/account");
    (ada, browser)
}

async fn begin(browser: &mut Browser, what: &str, connection: &str) -> String {
    let wish = json!({ "connectionId": connection, "returnTo": "/account" });
    browser.post(&format!("/api/sso/{what}"), wish).await.ok()["url"].as_str().unwrap().to_owned()
}

/// There and back.
async fn go(stage: &Stage, browser: &mut Browser, what: &str, connection: &str) -> String {
    stage.tell("auth_time", json!(stage.idp.tell(|lies| (lies.now)())));
    let url = begin(browser, what, connection).await;
    stage.come_back(browser, &url).await
}

async fn age(stage: &Stage) {
    let old = "UPDATE user_sessions SET authenticated_at = now() - interval '11 minutes'";
    sqlx::query(old).execute(&mut stage.app.sql().await).await.unwrap();
}

#[tokio::test]
async fn t10_a_proof_anew_at_the_provider_makes_new_tokens_and_ends_those_of_before() {
    let stage = Stage::set().await;
    let id = stage.active().await;
    let (_, mut browser) = bound(&stage, &id).await;
    age(&stage).await;
    let session = browser.get("/api/users/profile").await.ok()["session"].clone();
    let mut before = browser.clone();
    assert_eq!(go(&stage, &mut browser, "step-up", &id).await, "/account");
    for name in [ACCESS, REFRESH, CSRF] {
        assert_ne!(before.cookies[name], browser.cookies[name], "{name}");
    }
    let after = browser.get("/api/users/profile").await.ok()["session"].clone();
    assert_eq!(after["id"], session["id"], "the same sign-in");
    assert_ne!(after["freshUntil"], session["freshUntil"]);
    browser.post("/api/auth/factors/totp", json!({})).await.created();
    assert!(!before.is_signed_in().await, "what it was called by before is dead");
    before.post("/api/auth/refresh", json!({})).await.refused(401, "refresh_superseded");
    browser.post("/api/auth/refresh", json!({})).await.ok();
    assert!(browser.is_signed_in().await);
}

#[tokio::test]
async fn t10_a_program_whose_person_proves_anew_gets_another_access_token() {
    let stage = Stage::set().await;
    let id = stage.active().await;
    let (ada, _) = bound(&stage, &id).await;
    let wish = json!({ "email": ada.email, "password": PASSWORD, "delivery": "body" });
    let tokens = stage.app.stranger().post("/api/auth/login", wish).await.ok();
    let by = |tokens: &Value| {
        let mut program = stage.app.stranger();
        program.token = tokens["accessToken"].as_str().map(str::to_owned);
        program
    };
    age(&stage).await;
    let program = by(&tokens);
    let mut browser = Browser::new(&stage.app);
    let wish = json!({ "connectionId": id, "returnTo": "/account" });
    let url = stage.take(&mut browser, program.post("/api/sso/step-up", wish).await).unwrap();
    stage.tell("auth_time", json!(stage.idp.tell(|lies| (lies.now)())));
    assert_eq!(stage.come_back(&mut browser, &url).await, "/account");
    assert!(!browser.cookies.contains_key(ACCESS), "the browser is nobody's");
    program.get("/api/users/profile").await.refused(401, "unauthenticated");
    let wish = json!({ "refreshToken": tokens["refreshToken"] });
    let next = stage.app.stranger().post("/api/auth/refresh", wish).await.ok();
    let profile = by(&next).get("/api/users/profile").await.ok();
    let fresh =
        chrono::DateTime::parse_from_rfc3339(profile["session"]["freshUntil"].as_str().unwrap()).unwrap();
    assert!(fresh > stage.app.clock.now(), "{profile}");
}

#[tokio::test]
async fn whoever_is_signed_in_comes_back_to_their_page_with_the_reason() {
    let stage = Stage::set().await;
    let id = stage.active().await;
    let (_, mut browser) = bound(&stage, &id).await;
    let expire = async || {
        let late = "UPDATE sso_flows SET expires_at = now() - interval '1 second'";
        sqlx::query(late).execute(&mut stage.app.sql().await).await.unwrap();
    };
    for what in ["link", "step-up"] {
        let url = begin(&mut browser, what, &id).await;
        let state = stage.idp.answer(&url).state;
        let query = format!("state={state}&error=access_denied&iss={}", stage.idp.issuer());
        let mut twice = browser.clone();
        assert_eq!(stage.callback(&mut browser, &query).await, "/account?sso=refused", "{what}");
        assert_eq!(stage.callback(&mut twice, &query).await, "/account?sso=over", "{what}");
        let url = begin(&mut browser, what, &id).await;
        expire().await;
        assert_eq!(stage.come_back(&mut browser, &url).await, "/account?sso=over", "{what}");
        let url = begin(&mut browser, what, &id).await;
        let groups = json!({ "groupsClaim": format!("{what}-groups") });
        stage.admin.put(&format!("/api/sso/connections/{id}"), groups).await.ok();
        assert_eq!(stage.come_back(&mut browser, &url).await, "/account?sso=switched_off", "{what}");
        stage.pass_test(&id).await;
        stage.admin.post(&format!("/api/sso/connections/{id}/activate"), json!({})).await.ok();
    }
    // Somebody else's browser knows nothing of the page.
    let url = begin(&mut browser, "link", &id).await;
    let mut stranger = Browser::new(&stage.app);
    assert_eq!(stage.come_back(&mut stranger, &url).await, "/sign-in?sso=over");
    // Whoever tests comes back to the connection.
    let mut tester = Browser::new(&stage.app);
    let started: Answer = stage.admin.post(&format!("/api/sso/connections/{id}/test"), json!({})).await;
    let url = stage.take(&mut tester, started).unwrap();
    expire().await;
    assert_eq!(stage.come_back(&mut tester, &url).await, format!("/sso?id={id}&sso=over"));
}

#[tokio::test]
async fn the_profile_says_by_what_its_person_can_prove_themselves() {
    let stage = Stage::set().await;
    let id = stage.active().await;
    stage.prove_domain().await;
    let ada = stage.app.member(&stage.kestrel, "report_viewer").await;
    let ways = async |who: &Actor| {
        let profile = who.get("/api/users/profile").await.ok();
        (profile["hasPassword"].clone(), profile["stepUp"].clone())
    };
    let open = |password: bool, code: bool, passkey: bool| {
        (json!(password), json!({ "password": password, "code": code, "passkey": passkey, "sso": [] }))
    };
    assert_eq!(ways(&ada).await, open(false, false, false));
    give_password(&stage.app, &ada).await;
    assert_eq!(ways(&ada).await, open(true, false, false));
    App::add(&ada).await;
    assert_eq!(ways(&ada).await, open(true, true, false));
    // With a passkey in the app's place, and the last code used.
    for change in [
        "DELETE FROM user_factors WHERE user_id = $1",
        "UPDATE user_backup_codes SET used_at = now() WHERE user_id = $1",
        "INSERT INTO user_factors (org_id, id, user_id, kind, name, confirmed_at, credential_id, public_key, sign_count,
             backup_eligible, backed_up)
         SELECT org_id, gen_random_uuid(), id, 'passkey', 'Laptop', now(), '\\x01', '\\x01', 0, false, false
         FROM users WHERE id = $1",
    ] {
        sqlx::query(change).bind(ada.id).execute(&mut stage.app.sql().await).await.unwrap();
    }
    let (has_password, open) = ways(&ada).await;
    assert_eq!(has_password, true);
    let no_code = json!({ "password": false, "code": true, "passkey": true, "sso": [] });
    assert_eq!(open, no_code, "there is no code to enter beside the password");
    // Who came by the provider has no password, and the same way back.
    let (mut browser, _) = stage.sign_in(&id).await;
    let profile = browser.get("/api/users/profile").await.ok();
    let way = json!({ "id": id, "name": "Kestrel's directory", "profile": "generic", "code": false });
    assert_eq!(profile["hasPassword"], false);
    assert_eq!(
        profile["stepUp"],
        json!({ "password": false, "code": false, "passkey": false, "sso": [way] })
    );
    stage.admin.post(&format!("/api/sso/connections/{id}/deactivate"), json!({})).await.ok();
    let shown = stage.admin.get(&format!("/api/organizations/{}", stage.kestrel.id)).await.ok();
    assert_eq!((&shown["can"]["sso.read"], &shown["can"]["sso.update"]), (&json!(true), &json!(true)));
}

#[tokio::test]
async fn t10_a_proof_anew_at_a_provider_shows_the_second_factor_that_is_asked_for_here() {
    let stage = Stage::set().await;
    let id = stage.active().await;
    let (ada, _) = bound(&stage, &id).await;
    let phone = App::add(&ada).await;
    let wish = json!({ "connectionId": id, "returnTo": "/account" });
    let path = "/api/sso/step-up";
    assert_eq!(ada.get("/api/users/profile").await.ok()["stepUp"]["sso"][0]["code"], false);
    ada.post(path, wish.clone()).await.ok();
    stage.admin.put(&format!("/api/sso/connections/{id}"), json!({ "secondFactor": "here" })).await.ok();
    assert_eq!(ada.get("/api/users/profile").await.ok()["stepUp"]["sso"][0]["code"], true);
    let with = |method: &str, code: &str| {
        let mut wish = wish.clone();
        wish["code"] = json!(code);
        wish["method"] = json!(method);
        wish
    };
    age(&stage).await;
    let flows = "SELECT count(*) FROM sso_flows WHERE purpose = 'step_up'";
    let begun: i64 = sqlx::query_scalar(flows).fetch_one(&mut stage.app.sql().await).await.unwrap();
    let missing = ada.post(path, wish.clone()).await.refused(400, "invalid_input");
    assert!(missing["details"]["fields"]["code"].is_string(), "{missing}");
    ada.post(path, with("totp", "000000")).await.refused(403, "not_confirmed");
    let after: i64 = sqlx::query_scalar(flows).fetch_one(&mut stage.app.sql().await).await.unwrap();
    assert_eq!(after, begun, "nobody was sent away");
    let code = phone.next_code();
    let mut browser = Browser::new(&stage.app);
    let url = stage.take(&mut browser, ada.post(path, with("totp", &code)).await).unwrap();
    ada.post(path, with("totp", &code)).await.refused(403, "not_confirmed");
    ada.post(path, with("backup_code", &phone.backup_codes[0])).await.ok();
    ada.post(path, with("backup_code", &phone.backup_codes[0])).await.refused(403, "not_confirmed");
    // Wrong ones are counted where all are.
    for _ in 0..10 {
        ada.post(path, with("totp", "000000")).await;
    }
    sqlx::query("UPDATE login_attempts SET last_failed_at = now() + interval '5 minutes'")
        .execute(&mut stage.app.sql().await)
        .await
        .unwrap();
    ada.post(path, with("backup_code", &phone.backup_codes[1])).await.refused(429, "rate_limited");
    // What was paid for ends as ever.
    stage.tell("auth_time", json!(stage.idp.tell(|lies| (lies.now)())));
    assert_eq!(stage.come_back(&mut browser, &url).await, "/account");
}

#[tokio::test]
async fn who_has_only_passkeys_is_told_to_use_one_where_a_code_is_asked_for() {
    let stage = Stage::set().await;
    let id = stage.active().await;
    let (ada, _) = bound(&stage, &id).await;
    stage.admin.put(&format!("/api/sso/connections/{id}"), json!({ "secondFactor": "here" })).await.ok();
    for change in [
        "INSERT INTO user_factors (org_id, id, user_id, kind, name, confirmed_at, credential_id, public_key, sign_count,
             backup_eligible, backed_up)
         SELECT org_id, gen_random_uuid(), id, 'passkey', 'Laptop', now(), '\\x01', '\\x01', 0, false, false
         FROM users WHERE id = $1",
        "UPDATE users SET mfa_enabled = true WHERE id = $1",
    ] {
        sqlx::query(change).bind(ada.id).execute(&mut stage.app.sql().await).await.unwrap();
    }
    let shown = ada.get("/api/users/profile").await.ok()["stepUp"].clone();
    assert_eq!((&shown["sso"], &shown["passkey"]), (&json!([]), &json!(true)));
    let refused =
        ada.post("/api/sso/step-up", json!({ "connectionId": id })).await.refused(409, "use_passkey");
    assert!(refused["message"].as_str().unwrap().contains("passkey"), "{refused}");
}
