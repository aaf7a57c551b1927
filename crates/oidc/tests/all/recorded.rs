//! What the makers of identity providers document that they say, said by the provider of the testkit.

use crate::idp::{CLIENT, Idp, now, parameter};
use sallyport_oidc::{Algorithm, Callback, Connection, Freshness, Identity, Profile, Provider, Refused};
use sallyport_testkit::profiles;
use serde_json::{Value, json};

/// Signs the recorded person in; who that is.
async fn sign_in(idp: &Idp, recorded: &Value) -> Result<Identity, Refused> {
    let profile: Profile = serde_json::from_value(recorded["profile"].clone()).unwrap();
    let issuer = idp.play(recorded);
    let connection = Connection {
        profile,
        provider: Provider::read(&idp.outbound(), &issuer).await?,
        client_id: CLIENT.to_owned(),
        client_secret: Some(Idp::secret()),
        algorithm: Algorithm::Rs256,
        groups_claim: profile.groups_claim().to_owned(),
        redirect_uri: "https://console.example/api/sso/callback".to_owned(),
    };
    connection.check()?;
    let started = connection.start(None, Freshness::Any)?;
    let scopes = recorded["scopes"].as_str().unwrap().replace(' ', "+");
    assert_eq!(parameter(&started.url, "scope"), scopes, "{recorded}");
    let answer = idp.answer(&started.url);
    let callback = Callback { state: Some(answer.state), code: Some(answer.code), iss: None, error: None };
    let finished = connection.finish(&idp.outbound(), started.flow, callback, now()).await?;
    Ok(finished.identity)
}

#[tokio::test]
async fn what_each_maker_says_of_a_person_is_read_as_it_is_meant() {
    let mut seen = Vec::new();
    for recorded in profiles::oidc() {
        let idp = Idp::start().await;
        let identity =
            sign_in(&idp, &recorded).await.unwrap_or_else(|refused| panic!("{refused} {recorded}"));
        let read = json!({
            "subject": identity.subject, "email": identity.email, "emailVerified": identity.email_verified,
            "name": [identity.first_name, identity.last_name], "groups": identity.groups,
            "groupsElsewhere": identity.groups_elsewhere,
        });
        assert_eq!(read, recorded["identity"], "{}", recorded["what"]);
        seen.push(recorded["profile"].as_str().unwrap().to_owned());
    }
    seen.dedup();
    assert_eq!(seen, ["entra", "google", "okta", "auth0", "generic"]);
}

#[tokio::test]
async fn o10_the_issuer_of_every_tenant_is_nobodys() {
    // What Entra publishes for its shared addresses is a template.
    let idp = Idp::start().await;
    idp.tell(|lies| {
        let template = json!("https://login.microsoftonline.com/{tenantid}/v2.0");
        lies.document.insert("issuer".to_owned(), template);
    });
    assert_eq!(idp.read().await.unwrap_err().code(), "discovery_refused");
    let entra = |path: &str| Profile::Entra.issuer(&format!("https://login.microsoftonline.com/{path}"));
    for shared in ["common/v2.0", "organizations/v2.0", "consumers/v2.0", "common"] {
        assert!(entra(shared).is_err(), "{shared}");
    }
    let own = "9122040d-6c67-4c5b-b112-36a304b66dad/v2.0";
    assert_eq!(entra(own).unwrap(), format!("https://login.microsoftonline.com/{own}"));
}

#[test]
fn an_issuer_is_written_as_its_maker_writes_it() {
    for (profile, entered, written) in [
        (Profile::Auth0, "https://kestrel.eu.auth0.com", "https://kestrel.eu.auth0.com/"),
        (Profile::Auth0, "https://kestrel.eu.auth0.com/", "https://kestrel.eu.auth0.com/"),
        (Profile::Okta, "https://kestrel.okta.com/oauth2/default", "https://kestrel.okta.com/oauth2/default"),
        (Profile::Google, "https://accounts.google.com", "https://accounts.google.com"),
        (Profile::Generic, "https://common.example/common", "https://common.example/common"),
    ] {
        assert_eq!(profile.issuer(entered).unwrap(), written);
    }
}
