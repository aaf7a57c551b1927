//! A SAML provider that takes requests by a form alone, and proofs anew at one.

use super::saml::{Saml, place, post_to};
use crate::auth::browser::{ACCESS, Browser};
use crate::auth::give_password;
use chrono::TimeDelta;
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn a_provider_that_takes_requests_by_a_form_gets_one_from_a_page_that_does_nothing_else() {
    let saml = Saml::set().await;
    saml.idp.tell(|lies| lies.binding = "POST");
    saml.stage.prove_domain().await;
    let mut draft = json!({
        "organizationId": saml.stage.kestrel.id, "name": "By form", "protocol": "saml", "profile": "generic",
        "defaultRole": "basic_user",
    });
    draft["metadata"] = json!(saml.idp.metadata());
    let made = saml.stage.admin.post("/api/sso/connections", draft).await.created();
    assert_eq!(made["signInAddress"], json!(format!("http://{}/sso", saml.idp.address)));
    let id = made["id"].as_str().unwrap();
    let path = format!("/api/sso/connections/{id}");
    // Tested, then used.
    let mut tester = Browser::new(&saml.stage.app);
    let started = saml.stage.admin.post(&format!("{path}/test"), json!({})).await;
    let url = saml.stage.take(&mut tester, started).unwrap();
    let ended = through(&saml, &mut tester, id, &url).await;
    assert_eq!(ended, format!("/sso?id={id}&tested=true"));
    saml.stage.admin.post(&format!("{path}/activate"), json!({})).await.ok();
    let mut browser = Browser::new(&saml.stage.app);
    let url = saml.stage.begin(&mut browser, id).await;
    // The page is for the browser that began, and for nobody who has the address alone.
    let here = url.strip_prefix(saml.stage.app.origin()).unwrap();
    let answer = Browser::new(&saml.stage.app).get(here).await;
    assert_eq!((answer.status.as_u16(), place(&answer).as_str()), (303, "/sign-in?sso=over"));
    assert_eq!(through(&saml, &mut browser, id, &url).await, "/organizations");
    assert!(browser.is_signed_in().await);
    // Once is enough.
    let mut again = Browser::new(&saml.stage.app);
    let url = saml.stage.begin(&mut again, id).await;
    let late = "UPDATE sso_flows SET expires_at = now() - interval '1 second'";
    sqlx::query(late).execute(&mut saml.stage.app.sql().await).await.unwrap();
    let answer = again.get(url.strip_prefix(saml.stage.app.origin()).unwrap()).await;
    assert_eq!(place(&answer), "/sign-in?sso=over");
    // A sign-out there is answered by a form too.
    let stranger = saml.stage.app.stranger();
    let request = saml.idp.logout(&saml.url(id, "logout"));
    let form = [("SAMLRequest", request.as_str()), ("RelayState", "back")];
    let logout = stranger.request(Method::POST, &format!("/api/sso/saml/{id}/logout")).form(&form);
    let answer = stranger.send(logout).await;
    assert!(answer.text().contains("name=\"SAMLResponse\""), "{}", answer.text());
    assert!(!browser.is_signed_in().await);
}

/// The page of ours, the provider, and back.
async fn through(saml: &Saml, browser: &mut Browser, id: &str, url: &str) -> String {
    let here = url.strip_prefix(saml.stage.app.origin()).unwrap_or_else(|| panic!("{url}"));
    assert!(here.starts_with(&format!("/api/sso/saml/{id}/ask?state=")), "{url}");
    let page = browser.get(here).await;
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{policy}");
    assert!(policy.contains("script-src 'sha256-") && !policy.contains("unsafe"), "{policy}");
    let question = saml.idp.read_form(&page.text());
    let answer = saml.idp.answer(&question);
    place(&post_to(browser, id, &answer, Some(&question.relay_state)).await)
}

#[tokio::test]
async fn t10_a_proof_anew_by_saml_is_one_that_was_just_given() {
    let saml = Saml::set().await;
    let id = saml.active().await;
    let ada = saml.stage.app.member(&saml.stage.kestrel, "report_viewer").await;
    give_password(&saml.stage.app, &ada).await;
    let mut browser = Browser::signed_in(&saml.stage.app, &ada.email).await;
    let go = async |browser: &mut Browser, what: &str| {
        let wish = json!({ "connectionId": id, "returnTo": "/account" });
        let url =
            browser.post(&format!("/api/sso/{what}"), wish).await.ok()["url"].as_str().unwrap().to_owned();
        let question = saml.idp.read(&url);
        assert_eq!(question.anew, what == "step-up");
        let answer = saml.idp.answer(&question);
        saml.post(browser, &id, &answer, Some(&question.relay_state)).await
    };
    assert_eq!(go(&mut browser, "link").await, "/account");
    let old = "UPDATE user_sessions SET authenticated_at = now() - interval '11 minutes'";
    sqlx::query(old).execute(&mut saml.stage.app.sql().await).await.unwrap();
    // A provider that asks for nothing although it was told to.
    saml.idp.tell(|lies| lies.signed_in_ago = TimeDelta::minutes(11));
    assert_eq!(go(&mut browser, "step-up").await, "/account?sso=refused");
    browser.post("/api/auth/factors/totp", json!({})).await.refused(403, "step_up_required");
    saml.idp.tell(|lies| lies.signed_in_ago = TimeDelta::zero());
    let before = browser.clone();
    assert_eq!(go(&mut browser, "step-up").await, "/account");
    assert_ne!(before.cookies[ACCESS], browser.cookies[ACCESS]);
    browser.post("/api/auth/factors/totp", json!({})).await.created();
    // Somebody else there is not who is signed in here.
    saml.idp.tell(|lies| lies.name = "mallory-1".to_owned());
    assert_eq!(go(&mut browser, "step-up").await, "/account?sso=somebody_else");
}
