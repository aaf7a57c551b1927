//! The way there and back.

use super::Stage;
use crate::auth::browser::Browser;
use crate::auth::{PASSWORD, give_password};
use serde_json::{Value, json};

#[tokio::test]
async fn a_new_person_of_a_proven_domain_comes_in_by_their_organizations_provider() {
    let stage = Stage::set().await;
    let id = stage.active().await;
    stage.prove_domain().await;
    let ways = stage
        .app
        .stranger()
        .post("/api/sso/discover", json!({ "email": "Alice@Kestrel.example" }))
        .await
        .ok();
    assert_eq!(ways["connections"][0]["id"], json!(id));
    let (mut browser, place) = stage.sign_in(&id).await;
    assert_eq!(place, "/organizations");
    let profile = browser.get("/api/users/profile").await.ok();
    assert_eq!(
        (&profile["email"], &profile["role"]),
        (&json!("alice@kestrel.example"), &json!("request_user"))
    );
    assert_eq!(profile["displayName"], "Alice Ashdown");
    let people = stage.people().await;
    let (mut again, _) = stage.sign_in(&id).await;
    assert!(again.is_signed_in().await);
    assert_eq!(stage.people().await, people, "the same person");
    assert!(!browser.cookies.contains_key("__Host-sallyport_sso"), "nothing stays of the way");
}

#[tokio::test]
async fn o01_a_state_is_good_once_in_its_own_browser_alone() {
    let stage = Stage::set().await;
    let id = stage.active().await;
    stage.prove_domain().await;
    let mut browser = Browser::new(&stage.app);
    let url = stage.begin(&mut browser, &id).await;
    let answer = stage.idp.answer(&url);
    let query = format!("state={}&code={}&iss={}", answer.state, answer.code, answer.iss);
    // Somebody else's browser, one that began another way, and none.
    let mut stranger = Browser::new(&stage.app);
    assert_eq!(stage.callback(&mut stranger, &query).await, "/sign-in?sso=over");
    stage.begin(&mut stranger, &id).await;
    assert_eq!(stage.callback(&mut stranger, &query).await, "/sign-in?sso=over");
    for broken in ["", "state=x&code=y", &format!("code={}", answer.code)] {
        assert_eq!(stage.callback(&mut browser.clone(), broken).await, "/sign-in?sso=over", "{broken}");
    }
    let mut twice = browser.clone();
    assert_eq!(stage.callback(&mut browser, &query).await, "/organizations");
    assert_eq!(stage.callback(&mut twice, &query).await, "/sign-in?sso=over");
    assert!(browser.is_signed_in().await && !twice.is_signed_in().await);
}

#[tokio::test]
async fn o02_o04_o09_an_answer_that_lies_signs_nobody_in_and_the_log_says_why() {
    let stage = Stage::set().await;
    let id = stage.active().await;
    stage.prove_domain().await;
    let truth = stage.idp.tell(|lies| lies.claims.clone());
    for (name, value) in [
        ("nonce", json!("another")),
        ("aud", json!("another")),
        ("iss", json!("https://evil.example")),
        ("exp", json!(1)),
        ("sub", json!("")),
    ] {
        stage.idp.tell(|lies| lies.claims = truth.clone());
        stage.tell(name, value);
        let (mut browser, place) = stage.sign_in(&id).await;
        assert_eq!(place, "/sign-in?sso=refused", "{name}");
        assert!(!browser.is_signed_in().await);
    }
    stage.idp.tell(|lies| lies.claims = truth);
    let mut browser = Browser::new(&stage.app);
    let url = stage.begin(&mut browser, &id).await;
    let answer = stage.idp.answer(&url);
    let mixed = format!("state={}&code={}&iss=https://evil.example", answer.state, answer.code);
    assert_eq!(stage.callback(&mut browser, &mixed).await, "/sign-in?sso=refused");
    let mut sql = stage.app.sql().await;
    let reasons: Vec<String> = sqlx::query_scalar(
        "SELECT sentence FROM audit_logs WHERE code = 'sso.login' AND outcome = 'refused' ORDER BY occurred_at",
    )
    .fetch_all(&mut sql)
    .await
    .unwrap();
    assert_eq!(reasons.len(), 6, "{reasons:?}");
    assert!(reasons[0].contains("nonce") && reasons[5].contains("another identity provider"), "{reasons:?}");
    assert_eq!(stage.people().await, 1, "the admin alone");
}

#[tokio::test]
async fn o16_a_connection_switched_off_changed_or_removed_on_the_way_lets_nobody_in() {
    let stage = Stage::set().await;
    let id = stage.active().await;
    stage.prove_domain().await;
    let path = format!("/api/sso/connections/{id}");
    let mut browser = Browser::new(&stage.app);
    let url = stage.begin(&mut browser, &id).await;
    stage.admin.post(&format!("{path}/deactivate"), json!({})).await.ok();
    assert_eq!(stage.come_back(&mut browser, &url).await, "/sign-in?sso=switched_off");
    stage
        .app
        .stranger()
        .post("/api/sso/start", json!({ "connectionId": id }))
        .await
        .refused(409, "sso_not_active");
    stage.admin.post(&format!("{path}/activate"), json!({})).await.ok();
    let url = stage.begin(&mut browser, &id).await;
    stage.admin.put(&path, json!({ "groupsClaim": "roles" })).await.ok();
    assert_eq!(stage.come_back(&mut browser, &url).await, "/sign-in?sso=switched_off");
    stage.pass_test(&id).await;
    stage.admin.post(&format!("{path}/activate"), json!({})).await.ok();
    let url = stage.begin(&mut browser, &id).await;
    stage.admin.delete(&path).await.ok();
    assert_eq!(stage.come_back(&mut browser, &url).await, "/sign-in?sso=switched_off");
}

#[tokio::test]
async fn what_came_by_a_connection_ends_with_it() {
    let stage = Stage::set().await;
    let id = stage.active().await;
    stage.prove_domain().await;
    let (mut browser, _) = stage.sign_in(&id).await;
    assert!(browser.is_signed_in().await);
    stage.admin.post(&format!("/api/sso/connections/{id}/deactivate"), json!({})).await.ok();
    assert!(!browser.is_signed_in().await);
}

#[tokio::test]
async fn e02_the_ways_of_an_address_are_those_of_its_domain_whoever_it_is() {
    let stage = Stage::set().await;
    stage.active().await;
    stage.prove_domain().await;
    let ask = async |email: &str| {
        stage.app.stranger().post("/api/sso/discover", json!({ "email": email })).await.ok()
    };
    stage.tell("email", json!("alice@kestrel.example"));
    assert_eq!(ask("alice@kestrel.example").await, ask("nobody@kestrel.example").await);
    let none = json!({ "connections": [], "password": true });
    for email in ["a@elsewhere.example", "nonsense", "", "a@sub.kestrel.example", "kestrel.example"] {
        assert_eq!(ask(email).await, none, "{email}");
    }
}

#[tokio::test]
async fn o22_where_single_sign_on_is_required_a_password_is_for_the_fallback_alone_and_told() {
    let stage = Stage::set().await;
    let id = stage.active().await;
    let member = stage.app.member(&stage.kestrel, "basic_user").await;
    for person in [&member, &stage.admin] {
        give_password(&stage.app, person).await;
    }
    // Both are linked: whoever is not owes a link instead (linking.rs).
    for (person, subject) in [(&member, "member-1"), (&stage.admin, "admin-1")] {
        stage.tell("sub", json!(subject));
        let mut browser = Browser::new(&stage.app);
        let wish = json!({ "connectionId": id, "returnTo": "/account" });
        let url = stage.take(&mut browser, person.post("/api/sso/link", wish).await).unwrap();
        assert_eq!(stage.come_back(&mut browser, &url).await, "/account");
    }
    let path = format!("/api/organizations/{}/sso", stage.kestrel.id);
    let login = async |email: &str, password: &str| {
        let wish: Value = json!({ "email": email, "password": password, "delivery": "body" });
        stage.app.stranger().post("/api/auth/login", wish).await
    };
    for (fallback, member_in, admin_in) in
        [("nobody", false, false), ("admins", false, true), ("everyone", true, true)]
    {
        stage.admin.put(&path, json!({ "required": true, "fallback": fallback })).await.ok();
        for (person, may) in [(&member, member_in), (&stage.admin, admin_in)] {
            let answer = login(&person.email, PASSWORD).await;
            if may {
                answer.ok();
            } else {
                answer.refused(403, "sso_required");
            }
        }
    }
    // Each time it rings: at the admins, by mail.
    let rung = async |times: usize| {
        for _ in 0..200 {
            if stage.app.mails_to(&stage.admin.email, "sso_fallback").len() == times {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("{} mails", stage.app.mails_to(&stage.admin.email, "sso_fallback").len());
    };
    rung(3).await;
    // The day that it is for: the provider is gone, and an admin comes in.
    stage.admin.put(&path, json!({ "required": true, "fallback": "admins" })).await.ok();
    let mut browser = Browser::new(&stage.app);
    let url = stage.begin(&mut browser, &id).await;
    stage.idp.stop();
    assert_eq!(stage.come_back(&mut browser, &url).await, "/sign-in?sso=provider_down");
    login(&member.email, PASSWORD).await.refused(403, "sso_required");
    login(&stage.admin.email, PASSWORD).await.ok();
    rung(4).await;
    let mail = stage.app.mails_to(&stage.admin.email, "sso_fallback").pop().unwrap();
    assert!(mail["text"].as_str().unwrap().contains(&stage.admin.name), "{mail}");
    // Whoever does not know the password learns nothing of it (E06).
    stage.admin.put(&path, json!({ "required": true, "fallback": "nobody" })).await.ok();
    login(&member.email, "another passphrase 77").await.refused(401, "invalid_credentials");
    let mut sql = stage.app.sql().await;
    let rung: Vec<(String, String)> = sqlx::query_as(
        "SELECT outcome, risk_level FROM audit_logs WHERE code = 'sso.fallback' ORDER BY occurred_at",
    )
    .fetch_all(&mut sql)
    .await
    .unwrap();
    assert_eq!(rung.len(), 8);
    assert_eq!(rung.iter().filter(|(outcome, _)| outcome == "success").count(), 4);
    assert!(rung.iter().all(|(_, risk)| risk == "high"), "{rung:?}");
}
