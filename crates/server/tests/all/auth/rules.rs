//! What a new password may be, and how the old ones are kept.

use super::{OTHER_PASSWORD, PASSWORD, person, wish};
use crate::support::{Actor, Answer, TestApp, before_the_pepper};
use futures::future::join_all;
use serde_json::{Value, json};

async fn hash_of(app: &TestApp, person: &Actor) -> String {
    sqlx::query_scalar("SELECT password_hash FROM users WHERE id = $1")
        .bind(person.id)
        .fetch_one(&mut app.sql().await)
        .await
        .unwrap()
}

async fn login(app: &TestApp, person: &Actor, password: &str) -> Answer {
    app.stranger().post("/api/auth/login", wish(&person.email, password)).await
}

#[tokio::test]
async fn a_hash_of_before_the_pepper_goes_on_and_is_made_anew_at_the_next_sign_in() {
    let app = TestApp::start().await;
    let ada = person(&app).await;
    assert!(hash_of(&app, &ada).await.starts_with("hmac1$argon2id$"));
    let old = before_the_pepper(PASSWORD);
    sqlx::query("UPDATE users SET password_hash = $2 WHERE id = $1")
        .bind(ada.id)
        .bind(&old)
        .execute(&mut app.sql().await)
        .await
        .unwrap();
    login(&app, &ada, OTHER_PASSWORD).await.refused(401, "invalid_credentials");
    assert_eq!(hash_of(&app, &ada).await, old);
    // However many come at once, none is taken for one whose password was changed.
    for answer in join_all((0..6).map(|_| login(&app, &ada, PASSWORD))).await {
        answer.ok();
    }
    let renewed = hash_of(&app, &ada).await;
    assert!(renewed.starts_with("hmac1$argon2id$"), "{renewed}");
    login(&app, &ada, PASSWORD).await.ok();
    assert_eq!(hash_of(&app, &ada).await, renewed);
    ada.get("/api/users/profile").await.ok();
}

#[tokio::test]
async fn none_of_the_last_five_passwords_comes_again() {
    let app = TestApp::start().await;
    let ada = person(&app).await;
    let word = |number: usize| format!("quartz heron bicycle {number}");
    let mut now = PASSWORD.to_owned();
    let change = async |from: &str, to: &str| {
        let tokens = login(&app, &ada, from).await.ok();
        let program = super::bearer(&app, tokens["accessToken"].as_str().unwrap());
        program.post("/api/auth/password", json!({ "currentPassword": from, "newPassword": to })).await
    };
    change(&now, PASSWORD).await.refused(400, "invalid_input");
    for number in 0..5 {
        change(&now, &word(number)).await.ok();
        now = word(number);
    }
    for number in 0..5 {
        let refusal = change(&now, &word(number)).await.refused(400, "invalid_input");
        assert!(refusal.to_string().contains("last five"), "{refusal}");
    }
    let kept: i64 = sqlx::query_scalar("SELECT count(*) FROM password_history")
        .fetch_one(&mut app.sql().await)
        .await
        .unwrap();
    assert_eq!(kept, 4);
    change(&now, PASSWORD).await.ok();

    // By a link neither.
    app.stranger().post("/api/auth/reset", json!({ "email": ada.email })).await.ok();
    let mail = app.mail_to(&ada.email, "password_reset").await;
    let token = mail["link"].as_str().unwrap().split_once("#token=").unwrap().1.to_owned();
    let accept = async |password: &str| {
        app.stranger().post("/api/auth/reset/accept", json!({ "token": token, "password": password })).await
    };
    for number in 1..5 {
        accept(&word(number)).await.refused(400, "invalid_input");
    }
    accept(&word(0)).await.ok();
    login(&app, &ada, &word(0)).await.ok();
}

#[tokio::test]
async fn p10_a_password_from_a_breach_or_about_its_owner_is_refused_and_says_why() {
    let file = tempfile::NamedTempFile::new().unwrap();
    // SHA-1 of OTHER_PASSWORD, as haveibeenpwned.com would have it, among others.
    let hash =
        aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY, OTHER_PASSWORD.as_bytes());
    let mut lines = ["0".repeat(40), hex::encode_upper(hash), "F".repeat(40)].map(|hash| format!("{hash}:3"));
    lines.sort();
    std::fs::write(file.path(), lines.join("\r\n")).unwrap();
    let app = TestApp::start_with(|config| {
        config.auth.breached_passwords = Some(file.path().to_owned());
    })
    .await;
    let ada = person(&app).await;
    let local = ada.email.split('@').next().unwrap();
    let named = format!("{local} orrery plinth 42");
    for (password, reason) in [
        (OTHER_PASSWORD, "breach"),
        ("123 Liverpool 456", "tried first"),
        ("Provider-2026-summer", "organization"),
        (named.as_str(), "your name"),
        ("passwordpassword", "again and again"),
    ] {
        let body = json!({ "currentPassword": PASSWORD, "newPassword": password });
        let refusal = ada.post("/api/auth/password", body).await.refused(400, "invalid_input");
        let said = refusal["details"]["fields"]["newPassword"].as_str().unwrap();
        assert!(said.contains(reason), "{password}: {said}");
        // The meter says the same before.
        let typed = json!({
            "password": password, "email": ada.email, "displayName": ada.name, "organizationName": "Provider",
        });
        let weight = app.stranger().post("/api/auth/password/weigh", typed).await.ok();
        assert_eq!(weight["problem"], said);
        assert!(weight["score"].as_u64().unwrap() <= 2, "{weight}");
    }
    let good = json!({ "password": "verglas mitten orrery 43" });
    let weight = app.stranger().post("/api/auth/password/weigh", good).await.ok();
    assert_eq!((&weight["score"], &weight["problem"]), (&json!(4), &Value::Null));
    app.stranger()
        .post("/api/auth/password/weigh", json!({ "password": "x".repeat(257) }))
        .await
        .refused(400, "invalid_input");
    ada.get("/api/users/profile").await.ok();
}

#[tokio::test]
async fn kinds_of_characters_are_asked_for_where_an_organization_chose_so() {
    let app = TestApp::start().await;
    let acme = app.customer("Acme").await;
    let (admin, ada) = (app.member(&acme, "admin").await, app.member(&acme, "basic_user").await);
    super::give_password(&app, &ada).await;
    let path = format!("/api/organizations/{}", acme.id);
    assert_eq!(admin.get(&path).await.ok()["passwordClasses"], json!([]));
    admin.put(&path, json!({ "passwordClasses": ["capital"] })).await.refused(400, "invalid_input");
    ada.put(&path, json!({ "passwordClasses": ["digit"] })).await.refused(403, "forbidden");
    let set = admin.put(&path, json!({ "passwordClasses": ["uppercase", "digit", "uppercase"] })).await.ok();
    assert_eq!(set["passwordClasses"], json!(["digit", "uppercase"]));
    // Those of now go on; the next one must fit, by every way.
    let tokens = login(&app, &ada, PASSWORD).await.ok();
    let program = super::bearer(&app, tokens["accessToken"].as_str().unwrap());
    let change = async |to: &str| {
        program.post("/api/auth/password", json!({ "currentPassword": PASSWORD, "newPassword": to })).await
    };
    let refusal = change(OTHER_PASSWORD).await.refused(400, "invalid_input");
    assert!(refusal.to_string().contains("a capital letter in it"), "{refusal}");
    app.stranger().post("/api/auth/reset", json!({ "email": ada.email })).await.ok();
    let mail = app.mail_to(&ada.email, "password_reset").await;
    let token = mail["link"].as_str().unwrap().split_once("#token=").unwrap().1.to_owned();
    let accept = async |password: &str| {
        app.stranger().post("/api/auth/reset/accept", json!({ "token": token, "password": password })).await
    };
    accept("quartz Heron bicycle").await.refused(400, "invalid_input");
    accept("quartz Heron bicycle 17").await.ok();
    let invited = admin
        .post("/api/users", json!({ "organizationId": acme.id, "email": "bea@acme.example", "displayName": "Bea", "role": "basic_user" }))
        .await
        .created();
    let token = invited["invitationUrl"].as_str().unwrap().split_once("#token=").unwrap().1.to_owned();
    let accept = async |password: &str| {
        app.stranger()
            .post("/api/auth/invitations/accept", json!({ "token": token, "password": password }))
            .await
    };
    accept(OTHER_PASSWORD).await.refused(400, "invalid_input");
    accept("quartz Heron bicycle 17").await.ok();
    admin.put(&path, json!({ "passwordClasses": [] })).await.ok();
}
