//! Where a second factor is asked for and there is none: it is added before one comes in.

use super::browser::Browser;
use super::{PASSWORD, entries, give_password, sql, wish};
use crate::support::authenticator::{App, code_now, texts};
use crate::support::{Actor, Customer, TestApp};
use serde_json::{Value, json};

/// Somebody of a customer that asks for a factor.
async fn owing(app: &TestApp) -> (Customer, Actor) {
    let acme = app.customer("Acme").await;
    sql(app, "UPDATE organizations SET mfa_required = true WHERE id = $1", acme.id).await;
    let ada = app.member(&acme, "admin").await;
    give_password(app, &ada).await;
    (acme, ada)
}

async fn challenge(app: &TestApp, who: &Actor) -> Value {
    let body = app.stranger().post("/api/auth/login", wish(&who.email, PASSWORD)).await.ok();
    assert_eq!((&body["owed"], &body["methods"]), (&json!("enrolment"), &json!([])));
    assert!(body.get("accessToken").is_none(), "{body}");
    body["challenge"].clone()
}

async fn start(app: &TestApp, challenge: &Value) -> Value {
    app.stranger().post("/api/auth/enrolment", json!({ "challenge": challenge })).await.ok()
}

fn first_code(challenge: &Value, factor: &Value, code: &str) -> Value {
    json!({ "challenge": challenge, "factorId": factor["factorId"], "code": code })
}

#[tokio::test]
async fn who_owes_a_factor_adds_one_and_is_in() {
    let app = TestApp::start().await;
    let (_, ada) = owing(&app).await;
    let challenge = challenge(&app, &ada).await;
    let replaced = start(&app, &challenge).await;
    let factor = start(&app, &challenge).await;
    let secret = factor["secret"].as_str().unwrap();
    let mut browser = Browser::new(&app);
    let path = "/api/auth/enrolment/confirm";
    // Asked again, only the newest secret counts.
    let old = first_code(&challenge, &replaced, &code_now(replaced["secret"].as_str().unwrap()));
    browser.post(path, old).await.refused(404, "not_found");
    browser.post(path, first_code(&challenge, &factor, "000000")).await.refused(400, "invalid_input");
    assert!(browser.cookies.is_empty());
    let body = browser.post(path, first_code(&challenge, &factor, &code_now(secret))).await.ok();
    assert_eq!(texts(&body["backupCodes"]).len(), 10);
    assert_eq!(body["profile"]["email"], ada.email.as_str());
    assert!(browser.is_signed_in().await);
    assert_eq!(browser.get("/api/auth/factors").await.ok()["required"], true);
    let (outcome, _, _) = entries(&app, "enrolment.confirm").await.pop().unwrap();
    assert_eq!(outcome, "success");
    // It is used up, and from now on the code is what is owed.
    browser
        .post(path, first_code(&challenge, &factor, &code_now(secret)))
        .await
        .refused(401, "challenge_over");
    let next = app.stranger().post("/api/auth/login", wish(&ada.email, PASSWORD)).await.ok();
    assert_eq!(next["owed"], "factor");
    // The same code does not serve twice.
    let replay = json!({ "challenge": next["challenge"], "method": "totp", "code": code_now(secret) });
    app.stranger().post("/api/auth/factors/verify", replay).await.refused(401, "wrong_code");
}

#[tokio::test]
async fn the_last_factor_stays_where_one_is_asked_for() {
    let app = TestApp::start().await;
    let (_, ada) = owing(&app).await;
    let phone = App::add(&ada).await;
    let path = format!("/api/auth/factors/{}", phone.factor_id);
    ada.delete(&path).await.refused(409, "last_factor");
    App::add(&ada).await;
    ada.delete(&path).await.ok();
    let last = ada.get("/api/auth/factors").await.ok()["factors"][0]["id"].as_str().unwrap().to_owned();
    ada.delete(&format!("/api/auth/factors/{last}")).await.refused(409, "last_factor");
}

#[tokio::test]
async fn m05_the_challenge_of_an_enrolment_pays_for_that_alone() {
    let app = TestApp::start().await;
    let (_, ada) = owing(&app).await;
    let ben = super::person(&app).await;
    let bens = App::add(&ben).await;
    let challenge = challenge(&app, &ada).await;
    let wish = json!({ "challenge": challenge, "method": "totp", "code": bens.next_code() });
    app.stranger().post("/api/auth/factors/verify", wish).await.refused(401, "challenge_over");
    let others = json!({ "factorId": bens.factor_id });
    let wish = first_code(&challenge, &others, &bens.next_code());
    app.stranger().post("/api/auth/enrolment/confirm", wish).await.refused(404, "not_found");
    // Once a factor is there by another way, nothing is left to enrol.
    App::add(&ada).await;
    app.stranger()
        .post("/api/auth/enrolment", json!({ "challenge": challenge }))
        .await
        .refused(401, "challenge_over");
}

#[tokio::test]
async fn the_provider_of_a_new_platform_asks_for_a_factor() {
    let app = TestApp::start().await;
    let url = sallyport::auth::create_setup_url(&app.platform.app).await.unwrap().unwrap();
    sqlx::query("UPDATE organizations SET mfa_required = true").execute(&mut app.sql().await).await.unwrap();
    let token = url.split_once("#token=").unwrap().1;
    let wish = json!({
        "token": token, "organizationName": "Northgate Security", "email": "ada@northgate.example",
        "displayName": "Ada Park", "password": PASSWORD,
    });
    app.stranger().post("/api/auth/setup", wish).await.ok();
    let body =
        app.stranger().post("/api/auth/login", super::wish("ada@northgate.example", PASSWORD)).await.ok();
    assert_eq!(body["owed"], "enrolment");
    let factor = start(&app, &body["challenge"]).await;
    let uri = factor["uri"].as_str().unwrap();
    assert!(uri.starts_with("otpauth://totp/Northgate%20Security:ada@northgate.example?secret="), "{uri}");
}

#[tokio::test]
async fn who_lost_everything_is_let_in_by_another_and_starts_again() {
    let app = TestApp::start().await;
    let (acme, ada) = owing(&app).await;
    let phone = App::add(&ada).await;
    let admin = app.member(&acme, "admin").await;
    let half_way = app.stranger().post("/api/auth/login", wish(&ada.email, PASSWORD)).await.ok();
    let path = format!("/api/users/{}/factors", ada.id);
    let reset = async |who: &Actor, reason: &str| {
        who.delete(&format!("{path}?reason={}", reason.replace(' ', "%20"))).await
    };
    reset(&ada, "I lost my telephone").await.refused(403, "forbidden");
    reset(&admin, " ").await.refused(400, "invalid_input");
    reset(&admin, "called back at the number that we have").await.ok();
    reset(&admin, "once more").await.refused(409, "no_factor");
    ada.get("/api/users/profile").await.refused(401, "unauthenticated");
    let over = json!({ "challenge": half_way["challenge"], "method": "totp", "code": phone.next_code() });
    app.stranger().post("/api/auth/factors/verify", over).await.refused(401, "challenge_over");
    let factor = start(&app, &challenge(&app, &ada).await).await;
    assert_ne!(factor["secret"], phone.secret.as_str());
    let log = entries(&app, "factor.reset").await;
    assert_eq!(log.iter().filter(|entry| entry.0 == "success").count(), 1);
}

#[tokio::test]
async fn an_admin_asks_their_people_for_second_factors_and_the_provider_keeps_its_own() {
    let app = TestApp::start().await;
    let acme = app.customer("Acme").await;
    let (admin, member) = (app.member(&acme, "admin").await, app.member(&acme, "basic_user").await);
    give_password(&app, &member).await;
    let path = format!("/api/organizations/{}", acme.id);
    assert_eq!(admin.get(&path).await.ok()["mfaRequired"], false);
    member.put(&path, json!({ "mfaRequired": true })).await.refused(403, "forbidden");
    assert_eq!(admin.put(&path, json!({ "mfaRequired": true })).await.ok()["mfaRequired"], true);
    challenge(&app, &member).await;
    admin.put(&path, json!({ "mfaRequired": false })).await.ok();
    let signed_in = app.stranger().post("/api/auth/login", wish(&member.email, PASSWORD)).await.ok();
    assert!(signed_in["accessToken"].is_string());
    assert_eq!(
        entries(&app, "organization_security.update")
            .await
            .iter()
            .filter(|entry| entry.0 == "success")
            .count(),
        2
    );

    let root = app.super_admin().await;
    let path = format!("/api/organizations/{}", app.provider);
    root.put(&path, json!({ "mfaRequired": true })).await.ok();
    root.put(&path, json!({ "mfaRequired": false })).await.refused(409, "provider_keeps_factors");
}
