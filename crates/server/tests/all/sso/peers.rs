//! Identity providers that others made: Keycloak, and npm's certified oidc-provider.

use super::Stage;
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
async fn keycloak_signs_somebody_in() {
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
