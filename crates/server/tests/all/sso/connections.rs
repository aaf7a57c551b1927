//! A connection is set up, tested, switched on and changed.

use super::Stage;
use crate::auth::browser::Browser;
use crate::support::TestApp;
use serde_json::json;

#[tokio::test]
async fn a_connection_is_tested_before_it_is_switched_on_and_again_after_it_changed() {
    let stage = Stage::set().await;
    let made = stage.admin.post("/api/sso/connections", stage.draft()).await.created();
    let id = made["id"].as_str().unwrap();
    assert_eq!(
        (&made["state"], &made["hasSecret"], &made["tested"]),
        (&json!("draft"), &json!(true), &json!(false))
    );
    assert!(made["redirectUri"].as_str().unwrap().ends_with("/api/sso/callback"));
    let path = format!("/api/sso/connections/{id}");
    let activate = format!("{path}/activate");
    stage.admin.post(&activate, json!({})).await.refused(409, "sso_not_tested");
    let started = stage.admin.post(&format!("{path}/test"), json!({})).await.ok();
    let checks: Vec<(&str, bool)> = started["checks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|check| (check["code"].as_str().unwrap(), check["passed"].as_bool().unwrap()))
        .collect();
    let codes = ["provider_read", "provider_fits", "unsigned_refused", "forged_refused", "shared_refused"];
    assert_eq!(checks, codes.map(|code| (code, true)));
    // Looking at the provider is not enough: somebody must have come in.
    stage.admin.post(&activate, json!({})).await.refused(409, "sso_not_tested");
    let people = stage.people().await;
    stage.pass_test(id).await;
    assert_eq!(stage.people().await, people, "a test makes nobody");
    let tested = stage.admin.get(&path).await.ok();
    // Each single thing that was looked at stays, and the sign-in is one more.
    let kept: Vec<&str> = tested["lastTest"]["checks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|check| check["code"].as_str().unwrap())
        .collect();
    assert_eq!(kept[..5], codes);
    assert_eq!(kept[5..], ["signed_in", "groups_told"]);
    let person = &tested["lastTest"]["person"];
    assert_eq!(
        (&person["email"], &person["role"]),
        (&json!("alice@kestrel.example"), &json!("request_user"))
    );
    assert_eq!(person["domainVerified"], json!(false));
    let active = stage.admin.post(&activate, json!({})).await.ok();
    assert_eq!(active["state"], "active");
    // Groups and names can change as they are; how people are proven cannot.
    let groups = json!({ "groups": [{ "group": "staff", "role": "report_viewer" }] });
    assert_eq!(stage.admin.put(&path, groups).await.ok()["state"], "active");
    let changed = stage.admin.put(&path, json!({ "clientId": "another" })).await.ok();
    assert_eq!((&changed["state"], &changed["tested"]), (&json!("draft"), &json!(false)));
    stage.admin.post(&activate, json!({})).await.refused(409, "sso_not_tested");
}

#[tokio::test]
async fn o05_o06_what_is_no_provider_fails_its_test_with_the_reason() {
    let stage = Stage::set().await;
    let made = stage.admin.post("/api/sso/connections", stage.draft()).await.created();
    let path = format!("/api/sso/connections/{}", made["id"].as_str().unwrap());
    stage.idp.tell(|lies| {
        lies.document.insert("issuer".to_owned(), json!("https://evil.example"));
    });
    let started = stage.admin.post(&format!("{path}/test"), json!({})).await.ok();
    assert_eq!((&started["checks"][0]["passed"], &started["url"]), (&json!(false), &json!(null)));
    assert!(started["checks"][0]["detail"].as_str().unwrap().contains("another one"));
    let kept = stage.admin.get(&path).await.ok();
    assert_eq!((&kept["lastTest"]["passed"], &kept["keys"]), (&json!(false), &json!([])));
    // And one that nobody may ask.
    stage.admin.put(&path, json!({ "issuer": "https://10.0.0.1/realms/x" })).await.ok();
    let started = stage.admin.post(&format!("{path}/test"), json!({})).await.ok();
    assert!(started["checks"][0]["detail"].as_str().unwrap().contains("private network"), "{started}");
    for issuer in ["http://a@b/", "file:///etc/passwd", "https://x/#y", "x"] {
        stage.admin.put(&path, json!({ "issuer": issuer })).await.refused(400, "invalid_input");
    }
}

#[tokio::test]
async fn a_secret_goes_in_and_never_out() {
    let stage = Stage::set().await;
    let id = stage.active().await;
    let shown = stage.admin.get(&format!("/api/sso/connections/{id}")).await.text();
    let listed = stage.admin.get("/api/sso/connections").await.text();
    let mut sql = stage.app.sql().await;
    let log: String = sqlx::query_scalar("SELECT string_agg(to_jsonb(a)::text, '') FROM audit_logs a")
        .fetch_one(&mut sql)
        .await
        .unwrap();
    let row: String = sqlx::query_scalar("SELECT string_agg(to_jsonb(c)::text, '') FROM sso_connections c")
        .fetch_one(&mut sql)
        .await
        .unwrap();
    for text in [shown, listed, log, row] {
        assert!(!text.contains("shared-secret"), "{text}");
    }
}

#[tokio::test]
async fn a_client_without_a_secret_is_for_providers_that_take_such_clients() {
    let stage = Stage::set().await;
    stage.prove_domain().await;
    let mut draft = stage.draft();
    draft.as_object_mut().unwrap().remove("clientSecret");
    let made = stage.admin.post("/api/sso/connections", draft).await.created();
    assert_eq!(made["hasSecret"], json!(false));
    let id = made["id"].as_str().unwrap();
    let path = format!("/api/sso/connections/{id}");
    for offered in [json!(null), json!(["client_secret_basic", "client_secret_post"])] {
        stage
            .idp
            .tell(|lies| lies.document.insert("token_endpoint_auth_methods_supported".to_owned(), offered));
        let started = stage.admin.post(&format!("{path}/test"), json!({})).await.ok();
        let fits = &started["checks"][1];
        assert_eq!((&fits["code"], &fits["passed"]), (&json!("provider_fits"), &json!(false)), "{started}");
        assert!(fits["detail"].as_str().unwrap().contains("enter the client secret"), "{fits}");
    }
    let public = json!(["client_secret_basic", "none"]);
    stage.idp.tell(|lies| lies.document.insert("token_endpoint_auth_methods_supported".to_owned(), public));
    stage.pass_test(id).await;
    stage.admin.post(&format!("{path}/activate"), json!({})).await.ok();
    assert_eq!(stage.sign_in(id).await.1, "/organizations");
    assert_eq!(stage.idp.clients(), ["", ""], "no secret is sent");
    assert!(
        stage.idp.verifiers().iter().all(|verifier| verifier.len() >= 43),
        "and each code has its verifier"
    );
    // A secret comes, and goes again; each is proven anew.
    let secret = json!({ "clientSecret": sallyport_testkit::idp::SECRET });
    let changed = stage.admin.put(&path, secret).await.ok();
    assert_eq!((&changed["hasSecret"], &changed["state"]), (&json!(true), &json!("draft")));
    stage.pass_test(id).await;
    assert_eq!(stage.idp.clients().last().unwrap(), "Basic");
    assert_eq!(stage.admin.put(&path, json!({ "name": "Mine" })).await.ok()["hasSecret"], true);
    let changed = stage.admin.put(&path, json!({ "clientSecret": null })).await.ok();
    assert_eq!((&changed["hasSecret"], &changed["tested"]), (&json!(false), &json!(false)));
    stage.pass_test(id).await;
    assert_eq!(stage.idp.clients().last().unwrap(), "");
}

#[tokio::test]
async fn a_domain_is_proven_once_by_its_record() {
    let stage = Stage::set().await;
    let wish = json!({ "organizationId": stage.kestrel.id, "domain": "Kestrel.Example" });
    let made = stage.admin.post("/api/sso/domains", wish.clone()).await.created();
    assert_eq!((&made["domain"], &made["verifiedAt"]), (&json!("kestrel.example"), &json!(null)));
    stage.admin.post("/api/sso/domains", wish).await.refused(409, "domain_exists");
    let verify = format!("/api/sso/domains/{}/verify", made["id"].as_str().unwrap());
    stage.admin.post(&verify, json!({})).await.refused(409, "domain_not_verified");
    let name = made["recordName"].as_str().unwrap();
    stage.dns.say(name, &["something else"]);
    stage.admin.post(&verify, json!({})).await.refused(409, "domain_not_verified");
    stage.dns.say(name, &["something else", made["challenge"].as_str().unwrap()]);
    assert!(stage.admin.post(&verify, json!({})).await.ok()["verifiedAt"].is_string());
    // Whoever else can write into that DNS too does not get it besides.
    let other = stage.app.customer("Merlin").await;
    let admin = stage.app.member(&other, "admin").await;
    let wish = json!({ "organizationId": other.id, "domain": "kestrel.example" });
    let theirs = admin.post("/api/sso/domains", wish).await.created();
    stage.dns.say(theirs["recordName"].as_str().unwrap(), &[theirs["challenge"].as_str().unwrap()]);
    let verify = format!("/api/sso/domains/{}/verify", theirs["id"].as_str().unwrap());
    admin.post(&verify, json!({})).await.refused(409, "domain_taken");
}

#[tokio::test]
async fn the_providers_people_set_a_customers_connection_up_too() {
    let stage = Stage::set().await;
    let manager = stage.app.super_admin().await;
    let made = manager.post("/api/sso/connections", stage.draft()).await.created();
    let path = format!("/api/sso/connections/{}", made["id"].as_str().unwrap());
    let mut browser = Browser::new(&stage.app);
    let url = stage.take(&mut browser, manager.post(&format!("{path}/test"), json!({})).await).unwrap();
    stage.come_back(&mut browser, &url).await;
    assert_eq!(manager.post(&format!("{path}/activate"), json!({})).await.ok()["state"], "active");
}

#[tokio::test]
async fn nothing_is_required_that_nobody_can_do() {
    let app = TestApp::start().await;
    let kestrel = app.customer("Kestrel").await;
    let admin = app.member(&kestrel, "admin").await;
    let path = format!("/api/organizations/{}/sso", kestrel.id);
    let wish = json!({ "required": true, "fallback": "nobody" });
    admin.put(&path, wish).await.refused(409, "sso_not_active");
    assert_eq!(admin.get(&path).await.ok(), json!({ "required": false, "fallback": "admins" }));
}
