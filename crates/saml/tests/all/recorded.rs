//! The answers that the makers of identity providers document, signed as each of them signs.

use crate::idp::*;
use chrono::TimeDelta;
use sallyport_saml::Assertion;
use sallyport_testkit::profiles;

/// A namespace that is declared for the types of values and stands nowhere else: canonicalization leaves it out, unless
/// it is told to keep it.
const XS: &str = " xmlns:xs=\"http://www.w3.org/2001/XMLSchema\"";
const ASSERTION_ID: &str = "_recorded1";

/// Signs one element behind its issuer. `kept` are the prefixes that canonicalization is told to keep.
fn sign(xml: &str, element: &str, id: &str, kept: &str) -> String {
    let begin = xml.find(&format!("<{element} ")).unwrap();
    let end = xml.rfind(&format!("</{element}>")).unwrap() + element.len() + 3;
    let whole = &xml[begin..end];
    let mut style = Style::default();
    let canonical = if kept.is_empty() {
        whole.replace(XS, "")
    } else {
        let list = format!(
            "<ec:InclusiveNamespaces xmlns:ec=\"{EXC}\" PrefixList=\"{kept}\"></ec:InclusiveNamespaces>"
        );
        style.transforms = algorithm("Transform", ENVELOPED, "") + &algorithm("Transform", EXC, &list);
        whole.to_owned()
    };
    let signature = style.signature(&GENUINE, &canonical, id);
    let issuer =
        ["</Issuer>", "</saml2:Issuer>"].into_iter().filter_map(|end| Some(whole.find(end)? + end.len()));
    let place = begin + issuer.min().unwrap();
    format!("{}{signature}{}", &xml[..place], &xml[place..])
}

fn filled(recorded: &str) -> String {
    recorded
        .replace("{acs}", ACS)
        .replace("{audience}", US)
        .replace("{issuer}", IDP)
        .replace("{request}", REQUEST)
        .replace("{assertion}", ASSERTION_ID)
        .replace("{issued}", &utc(now()))
        .replace("{until}", &utc(now() + TimeDelta::minutes(5)))
}

#[track_caller]
fn told(read: &Assertion, name: &str, values: &[&str]) {
    assert_eq!(
        read.attributes.get(name).map(Vec::as_slice),
        Some(values.iter().map(|v| (*v).to_owned()).collect::<Vec<_>>().as_slice()),
        "{name}"
    );
}

#[test]
fn an_answer_of_entra_is_read() {
    let answer = filled(profiles::ENTRA);
    refused(&answer, "not_signed");
    let read = post(&sign(&answer, "Assertion", ASSERTION_ID, "")).unwrap();
    assert_eq!(
        (read.name_id.as_str(), read.session_index.as_deref()),
        ("abeli@kestrel.example", Some(ASSERTION_ID))
    );
    let microsoft = "http://schemas.microsoft.com";
    told(&read, &format!("{microsoft}/identity/claims/tenantid"), &["9122040d-6c67-4c5b-b112-36a304b66dad"]);
    told(
        &read,
        &format!("{microsoft}/identity/claims/objectidentifier"),
        &["00000000-0000-0000-66f3-3332eca7ea81"],
    );
    told(
        &read,
        &format!("{microsoft}/ws/2008/06/identity/claims/groups"),
        &["0760b6cf-170e-4a14-91b3-4b78e0739963", "3b2b0c93-acd8-4208-8eba-7a48db1cd4c0"],
    );
    let claims = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims";
    told(&read, &format!("{claims}/emailaddress"), &["abe.lincoln@kestrel.example"]);
    told(&read, &format!("{claims}/surname"), &["Lincoln"]);
}

#[test]
fn an_answer_of_okta_is_read_with_both_of_its_signatures() {
    let answer = sign(&filled(profiles::OKTA), "saml2:Assertion", ASSERTION_ID, "xs");
    let both = sign(&answer, "saml2p:Response", "id4953209634513981600374286", "xs");
    let read = post(&both).unwrap();
    assert_eq!(
        (read.name_id.as_str(), read.session_index.as_deref()),
        ("joy@kestrel.example", Some(REQUEST))
    );
    told(&read, "groups", &["Everyone", "IT"]);
    told(&read, "firstName", &["Joy"]);
    let changed = both.replace(">IT<", ">Admins<");
    refused(&changed, "not_genuine");
}

#[test]
fn an_answer_of_google_is_read_whichever_of_the_two_is_signed() {
    let answer = filled(profiles::GOOGLE);
    let assertion = sign(&answer, "saml2:Assertion", ASSERTION_ID, "");
    let response = sign(&answer, "saml2p:Response", "_b92b9a5ff1a0f5d2e4f4dc2ba1c76a1b", "");
    for signed in [assertion, response] {
        let read = post(&signed).unwrap();
        assert_eq!(read.name_id, "jsmith@kestrel.example");
        told(&read, "email", &["jsmith@kestrel.example"]);
        told(&read, "groups", &["Engineering"]);
        refused(&signed.replace("jsmith@", "mallory@"), "not_genuine");
    }
}
