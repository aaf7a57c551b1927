//! What we send.

use crate::idp::*;
use crate::xmlsec::Xmlsec;
use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::read::DeflateDecoder;
use sallyport_saml::{Binding, LogoutMessage, Provider};
use std::collections::BTreeSet;
use std::io::Read as _;
use x509_cert::der::Decode as _;

fn unescaped(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        if *first == b'%' {
            bytes.push(u8::from_str_radix(std::str::from_utf8(&after[..2]).unwrap(), 16).unwrap());
            rest = &after[2..];
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8(bytes).unwrap()
}

/// The message in an address, after its signature was verified.
fn opened(address: &str, before: &str, message: &str) -> (String, String) {
    let query = address.strip_prefix(before).unwrap();
    let (signed, signature) = query.split_once("&Signature=").unwrap();
    let key = x509_cert::Certificate::from_der(&our_key().certificate().der).unwrap();
    let key = key.tbs_certificate.subject_public_key_info.subject_public_key.raw_bytes().to_vec();
    let signature = STANDARD.decode(unescaped(signature)).unwrap();
    UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key).verify(signed.as_bytes(), &signature).unwrap();
    let (value, rest) = signed.strip_prefix(message).unwrap().split_once('&').unwrap();
    let mut xml = String::new();
    let deflated = STANDARD.decode(unescaped(value)).unwrap();
    DeflateDecoder::new(deflated.as_slice()).read_to_string(&mut xml).unwrap();
    (xml, rest.to_owned())
}

#[test]
fn a_request_by_redirect_is_signed_as_a_whole() {
    let started = service().start(&provider(), Some("state&=1"), now()).unwrap();
    let Binding::Redirect(address) = &started.binding else { panic!("not a redirect") };
    let (xml, rest) = opened(address, "https://idp.test/sso?tenant=1&", "SAMLRequest=");
    assert_eq!(
        rest,
        "RelayState=state%26%3D1&SigAlg=http%3A%2F%2Fwww.w3.org%2F2001%2F04%2Fxmldsig-more%23rsa-sha256"
    );
    for part in [
        &format!("ID=\"{}\"", started.request_id),
        &format!("AssertionConsumerServiceURL=\"{ACS}\""),
        "Destination=\"https://idp.test/sso?tenant=1\"",
        "IssueInstant=\"2026-06-01T12:00:00Z\"",
        "ProtocolBinding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST\"",
        &format!(">{US}</saml:Issuer>"),
    ] {
        assert!(xml.contains(part), "{part} is not in {xml}");
    }
}

#[test]
fn a_request_by_form_carries_a_signature_that_others_verify() {
    let provider = Provider { sso_redirect: None, ..provider() };
    let started = service().start(&provider, Some("state"), now()).unwrap();
    let Binding::Post { url, fields } = &started.binding else { panic!("not a form") };
    assert_eq!(url, "https://idp.test/sso");
    assert_eq!(fields[1], ("RelayState".to_owned(), "state".to_owned()));
    assert_eq!(fields[0].0, "SAMLRequest");
    let xml = String::from_utf8(STANDARD.decode(&fields[0].1).unwrap()).unwrap();
    let xmlsec = Xmlsec::new(our_key().certificate());
    assert!(xmlsec.verifies(&xml, "AuthnRequest", "request.xml"), "{xml}");
    let changed = xml.replace("AllowCreate=\"true\"", "AllowCreate=\"false\"");
    assert!(!xmlsec.verifies(&changed, "AuthnRequest", "changed.xml"));
}

#[test]
fn no_request_is_like_another() {
    let ids: BTreeSet<String> =
        (0..100).map(|_| service().start(&provider(), None, now()).unwrap().request_id).collect();
    assert_eq!(ids.len(), 100);
    assert!(ids.iter().all(|id| id.len() == 41 && id.starts_with('_')), "{ids:?}");
    let long = "x".repeat(81);
    assert_eq!(service().start(&provider(), Some(&long), now()).unwrap_err().code(), "unusable");
}

#[test]
fn a_logout_is_answered() {
    let query = crate::logout::query(&crate::logout::request(), &GENUINE);
    let logout = service().logout_request(&provider(), LogoutMessage::Redirect(&query), now()).unwrap();
    let answered = service().logout_response(&provider(), &logout, Some("x"), now()).unwrap().unwrap();
    let Binding::Redirect(address) = answered else { panic!("not a redirect") };
    let (xml, _) = opened(&address, "https://idp.test/slo?", "SAMLResponse=");
    assert!(xml.contains("InResponseTo=\"_logout1\"") && xml.contains("status:Success"), "{xml}");
    let by_form =
        Provider { slo_redirect: None, slo_post: Some("https://idp.test/slo".to_owned()), ..provider() };
    let answered = service().logout_response(&by_form, &logout, None, now()).unwrap().unwrap();
    let Binding::Post { fields, .. } = answered else { panic!("not a form") };
    let xml = String::from_utf8(STANDARD.decode(&fields[0].1).unwrap()).unwrap();
    assert!(Xmlsec::new(our_key().certificate()).verifies(&xml, "LogoutResponse", "logout.xml"), "{xml}");
    let nowhere = Provider { slo_redirect: None, ..provider() };
    assert_eq!(service().logout_response(&nowhere, &logout, None, now()).unwrap(), None);
}
