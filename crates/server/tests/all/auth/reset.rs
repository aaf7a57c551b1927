//! A forgotten password: asked for by anybody, answered by mail alone.

use super::browser::Browser;
use super::{OTHER_PASSWORD, PASSWORD, entries, give_password, person, sql, wish};
use crate::support::{Actor, Answer, TestApp, authenticator};
use futures::future::join_all;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

async fn ask(app: &TestApp, email: &str) -> Answer {
    app.stranger().post("/api/auth/reset", json!({ "email": email })).await
}

/// Waits until every knock was answered: what was asked for by then is in the outbox.
async fn settled(app: &TestApp) {
    app.until_sql("SELECT count(*) = 0 FROM knocks").await;
    app.until_sql("SELECT count(*) = 0 FROM mails WHERE sealed_letter IS NOT NULL").await;
}

/// The token of the newest link that was mailed to somebody.
async fn mailed_token(app: &TestApp, email: &str) -> String {
    settled(app).await;
    let mails = app.mails_to(email, "password_reset");
    let link =
        mails.last().unwrap_or_else(|| panic!("no mail to {email}"))["link"].as_str().unwrap().to_owned();
    link.strip_prefix(&app.url("/reset#token=")).unwrap_or_else(|| panic!("{link}")).to_owned()
}

async fn asked(app: &TestApp, who: &Actor) -> String {
    ask(app, &who.email).await.ok();
    mailed_token(app, &who.email).await
}

async fn accept(app: &TestApp, token: &str, password: &str) -> Answer {
    app.stranger().post("/api/auth/reset/accept", json!({ "token": token, "password": password })).await
}

#[tokio::test]
async fn a_forgotten_password_is_replaced_by_a_mailed_link() {
    let app = TestApp::start().await;
    let ada = person(&app).await;
    let mut browser = Browser::signed_in(&app, &ada.email).await;
    let token = asked(&app, &ada).await;
    let seen = app.stranger().post("/api/auth/reset/inspect", json!({ "token": token })).await.ok();
    assert_eq!((&seen["email"], &seen["displayName"]), (&json!(ada.email), &json!(ada.name)));

    accept(&app, &token, "too short").await.refused(400, "invalid_input");
    accept(&app, &token, &"x".repeat(257)).await.refused(400, "invalid_input");
    assert!(browser.is_signed_in().await, "nothing happened yet");
    accept(&app, &token, OTHER_PASSWORD).await.ok();
    assert!(!browser.is_signed_in().await);
    browser.post("/api/auth/refresh", json!({})).await.refused(401, "unauthenticated");
    ada.get("/api/users/profile").await.refused(401, "unauthenticated");
    app.stranger()
        .post("/api/auth/login", wish(&ada.email, PASSWORD))
        .await
        .refused(401, "invalid_credentials");
    app.stranger().post("/api/auth/login", wish(&ada.email, OTHER_PASSWORD)).await.ok();
    let told = app.mail_to(&ada.email, "password_changed").await;
    assert!(told["text"].as_str().unwrap().contains("by a link that was mailed to you"), "{told}");

    let log = async |code: &str| -> Vec<String> {
        entries(&app, code).await.into_iter().map(|entry| entry.0).collect()
    };
    assert_eq!(log("password_reset.request").await, ["success"]);
    assert_eq!(log("password_reset.create").await, ["success"]);
    assert_eq!(log("password_reset.accept").await, ["refused", "refused", "success"]);
    let kept: Vec<String> = sqlx::query_scalar("SELECT r::text FROM password_resets r")
        .fetch_all(&mut app.sql().await)
        .await
        .unwrap();
    assert!(!kept.iter().any(|row| row.contains(&token)), "only a hash is kept");
}

#[tokio::test]
async fn p07_a_reset_leaves_the_second_factor_and_ends_a_sign_in_that_is_half_way() {
    let app = TestApp::start().await;
    let ada = person(&app).await;
    let phone = authenticator::App::add(&ada).await;
    let half_way = app.stranger().post("/api/auth/login", wish(&ada.email, PASSWORD)).await.ok();
    let token = asked(&app, &ada).await;
    accept(&app, &token, OTHER_PASSWORD).await.ok();
    let code = |challenge: &Value| json!({ "challenge": challenge, "method": "totp", "code": phone.next_code(), "delivery": "body" });
    let over = app.stranger().post("/api/auth/factors/verify", code(&half_way["challenge"])).await;
    over.refused(401, "challenge_over");
    let owed = app.stranger().post("/api/auth/login", wish(&ada.email, OTHER_PASSWORD)).await.ok();
    assert_eq!((&owed["owed"], owed.get("accessToken")), (&json!("factor"), None));
    app.stranger().post("/api/auth/factors/verify", code(&owed["challenge"])).await.ok();
}

/// Everything that two answers to a stranger must have in common.
fn face(answer: &Answer) -> (u16, Vec<String>, Value, Option<String>) {
    let length = answer.headers.get("content-length").map(|value| value.to_str().unwrap().to_owned());
    let names = answer.headers.keys().map(ToString::to_string).collect();
    (answer.status.as_u16(), names, answer.json(), length)
}

#[tokio::test]
async fn e02_asking_for_a_reset_tells_nothing_and_mails_only_whoever_could_sign_in() {
    let app = TestApp::start().await;
    let acme = app.customer("Acme").await;
    let [ada, invited, disabled] = [person(&app).await, person(&app).await, person(&app).await];
    let keyless = app.technician().await;
    let suspended = app.member(&acme, "admin").await;
    give_password(&app, &suspended).await;
    // Who came by single sign-on has no password, and gets one where the organization lets them use it.
    let bolt = app.customer("Bolt").await;
    let (sso_only, sso_admin) = (app.member(&bolt, "basic_user").await, app.member(&bolt, "admin").await);
    let fallback = "UPDATE organizations SET sso_required = true, sso_fallback = 'admins' WHERE id = $1";
    sql(&app, fallback, bolt.id).await;
    sql(&app, "UPDATE users SET status = 'invited' WHERE id = $1", invited.id).await;
    sql(&app, "UPDATE users SET status = 'disabled' WHERE id = $1", disabled.id).await;
    sql(&app, "UPDATE organizations SET status = 'suspended' WHERE id = $1", acme.id).await;
    let emails = [
        "nobody@example.test",
        &ada.email,
        &invited.email,
        &disabled.email,
        &keyless.email,
        &suspended.email,
        &sso_only.email,
        &sso_admin.email,
        &ada.email.to_uppercase(),
    ];
    let mut faces = Vec::new();
    for email in emails {
        faces.push(face(&ask(&app, email).await));
        // The request itself left the same for each: one row that names nobody, and one entry.
        let of_ada = ada.email.clone();
        let rows: Vec<String> =
            sqlx::query_scalar("SELECT k::text FROM knocks k").fetch_all(&mut app.sql().await).await.unwrap();
        assert!(!rows.iter().any(|row| row.contains(&of_ada)), "{rows:?}");
    }
    faces.dedup();
    assert_eq!(faces.len(), 1, "{faces:?}");
    settled(&app).await;
    assert_eq!(app.mails_to(&ada.email, "password_reset").len(), 2);
    for first in [&keyless, &sso_admin] {
        assert_eq!(app.mails_to(&first.email, "password_reset").len(), 1);
    }
    let all: i64 =
        sqlx::query_scalar("SELECT count(*) FROM mails").fetch_one(&mut app.sql().await).await.unwrap();
    assert_eq!(all, 4, "nobody else is mailed");
    assert_eq!(entries(&app, "password_reset.request").await.len(), 9);
    for entry in entries(&app, "password_reset.request").await {
        assert!(!entry.2.to_string().contains('@'), "{entry:?}");
    }
    // What can be no address is refused as such, whoever it is about.
    for typed in ["", "ada", "a@b@c"] {
        ask(&app, typed).await.refused(400, "invalid_input");
    }
}

#[tokio::test]
async fn p01_a_mailed_link_is_of_the_configured_origin_whatever_a_request_says() {
    let app = TestApp::start().await;
    let ada = person(&app).await;
    let body = json!({ "email": ada.email }).to_string();
    let heads = [
        "POST /api/auth/reset HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: evil.example\r\n\
         X-Forwarded-Proto: https\r\nForwarded: host=evil.example;proto=https\r\nX-Original-Host: evil.example",
        "POST http://evil.example/api/auth/reset HTTP/1.1\r\nHost: evil.example",
        "POST //evil.example/api/auth/reset HTTP/1.1\r\nHost: evil.example",
    ];
    for head in heads {
        let mut line = TcpStream::connect(app.address).await.unwrap();
        let length = body.len();
        let request = format!(
            "{head}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        );
        line.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        line.read_to_string(&mut answer).await.unwrap();
        assert!(!answer.contains("evil.example"), "{answer}");
    }
    mailed_token(&app, &ada.email).await;
    for mail in app.mails_to(&ada.email, "password_reset") {
        assert!(!mail.to_string().contains("evil"), "{mail}");
        assert!(mail["link"].as_str().unwrap().starts_with(&app.url("/reset#token=")), "{mail}");
    }
}

#[tokio::test]
async fn p02_a_reset_link_is_good_once_however_many_come_with_it() {
    let app = TestApp::start().await;
    let ada = person(&app).await;
    let token = asked(&app, &ada).await;
    let answers = join_all((0..10).map(|_| accept(&app, &token, OTHER_PASSWORD))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    assert_eq!(answers.iter().filter(|answer| answer.status == 404).count(), 9);
    accept(&app, &token, "yet another one 88 tulips").await.refused(404, "not_found");
    settled(&app).await;
    assert_eq!(app.mails_to(&ada.email, "password_changed").len(), 1);
}

#[tokio::test]
async fn p04_a_link_is_for_its_own_person_whoever_else_is_named() {
    let app = TestApp::start().await;
    let (ada, ben) = (person(&app).await, person(&app).await);
    let token = asked(&app, &ada).await;
    for (name, value) in [("userId", json!(ben.id)), ("user_id", json!(ben.id)), ("email", json!(ben.email))]
    {
        let mut body = json!({ "token": token, "password": OTHER_PASSWORD });
        body[name] = value;
        app.stranger().post("/api/auth/reset/accept", body).await.refused(400, "unknown_field");
    }
    accept(&app, &token, OTHER_PASSWORD).await.ok();
    app.stranger().post("/api/auth/login", wish(&ben.email, PASSWORD)).await.ok();
    app.stranger().post("/api/auth/login", wish(&ada.email, OTHER_PASSWORD)).await.ok();
}

#[tokio::test]
async fn p05_no_step_can_be_left_out() {
    let app = TestApp::start().await;
    let ada = person(&app).await;
    ask(&app, &ada.email).await.ok();
    settled(&app).await;
    // The flow is begun, and its last form comes without what the mail says.
    let stranger = app.stranger();
    let password = OTHER_PASSWORD;
    for body in [
        json!({ "password": password }),
        json!({ "token": null, "password": password }),
        json!({ "email": ada.email, "password": password }),
    ] {
        let answer = stranger.post("/api/auth/reset/accept", body).await;
        assert_eq!(answer.status, 400, "{}", answer.text());
    }
    // A token of another kind opens nothing here, nor this kind elsewhere.
    let token = mailed_token(&app, &ada.email).await;
    let ben = app.technician().await;
    sql(&app, "UPDATE users SET status = 'invited' WHERE id = $1", ben.id).await;
    let invitation = sallyport::auth::create_invitation(
        &mut app.sql().await,
        &app.clock,
        sallyport::ids::OrganizationId(ben.org_id),
        sallyport::ids::UserId(ben.id),
    )
    .await
    .unwrap();
    for wrong in [invitation.token.as_str(), "", "x", &"A".repeat(43), ada.token.as_ref().unwrap()] {
        accept(&app, wrong, password).await.refused(404, "not_found");
    }
    let body = json!({ "token": token, "password": password });
    stranger.post("/api/auth/invitations/accept", body).await.refused(404, "not_found");
    stranger
        .post("/api/auth/refresh", json!({ "refreshToken": token }))
        .await
        .refused(401, "unauthenticated");
    stranger.post("/api/auth/login", wish(&ada.email, PASSWORD)).await.ok();
    accept(&app, &token, password).await.ok();
}

#[tokio::test]
async fn p06_what_follows_links_spends_nothing() {
    let app = TestApp::start().await;
    let ada = person(&app).await;
    let token = asked(&app, &ada).await;
    let stranger = app.stranger();
    for _ in 0..3 {
        // The address of the mail, as a scanner opens it: no browser sends what is behind the #.
        assert_eq!(stranger.get("/reset").await.status, 200);
        stranger.get(&format!("/reset?token={token}")).await;
        stranger.get("/api/auth/reset/inspect").await;
        stranger.get("/api/auth/reset/accept").await;
        stranger.post("/api/auth/reset/inspect", json!({ "token": token })).await.ok();
    }
    accept(&app, &token, OTHER_PASSWORD).await.ok();
}

#[tokio::test]
async fn only_the_newest_link_works_and_half_an_hour_long() {
    let app = TestApp::start().await;
    let ada = person(&app).await;
    let first = asked(&app, &ada).await;
    let second = asked(&app, &ada).await;
    assert_ne!(first, second);
    accept(&app, &first, OTHER_PASSWORD).await.refused(404, "not_found");
    let left_s: f64 = sqlx::query_scalar(
        "SELECT extract(epoch FROM max(expires_at) - now())::float8 FROM password_resets WHERE used_at IS NULL",
    )
    .fetch_one(&mut app.sql().await)
    .await
    .unwrap();
    assert!((1_740.0..1_800.1).contains(&left_s), "{left_s}");
    sql(
        &app,
        "UPDATE password_resets SET expires_at = now() - interval '1 second' WHERE user_id = $1",
        ada.id,
    )
    .await;
    accept(&app, &second, OTHER_PASSWORD).await.refused(404, "not_found");

    // Somebody who asks all the time does not fill anybody's mailbox.
    for _ in 0..5 {
        ask(&app, &ada.email).await.ok();
    }
    settled(&app).await;
    assert_eq!(app.mails_to(&ada.email, "password_reset").len(), 3);
}

#[tokio::test]
async fn a_link_ends_with_the_account_and_with_a_change_of_password() {
    let app = TestApp::start().await;
    let (ada, ben) = (person(&app).await, person(&app).await);
    let (of_ada, of_ben) = (asked(&app, &ada).await, asked(&app, &ben).await);
    sql(&app, "UPDATE users SET status = 'disabled' WHERE id = $1", ada.id).await;
    accept(&app, &of_ada, OTHER_PASSWORD).await.refused(404, "not_found");
    let body = json!({ "currentPassword": PASSWORD, "newPassword": OTHER_PASSWORD });
    ben.post("/api/auth/password", body).await.ok();
    accept(&app, &of_ben, "yet another one 88 tulips").await.refused(404, "not_found");
}
