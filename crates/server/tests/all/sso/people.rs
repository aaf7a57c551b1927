//! Who somebody is who comes by a provider, and who they are not.

use super::Stage;
use crate::auth::browser::Browser;
use futures::future::join_all;
use serde_json::json;

#[tokio::test]
async fn o12_only_people_of_proven_domains_get_an_account() {
    let stage = Stage::set().await;
    let id = stage.active().await;
    let before = stage.people().await;
    assert_eq!(stage.sign_in(&id).await.1, "/sign-in?sso=no_account", "no domain is proven");
    stage.prove_domain().await;
    for email in [
        json!("alice@elsewhere.example"),
        json!("alice@sub.kestrel.example"),
        json!("alice@kestrel.example@elsewhere.example"),
        json!("alice"),
        json!(null),
    ] {
        stage.tell("email", email.clone());
        stage.tell("sub", json!(format!("of {email}")));
        assert_eq!(stage.sign_in(&id).await.1, "/sign-in?sso=no_account", "{email}");
    }
    assert_eq!(stage.people().await, before);
}

#[tokio::test]
async fn o10_the_same_address_is_not_the_same_person() {
    let stage = Stage::set().await;
    let id = stage.active().await;
    stage.prove_domain().await;
    let mut sql = stage.app.sql().await;
    sqlx::query("UPDATE users SET email = 'alice@kestrel.example' WHERE id = $1")
        .bind(stage.admin.id)
        .execute(&mut sql)
        .await
        .unwrap();
    for verified in [json!(true), json!(false), json!(null)] {
        stage.tell("email_verified", verified);
        let (mut browser, place) = stage.sign_in(&id).await;
        assert_eq!(place, "/sign-in?sso=link_first");
        assert!(!browser.is_signed_in().await);
    }
    // A second subject with the address of the first one is nobody either.
    stage.tell("email", json!("bob@kestrel.example"));
    stage.tell("email_verified", json!(true));
    assert_eq!(stage.sign_in(&id).await.1, "/organizations");
    stage.tell("sub", json!("somebody-else"));
    assert_eq!(stage.sign_in(&id).await.1, "/sign-in?sso=link_first");
}

#[tokio::test]
async fn o19_groups_that_are_not_mapped_give_the_default_role_and_mapped_ones_are_followed() {
    let stage = Stage::set().await;
    let id = stage.active().await;
    stage.prove_domain().await;
    stage.tell("groups", json!(["Admins", "admin", "super_admin", "ADMINS"]));
    stage.tell("role", json!("admin"));
    stage.tell("roles", json!(["admin"]));
    let role = async || {
        let (mut browser, place) = stage.sign_in(&id).await;
        assert_eq!(place, "/organizations");
        browser.get("/api/users/profile").await.ok()["role"].clone()
    };
    assert_eq!(role().await, "basic_user");
    stage.tell("groups", json!(["admins"]));
    assert_eq!(role().await, "request_user");
    stage.tell("groups", json!([]));
    assert_eq!(role().await, "basic_user");
    let path = format!("/api/sso/connections/{id}");
    stage.admin.put(&path, json!({ "defaultRole": null })).await.ok();
    assert_eq!(stage.sign_in(&id).await.1, "/sign-in?sso=no_account", "nobody without a group");
}

#[tokio::test]
async fn o20_two_first_sign_ins_at_once_make_one_person() {
    let stage = Stage::set().await;
    let id = stage.active().await;
    stage.prove_domain().await;
    let before = stage.people().await;
    let all = join_all((0..8).map(|_| stage.sign_in(&id))).await;
    for (_, place) in &all {
        assert_eq!(place, "/organizations");
    }
    assert_eq!(stage.people().await, before + 1);
}

#[tokio::test]
async fn o17_who_was_disabled_does_not_come_in_by_another_door() {
    let stage = Stage::set().await;
    let id = stage.active().await;
    stage.prove_domain().await;
    let (mut browser, _) = stage.sign_in(&id).await;
    let person = browser.get("/api/users/profile").await.ok()["id"].as_str().unwrap().to_owned();
    let disable = json!({ "status": "disabled" });
    stage.admin.put(&format!("/api/users/{person}"), disable).await.ok();
    assert!(!browser.is_signed_in().await);
    assert_eq!(stage.sign_in(&id).await.1, "/sign-in?sso=no_account");
}

#[tokio::test]
async fn o11_only_a_verified_address_makes_an_account_and_no_word_links_one() {
    let stage = Stage::set().await;
    let id = stage.active().await;
    stage.prove_domain().await;
    let before = stage.people().await;
    for said in [json!("true"), json!(1), json!("false"), json!(false), json!(null)] {
        stage.tell("email_verified", said.clone());
        let (mut browser, place) = stage.sign_in(&id).await;
        assert!(
            ["/sign-in?sso=no_account", "/sign-in?sso=refused"].contains(&place.as_str()),
            "{said}: {place}"
        );
        assert!(!browser.is_signed_in().await, "{said}");
    }
    assert_eq!(stage.people().await, before);
    stage.tell("email_verified", json!(true));
    assert_eq!(stage.sign_in(&id).await.1, "/organizations");
    // Who is known needs no word about an address any more.
    stage.tell("email_verified", json!(false));
    assert_eq!(stage.sign_in(&id).await.1, "/organizations");
}

#[tokio::test]
async fn who_was_removed_does_not_come_back_as_somebody_new() {
    let stage = Stage::set().await;
    let id = stage.active().await;
    stage.prove_domain().await;
    let (mut browser, _) = stage.sign_in(&id).await;
    let person = browser.get("/api/users/profile").await.ok()["id"].as_str().unwrap().to_owned();
    stage.admin.delete(&format!("/api/users/{person}")).await.ok();
    let people = stage.people().await;
    assert_eq!(stage.sign_in(&id).await.1, "/sign-in?sso=no_account");
    assert_eq!(stage.people().await, people);
    // Whoever is let in anew binds the identity from inside.
    let ada = stage.app.member(&stage.kestrel, "report_viewer").await;
    let mut hers = Browser::new(&stage.app);
    let wish = json!({ "connectionId": id, "returnTo": "/account" });
    let url = stage.take(&mut hers, ada.post("/api/sso/link", wish).await).unwrap();
    assert_eq!(stage.come_back(&mut hers, &url).await, "/account");
}

#[tokio::test]
async fn o14_o15_an_account_is_bound_from_inside_by_the_very_browser_once() {
    let stage = Stage::set().await;
    let id = stage.active().await;
    let ada = stage.app.member(&stage.kestrel, "report_viewer").await;
    let begin =
        async || ada.post("/api/sso/link", json!({ "connectionId": id, "returnTo": "/account" })).await;
    // Begun by Ada, brought back by another browser: nothing.
    let mut hers = Browser::new(&stage.app);
    let url = stage.take(&mut hers, begin().await).unwrap();
    let mut other = Browser::new(&stage.app);
    assert_eq!(stage.come_back(&mut other, &url).await, "/sign-in?sso=over");
    assert_eq!(stage.come_back(&mut hers, &url).await, "/account");
    let bound = ada.get("/api/sso/identities").await.ok();
    assert_eq!(bound[0]["email"], "alice@kestrel.example");
    // The same identity is nobody else's.
    let bob = stage.app.member(&stage.kestrel, "basic_user").await;
    let mut his = Browser::new(&stage.app);
    let wish = json!({ "connectionId": id, "returnTo": "/account" });
    let url = stage.take(&mut his, bob.post("/api/sso/link", wish).await).unwrap();
    assert_eq!(stage.come_back(&mut his, &url).await, "/account?sso=taken");
    // It signs Ada in, as she was.
    let (mut browser, place) = stage.sign_in(&id).await;
    assert_eq!(place, "/organizations");
    let profile = browser.get("/api/users/profile").await.ok();
    assert_eq!((&profile["email"], &profile["role"]), (&json!(ada.email), &json!("report_viewer")));
    // The last way in of somebody without a password stays; with one it goes, and what was begun before is void.
    let path = format!("/api/sso/identities/{}", bound[0]["id"].as_str().unwrap());
    ada.delete(&path).await.refused(409, "last_way_in");
    crate::auth::give_password(&stage.app, &ada).await;
    let mut late = Browser::new(&stage.app);
    let url = stage.take(&mut late, begin().await).unwrap();
    ada.delete(&path).await.ok();
    sqlx::query("UPDATE user_sessions SET revoked_at = now() WHERE id = $1")
        .bind(ada.user_session_id)
        .execute(&mut stage.app.sql().await)
        .await
        .unwrap();
    assert_eq!(stage.come_back(&mut late, &url).await, "/sign-in?sso=over", "her sign-in is over");
    assert_eq!(stage.sign_in(&id).await.1, "/sign-in?sso=no_account");
}

#[tokio::test]
async fn a_sign_out_at_the_provider_ends_the_sign_ins_that_came_from_there_once() {
    let stage = Stage::set().await;
    let id = stage.active().await;
    stage.prove_domain().await;
    stage.tell("sid", json!("there-1"));
    let (mut browser, _) = stage.sign_in(&id).await;
    assert!(browser.is_signed_in().await);
    let now = stage.idp.tell(|lies| (lies.now)());
    let token = sallyport_testkit::idp::signed(0, "key-1")(&json!({
        "iss": stage.idp.issuer(), "aud": "sallyport", "iat": now, "exp": now + 60, "jti": "notice-1",
        "sid": "there-1", "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
    }));
    let send = async |token: &str| {
        let stranger = stage.app.stranger();
        let path = format!("/api/sso/connections/{id}/logout");
        let form = [("logout_token", token)];
        stranger.send(stranger.request(reqwest::Method::POST, &path).form(&form)).await
    };
    send("garbage").await.refused(400, "logout_token_refused");
    assert!(browser.is_signed_in().await);
    send(&token).await.ok();
    assert!(!browser.is_signed_in().await);
    let (mut again, _) = stage.sign_in(&id).await;
    send(&token).await.refused(400, "logout_token_refused");
    assert!(again.is_signed_in().await, "a notice counts once");
}

#[tokio::test]
async fn new_keys_of_the_provider_are_taken_over_at_the_first_sign_in_with_them() {
    let stage = Stage::set().await;
    let id = stage.active().await;
    stage.prove_domain().await;
    stage.idp.rotate();
    assert_eq!(stage.sign_in(&id).await.1, "/organizations");
    let shown = stage.admin.get(&format!("/api/sso/connections/{id}")).await.ok();
    assert_eq!(shown["keys"], json!(["key-2"]));
}

#[tokio::test]
async fn a_key_that_is_replaced_under_its_own_name_is_taken_over_too() {
    let stage = Stage::set().await;
    let id = stage.active().await;
    stage.prove_domain().await;
    stage.tell("sid", json!("there-1"));
    let replace = |index: usize| {
        stage.idp.tell(|lies| {
            lies.keys = vec![sallyport_testkit::idp::jwk(index, "key-1")];
            lies.sign = sallyport_testkit::idp::signed(index, "key-1");
        });
    };
    replace(1);
    let (mut browser, place) = stage.sign_in(&id).await;
    assert_eq!(place, "/organizations");
    assert_eq!(stage.sign_in(&id).await.1, "/organizations", "it was kept");
    // A sign-out by the next one; junk has the keys read anew once a minute, and what is read is kept.
    replace(2);
    let now = stage.idp.tell(|lies| (lies.now)());
    let notice = |index: usize, name: &str| {
        sallyport_testkit::idp::signed(index, "key-1")(&json!({
            "iss": stage.idp.issuer(), "aud": "sallyport", "iat": now, "exp": now + 60, "jti": name,
            "sid": "there-1", "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
        }))
    };
    let send = async |token: &str| {
        let stranger = stage.app.stranger();
        let path = format!("/api/sso/connections/{id}/logout");
        stranger.send(stranger.request(reqwest::Method::POST, &path).form(&[("logout_token", token)])).await
    };
    send(&notice(0, "junk")).await.refused(400, "logout_token_refused");
    send(&notice(2, "notice-1")).await.ok();
    assert!(!browser.is_signed_in().await);
    // Within the minute nothing is asked again, whoever sends what.
    replace(1);
    send(&notice(1, "notice-2")).await.refused(400, "logout_token_refused");
    let old = "UPDATE sso_connections SET asked_at = now() - interval '2 minutes'";
    sqlx::query(old).execute(&mut stage.app.sql().await).await.unwrap();
    send(&notice(1, "notice-2")).await.ok();
}
