//! Changing one's own password.

use super::browser::{ACCESS, Browser, CSRF, REFRESH};
use super::{OTHER_PASSWORD, PASSWORD, bearer, entries, person, wish};
use crate::support::TestApp;
use serde_json::{Value, json};

fn change(current: &str, new: &str) -> Value {
    json!({ "currentPassword": current, "newPassword": new })
}

#[tokio::test]
async fn t10_t12_a_change_of_password_ends_every_other_sign_in_and_renews_this_one() {
    let app = TestApp::start().await;
    let ada = person(&app).await;
    let mut here = Browser::signed_in(&app, &ada.email).await;
    let mut elsewhere = Browser::signed_in(&app, &ada.email).await;
    let before = here.clone();
    let id = async |browser: &mut Browser| {
        browser.get("/api/users/profile").await.ok()["session"]["id"].as_str().unwrap().to_owned()
    };
    let id_before = id(&mut here).await;
    let tokens = here.post("/api/auth/password", change(PASSWORD, OTHER_PASSWORD)).await.ok();
    assert!(tokens.get("accessToken").is_none() && tokens.get("refreshToken").is_none(), "{tokens}");
    assert_eq!(tokens["csrfToken"], here.cookies[CSRF].as_str());
    for name in [ACCESS, REFRESH, CSRF] {
        assert_ne!(here.cookies[name], before.cookies[name], "{name}");
    }
    assert_ne!(id(&mut here).await, id_before);
    assert!(here.after_five_minutes().post("/api/auth/refresh", json!({})).await.status == 200);
    for mut dead in [elsewhere.clone(), before] {
        assert!(!dead.is_signed_in().await);
        dead.post("/api/auth/refresh", json!({})).await.refused(401, "unauthenticated");
    }
    assert!(!elsewhere.is_signed_in().await);
    ada.get("/api/users/profile").await.refused(401, "unauthenticated");
    app.stranger()
        .post("/api/auth/login", wish(&ada.email, PASSWORD))
        .await
        .refused(401, "invalid_credentials");
    app.stranger().post("/api/auth/login", wish(&ada.email, OTHER_PASSWORD)).await.ok();
    let told = app.mail_to(&ada.email, "password_changed").await;
    assert!(told["text"].as_str().unwrap().contains("with Firefox"), "{told}");
    let log = entries(&app, "password.change").await;
    assert_eq!(log.len(), 1);
    assert_eq!(log[0].2["signInsEnded"], 3, "{log:?}");
}

#[tokio::test]
async fn a_program_gets_its_new_tokens_in_the_answer() {
    let app = TestApp::start().await;
    let ada = person(&app).await;
    let tokens = ada.post("/api/auth/password", change(PASSWORD, OTHER_PASSWORD)).await.ok();
    let program = bearer(&app, tokens["accessToken"].as_str().unwrap());
    assert_eq!(program.get("/api/users/profile").await.ok()["id"], json!(ada.id));
    let refresh = json!({ "refreshToken": tokens["refreshToken"] });
    app.stranger().post("/api/auth/refresh", refresh).await.ok();
}

#[tokio::test]
async fn a_wrong_old_password_counts_like_a_wrong_sign_in() {
    let app = TestApp::start().await;
    let ada = person(&app).await;
    for _ in 0..10 {
        let refusal = ada.post("/api/auth/password", change("another one entirely", OTHER_PASSWORD)).await;
        let refusal = refusal.refused(400, "invalid_input");
        assert!(refusal["details"]["fields"]["currentPassword"].is_string(), "{refusal}");
    }
    ada.post("/api/auth/password", change(PASSWORD, OTHER_PASSWORD)).await.refused(429, "rate_limited");
    app.stranger().post("/api/auth/login", wish(&ada.email, PASSWORD)).await.refused(429, "rate_limited");
    let outcomes = entries(&app, "password.change").await;
    assert_eq!(outcomes.len(), 11);
    assert!(outcomes.iter().all(|entry| entry.0 == "refused"), "{outcomes:?}");
    ada.get("/api/users/profile").await.ok();
}

#[tokio::test]
async fn a_new_password_must_fit_the_rules_and_stands_at_its_field() {
    let app = TestApp::start().await;
    let ada = person(&app).await;
    let long = "x".repeat(257);
    for new in ["too short", "passwordpassword", long.as_str()] {
        let refusal =
            ada.post("/api/auth/password", change(PASSWORD, new)).await.refused(400, "invalid_input");
        assert!(refusal["details"]["fields"]["newPassword"].is_string(), "{refusal}");
    }
    ada.post("/api/auth/password", change(&long, OTHER_PASSWORD)).await.refused(400, "invalid_input");
    app.stranger().post("/api/auth/login", wish(&ada.email, PASSWORD)).await.ok();
    ada.get("/api/users/profile").await.ok();
}

#[tokio::test]
async fn of_two_changes_at_once_one_is_made() {
    let app = TestApp::start().await;
    let ada = person(&app).await;
    let new = |number: usize| format!("quartz heron bicycle {number}");
    let changes = (0..5).map(|number| ada.post("/api/auth/password", change(PASSWORD, &new(number))));
    let mut statuses: Vec<u16> = Vec::new();
    for (number, answer) in futures::future::join_all(changes).await.into_iter().enumerate() {
        statuses.push(answer.status.as_u16());
        let sign_in = app.stranger().post("/api/auth/login", wish(&ada.email, &new(number))).await;
        assert_eq!(sign_in.status == 200, answer.status == 200, "{}", answer.text());
    }
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
}
