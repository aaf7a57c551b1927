//! The identity provider signs somebody out.

use crate::idp::*;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::TimeDelta;
use flate2::Compression;
use flate2::read::DeflateEncoder;
use sallyport_saml::{Logout, LogoutMessage, Refused};
use std::io::Read as _;

const SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";

/// A logout request in canonical form, unsigned.
pub(crate) fn request() -> String {
    format!(
        "<samlp:LogoutRequest xmlns:samlp=\"{SAMLP}\" Destination=\"{SLO}\" ID=\"_logout1\" IssueInstant=\"{}\" \
         NotOnOrAfter=\"{}\" Version=\"2.0\"><saml:Issuer xmlns:saml=\"{SAML}\">{IDP}</saml:Issuer><saml:NameID \
         xmlns:saml=\"{SAML}\">{NAME}</saml:NameID><samlp:SessionIndex>_session1</samlp:SessionIndex>\
         </samlp:LogoutRequest>",
        utc(now()),
        utc(now() + TimeDelta::minutes(5)),
    )
}

fn escaped(bytes: &[u8]) -> String {
    STANDARD.encode(bytes).replace('+', "%2B").replace('/', "%2F").replace('=', "%3D")
}

fn deflated(xml: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    DeflateEncoder::new(xml, Compression::best()).read_to_end(&mut out).unwrap();
    out
}

fn signed_query(xml: &str, algorithm: &str, signer: &Signer) -> String {
    let algorithm = algorithm.replace(':', "%3A").replace('/', "%2F").replace('#', "%23");
    let query = format!("SAMLRequest={}&RelayState=x&SigAlg={algorithm}", escaped(&deflated(xml.as_bytes())));
    format!("{query}&Signature={}", escaped(&signer.raw(query.as_bytes())))
}

pub(crate) fn query(xml: &str, signer: &Signer) -> String {
    signed_query(xml, SHA256, signer)
}

fn by_query(query: &str) -> Result<Logout, &'static str> {
    service()
        .logout_request(&provider(), LogoutMessage::Redirect(query), now())
        .map_err(|refused| refused.code())
}

fn by_form(xml: &str) -> Result<Logout, Refused> {
    service().logout_request(&provider(), LogoutMessage::Post(STANDARD.encode(xml).as_bytes()), now())
}

fn signed(signer: &Signer) -> String {
    Style::default().sign(signer, &request(), "_logout1")
}

#[test]
fn a_signed_logout_request_is_read() {
    let logout = by_query(&query(&request(), &GENUINE)).unwrap();
    assert_eq!(logout.request_id, "_logout1");
    assert_eq!(logout.name_id, NAME);
    assert_eq!(logout.session_indexes, ["_session1"]);
    assert_eq!(logout.not_on_or_after, now() + TimeDelta::minutes(10));
    assert_eq!(by_form(&signed(&GENUINE)).unwrap(), logout);
}

#[test]
fn s31_a_bomb_is_inflated_to_its_limit_and_no_further() {
    for size in [64 * 1024 + 1, 1_000_000, 20_000_000] {
        let xml = request().replacen("</samlp:LogoutRequest>", &" ".repeat(size), 1);
        let query = query(&xml, &GENUINE);
        assert!(query.len() < 400_000);
        assert_eq!(by_query(&query), Err("too_large"), "{size}");
    }
    let begun = std::time::Instant::now();
    let zeros =
        format!("SAMLRequest={}&SigAlg={SHA256}&Signature=x", escaped(&deflated(&vec![0; 20_000_000])));
    let made = begun.elapsed();
    let begun = std::time::Instant::now();
    assert_eq!(by_query(&zeros), Err("too_large"));
    assert!(begun.elapsed() < made, "it was inflated whole");
    // Up to the limit it is read.
    let padded = format!("{}{}", request(), " ".repeat(64 * 1024 - request().len()));
    assert!(by_query(&query(&padded, &GENUINE)).is_ok());
    let not_deflated = format!("SAMLRequest={}&SigAlg={SHA256}&Signature=x", escaped(request().as_bytes()));
    assert!(by_query(&not_deflated).is_err());
}

#[test]
fn s32_unsigned_and_replayed_logout_requests_are_refused() {
    let plain = format!("SAMLRequest={}", escaped(&deflated(request().as_bytes())));
    assert_eq!(by_query(&plain), Err("not_signed"));
    assert_eq!(by_query(&format!("{plain}&RelayState=x")), Err("not_signed"));
    assert_eq!(by_form(&request()).unwrap_err().code(), "not_signed");
    // By somebody else, with a weak algorithm, or with something changed after the signature.
    assert_eq!(by_query(&query(&request(), &STRANGER)), Err("not_genuine"));
    assert_eq!(by_form(&signed(&STRANGER)).unwrap_err().code(), "not_genuine");
    let weak = "http://www.w3.org/2000/09/xmldsig#rsa-sha1";
    assert_eq!(by_query(&signed_query(&request(), weak, &GENUINE)), Err("algorithm"));
    let good = query(&request(), &GENUINE);
    let other = escaped(&deflated(request().replace(NAME, "bob@example.test").as_bytes()));
    let message = good.split_once('&').unwrap().0.strip_prefix("SAMLRequest=").unwrap();
    for changed in [
        good.replace("RelayState=x", "RelayState=y"),
        good.replace("RelayState=x&", ""),
        good.replace(message, &other),
        format!("{good}&SAMLRequest={other}"),
        format!("SAMLRequest={other}&{good}"),
        good.replace("rsa-sha256", "rsa-sha512"),
        good.replace("&Signature=", "&signature="),
    ] {
        assert!(by_query(&changed).is_err(), "{changed}");
    }
    assert!(by_form(&signed(&GENUINE).replace(NAME, "bob@example.test")).is_err());
    // The signature of an assertion does not sign somebody out.
    let assertion = Making::default().signed();
    let around = request().replacen(
        "</saml:Issuer>",
        &format!("</saml:Issuer><samlp:Extensions>{assertion}</samlp:Extensions>"),
        1,
    );
    assert_eq!(by_form(&around).unwrap_err().code(), "wrapped");
    // A second time it has the same id, by which the server knows it; later, it is too old to need knowing.
    let logout = by_query(&good).unwrap();
    assert_eq!(by_query(&good).unwrap().request_id, logout.request_id);
    let again = service().logout_request(&provider(), LogoutMessage::Redirect(&good), logout.not_on_or_after);
    assert_eq!(again.unwrap_err().code(), "time");
    let unlimited = query(&request().replacen(" NotOnOrAfter=\"2026-06-01T12:05:00Z\"", "", 1), &GENUINE);
    let again =
        service().logout_request(&provider(), LogoutMessage::Redirect(&unlimited), logout.not_on_or_after);
    assert_eq!(again.unwrap_err().code(), "stale");
}

#[test]
fn a_logout_request_for_somebody_else_is_refused() {
    let changed = |from: &str, to: &str| by_query(&query(&request().replacen(from, to, 1), &GENUINE));
    assert_eq!(changed(SLO, "https://sallyport.test/api/saml/globex/slo"), Err("destination"));
    assert_eq!(changed(IDP, "https://other.test/metadata"), Err("issuer"));
    assert_eq!(changed("12:05:00Z", "11:50:00Z"), Err("time"));
    assert_eq!(changed("12:00:00Z", "11:50:00Z"), Err("stale"));
    assert_eq!(changed("LogoutRequest", "LogoutResponse").unwrap_err(), "xml");
    assert_eq!(changed("ID=\"_logout1\"", "ID=\"_logout1\" Id=\"_logout1\""), Err("ambiguous"));
    let encrypted =
        "<saml:EncryptedID xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\"/><samlp:SessionIndex>";
    assert_eq!(changed("<samlp:SessionIndex>", encrypted), Err("encrypted"));
    let answer = Making::default().answer();
    assert!(by_form(&answer).is_err());
    assert!(
        service().finish(&provider(), STANDARD.encode(signed(&GENUINE)).as_bytes(), &expected()).is_err()
    );
}
