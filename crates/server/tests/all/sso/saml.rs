//! Connections that speak SAML, with a provider that signs what it is told to, and with a real one.

use super::Stage;
use super::saml_idp::{Question, SamlIdp};
use crate::auth::browser::Browser;
use crate::support::{Answer, Second};
use futures::future::join_all;
use reqwest::Method;
use sallyport_testkit::simplesaml::{self, Service, SimpleSaml};
use serde_json::{Value, json};

const BROWSER: &str = "__Host-sallyport_saml";

pub struct Saml {
    pub stage: Stage,
    pub idp: SamlIdp,
}

impl Saml {
    pub async fn set() -> Self {
        let idp = SamlIdp::start().await;
        Self { stage: Stage::allowing(&[idp.address]).await, idp }
    }

    fn draft(&self) -> Value {
        json!({
            "organizationId": self.stage.kestrel.id, "name": "Kestrel's directory", "protocol": "saml",
            "profile": "generic", "metadata": self.idp.metadata(), "defaultRole": "basic_user",
            "groups": [{ "group": "admins", "role": "request_user" }],
        })
    }

    /// A connection with its domain, tested and switched on.
    pub async fn active(&self) -> String {
        self.stage.prove_domain().await;
        self.active_with(json!({})).await
    }

    pub async fn active_with(&self, more: Value) -> String {
        let mut draft = self.draft();
        draft.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        if draft.get("metadataUrl").is_some() {
            draft.as_object_mut().unwrap().remove("metadata");
        }
        let admin = &self.stage.admin;
        let made = admin.post("/api/sso/connections", draft).await.created();
        let id = made["id"].as_str().unwrap().to_owned();
        assert_eq!(self.test(&id).await, format!("/sso?id={id}&tested=true"));
        admin.post(&format!("/api/sso/connections/{id}/activate"), json!({})).await.ok();
        id
    }

    pub async fn test(&self, id: &str) -> String {
        let mut browser = Browser::new(&self.stage.app);
        let answer = self.stage.admin.post(&format!("/api/sso/connections/{id}/test"), json!({})).await;
        let url = self.stage.take(&mut browser, answer).unwrap();
        let question = self.idp.read(&url);
        self.post(&mut browser, id, &self.idp.answer(&question), Some(&question.relay_state)).await
    }

    /// Begins in a browser; what the provider is asked.
    pub async fn begin(&self, browser: &mut Browser, id: &str) -> Question {
        self.idp.read(&self.stage.begin(browser, id).await)
    }

    /// The provider's page makes the browser post; where that leads.
    pub async fn post(
        &self,
        browser: &mut Browser,
        id: &str,
        answer: &str,
        relay_state: Option<&str>,
    ) -> String {
        place(&post_to(browser, id, answer, relay_state).await)
    }

    pub async fn sign_in(&self, id: &str) -> (Browser, String) {
        let mut browser = Browser::new(&self.stage.app);
        let question = self.begin(&mut browser, id).await;
        let place =
            self.post(&mut browser, id, &self.idp.answer(&question), Some(&question.relay_state)).await;
        (browser, place)
    }

    /// From another network; where it leads.
    pub async fn sign_in_from(&self, id: &str, address: &str) -> String {
        let mut browser = from(self, address);
        let question = self.begin(&mut browser, id).await;
        self.post(&mut browser, id, &self.idp.answer(&question), Some(&question.relay_state)).await
    }

    /// An answer that nobody asked for.
    fn unasked(&self, id: &str) -> Question {
        Question {
            id: None,
            acs: self.url(id, "acs"),
            service: self.url(id, "metadata"),
            relay_state: String::new(),
            anew: false,
        }
    }

    pub fn url(&self, id: &str, what: &str) -> String {
        self.stage.app.url(&format!("/api/sso/saml/{id}/{what}"))
    }
}

pub async fn post_to(browser: &mut Browser, id: &str, answer: &str, relay_state: Option<&str>) -> Answer {
    let mut form = vec![("SAMLResponse", answer)];
    form.extend(relay_state.map(|state| ("RelayState", state)));
    // As from another site, which is why only this one cookie comes along.
    let mut outside = browser.clone();
    outside.cookies.retain(|name, _| name == BROWSER);
    outside.headers.insert("sec-fetch-site", "cross-site".parse().unwrap());
    outside.headers.insert("origin", "http://idp.test".parse().unwrap());
    let answer =
        browser.send(outside.request(Method::POST, &format!("/api/sso/saml/{id}/acs")).form(&form)).await;
    assert_eq!(answer.status.as_u16(), 303, "{}", answer.text());
    answer
}

pub fn place(answer: &Answer) -> String {
    answer.headers["location"].to_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_new_person_comes_in_by_saml_as_by_any_other_way() {
    let saml = Saml::set().await;
    let id = saml.active().await;
    let shown = saml.stage.admin.get(&format!("/api/sso/connections/{id}")).await.ok();
    assert_eq!((&shown["issuer"], &shown["hasSecret"]), (&json!(saml.idp.entity_id()), &json!(false)));
    let codes: Vec<&str> =
        shown["lastTest"]["checks"].as_array().unwrap().iter().map(|c| c["code"].as_str().unwrap()).collect();
    assert_eq!(codes[..2], ["provider_read", "provider_fits"]);
    for code in ["unsigned_refused", "wrapped_refused", "signed_in"] {
        assert!(codes.contains(&code), "{code} in {codes:?}");
    }
    let (mut browser, place) = saml.sign_in(&id).await;
    assert_eq!(place, "/organizations");
    let profile = browser.get("/api/users/profile").await.ok();
    assert_eq!(
        (&profile["email"], &profile["role"]),
        (&json!("alice@kestrel.example"), &json!("request_user"))
    );
    assert!(!browser.cookies.contains_key(BROWSER), "nothing stays of the way");
    let people = saml.stage.people().await;
    saml.idp.tell(|lies| lies.groups = vec![]);
    let (mut again, _) = saml.sign_in(&id).await;
    assert_eq!(again.get("/api/users/profile").await.ok()["role"], "basic_user");
    assert_eq!(saml.stage.people().await, people);
    // The same rules as by any other way: who is disabled, who has an account of another kind, whose domain is not proven.
    let person = profile["id"].as_str().unwrap();
    saml.stage.admin.put(&format!("/api/users/{person}"), json!({ "status": "disabled" })).await.ok();
    assert_eq!(saml.sign_in(&id).await.1, "/sign-in?sso=no_account");
    saml.idp.tell(|lies| (lies.name, lies.email) = ("bob".to_owned(), "bob@elsewhere.example".to_owned()));
    assert_eq!(saml.sign_in(&id).await.1, "/sign-in?sso=no_account");
    saml.idp.tell(|lies| lies.email = "alice@kestrel.example".to_owned());
    assert_eq!(saml.sign_in(&id).await.1, "/sign-in?sso=link_first");
}

#[tokio::test]
async fn s01_s02_a_provider_whose_word_cannot_be_proven_is_not_switched_on() {
    let saml = Saml::set().await;
    let admin = &saml.stage.admin;
    for (published, says) in
        [(vec![], "no signing certificate"), (vec![(0, "signing"), (1, "")], "without `use`")]
    {
        saml.idp.tell(|lies| lies.published = published);
        let mut draft = saml.draft();
        draft["name"] = json!(says);
        let made = admin.post("/api/sso/connections", draft).await.created();
        let path = format!("/api/sso/connections/{}", made["id"].as_str().unwrap());
        let started = admin.post(&format!("{path}/test"), json!({})).await.ok();
        let last = started["checks"].as_array().unwrap().last().unwrap();
        assert_eq!((&last["code"], &last["passed"]), (&json!("provider_fits"), &json!(false)));
        assert!(last["detail"].as_str().unwrap().contains(says), "{last}");
        assert_eq!(started["url"], json!(null));
        admin.post(&format!("{path}/activate"), json!({})).await.refused(409, "sso_not_tested");
    }
    // What is tried against one that can be switched on.
    saml.idp.tell(|lies| lies.published = vec![(0, "signing")]);
    let made = admin.post("/api/sso/connections", saml.draft()).await.created();
    let id = made["id"].as_str().unwrap();
    let started = admin.post(&format!("/api/sso/connections/{id}/test"), json!({})).await.ok();
    let checks = started["checks"].as_array().unwrap();
    assert_eq!(checks.len(), 8, "{checks:?}");
    assert!(checks.iter().all(|check| check["passed"] == true), "{checks:?}");
    // A test whose answer is not signed fails it.
    saml.idp.tell(|lies| lies.signing = None);
    assert_eq!(saml.test(id).await, format!("/sso?id={id}&tested=false"));
    admin
        .post(&format!("/api/sso/connections/{id}/activate"), json!({}))
        .await
        .refused(409, "sso_not_tested");
}

#[tokio::test]
async fn s20_a_key_that_is_not_pinned_is_refused_and_the_admins_hear_of_it_once() {
    let saml = Saml::set().await;
    let id = saml.active().await;
    saml.idp.tell(|lies| lies.signing = Some(1));
    let told = async || -> (i64, i64) {
        let told =
            "SELECT count(*) FILTER (WHERE code = 'sso.trouble'), count(*) FILTER (WHERE code = 'sso.login')
                    FROM audit_logs";
        sqlx::query_as(told).fetch_one(&mut saml.stage.app.sql().await).await.unwrap()
    };
    // One stranger, as often as they like, and what nobody asked for from wherever: refused, and nobody's night is spoilt.
    for address in ["203.0.113.1", "203.0.113.1", "203.0.113.2", "203.0.113.2"] {
        assert_eq!(saml.sign_in_from(&id, address).await, "/sign-in?sso=refused");
    }
    let idp_initiated = json!({ "idpInitiated": true });
    saml.stage.admin.put(&format!("/api/sso/connections/{id}"), idp_initiated).await.ok();
    for address in ["203.0.113.3", "203.0.113.4", "203.0.113.5"] {
        let mut browser = from(&saml, address);
        let unasked = saml.idp.answer(&saml.unasked(&id));
        assert_eq!(saml.post(&mut browser, &id, &unasked, None).await, "/sign-in?sso=refused");
    }
    assert_eq!(told().await, (0, 7));
    // From a third network: their people stand there. Once a day.
    for address in ["2001:db8::1", "203.0.113.7", "203.0.113.8"] {
        assert_eq!(saml.sign_in_from(&id, address).await, "/sign-in?sso=refused");
    }
    assert_eq!(told().await.0, 1);
    let email = &saml.stage.admin.email;
    let mail = saml.stage.app.mail_to(email, "sso_trouble").await;
    assert!(mail["text"].as_str().unwrap().contains("Kestrel's directory"), "{mail}");
    // It has used up no other notice: that the certificate has ended is told all the same.
    let mut browser = from(&saml, "203.0.113.1");
    let question = saml.begin(&mut browser, &id).await;
    let sql = "UPDATE sso_connections SET described = jsonb_set(described, '{certificates,0,not_after}', to_jsonb($1::text))";
    let past = saml.stage.app.clock.now() - chrono::TimeDelta::days(1);
    sqlx::query(sql).bind(past.to_rfc3339()).execute(&mut saml.stage.app.sql().await).await.unwrap();
    let answer = saml.idp.answer(&question);
    let place = saml.post(&mut browser, &id, &answer, Some(&question.relay_state)).await;
    assert_eq!(place, "/sign-in?sso=refused");
    assert_eq!(told().await.0, 2);
}

#[tokio::test]
async fn s20_what_the_metadata_of_its_own_address_does_not_name_alarms_nobody() {
    let saml = Saml::set().await;
    saml.stage.prove_domain().await;
    let id = saml.active_with(json!({ "metadataUrl": saml.idp.entity_id() })).await;
    saml.idp.tell(|lies| lies.signing = Some(1));
    for address in ["203.0.113.1", "203.0.113.2", "203.0.113.3", "203.0.113.4"] {
        let old = "UPDATE sso_connections SET described_at = now() - interval '1 hour'";
        sqlx::query(old).execute(&mut saml.stage.app.sql().await).await.unwrap();
        assert_eq!(saml.sign_in_from(&id, address).await, "/sign-in?sso=refused");
    }
    let told = "SELECT count(*) FROM audit_logs WHERE code = 'sso.trouble'";
    let told: i64 = sqlx::query_scalar(told).fetch_one(&mut saml.stage.app.sql().await).await.unwrap();
    assert_eq!(told, 0);
}

/// A browser somewhere else.
fn from(saml: &Saml, address: &str) -> Browser {
    let mut browser = Browser::new(&saml.stage.app);
    browser.headers.insert("x-forwarded-for", address.parse().unwrap());
    browser
}

#[tokio::test]
async fn s20_keys_change_with_an_overlap_and_what_the_metadata_drop_is_not_believed() {
    let saml = Saml::set().await;
    saml.stage.prove_domain().await;
    let id = saml.active_with(json!({ "metadataUrl": saml.idp.entity_id() })).await;
    let old = "UPDATE sso_connections SET described_at = now() - interval '1 hour'";
    let later = async || sqlx::query(old).execute(&mut saml.stage.app.sql().await).await.unwrap();
    // Announced and used: both count.
    saml.idp.tell(|lies| (lies.published, lies.signing) = (vec![(0, "signing"), (1, "signing")], Some(1)));
    later().await;
    assert_eq!(saml.sign_in(&id).await.1, "/organizations");
    saml.idp.tell(|lies| lies.signing = Some(0));
    assert_eq!(saml.sign_in(&id).await.1, "/organizations");
    // Dropped: the old one ends with the next look at the metadata, which the admin can have at once.
    saml.idp.tell(|lies| lies.published = vec![(1, "signing")]);
    saml.stage.admin.post(&format!("/api/sso/connections/{id}/test"), json!({})).await.ok();
    assert_eq!(saml.sign_in(&id).await.1, "/sign-in?sso=refused");
    saml.idp.tell(|lies| lies.signing = Some(1));
    assert_eq!(saml.sign_in(&id).await.1, "/organizations");
}

#[tokio::test]
async fn s24_an_answer_is_for_the_question_of_its_own_browser_once() {
    let saml = Saml::set().await;
    let id = saml.active().await;
    let mut browser = Browser::new(&saml.stage.app);
    let question = saml.begin(&mut browser, &id).await;
    let answer = saml.idp.answer(&question);
    // In another browser, in one that asked something else, and without the state.
    let mut stranger = Browser::new(&saml.stage.app);
    assert_eq!(
        saml.post(&mut stranger, &id, &answer, Some(&question.relay_state)).await,
        "/sign-in?sso=over"
    );
    let theirs = saml.begin(&mut stranger, &id).await;
    let state = theirs.relay_state.clone();
    assert_eq!(saml.post(&mut stranger, &id, &answer, Some(&state)).await, "/sign-in?sso=refused");
    assert_eq!(saml.post(&mut browser.clone(), &id, &answer, None).await, "/sign-in?sso=over");
    // Its own, and then again.
    let mut twice = browser.clone();
    assert_eq!(saml.post(&mut browser, &id, &answer, Some(&question.relay_state)).await, "/organizations");
    assert_eq!(saml.post(&mut twice, &id, &answer, Some(&question.relay_state)).await, "/sign-in?sso=over");
    // One that names no question, and one that names another.
    for named in [None, Some("_another".to_owned())] {
        let mut browser = Browser::new(&saml.stage.app);
        let mut question = saml.begin(&mut browser, &id).await;
        question.id = named;
        let answer = saml.idp.answer(&question);
        let place = saml.post(&mut browser, &id, &answer, Some(&question.relay_state)).await;
        assert_eq!(place, "/sign-in?sso=refused");
        assert!(!browser.is_signed_in().await);
    }
}

#[tokio::test]
async fn s25_an_assertion_is_used_once_whoever_brings_it_wherever() {
    let saml = Saml::set().await;
    saml.stage.prove_domain().await;
    let id = saml.active_with(json!({ "idpInitiated": true })).await;
    let answer = saml.idp.answer(&saml.unasked(&id));
    let fresh = || Browser::new(&saml.stage.app);
    assert_eq!(saml.post(&mut fresh(), &id, &answer, None).await, "/");
    assert_eq!(saml.post(&mut fresh(), &id, &answer, None).await, "/sign-in?sso=over", "the same instance");
    // Another instance, and one that was started since.
    for _ in 0..2 {
        let second = Second::start(&saml.stage.app).await;
        let url = format!("http://{}/api/sso/saml/{id}/acs", second.address);
        let post = async |answer: &str| {
            let sent =
                saml.stage.app.client.post(&url).form(&[("SAMLResponse", answer)]).send().await.unwrap();
            sent.headers()["location"].to_str().unwrap().to_owned()
        };
        assert_eq!(post(&answer).await, "/sign-in?sso=over");
        assert_eq!(post(&saml.idp.answer(&saml.unasked(&id))).await, "/", "and it does take another one");
        second.stop().await;
    }
    // Fifty at once.
    let answer = saml.idp.answer(&saml.unasked(&id));
    let all = join_all((0..50).map(async |_| saml.post(&mut fresh(), &id, &answer, None).await)).await;
    assert_eq!(all.iter().filter(|place| *place == "/").count(), 1, "{all:?}");
    assert_eq!(all.iter().filter(|place| *place == "/sign-in?sso=over").count(), 49, "{all:?}");
}

#[tokio::test]
async fn s26_what_nobody_asked_for_is_taken_only_where_that_is_allowed() {
    let saml = Saml::set().await;
    let id = saml.active().await;
    let people = saml.stage.people().await;
    let mut browser = Browser::new(&saml.stage.app);
    let unasked = || saml.idp.answer(&saml.unasked(&id));
    assert_eq!(saml.post(&mut browser, &id, &unasked(), None).await, "/sign-in?sso=over");
    assert_eq!(saml.post(&mut browser, &id, &unasked(), Some("/organizations")).await, "/sign-in?sso=over");
    assert!(!browser.is_signed_in().await);
    assert_eq!(saml.stage.people().await, people);
    let path = format!("/api/sso/connections/{id}");
    saml.stage.admin.put(&path, json!({ "idpInitiated": true })).await.ok();
    assert_eq!(saml.post(&mut browser, &id, &unasked(), Some("/organizations")).await, "/");
    assert!(browser.is_signed_in().await);
}

#[tokio::test]
async fn s27_what_one_provider_says_is_worth_nothing_at_another_connection() {
    let saml = Saml::set().await;
    saml.stage.prove_domain().await;
    let here = saml.active_with(json!({ "idpInitiated": true })).await;
    // Of the same organization with the same provider, and of another organization.
    let beside = saml.active_with(json!({ "idpInitiated": true, "name": "Beside" })).await;
    let merlin = saml.stage.app.customer("Merlin").await;
    let manager = saml.stage.app.super_admin().await;
    let mut draft = saml.draft();
    draft["organizationId"] = json!(merlin.id);
    draft["idpInitiated"] = json!(true);
    let made = manager.post("/api/sso/connections", draft).await.created();
    let theirs = made["id"].as_str().unwrap().to_owned();
    let mut tester = Browser::new(&saml.stage.app);
    let started = manager.post(&format!("/api/sso/connections/{theirs}/test"), json!({})).await;
    let question = saml.idp.read(&saml.stage.take(&mut tester, started).unwrap());
    saml.post(&mut tester, &theirs, &saml.idp.answer(&question), Some(&question.relay_state)).await;
    manager.post(&format!("/api/sso/connections/{theirs}/activate"), json!({})).await.ok();
    for other in [&beside, &theirs] {
        let mut browser = Browser::new(&saml.stage.app);
        let answer = saml.idp.answer(&saml.unasked(&here));
        assert_eq!(saml.post(&mut browser, other, &answer, None).await, "/sign-in?sso=refused");
        // One that answers a question of the first, brought to the other with all that belongs to it.
        let question = saml.begin(&mut browser, &here).await;
        let answer = saml.idp.answer(&question);
        let place = saml.post(&mut browser, other, &answer, Some(&question.relay_state)).await;
        assert_eq!(place, "/sign-in?sso=refused");
        assert!(!browser.is_signed_in().await);
    }
}

#[tokio::test]
async fn s32_only_a_genuine_new_logout_request_ends_sign_ins() {
    let saml = Saml::set().await;
    let id = saml.active().await;
    let (mut browser, _) = saml.sign_in(&id).await;
    let slo = saml.url(&id, "logout");
    let send = async |request: &str| {
        let stranger = saml.stage.app.stranger();
        let path = format!("/api/sso/saml/{id}/logout");
        let form = [("SAMLRequest", request), ("RelayState", "back")];
        stranger.send(stranger.request(Method::POST, &path).form(&form)).await
    };
    saml.idp.tell(|lies| lies.signing = None);
    let unsigned = saml.idp.logout(&slo);
    saml.idp.tell(|lies| lies.signing = Some(1));
    let forged = saml.idp.logout(&slo);
    saml.idp.tell(|lies| lies.signing = Some(0));
    for request in ["garbage", &unsigned, &forged] {
        send(request).await.refused(400, "logout_request_refused");
    }
    let query = saml.stage.app.stranger().get(&format!("/api/sso/saml/{id}/logout?SAMLRequest=x")).await;
    query.refused(400, "logout_request_refused");
    assert!(browser.is_signed_in().await);
    let request = saml.idp.logout(&slo);
    let answer = send(&request).await;
    assert_eq!(answer.status.as_u16(), 303, "{}", answer.text());
    assert!(place(&answer).starts_with(&format!("http://{}/slo?SAMLResponse=", saml.idp.address)));
    assert!(!browser.is_signed_in().await);
    let (mut again, _) = saml.sign_in(&id).await;
    send(&request).await.refused(400, "logout_request_refused");
    assert!(again.is_signed_in().await, "a request counts once");
}

#[tokio::test]
async fn simplesamlphp_signs_somebody_in_and_out() {
    let stage = Stage::set().await;
    let idp = tokio::task::spawn_blocking(|| SimpleSaml::start().unwrap()).await.unwrap();
    let idp = std::sync::Arc::new(idp);
    let theirs = std::sync::Arc::clone(&idp);
    let metadata = tokio::task::spawn_blocking(move || theirs.metadata().unwrap()).await.unwrap();
    let draft = json!({
        "organizationId": stage.kestrel.id, "name": "SimpleSAMLphp", "protocol": "saml", "profile": "generic",
        "metadata": metadata, "defaultRole": "basic_user",
        "groups": [{ "group": "admins & owners", "role": "report_viewer" }],
    });
    let made = stage.admin.post("/api/sso/connections", draft).await.created();
    let id = made["id"].as_str().unwrap().to_owned();
    let ours = stage.app.stranger().get(&format!("/api/sso/saml/{id}/metadata")).await.text();
    let certificate =
        ours.split("X509Certificate>").nth(1).unwrap().split('<').next().unwrap().trim().to_owned();
    let text = |name: &str| made[name].as_str().unwrap().to_owned();
    idp.trust(Service {
        entity_id: &text("entityId"),
        acs_url: &text("redirectUri"),
        slo_url: &text("logoutUri"),
        certificate: &certificate,
        sign_response: true,
        sign_assertion: true,
    })
    .unwrap();
    // Alice signs in there, on its own page.
    let there = async |url: String| {
        let work = move || simplesaml::Browser::default().sign_in(&url).unwrap();
        tokio::task::spawn_blocking(work).await.unwrap()
    };
    let mut tester = Browser::new(&stage.app);
    let started = stage.admin.post(&format!("/api/sso/connections/{id}/test"), json!({})).await;
    let url = stage.take(&mut tester, started).unwrap();
    let fields = there(url).await;
    let tested = post_to(&mut tester, &id, &fields["SAMLResponse"], Some(&fields["RelayState"])).await;
    assert_eq!(place(&tested), format!("/sso?id={id}&tested=true"));
    stage.admin.post(&format!("/api/sso/connections/{id}/activate"), json!({})).await.ok();
    let domain = json!({ "organizationId": stage.kestrel.id, "domain": "example.test" });
    let domain = stage.admin.post("/api/sso/domains", domain).await.created();
    stage.dns.say(domain["recordName"].as_str().unwrap(), &[domain["challenge"].as_str().unwrap()]);
    let verify = format!("/api/sso/domains/{}/verify", domain["id"].as_str().unwrap());
    stage.admin.post(&verify, json!({})).await.ok();
    let mut browser = Browser::new(&stage.app);
    let url = stage.begin(&mut browser, &id).await;
    let fields = there(url).await;
    let answer = post_to(&mut browser, &id, &fields["SAMLResponse"], Some(&fields["RelayState"])).await;
    assert_eq!(place(&answer), "/organizations");
    let profile = browser.get("/api/users/profile").await.ok();
    assert_eq!((&profile["email"], &profile["role"]), (&json!(simplesaml::NAME_ID), &json!("report_viewer")));
}
