//! Identity providers that others made: Keycloak by both protocols, and npm's certified oidc-provider.

use super::Stage;
use super::saml::{place, post_to};
use crate::auth::browser::Browser;
use sallyport_testkit::browser::Browser as Visitor;
use sallyport_testkit::idp::{CLIENT, SECRET};
use sallyport_testkit::keycloak::{self, Keycloak};
use sallyport_testkit::oidc_provider::OidcProvider;
use serde_json::{Value, json};

impl Stage {
    /// Signs somebody in at a real provider, for the test of the connection and then for themselves.
    async fn goes_by_oidc(&self, draft: Value, mut at_provider: impl FnMut(&str) -> String) {
        let made = self.admin.post("/api/sso/connections", draft).await.created();
        let id = made["id"].as_str().unwrap();
        let path = format!("/api/sso/connections/{id}");
        let mut browser = Browser::new(&self.app);
        let started = self.admin.post(&format!("{path}/test"), json!({})).await;
        let url = self.take(&mut browser, started).expect("the provider can be read and fits");
        let query = at_provider(&url);
        assert_eq!(self.callback(&mut browser, &query).await, format!("/sso?id={id}&tested=true"));
        let tested = self.admin.get(&path).await.ok();
        let person = &tested["lastTest"]["person"];
        assert_eq!(person["groups"], json!([keycloak::GROUP]), "{tested}");
        self.admin.post(&format!("{path}/activate"), json!({})).await.ok();
        let mut browser = Browser::new(&self.app);
        let url = self.begin(&mut browser, id).await;
        let query = at_provider(&url);
        assert_eq!(self.callback(&mut browser, &query).await, "/organizations");
        let profile = browser.get("/api/users/profile").await.ok();
        assert_eq!((&profile["email"], &profile["role"]), (&json!(keycloak::EMAIL), &json!("request_user")));
        // The answer is good once, in whichever browser.
        assert_ne!(self.callback(&mut Browser::new(&self.app), &query).await, "/organizations");
    }

    fn redirect_uri(&self) -> String {
        self.app.url("/api/sso/callback")
    }
}

#[tokio::test]
async fn keycloak_signs_somebody_in_by_both_protocols() {
    let keycloak = tokio::task::spawn_blocking(Keycloak::start).await.unwrap().unwrap();
    let stage = Stage::allowing(&[keycloak.address]).await;
    stage.prove_domain().await;
    let client = json!({
        "clientId": CLIENT, "secret": SECRET, "redirectUris": [stage.redirect_uri()],
        "attributes": { "pkce.code.challenge.method": "S256" },
        "protocolMappers": [{
            "name": "groups", "protocol": "openid-connect",
            "protocolMapper": "oidc-group-membership-mapper",
            "config": { "claim.name": "groups", "full.path": "false", "id.token.claim": "true" },
        }],
    });
    keycloak.open_realm("kestrel", &json!([client])).unwrap();
    let mut draft = stage.draft();
    draft["profile"] = json!("keycloak");
    draft["issuer"] = json!(keycloak.realm("kestrel"));
    let mut visitor = Visitor::default();
    stage.goes_by_oidc(draft, |url| query_of(&visitor.leave(url, &stage.redirect_uri()))).await;
    goes_by_saml(&stage, &keycloak).await;
}

/// What Keycloak signs of an answer: the assertion, the document around it, or neither.
const SIGNED: [(&str, bool, bool); 3] =
    [("assertion", true, false), ("document", false, true), ("nothing", false, false)];

/// The same person by SAML, with each of the two signatures alone; without any, nobody.
async fn goes_by_saml(stage: &Stage, keycloak: &Keycloak) {
    let mut connections = Vec::new();
    for (what, ..) in SIGNED {
        let draft = json!({
            "organizationId": stage.kestrel.id, "name": format!("Signs {what}"), "protocol": "saml",
            "profile": "keycloak", "defaultRole": "basic_user",
            "groups": [{ "group": keycloak::GROUP, "role": "request_user" }],
        });
        connections.push(stage.admin.post("/api/sso/connections", draft).await.created());
    }
    let clients: Vec<Value> =
        connections.iter().zip(SIGNED).map(|(made, how)| client_of(made, how)).collect();
    keycloak.open_realm("saml", &json!(clients)).unwrap();
    let metadata = keycloak.saml_metadata("saml").unwrap();
    for (made, (what, assertion, document)) in connections.iter().zip(SIGNED) {
        let id = made["id"].as_str().unwrap();
        let path = format!("/api/sso/connections/{id}");
        stage.admin.put(&path, json!({ "metadata": metadata })).await.ok();
        let mut tester = Browser::new(&stage.app);
        let started = stage.admin.post(&format!("{path}/test"), json!({})).await;
        let url = stage.take(&mut tester, started).expect("the provider fits");
        let tested = answered(&mut tester, id, &url).await;
        let signed = assertion || document;
        assert_eq!(tested, format!("/sso?id={id}&tested={signed}"), "{what}");
        let shown = stage.admin.get(&path).await.ok();
        let last =
            shown["lastTest"]["checks"].as_array().unwrap().iter().find(|check| check["code"] == "signed_in");
        if !signed {
            assert!(last.unwrap()["detail"].as_str().unwrap().contains("not signed"), "{shown}");
            stage.admin.post(&format!("{path}/activate"), json!({})).await.refused(409, "sso_not_tested");
            continue;
        }
        assert_eq!(shown["lastTest"]["person"]["groups"], json!([keycloak::GROUP]), "{shown}");
        stage.admin.post(&format!("{path}/activate"), json!({})).await.ok();
        let mut browser = Browser::new(&stage.app);
        // The account is bound to another connection: from inside, as people do.
        let ada = stage.app.member(&stage.kestrel, "report_viewer").await;
        let wish = json!({ "connectionId": id, "returnTo": "/account" });
        let url = stage.take(&mut browser, ada.post("/api/sso/link", wish).await).unwrap();
        assert_eq!(answered(&mut browser, id, &url).await, "/account", "{what}");
        let mut browser = Browser::new(&stage.app);
        let url = stage.begin(&mut browser, id).await;
        assert_eq!(answered(&mut browser, id, &url).await, "/organizations", "{what}");
        let profile = browser.get("/api/users/profile").await.ok();
        assert_eq!(profile["email"], json!(ada.email));
    }
}

/// Somebody signs in at Keycloak, whose page makes the browser post the answer; where that leads.
async fn answered(browser: &mut Browser, id: &str, url: &str) -> String {
    let fields = Visitor::default().sign_in(url).unwrap();
    place(&post_to(browser, id, &fields["SAMLResponse"], Some(&fields["RelayState"])).await)
}

/// Our side of a connection as Keycloak's admin API takes it (`ClientRepresentation`).
fn client_of(made: &Value, (_, assertion, document): (&str, bool, bool)) -> Value {
    let (acs, slo) = (&made["redirectUri"], &made["logoutUri"]);
    let mapper = |name: &str, kind: &str, config: Value| json!({ "name": name, "protocol": "saml", "protocolMapper": kind, "config": config });
    json!({
        "clientId": made["entityId"], "protocol": "saml", "enabled": true, "redirectUris": [acs],
        "frontchannelLogout": false,
        "attributes": {
            "saml.authnstatement": "true", "saml.assertion.signature": assertion.to_string(),
            "saml.server.signature": document.to_string(), "saml.signature.algorithm": "RSA_SHA256",
            "saml.client.signature": "false", "saml.force.post.binding": "true", "saml.encrypt": "false",
            "saml_name_id_format": "persistent", "saml_force_name_id_format": "true",
            "saml_assertion_consumer_url_post": acs, "saml_single_logout_service_url_post": slo,
        },
        "protocolMappers": [
            mapper("email", "saml-user-property-mapper", json!({
                "user.attribute": "email", "attribute.name": "email", "attribute.nameformat": "Basic",
            })),
            mapper("groups", "saml-group-membership-mapper", json!({
                "attribute.name": "groups", "attribute.nameformat": "Basic", "single": "true", "full.path": "false",
            })),
        ],
    })
}

#[tokio::test]
async fn the_certified_provider_signs_somebody_in() {
    let mut provider = OidcProvider::start().unwrap();
    let stage = Stage::allowing(&[provider.address]).await;
    stage.prove_domain().await;
    let client =
        json!({ "client_id": CLIENT, "client_secret": SECRET, "redirect_uris": [stage.redirect_uri()] });
    let claims = json!({
        "sub": "alice-1", "email": keycloak::EMAIL, "email_verified": true, "name": "Alice Example",
        "groups": [keycloak::GROUP],
    });
    provider.know(&client, &claims).unwrap();
    let mut draft = stage.draft();
    draft["issuer"] = json!(provider.issuer());
    let mut visitor = Visitor::default();
    stage.goes_by_oidc(draft, |url| query_of(&visitor.leave(url, &stage.redirect_uri()))).await;
}

fn query_of(place: &anyhow::Result<String>) -> String {
    let place = place.as_ref().unwrap();
    place.split_once('?').unwrap().1.to_owned()
}
