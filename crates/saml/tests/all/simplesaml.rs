//! A real identity provider, `SimpleSAMLphp`: our requests are verified by it, its answers and logout requests by us.

use crate::idp::our_key;
use chrono::{DateTime, Utc};
use sallyport_saml::{
    Binding, Expected, LogoutMessage, Provider, Refused, Rules, ServiceProvider, Started, metadata,
};
use sallyport_testkit::simplesaml::{Browser, GROUPS, NAME_ID, Service, SimpleSaml};

const US: &str = "https://sallyport.test/api/saml/acme";
const ACS: &str = "https://sallyport.test/api/saml/acme/acs";
const SLO: &str = "https://sallyport.test/api/saml/acme/slo";

/// The real time: that is what the other side goes by.
#[expect(clippy::disallowed_methods, reason = "the other side's clock is the machine's")]
fn now() -> DateTime<Utc> {
    Utc::now()
}

fn us() -> ServiceProvider {
    ServiceProvider::new(US, ACS, Some(SLO), our_key()).unwrap()
}

fn trust(idp: &SimpleSaml, sign_response: bool, sign_assertion: bool) {
    let certificate = our_key().certificate().to_base64();
    let service = Service {
        entity_id: US,
        acs_url: ACS,
        slo_url: SLO,
        certificate: &certificate,
        sign_response,
        sign_assertion,
    };
    idp.trust(service).unwrap();
}

fn provider(idp: &SimpleSaml) -> Provider {
    let provider =
        metadata::read(idp.metadata().unwrap().as_bytes(), Rules { allow_loopback_http: true }).unwrap();
    assert_eq!(provider.problems(now()), []);
    provider
}

fn sign_in(idp: &SimpleSaml, provider: &Provider, browser: &mut Browser) -> (Started, String) {
    let started = us().start(provider, Some("the state"), now()).unwrap();
    let Binding::Redirect(address) = &started.binding else { panic!("not a redirect") };
    let fields = browser.sign_in(address).unwrap_or_else(|error| panic!("{error:#}\n{}", idp.log()));
    assert_eq!(fields["RelayState"], "the state");
    (started, fields["SAMLResponse"].clone())
}

#[test]
fn simplesamlphp_signs_somebody_in() {
    let idp = SimpleSaml::start().unwrap();
    let provider = provider(&idp);
    for (response, assertion, accepted) in
        [(true, true, true), (false, true, true), (true, false, true), (false, false, false)]
    {
        trust(&idp, response, assertion);
        let (started, posted) = sign_in(&idp, &provider, &mut Browser::default());
        let expected = Expected { request_id: Some(started.request_id), now: now() };
        let read = us().finish(&provider, posted.as_bytes(), &expected);
        if !accepted {
            assert_eq!(read, Err(Refused::NotSigned));
            continue;
        }
        let read = read.unwrap();
        assert_eq!(read.name_id, NAME_ID);
        assert_eq!(read.attributes["groups"], GROUPS);
        assert_eq!(read.issuer, provider.entity_id);
        assert!(read.session_index.is_some());
        // The same answer for another request, and much later.
        let other = Expected { request_id: Some("_other".to_owned()), now: now() };
        assert_eq!(us().finish(&provider, posted.as_bytes(), &other), Err(Refused::InResponseTo));
        let later = Expected { now: now() + chrono::TimeDelta::minutes(30), ..expected };
        assert!(us().finish(&provider, posted.as_bytes(), &later).is_err());
    }
}

#[test]
fn simplesamlphp_signs_somebody_out() {
    let idp = SimpleSaml::start().unwrap();
    let provider = provider(&idp);
    trust(&idp, true, true);
    let mut browser = Browser::default();
    let (started, posted) = sign_in(&idp, &provider, &mut browser);
    let expected = Expected { request_id: Some(started.request_id), now: now() };
    let read = us().finish(&provider, posted.as_bytes(), &expected).unwrap();
    let logout = provider.slo_redirect.clone().unwrap()
        + "?ReturnTo="
        + &provider.entity_id.replace("/metadata.php", "/");
    let address = browser.leave(&logout, SLO).unwrap_or_else(|error| panic!("{error:#}\n{}", idp.log()));
    let query = address.split_once('?').unwrap().1;
    let read_logout = us().logout_request(&provider, LogoutMessage::Redirect(query), now()).unwrap();
    assert_eq!(read_logout.name_id, NAME_ID);
    assert_eq!(read_logout.session_indexes, [read.session_index.unwrap()]);
    assert!(us().logout_response(&provider, &read_logout, None, now()).unwrap().is_some());
}
