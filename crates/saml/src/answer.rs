//! What a signed answer has to look like before anything in it is believed: one response, one assertion, each
//! signed at most once, and nothing elsewhere that a reader of local names could take for one of them.

use crate::names::{self, ASSERTION, DSIG, PROTOCOL};
use crate::refused::Refused;
use crate::signature;
use crate::xml::Element;
use std::collections::BTreeSet;

/// A response of the right form. The signatures are not verified yet.
#[derive(Debug)]
pub(crate) struct Answer<'t> {
    pub(crate) response: &'t Element,
    pub(crate) assertion: &'t Element,
    pub(crate) signed: Signed,
}

/// What carries a signature of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Signed {
    pub(crate) response: bool,
    pub(crate) assertion: bool,
}

impl Signed {
    pub(crate) fn count(self) -> usize {
        usize::from(self.response) + usize::from(self.assertion)
    }
}

/// Judges the form of a response.
pub(crate) fn judge(root: &Element) -> Result<Answer<'_>, Refused> {
    if !root.is(PROTOCOL, "Response") || root.attribute("Version") != Some("2.0") {
        return Err(Refused::Shape("it is not a SAML 2.0 response"));
    }
    judge_identifiers(root)?;
    judge_encryption(root)?;
    judge_status(root)?;
    let assertion = only_assertion(root)?;
    let signed = Signed { response: judge_signature(root)?, assertion: judge_signature(assertion)? };
    let mut signatures = 0;
    let mut strangers = false;
    root.walk(&mut |element| match element.name.as_str() {
        "Signature" => signatures += 1,
        // Their readers may go by the local name.
        "SignedInfo" | "SignatureValue" | "Reference" | "KeyInfo" => strangers |= element.namespace != DSIG,
        "Issuer"
        | "Subject"
        | "NameID"
        | "Conditions"
        | "AttributeStatement"
        | "AuthnStatement"
        | "Audience"
        | "SubjectConfirmation"
        | "SubjectConfirmationData" => strangers |= element.namespace != ASSERTION,
        _ => {}
    });
    if signatures != signed.count() || strangers {
        return Err(Refused::Wrapped);
    }
    if signed.count() == 0 {
        return Err(Refused::NotSigned);
    }
    judge_children(root, PROTOCOL_PARTS)?;
    judge_children(assertion, ASSERTION_PARTS)?;
    Ok(Answer { response: root, assertion, signed })
}

/// A part, and how far in its parent it stands.
type Part = (&'static str, &'static str, u8);

/// The parts of a response. Its extensions may hold anything that could not be taken for an assertion.
const PROTOCOL_PARTS: &[Part] = &[
    (ASSERTION, "Issuer", 0),
    (DSIG, "Signature", 1),
    (PROTOCOL, "Extensions", 2),
    (PROTOCOL, "Status", 3),
    (ASSERTION, "Assertion", 4),
];
/// The parts of an assertion. No advice: it may hold further assertions. Statements come in either order.
const ASSERTION_PARTS: &[Part] = &[
    (ASSERTION, "Issuer", 0),
    (DSIG, "Signature", 1),
    (ASSERTION, "Subject", 2),
    (ASSERTION, "Conditions", 3),
    (ASSERTION, "AuthnStatement", 4),
    (ASSERTION, "AttributeStatement", 4),
];

/// Whether the children are these, each at most once, in order.
fn judge_children(parent: &Element, parts: &[Part]) -> Result<(), Refused> {
    if !parent.has_no_text() {
        return Err(Refused::Shape("text stands between its parts"));
    }
    let mut seen = BTreeSet::new();
    let mut reached = 0;
    for child in &parent.children {
        let part = parts.iter().find(|(namespace, name, _)| child.is(namespace, name));
        let place = part.map(|(_, _, place)| *place).filter(|place| *place >= reached);
        if !seen.insert(&child.name) {
            return Err(Refused::Shape("it has a part twice"));
        }
        reached = place.ok_or(Refused::Shape("it has a part that does not belong there"))?;
    }
    Ok(())
}

/// Identifiers are told apart by everybody: `ID` on SAML's elements, `Id` on those of signatures, no other spelling,
/// no value twice.
pub(crate) fn judge_identifiers(root: &Element) -> Result<(), Refused> {
    let mut seen = BTreeSet::new();
    let mut ambiguous = false;
    root.walk(&mut |element| {
        for attribute in &element.attributes {
            let name = attribute.name.to_ascii_lowercase();
            if name != "id" && name != "assertionid" {
                continue;
            }
            let place = match element.namespace.as_str() {
                ASSERTION | PROTOCOL => "ID",
                DSIG => "Id",
                _ => "",
            };
            ambiguous |= attribute.namespace.is_some() || attribute.name != place;
            ambiguous |= !is_identifier(&attribute.value) || !seen.insert(attribute.value.clone());
        }
    });
    if ambiguous { Err(Refused::Ambiguous) } else { Ok(()) }
}

/// An XML name without a colon, in ASCII, of a length that a table can hold.
fn is_identifier(value: &str) -> bool {
    let begins = value.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    begins && value.len() <= 256 && value.chars().all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c))
}

/// Refuses whatever is encrypted, unread and alike: neither its algorithm nor its length changes the answer.
pub(crate) fn judge_encryption(root: &Element) -> Result<(), Refused> {
    let mut encrypted = false;
    root.walk(&mut |element| {
        encrypted |= element.name.starts_with("Encrypted")
            || element.namespace == names::XENC
            || element.namespace == names::XENC11;
    });
    if encrypted { Err(Refused::Encrypted) } else { Ok(()) }
}

fn judge_status(root: &Element) -> Result<(), Refused> {
    let status = root.only_child(PROTOCOL, "Status").ok_or(Refused::Shape("it has not one status"))?;
    let code = status.only_child(PROTOCOL, "StatusCode").ok_or(Refused::Shape("it has not one status"))?;
    let value = code.attribute("Value").unwrap_or_default();
    if value == names::SUCCESS {
        return Ok(());
    }
    let second = code.only_child(PROTOCOL, "StatusCode").and_then(|code| code.attribute("Value"));
    let word = |uri: &str| uri.rsplit(':').next().unwrap_or_default().chars().take(60).collect::<String>();
    Err(Refused::Status(
        second.map_or_else(|| word(value), |second| format!("{}, {}", word(value), word(second))),
    ))
}

fn only_assertion(root: &Element) -> Result<&Element, Refused> {
    let mut assertions = 0;
    let mut responses = 0;
    root.walk(&mut |element| {
        assertions += usize::from(element.name == "Assertion");
        responses += usize::from(element.name == "Response");
    });
    match (assertions, responses, root.only_child(ASSERTION, "Assertion")) {
        (0, 1, _) => Err(Refused::Shape("it has no assertion")),
        (1, 1, Some(assertion)) if assertion.attribute("Version") == Some("2.0") => Ok(assertion),
        _ => Err(Refused::Wrapped),
    }
}

/// Whether an element carries a signature, which then has to be over this very element.
pub(crate) fn judge_signature(element: &Element) -> Result<bool, Refused> {
    let id = element.attribute("ID").ok_or(Refused::Shape("it has no ID"))?;
    let mut signatures = element.children_named(DSIG, "Signature");
    match (signatures.next(), signatures.next()) {
        (None, _) => Ok(false),
        (Some(signature), None) => signature::judge(signature, id).map(|()| true),
        _ => Err(Refused::Wrapped),
    }
}
