//! Where one is signed in, and the end of it.

use super::browser::Browser;
use super::{bearer, entries, person, sql};
use crate::support::{Second, TestApp};
use reqwest::header::SET_COOKIE;
use serde_json::json;

/// What the second instance says to a token.
async fn status(second: &Second, app: &TestApp, token: &str) -> u16 {
    let url = format!("http://{}/api/users/profile", second.address);
    app.client.get(url).bearer_auth(token).send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn t11_a_token_ends_with_its_sign_in_on_every_instance() {
    let app = TestApp::start().await;
    let second = Second::start(&app).await;
    let ada = person(&app).await;
    let token = ada.token.clone().unwrap();
    assert_eq!(status(&second, &app, &token).await, 200, "instances know each other's tokens");
    let mut browser = Browser::signed_in(&app, &ada.email).await;
    let mut replay = browser.clone();
    let answer = browser.post("/api/auth/logout", json!({})).await;
    assert_eq!(answer.headers.get_all(SET_COOKIE).iter().count(), 3);
    answer.ok();
    assert_eq!(browser.cookies.into_keys().collect::<Vec<_>>(), ["__Host-sallyport_device"]);
    assert!(!replay.is_signed_in().await);
    replay.post("/api/auth/refresh", json!({})).await.refused(401, "unauthenticated");
    ada.post("/api/auth/logout", json!({})).await.ok();
    ada.get("/api/users/profile").await.refused(401, "unauthenticated");
    assert_eq!(status(&second, &app, &token).await, 401);
    assert_eq!(entries(&app, "auth.logout").await.len(), 2);
    second.stop().await;
}

#[tokio::test]
async fn t12_signing_out_everywhere_leaves_nothing_standing() {
    let app = TestApp::start().await;
    let (ada, ben) = (person(&app).await, person(&app).await);
    let mut browsers = Vec::new();
    for _ in 0..3 {
        browsers.push(Browser::signed_in(&app, &ada.email).await);
    }
    browsers[0].post("/api/auth/logout-all", json!({})).await.ok();
    for browser in &mut browsers {
        assert!(!browser.is_signed_in().await);
    }
    ada.get("/api/users/profile").await.refused(401, "unauthenticated");
    assert_eq!(ben.get("/api/users/profile").await.status, 200, "others stay");
    let log = entries(&app, "auth.logout_all").await;
    assert_eq!((log.len(), &log[0].2["signInsEnded"]), (1, &json!(4)));

    // What a new password and a new second factor do: the epoch is raised, and all that was given out is over.
    let mut before = Browser::signed_in(&app, &ada.email).await;
    sql(&app, "UPDATE users SET epoch = epoch + 1 WHERE id = $1", ada.id).await;
    assert!(!before.is_signed_in().await);
    before.post("/api/auth/refresh", json!({})).await.refused(401, "unauthenticated");
}

#[tokio::test]
async fn a_person_sees_and_ends_their_own_sign_ins_alone() {
    let app = TestApp::start().await;
    let (ada, ben, admin) = (person(&app).await, person(&app).await, app.super_admin().await);
    let mut laptop = Browser::signed_in(&app, &ada.email).await;
    let mut phone = Browser::signed_in(&app, &ada.email).await;
    let seen = laptop.get("/api/auth/sessions").await.ok();
    assert_eq!(seen["total"], 3, "the two and the actor's own: {seen}");
    let items = seen["items"].as_array().unwrap();
    let current: Vec<_> = items.iter().filter(|item| item["current"] == true).collect();
    assert_eq!(current.len(), 1);
    assert_eq!(current[0]["userAgent"], "Firefox/140.0");
    assert_eq!(current[0]["clientIp"], "127.0.0.1");
    let phones = phone.get("/api/users/profile").await.ok()["session"]["id"].as_str().unwrap().to_owned();

    let path = format!("/api/auth/sessions/{phones}");
    for other in [&ben, &admin] {
        other.delete(&path).await.refused(404, "not_found");
    }
    assert!(phone.is_signed_in().await);
    laptop.delete(&path).await.ok();
    assert!(!phone.is_signed_in().await);
    laptop.delete(&path).await.refused(404, "not_found");
    laptop.delete("/api/auth/sessions/not-an-id").await.refused(404, "not_found");
    assert!(laptop.is_signed_in().await);
    let log = entries(&app, "user_session.end").await;
    assert_eq!(log.iter().filter(|entry| entry.0 == "success").count(), 1);
    assert_eq!(log.iter().filter(|entry| entry.0 == "refused").count(), 4);
}

#[tokio::test]
async fn m04_half_a_sign_in_is_none() {
    let app = TestApp::start().await;
    let ada = person(&app).await;
    let whole = Browser::signed_in(&app, &ada.email).await;
    for missing in [super::browser::ACCESS, super::browser::REFRESH, super::browser::CSRF] {
        let mut half = whole.clone();
        half.cookies.retain(|name, _| name != missing);
        let signed_in = missing != super::browser::ACCESS;
        assert_eq!(half.is_signed_in().await, signed_in, "without {missing}");
    }
    let mut only_refresh = whole.clone();
    let refresh = whole.cookies[super::browser::REFRESH].clone();
    only_refresh.cookies.insert(super::browser::ACCESS.to_owned(), refresh.clone());
    assert!(!only_refresh.is_signed_in().await, "a refresh token is no access token");
    let program = bearer(&app, &refresh);
    for path in ["/api/users/profile", "/api/auth/sessions", "/api/organizations", "/api/audit/logs"] {
        program.get(path).await.refused(401, "unauthenticated");
    }
}
