//! People of the makers' products, through the whole server: the answers are recorded from public documentation.

use super::Stage;
use super::saml::Saml;
use crate::auth::browser::Browser;
use sallyport_testkit::idp::{CLIENT, SECRET};
use sallyport_testkit::profiles;
use serde_json::{Value, json};

impl Stage {
    /// The way there and back of somebody at a provider that does not say who answers.
    async fn comes_by(&self, browser: &mut Browser, url: &str) -> String {
        let answer = self.idp.answer(url);
        self.callback(browser, &format!("state={}&code={}", answer.state, answer.code)).await
    }

    /// A connection to the recorded product, whose first group makes somebody a request user.
    async fn plays(&self, recorded: &Value) -> String {
        let issuer = self.idp.play(recorded);
        let group = recorded["identity"]["groups"][0].as_str().unwrap_or("admins");
        let draft = json!({
            "organizationId": self.kestrel.id, "name": format!("{} {}", recorded["profile"], self.app.clock.new_id()),
            "protocol": "oidc", "profile": recorded["profile"], "issuer": issuer, "clientId": CLIENT,
            "clientSecret": SECRET, "defaultRole": "basic_user", "groups": [{ "group": group, "role": "request_user" }],
        });
        let made = self.admin.post("/api/sso/connections", draft).await.created();
        made["id"].as_str().unwrap().to_owned()
    }
}

#[tokio::test]
async fn people_of_every_recorded_product_come_in_with_the_role_of_their_groups() {
    let stage = Stage::set().await;
    stage.prove_domain().await;
    for recorded in profiles::oidc().into_iter().filter(|recorded| recorded.get("what").is_none()) {
        let id = stage.plays(&recorded).await;
        let mut tester = Browser::new(&stage.app);
        let started = stage.admin.post(&format!("/api/sso/connections/{id}/test"), json!({})).await;
        let url = stage.take(&mut tester, started).unwrap_or_else(|| panic!("{recorded}"));
        assert_eq!(stage.comes_by(&mut tester, &url).await, format!("/sso?id={id}&tested=true"));
        stage.admin.post(&format!("/api/sso/connections/{id}/activate"), json!({})).await.ok();
        let mut browser = Browser::new(&stage.app);
        let url = stage.begin(&mut browser, &id).await;
        assert_eq!(stage.comes_by(&mut browser, &url).await, "/organizations", "{recorded}");
        let profile = browser.get("/api/users/profile").await.ok();
        let told = !recorded["identity"]["groups"].as_array().unwrap().is_empty();
        let role = if told { "request_user" } else { "basic_user" };
        assert_eq!((&profile["email"], &profile["role"]), (&recorded["identity"]["email"], &json!(role)));
        let subject: String =
            sqlx::query_scalar("SELECT subject FROM sso_identities WHERE connection_id = $1::uuid")
                .bind(&id)
                .fetch_one(&mut stage.app.sql().await)
                .await
                .unwrap();
        assert_eq!(recorded["identity"]["subject"], subject);
    }
    let shared = json!({
        "organizationId": stage.kestrel.id, "name": "Shared", "protocol": "oidc", "profile": "entra",
        "issuer": "https://login.microsoftonline.com/common/v2.0", "clientId": CLIENT, "clientSecret": SECRET,
    });
    let refusal = stage.admin.post("/api/sso/connections", shared).await.refused(400, "invalid_input");
    assert!(refusal.to_string().contains("every tenant"), "{refusal}");
}

#[tokio::test]
async fn whose_groups_are_too_many_to_be_told_gets_the_lowest_role_and_the_admins_hear_of_it() {
    let stage = Stage::set().await;
    stage.prove_domain().await;
    let recorded = profiles::oidc();
    let plain = recorded.iter().find(|one| one["profile"] == "entra" && one.get("what").is_none()).unwrap();
    let too_many = recorded.iter().find(|one| one["identity"]["groupsElsewhere"] == true).unwrap();
    let id = stage.plays(plain).await;
    let mut tester = Browser::new(&stage.app);
    let started = stage.admin.post(&format!("/api/sso/connections/{id}/test"), json!({})).await;
    let url = stage.take(&mut tester, started).unwrap();
    stage.comes_by(&mut tester, &url).await;
    stage.admin.post(&format!("/api/sso/connections/{id}/activate"), json!({})).await.ok();
    let role = async |recorded: &Value| {
        stage.idp.play(recorded);
        let mut browser = Browser::new(&stage.app);
        let url = stage.begin(&mut browser, &id).await;
        assert_eq!(stage.comes_by(&mut browser, &url).await, "/organizations");
        browser.get("/api/users/profile").await.ok()["role"].clone()
    };
    assert_eq!(role(plain).await, "request_user");
    assert_eq!(role(too_many).await, "basic_user");
    let mail = stage.app.mail_to(&stage.admin.email, "sso_trouble").await;
    assert!(mail["text"].as_str().unwrap().contains("more groups"), "{mail}");
    // And whoever tests with such an account sees it before anybody is let in.
    let mut tester = Browser::new(&stage.app);
    let started = stage.admin.post(&format!("/api/sso/connections/{id}/test"), json!({})).await;
    let url = stage.take(&mut tester, started).unwrap();
    assert_eq!(stage.comes_by(&mut tester, &url).await, format!("/sso?id={id}&tested=false"));
}

#[tokio::test]
async fn somebody_of_entra_comes_in_by_saml_as_tenant_and_object_and_goes_by_their_session() {
    let saml = Saml::set().await;
    saml.idp.tell(|lies| lies.recorded = Some(profiles::ENTRA));
    saml.stage.prove_domain().await;
    let id = saml
        .active_with(json!({
            "profile": "entra",
            "groups": [{ "group": "0760b6cf-170e-4a14-91b3-4b78e0739963", "role": "request_user" }],
        }))
        .await;
    let (mut browser, place) = saml.sign_in(&id).await;
    assert_eq!(place, "/organizations");
    let profile = browser.get("/api/users/profile").await.ok();
    assert_eq!(
        (&profile["email"], &profile["role"], &profile["displayName"]),
        (&json!("abe.lincoln@kestrel.example"), &json!("request_user"), &json!("Abe Lincoln"))
    );
    let (subject, session): (String, String) = sqlx::query_as(
        "SELECT i.subject, s.sso_session FROM sso_identities i JOIN user_sessions s ON s.user_id = i.user_id",
    )
    .fetch_one(&mut saml.stage.app.sql().await)
    .await
    .unwrap();
    assert_eq!(subject, "9122040d-6c67-4c5b-b112-36a304b66dad:00000000-0000-0000-66f3-3332eca7ea81");
    assert!(session.starts_with('_'), "{session}");
    // Without tenant and object nobody is known.
    let nobody: &'static str =
        Box::leak(profiles::ENTRA.replace("objectidentifier", "somethingelse").into_boxed_str());
    saml.idp.tell(|lies| lies.recorded = Some(nobody));
    assert_eq!(saml.sign_in(&id).await.1, "/sign-in?sso=refused");
}
