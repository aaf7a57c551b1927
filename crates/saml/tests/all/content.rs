//! Genuine signatures over words that are not for us, not for now, or not for this request.

use crate::idp::*;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::TimeDelta;

#[test]
fn s21_another_audience_is_refused() {
    let theirs = "https://other.test/saml";
    for conditions in [
        String::new(),
        audience(&[]),
        audience(&[""]),
        audience(&[theirs]),
        audience(&[US, theirs]),
        audience(&[theirs, US]),
        audience(&[US]) + &audience(&[theirs]),
        audience(&[theirs]) + &audience(&[US]),
        audience(&[&format!("{US}/")]),
        audience(&[&US.to_uppercase()]),
        audience(&[&format!(" {US}")]),
    ] {
        refused(&with(|made| made.conditions = conditions).answer(), "audience");
    }
    // No conditions at all.
    let canonical = Making::default().assertion();
    let (before, rest) = canonical.split_once("<saml:Conditions").unwrap();
    let without = format!("{before}{}", rest.split_once("</saml:Conditions>").unwrap().1);
    let signed = Style::default().sign(&GENUINE, &without, "_assertion1");
    refused(&Making::default().response(&signed), "audience");
    // A condition that nobody knows.
    let unknown = audience(&[US]) + "<saml:Condition xmlns:x=\"urn:x\" x:type=\"y\"></saml:Condition>";
    refused(&with(|made| made.conditions = unknown).answer(), "condition");
    let both = audience(&[US]) + &audience(&[US]) + "<saml:OneTimeUse></saml:OneTimeUse>";
    assert!(post(&with(|made| made.conditions = both).answer()).is_ok());
}

#[test]
fn s22_an_answer_for_another_address_is_refused() {
    for other in [
        "https://sallyport.test/api/saml/globex/acs",
        "https://sallyport.test/api/saml/acme/acs/",
        "https://sallyport.test/api/saml/acme/acs?x=1",
        "http://sallyport.test/api/saml/acme/acs",
        "https://evil.test/api/saml/acme/acs",
        "",
    ] {
        let response = with(|made| made.destination = other.to_owned());
        assert!(post(&response.answer()).is_err(), "{other}");
        assert!(post(&response.signed_response(&response.assertion())).is_err(), "{other}");
        refused(&with(|made| made.recipient = other.to_owned()).answer(), "recipient");
    }
    let none = Making::default().answer().replacen(&format!(" Destination=\"{ACS}\""), "", 1);
    refused(&none, "destination");
}

#[test]
fn s24_an_answer_to_another_request_is_refused() {
    let set = |response: Option<&str>, confirmation: Option<&str>| {
        with(|made| {
            made.in_response_to = response.map(str::to_owned);
            made.confirmed_in_response_to = confirmation.map(str::to_owned);
        })
        .answer()
    };
    let other = Some("_0000000000000000000000000000000000000000");
    for (response, confirmation) in [
        (None, None),
        (None, Some(REQUEST)),
        (Some(REQUEST), None),
        (other, other),
        (Some(REQUEST), other),
        (other, Some(REQUEST)),
        (Some(""), Some("")),
    ] {
        let outcome = post(&set(response, confirmation));
        assert!(outcome.is_err(), "{response:?} {confirmation:?}");
    }
    refused(&set(None, None), "in_response_to");
    refused(&set(other, other), "in_response_to");
}

#[test]
fn s27_an_answer_of_another_provider_is_refused() {
    let provider = provider();
    let finish = |xml: &str, provider: &sallyport_saml::Provider| {
        service()
            .finish(provider, STANDARD.encode(xml).as_bytes(), &expected())
            .map_err(|refused| refused.code())
    };
    // Signed by its own key, in its own name or in that of ours.
    let theirs = with(|made| made.issuer = "https://other.test/metadata".to_owned());
    let by_other = theirs.response(&theirs.signed_by(&STRANGER, &Style::default()));
    assert!(finish(&by_other, &provider).is_err());
    let posing = Making::default();
    let posing = posing.response(&posing.signed_by(&STRANGER, &Style::default()));
    assert_eq!(finish(&posing, &provider).unwrap_err(), "not_genuine");
    // Two providers that share a key, as tenants of one service do: the name decides.
    assert_eq!(finish(&theirs.answer(), &provider).unwrap_err(), "issuer");
    let mixed = theirs.response(&Making::default().signed());
    assert_eq!(finish(&mixed, &provider).unwrap_err(), "issuer");
    let mixed = Making::default().response(&theirs.signed());
    assert_eq!(finish(&mixed, &provider).unwrap_err(), "issuer");
    // What is genuine here is refused there.
    let other = sallyport_saml::Provider { entity_id: "https://other.test/metadata".to_owned(), ..provider };
    assert_eq!(finish(&Making::default().answer(), &other).unwrap_err(), "issuer");
}

#[test]
fn s29_an_answer_without_success_is_refused() {
    for status in [
        "urn:oasis:names:tc:SAML:2.0:status:Responder",
        "urn:oasis:names:tc:SAML:2.0:status:AuthnFailed",
        "urn:oasis:names:tc:SAML:2.0:status:success",
        "",
    ] {
        let making = with(|made| made.status = status.to_owned());
        refused(&making.answer(), "status");
        refused(&making.signed_response(&making.signed()), "status");
    }
    let answer = Making::default().answer();
    let doubled = answer.replacen("<samlp:Status>", "<samlp:Status><samlp:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:Responder\"/></samlp:Status><samlp:Status>", 1);
    refused(&doubled, "shape");
    let (before, rest) = answer.split_once("<samlp:Status>").unwrap();
    refused(&format!("{before}{}", rest.split_once("</samlp:Status>").unwrap().1), "shape");
    let denied = with(|made| made.status = "urn:oasis:names:tc:SAML:2.0:status:Responder".to_owned());
    assert_eq!(
        post(&denied.answer()).unwrap_err().to_string(),
        "The identity provider did not sign the person in; its status is Responder."
    );
}

#[test]
fn s30_encrypted_assertions_are_refused_alike() {
    let data = |method: &str, transport: &str, cipher: &[u8]| {
        format!(
            "<saml:EncryptedAssertion xmlns:saml=\"{SAML}\"><xenc:EncryptedData \
             xmlns:xenc=\"http://www.w3.org/2001/04/xmlenc#\"><xenc:EncryptionMethod Algorithm=\"{method}\"/>\
             <ds:KeyInfo xmlns:ds=\"{DS}\"><xenc:EncryptedKey><xenc:EncryptionMethod Algorithm=\"{transport}\"/>\
             <xenc:CipherData><xenc:CipherValue>{}</xenc:CipherValue></xenc:CipherData></xenc:EncryptedKey>\
             </ds:KeyInfo><xenc:CipherData><xenc:CipherValue>{}</xenc:CipherValue></xenc:CipherData>\
             </xenc:EncryptedData></saml:EncryptedAssertion>",
            STANDARD.encode([7; 256]),
            STANDARD.encode(cipher)
        )
    };
    let making = Making::default();
    let first = post(&making.response(&data("urn:x", "urn:y", b""))).unwrap_err();
    assert_eq!(first.code(), "encrypted");
    let xenc = "http://www.w3.org/2001/04/xmlenc#";
    for method in ["aes128-cbc", "aes256-cbc", "tripledes-cbc"] {
        for transport in ["rsa-1_5", "rsa-oaep-mgf1p"] {
            for length in 0..=40 {
                let cipher: Vec<u8> = (0..length).collect();
                let inner = data(&format!("{xenc}{method}"), &format!("{xenc}{transport}"), &cipher);
                assert_eq!(post(&making.response(&inner)).unwrap_err(), first);
                assert_eq!(post(&making.signed_response(&inner)).unwrap_err(), first);
            }
        }
    }
    let beside = making.response(&(making.signed() + &data("urn:x", "urn:y", b"")));
    assert_eq!(post(&beside).unwrap_err(), first);
    let name = making.assertion().replace("saml:NameID", "saml:EncryptedID");
    assert_eq!(post(&making.signed_response(&name)).unwrap_err(), first);
}

#[test]
fn an_answer_from_another_time_is_refused() {
    let at = |minutes: i64| now() + TimeDelta::minutes(minutes);
    refused(&with(|made| made.issued = at(-6)).answer(), "stale");
    refused(&with(|made| made.response_issued = at(-6)).answer(), "stale");
    refused(&with(|made| made.response_issued = at(6)).answer(), "stale");
    // NotBefore is the issue in these.
    refused(&with(|made| made.issued = at(4)).answer(), "time");
    refused(&with(|made| made.until = at(-3)).answer(), "time");
    assert!(post(&with(|made| made.until = at(-2)).answer()).is_ok());
    assert!(post(&with(|made| made.issued = at(-5)).answer()).is_ok());
    let local = Making::default().answer().replace("00Z\" Version", "00+00:00\" Version");
    assert!(post(&local).is_err());
}

#[test]
fn a_subject_that_is_not_told_plainly_is_refused() {
    for name in ["", " ", "alice ", "a\nb", "a&#9;b", "<saml:BaseID></saml:BaseID>"] {
        assert!(post(&with(|made| made.name = name.to_owned()).answer()).is_err(), "{name:?}");
    }
    let changed = |from: &str, to: &str| {
        let making = Making::default();
        let canonical = making.assertion().replacen(from, to, 1);
        assert_ne!(canonical, making.assertion());
        making.response(&Style::default().sign(&GENUINE, &canonical, "_assertion1"))
    };
    refused(&changed("cm:bearer", "cm:holder-of-key"), "subject");
    refused(&changed(" NotOnOrAfter=\"2026-06-01T12:05:00Z\" Recipient", " Recipient"), "time");
    assert!(post(&changed("saml:NameID>", "saml:NameID><saml:NameID>mallory</saml:NameID>")).is_err());
    assert!(
        post(&changed("<saml:AuthnStatement", "<saml:Statement></saml:Statement><saml:AuthnStatement"))
            .is_err()
    );
}
