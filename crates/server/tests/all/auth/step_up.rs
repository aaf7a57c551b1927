//! What asks for a fresh proof of who one is, and giving it.

use super::browser::Browser;
use super::{PASSWORD, entries, give_password, person, sql};
use crate::support::authenticator::App;
use crate::support::{Actor, Second, TestApp};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Lets the proof of whoever is signed in be eleven minutes old.
async fn age(app: &TestApp, who: &Actor) {
    let old = "UPDATE user_sessions SET authenticated_at = now() - interval '11 minutes' WHERE user_id = $1";
    sql(app, old, who.id).await;
}

/// Whoever it is, with the tokens that a step-up answered.
fn renewed(who: &Actor, answer: &Value) -> Actor {
    let mut renewed = who.clone();
    renewed.token = answer["accessToken"].as_str().map(str::to_owned);
    renewed
}

#[tokio::test]
async fn a_grant_asks_an_old_sign_in_to_confirm_and_taking_it_back_does_not() {
    let app = TestApp::start().await;
    let acme = app.customer("Acme").await;
    let (manager, technician) = (app.account_manager().await, app.technician().await);
    give_password(&app, &manager).await;
    let wish = json!({
        "technicianId": technician.id, "customerOrgId": acme.id, "accessLevel": "full_access", "reason": "a test",
    });
    age(&app, &manager).await;
    assert_eq!(
        manager.get(&format!("/api/organizations/{}", acme.id)).await.ok()["can"]["grant.create"],
        true
    );
    let refusal =
        manager.post("/api/technician-access/grant", wish.clone()).await.refused(403, "step_up_required");
    assert_eq!(refusal["details"]["reason"], "step_up_required");
    assert_eq!(refusal["details"]["policyIds"], json!(["everyone.fresh-authentication"]));
    // Who may not do it is not asked for a password in vain.
    age(&app, &technician).await;
    technician.post("/api/organizations", json!({ "name": "Mine" })).await.refused(403, "forbidden");
    let theirs = technician.post("/api/technician-access/grant", wish.clone()).await;
    assert_ne!(theirs.json()["error"], "step_up_required", "{}", theirs.text());

    let before = manager.get("/api/users/profile").await.ok()["session"].clone();
    let answer = manager.post("/api/auth/step-up", json!({ "password": PASSWORD })).await.ok();
    let until = answer["until"].clone();
    let manager = renewed(&manager, &answer);
    let after = manager.get("/api/users/profile").await.ok()["session"].clone();
    assert_eq!((&after["freshUntil"], &after["id"]), (&until, &before["id"]));
    assert_ne!(before["freshUntil"], after["freshUntil"]);
    let grant = manager.post("/api/technician-access/grant", wish).await.created();
    age(&app, &manager).await;
    let path = format!("/api/technician-access/{}", grant["id"].as_str().unwrap());
    manager.put(&path, json!({ "reason": "another one" })).await.refused(403, "step_up_required");
    manager.delete(&format!("{path}?reason=emergency")).await.ok();
    assert_eq!(entries(&app, "auth.step_up").await.len(), 1);
}

#[tokio::test]
async fn who_has_a_second_factor_steps_up_by_both() {
    let app = TestApp::start().await;
    let mut ada = person(&app).await;
    let phone = App::add(&ada).await;
    age(&app, &ada).await;
    let step_up = async |ada: &Actor, password: &str, code: Option<&str>| {
        let mut wish = json!({ "password": password });
        if let Some(code) = code {
            wish["code"] = json!(code);
        }
        ada.post("/api/auth/step-up", wish).await
    };
    step_up(&ada, PASSWORD, None).await.refused(400, "invalid_input");
    step_up(&ada, PASSWORD, Some("000000")).await.refused(403, "not_confirmed");
    let code = phone.next_code();
    step_up(&ada, "another one entirely", Some(&code)).await.refused(403, "not_confirmed");
    ada.post("/api/auth/backup-codes", json!({})).await.refused(403, "step_up_required");
    ada = renewed(&ada, &step_up(&ada, PASSWORD, Some(&code)).await.ok());
    step_up(&ada, PASSWORD, Some(&code)).await.refused(403, "not_confirmed");
    ada.post("/api/auth/backup-codes", json!({})).await.ok();
    let wish = json!({ "password": PASSWORD, "method": "backup_code", "code": phone.backup_codes[0] });
    ada.post("/api/auth/step-up", wish).await.refused(403, "not_confirmed");
    let refused = entries(&app, "auth.step_up").await;
    assert_eq!(refused.iter().filter(|entry| entry.0 == "refused").count(), 5);
}

#[tokio::test]
async fn m14_wrong_proofs_are_counted_like_wrong_sign_ins() {
    let app = TestApp::start().await;
    let ada = person(&app).await;
    for _ in 0..10 {
        ada.post("/api/auth/step-up", json!({ "password": "wrong one" })).await.refused(403, "not_confirmed");
    }
    sqlx::query("UPDATE login_attempts SET last_failed_at = now() + interval '5 minutes'")
        .execute(&mut app.sql().await)
        .await
        .unwrap();
    ada.post("/api/auth/step-up", json!({ "password": PASSWORD })).await.refused(429, "rate_limited");
    let signed_in = app.stranger().post("/api/auth/login", super::wish(&ada.email, PASSWORD)).await;
    signed_in.refused(429, "rate_limited");
}

#[tokio::test]
async fn t10_a_fresh_proof_makes_new_tokens_and_ends_those_of_before() {
    let app = TestApp::start().await;
    let second = Second::start(&app).await;
    let ada = person(&app).await;
    let old = app.stranger().post("/api/auth/login", super::wish(&ada.email, PASSWORD)).await.ok();
    let program = super::bearer(&app, old["accessToken"].as_str().unwrap());
    let before = program.get("/api/auth/sessions").await.ok();
    let new = program.post("/api/auth/step-up", json!({ "password": PASSWORD })).await.ok();
    let stepped_up = renewed(&program, &new);
    let claims = |token: &Value| -> Value {
        let claims = token.as_str().unwrap().split('.').nth(1).unwrap();
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap()
    };
    assert_ne!(claims(&old["accessToken"])["sid"], claims(&new["accessToken"])["sid"]);
    for at in [app.address, second.address] {
        program.at(at).get("/api/users/profile").await.refused(401, "unauthenticated");
        stepped_up.at(at).get("/api/users/profile").await.ok();
    }
    assert_eq!(stepped_up.get("/api/auth/sessions").await.ok()["total"], before["total"], "the same place");
    // A moment later the token of before is a lost answer; later it is a theft, and ends the sign-in.
    let refresh = async |tokens: &Value| {
        app.stranger().post("/api/auth/refresh", json!({ "refreshToken": tokens["refreshToken"] })).await
    };
    refresh(&old).await.refused(401, "refresh_superseded");
    let next = refresh(&new).await.ok();
    renewed(&program, &next).get("/api/users/profile").await.ok();
    let late = "UPDATE refresh_tokens SET used_at = used_at - interval '1 minute' WHERE used_at IS NOT NULL";
    crate::wall::run(&mut app.sql().await, late).await;
    refresh(&old).await.refused(401, "unauthenticated");
    renewed(&program, &next).get("/api/users/profile").await.refused(401, "unauthenticated");
    assert_eq!(entries(&app, "token.reuse").await.len(), 1);
    second.stop().await;
    app.stop().await;
}

#[tokio::test]
async fn t10_a_browser_that_steps_up_goes_on_with_new_cookies() {
    let app = TestApp::start().await;
    let ada = person(&app).await;
    let mut browser = Browser::signed_in(&app, &ada.email).await;
    let before = browser.cookies.clone();
    let answer = browser.post("/api/auth/step-up", json!({ "password": PASSWORD })).await.ok();
    assert!(answer["accessToken"].is_null() && answer["refreshToken"].is_null(), "{answer}");
    for name in ["access", "refresh", "csrf"] {
        let cookie =
            |cookies: &BTreeMap<String, String>| cookies[&format!("__Host-sallyport_{name}")].clone();
        assert_ne!(cookie(&before), cookie(&browser.cookies), "{name}");
    }
    assert!(browser.is_signed_in().await);
    browser.post("/api/auth/refresh", json!({})).await.ok();
    browser.post("/api/auth/logout", json!({})).await.ok();
    assert!(!browser.is_signed_in().await);
}
