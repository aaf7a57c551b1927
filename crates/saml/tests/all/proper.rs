//! What has to be accepted: the answers of identity providers as they come.

use crate::idp::*;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sallyport_saml::{Expected, SKEW, self_test};
use std::collections::BTreeMap;

#[test]
fn a_signed_assertion_is_read() {
    let read = post(&Making::default().answer()).unwrap();
    assert_eq!(read.issuer, IDP);
    assert_eq!(read.name_id, NAME);
    assert_eq!(read.name_id_format.as_deref(), Some("urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"));
    assert_eq!(read.assertion_id, "_assertion1");
    assert_eq!(read.session_index.as_deref(), Some("_session1"));
    assert_eq!(read.not_on_or_after, Making::default().until + SKEW);
    let attributes = [("groups", vec!["staff", "admins & owners"]), ("mail", vec![NAME])];
    let attributes: BTreeMap<String, Vec<String>> = attributes
        .into_iter()
        .map(|(name, values)| (name.to_owned(), values.into_iter().map(str::to_owned).collect()))
        .collect();
    assert_eq!(read.attributes, attributes);
}

#[test]
fn a_signed_response_is_enough_and_both_are_too() {
    let making = Making::default();
    assert_eq!(post(&making.signed_response(&making.assertion())).unwrap().name_id, NAME);
    assert_eq!(post(&making.signed_response(&making.signed())).unwrap().name_id, NAME);
}

#[test]
fn each_signature_has_to_verify() {
    let making = Making::default();
    let stranger = Style::default().sign(&STRANGER, &making.response(&making.signed()), &making.response_id);
    refused(&stranger, "not_genuine");
    let inside = making.signed_by(&STRANGER, &Style::default());
    refused(&making.signed_response(&inside), "not_genuine");
}

#[test]
fn the_longer_hashes_are_read_too() {
    let making = Making::default();
    for method in [
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384",
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
    ] {
        let style = Style { method, ..Style::default() };
        assert_eq!(post(&making.response(&making.signed_by(&GENUINE, &style))).unwrap().name_id, NAME);
        let short = making.signed().replace("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", method);
        refused(&making.response(&short), "not_genuine");
    }
}

#[test]
fn names_of_one_attribute_come_together() {
    let making = with(|made| made.statements = attribute("Role", &["one"]) + &attribute("Role", &["two"]));
    assert_eq!(post(&making.answer()).unwrap().attributes["Role"], ["one", "two"]);
}

#[test]
fn another_layout_of_the_same_is_read() {
    // Default namespaces instead of prefixes, as Entra writes.
    let making = Making::default();
    let assertion =
        making.assertion().replace("<saml:", "<").replace("</saml:", "</").replace("xmlns:saml", "xmlns");
    let signature = Style::default().signature(&GENUINE, &assertion, &making.assertion_id);
    let signed = assertion.replacen("</Issuer>", &format!("</Issuer>{signature}"), 1);
    let declared = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{}\n", making.response(&signed));
    assert_eq!(post(&declared).unwrap().name_id, NAME);
    // A hint of the key by name and by value, as Keycloak writes.
    let style = Style {
        key_info: Some(x509(&GENUINE.certificate).replace(
            "<ds:KeyInfo>",
            "<ds:KeyInfo><ds:KeyName>FJ86GcF3jTbNLOco4NvZkUCIUmfYCqoqtOQeMfbhNlE</ds:KeyName>",
        )),
        ..Style::default()
    };
    assert_eq!(post(&making.response(&making.signed_by(&GENUINE, &style))).unwrap().name_id, NAME);
    // No hint at all.
    let style = Style { key_info: Some(String::new()), ..Style::default() };
    assert_eq!(post(&making.response(&making.signed_by(&GENUINE, &style))).unwrap().name_id, NAME);
    // A list of prefixes, as Shibboleth and Okta write.
    let list =
        format!("<ec:InclusiveNamespaces xmlns:ec=\"{EXC}\" PrefixList=\"xs\"></ec:InclusiveNamespaces>");
    let transforms = algorithm("Transform", ENVELOPED, "") + &algorithm("Transform", EXC, &list);
    let style = Style { transforms, ..Style::default() };
    assert_eq!(post(&making.response(&making.signed_by(&GENUINE, &style))).unwrap().name_id, NAME);
}

#[test]
fn lines_in_the_form_field_do_not_matter() {
    let encoded = STANDARD.encode(Making::default().answer());
    let lines: Vec<&str> =
        encoded.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).unwrap()).collect();
    let read = service().finish(&provider(), lines.join("\r\n").as_bytes(), &expected());
    assert_eq!(read.unwrap().name_id, NAME);
}

#[test]
fn an_answer_that_nobody_asked_for_names_no_request() {
    let unasked = with(|made| {
        made.in_response_to = None;
        made.confirmed_in_response_to = None;
    });
    let none = Expected { request_id: None, now: now() };
    let finish = |xml: &str, expected: &Expected| {
        service().finish(&provider(), STANDARD.encode(xml).as_bytes(), expected).map(|read| read.name_id)
    };
    assert_eq!(finish(&unasked.answer(), &none).as_deref(), Ok(NAME));
    assert_eq!(finish(&unasked.answer(), &expected()).unwrap_err().code(), "in_response_to");
    assert_eq!(finish(&Making::default().answer(), &none).unwrap_err().code(), "in_response_to");
}

#[test]
fn the_self_test_shows_what_is_refused() {
    let checks = self_test(&service(), &provider(), now()).unwrap();
    let names: Vec<&str> = checks.iter().map(|check| check.check).collect();
    assert_eq!(names, ["accepted", "unsigned", "wrapped", "changed", "foreign_key", "expired"]);
    assert!(checks.iter().all(|check| check.passed), "{checks:?}");
}

#[test]
fn what_is_refused_has_a_word_and_a_sentence() {
    let refused = post("<a/>").unwrap_err();
    assert_eq!(refused.code(), "shape");
    assert_eq!(
        refused.to_string(),
        "The message is not built as a SAML message has to be: it is not a SAML 2.0 response."
    );
}
