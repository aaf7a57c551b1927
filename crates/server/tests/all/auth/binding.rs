//! Sign-ins that are bound to where they began, because an organization asks for it.

use super::browser::{Browser, DEVICE, REFRESH};
use super::devices::platform;
use super::{OTHER_PASSWORD, PASSWORD, bearer, entries, give_password, wish};
use crate::support::{Actor, Answer, Customer, TestApp};
use serde_json::{Value, json};

const HOME: &str = "203.0.113.9";
const CAFE: &str = "198.51.100.7";

struct Stage {
    app: TestApp,
    acme: Customer,
    admin: Actor,
    member: Actor,
}

impl Stage {
    /// Somebody of a customer that binds sign-ins to this, behind a proxy: a request says itself where it comes from.
    async fn bound_to(bindings: &[&str]) -> Self {
        let app = platform().await;
        let acme = app.customer("Acme").await;
        let (admin, member) = (app.member(&acme, "admin").await, app.member(&acme, "basic_user").await);
        give_password(&app, &member).await;
        let stage = Self { app, acme, admin, member };
        stage.bind(bindings).await;
        stage
    }

    async fn bind(&self, bindings: &[&str]) -> Value {
        let path = format!("/api/organizations/{}", self.acme.id);
        self.admin.put(&path, json!({ "signInBindings": bindings })).await.ok()
    }

    async fn at(&self, address: &str) -> Browser {
        let mut browser = Browser::new(&self.app);
        let wish = json!({ "email": self.member.email, "password": PASSWORD });
        browser.post_from(address, "/api/auth/login", wish).await.ok();
        browser
    }

    /// What the log says of refused renewals.
    async fn reasons(&self) -> Vec<Value> {
        let log = entries(&self.app, "auth.refresh").await.into_iter();
        log.filter(|(outcome, ..)| outcome == "refused")
            .map(|(_, _, details)| details["reason"].clone())
            .collect()
    }
}

async fn renew(browser: &mut Browser, address: &str) -> Answer {
    browser.post_from(address, "/api/auth/refresh", json!({})).await
}

#[tokio::test]
async fn t06_bound_to_an_address_a_sign_in_is_renewed_from_there_alone() {
    let stage = Stage::bound_to(&["address"]).await;
    let mut browser = stage.at(HOME).await;
    renew(&mut browser, HOME).await.ok();
    let carried_away = browser.clone();
    let mut thief = carried_away.clone();
    renew(&mut thief, CAFE).await.refused(401, "sign_in_moved");
    assert_eq!(thief.cookies, carried_away.cookies, "a new sign-in there ends this one by them");
    assert_eq!(stage.reasons().await, [json!("other_address")]);
    // Where it began it goes on, by the same token: nothing was spent.
    renew(&mut browser, HOME).await.ok();
    // Whoever takes their work elsewhere proves anew who they are, and is there from then on.
    browser
        .post_from(CAFE, "/api/auth/step-up", json!({ "password": "another one entirely" }))
        .await
        .refused(403, "not_confirmed");
    renew(&mut browser, CAFE).await.refused(401, "sign_in_moved");
    browser.post_from(CAFE, "/api/auth/step-up", json!({ "password": PASSWORD })).await.ok();
    renew(&mut browser, CAFE).await.ok();
    renew(&mut browser, HOME).await.refused(401, "sign_in_moved");
    // Or signs in anew.
    let old = browser.clone();
    let wish = json!({ "email": stage.member.email, "password": PASSWORD });
    browser.post_from(HOME, "/api/auth/login", wish).await.ok();
    renew(&mut browser, HOME).await.ok();
    renew(&mut old.clone(), CAFE).await.refused(401, "unauthenticated");

    // Of IPv6 one line has a /64.
    let mut browser = stage.at("2001:db8:1:2:3::4").await;
    renew(&mut browser, "2001:db8:1:2:ffff::1").await.ok();
    renew(&mut browser, "2001:db8:1:3::4").await.refused(401, "sign_in_moved");
    // Without the binding it is as everywhere.
    assert_eq!(stage.bind(&[]).await["signInBindings"], json!([]));
    renew(&mut browser, CAFE).await.ok();
}

#[tokio::test]
async fn t06_bound_to_a_device_a_sign_in_is_renewed_by_that_browser_alone() {
    let stage = Stage::bound_to(&["device", "device"]).await;
    let mut browser = stage.at(HOME).await;
    renew(&mut browser, CAFE).await.ok();
    let mut elsewhere = stage.at(HOME).await;
    // The token without the browser, by a browser that is known for another sign-in, and by a program.
    let mut thief = browser.clone();
    thief.cookies.remove(DEVICE);
    renew(&mut thief, HOME).await.refused(401, "sign_in_moved");
    thief.cookies.insert(DEVICE.to_owned(), elsewhere.cookies[DEVICE].clone());
    renew(&mut thief, HOME).await.refused(401, "sign_in_moved");
    let token = json!({ "refreshToken": browser.cookies[REFRESH] });
    stage.app.stranger().post("/api/auth/refresh", token).await.refused(401, "sign_in_moved");
    assert_eq!(stage.reasons().await, [json!("other_device"), json!("other_device"), json!("other_device")]);
    renew(&mut browser, HOME).await.ok();
    renew(&mut elsewhere, HOME).await.ok();
    // A password changed here makes this place new, not another one.
    let change = json!({ "currentPassword": PASSWORD, "newPassword": OTHER_PASSWORD });
    browser.post_from(HOME, "/api/auth/password", change).await.ok();
    renew(&mut browser, HOME).await.ok();
    // A program that signs in has no browser: its tokens end when they end.
    let tokens =
        stage.app.stranger().post("/api/auth/login", wish(&stage.member.email, OTHER_PASSWORD)).await.ok();
    bearer(&stage.app, tokens["accessToken"].as_str().unwrap()).get("/api/users/profile").await.ok();
    let token = json!({ "refreshToken": tokens["refreshToken"] });
    stage.app.stranger().post("/api/auth/refresh", token).await.refused(401, "sign_in_moved");
}

#[tokio::test]
async fn what_sign_ins_are_bound_to_is_a_right_of_its_own() {
    let stage = Stage::bound_to(&["device", "address", "device"]).await;
    let path = format!("/api/organizations/{}", stage.acme.id);
    assert_eq!(stage.admin.get(&path).await.ok()["signInBindings"], json!(["address", "device"]));
    let wish = |bindings: Value| json!({ "signInBindings": bindings });
    stage.admin.put(&path, wish(json!(["moon"]))).await.refused(400, "invalid_input");
    stage.admin.put(&path, wish(json!("address"))).await.refused(400, "invalid_input");
    for who in [&stage.member, &stage.app.account_manager().await] {
        who.put(&path, wish(json!([]))).await.refused(403, "forbidden");
    }
    let log = entries(&stage.app, "organization_security.update").await;
    let told = log.iter().find(|(outcome, ..)| outcome == "success").unwrap();
    assert_eq!(told.2["change"]["signInBindings"], json!(["address", "device"]));
}
