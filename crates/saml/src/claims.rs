//! What an assertion says: for whom it is, when, and about whom. Read from the tree that the signatures cover, and
//! only after they verified.

use crate::answer::Answer;
use crate::metadata::Provider;
use crate::names::{self, ASSERTION};
use crate::own::ServiceProvider;
use crate::refused::Refused;
use crate::xml::Element;
use crate::{AGE, Expected, SKEW};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;

/// What a genuine answer says about a person. Everything in it stood under a signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assertion {
    /// Entity ID of the identity provider.
    pub issuer: String,
    /// The assertion's id: it may be used once.
    pub assertion_id: String,
    /// Whom it is about.
    pub name_id: String,
    /// What kind of name that is, if it was told.
    pub name_id_format: Option<String>,
    /// The session at the identity provider, as its logout request will name it.
    pub session_index: Option<String>,
    /// When the person last proved to the identity provider who they are, if it says so.
    pub authenticated_at: Option<DateTime<Utc>>,
    /// What else was told; the values of attributes of one name together.
    pub attributes: BTreeMap<String, Vec<String>>,
    /// Until when its id has to be remembered: later, the assertion is refused for its age.
    pub not_on_or_after: DateTime<Utc>,
}

/// Judges what the library does not, and reads the claims.
pub(crate) fn read(
    answer: &Answer<'_>,
    service: &ServiceProvider,
    provider: &Provider,
    expected: &Expected,
) -> Result<Assertion, Refused> {
    let now = expected.now;
    let (response, assertion) = (answer.response, answer.assertion);
    fresh(response, now)?;
    fresh(assertion, now)?;
    from(response, provider, false)?;
    from(assertion, provider, true)?;
    if response.attribute("Destination") != Some(service.acs_url()) {
        return Err(Refused::Destination);
    }
    if response.attribute("InResponseTo") != expected.request_id.as_deref() {
        return Err(Refused::InResponseTo);
    }
    let subject = assertion.only_child(ASSERTION, "Subject").ok_or(Refused::Subject("it has no subject"))?;
    let confirmed_until = confirmation(subject, service, expected)?;
    let until =
        conditions(assertion, service, now)?.map_or(confirmed_until, |until| until.min(confirmed_until));
    let name = subject.only_child(ASSERTION, "NameID").ok_or(Refused::Subject("it has not one name"))?;
    let statement = assertion
        .only_child(ASSERTION, "AuthnStatement")
        .ok_or(Refused::Shape("it does not say that the person signed in"))?;
    if let Some(end) = time(statement, "SessionNotOnOrAfter")?
        && now >= end
    {
        return Err(Refused::Time);
    }
    Ok(Assertion {
        issuer: provider.entity_id.clone(),
        assertion_id: assertion.attribute("ID").unwrap_or_default().to_owned(),
        name_id: name_of(name)?.to_owned(),
        name_id_format: name.attribute("Format").map(str::to_owned),
        session_index: statement.attribute("SessionIndex").map(str::to_owned),
        authenticated_at: time(statement, "AuthnInstant")?,
        attributes: attributes(assertion),
        not_on_or_after: until + SKEW,
    })
}

/// The name itself, if it is a word that a person could have been given.
pub(crate) fn name_of(name: &Element) -> Result<&str, Refused> {
    let text = name.plain_text().ok_or(Refused::Subject("its name holds elements"))?;
    if text.is_empty() || text.len() > 1024 || text.trim() != text || text.chars().any(char::is_control) {
        return Err(Refused::Subject("its name is empty, too long, or holds white space around it"));
    }
    Ok(text)
}

/// Issued within the last minutes.
pub(crate) fn fresh(message: &Element, now: DateTime<Utc>) -> Result<(), Refused> {
    let issued = time(message, "IssueInstant")?.ok_or(Refused::Stale)?;
    if (now - issued).abs() > AGE { Err(Refused::Stale) } else { Ok(()) }
}

/// From the connection's identity provider. A response may leave its issuer to the assertion.
pub(crate) fn from(message: &Element, provider: &Provider, required: bool) -> Result<(), Refused> {
    match message.only_child(ASSERTION, "Issuer") {
        Some(issuer) if issuer.plain_text() == Some(&provider.entity_id) => Ok(()),
        None if !required => Ok(()),
        _ => Err(Refused::Issuer),
    }
}

/// A time in UTC, as SAML demands.
pub(crate) fn time(element: &Element, name: &str) -> Result<Option<DateTime<Utc>>, Refused> {
    let Some(text) = element.attribute(name) else {
        return Ok(None);
    };
    let parsed = DateTime::parse_from_rfc3339(text).ok().filter(|_| text.ends_with('Z') && text.is_ascii());
    parsed.map(|time| Some(time.to_utc())).ok_or(Refused::Shape("a time in it is not in UTC"))
}

/// One bearer confirmation: handed in here, in time, for this request. Until when it holds.
fn confirmation(
    subject: &Element,
    service: &ServiceProvider,
    expected: &Expected,
) -> Result<DateTime<Utc>, Refused> {
    let confirmation = subject
        .only_child(ASSERTION, "SubjectConfirmation")
        .ok_or(Refused::Subject("it has not exactly one confirmation"))?;
    let data = confirmation
        .only_child(ASSERTION, "SubjectConfirmationData")
        .ok_or(Refused::Subject("its confirmation has no data"))?;
    if confirmation.attribute("Method") != Some(names::BEARER) || confirmation.children.len() != 1 {
        return Err(Refused::Subject("its confirmation is not that of a bearer"));
    }
    if data.attribute("Recipient") != Some(service.acs_url()) {
        return Err(Refused::Recipient);
    }
    if data.attribute("InResponseTo") != expected.request_id.as_deref() {
        return Err(Refused::InResponseTo);
    }
    within(data, expected.now)?.ok_or(Refused::Time)
}

/// For us alone, and now. Until when, if that is limited.
fn conditions(
    assertion: &Element,
    service: &ServiceProvider,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, Refused> {
    let conditions = assertion.only_child(ASSERTION, "Conditions").ok_or(Refused::Audience)?;
    let mut audiences = 0;
    for condition in &conditions.children {
        if condition.is(ASSERTION, "AudienceRestriction") {
            audiences += 1;
            let ours = |audience: &Element| {
                audience.is(ASSERTION, "Audience") && audience.plain_text() == Some(service.entity_id())
            };
            if condition.children.is_empty() || !condition.children.iter().all(ours) {
                return Err(Refused::Audience);
            }
        } else if !condition.is(ASSERTION, "OneTimeUse") && !condition.is(ASSERTION, "ProxyRestriction") {
            return Err(Refused::Condition);
        }
    }
    if audiences == 0 {
        return Err(Refused::Audience);
    }
    within(conditions, now)
}

/// Whether now lies between `NotBefore` and `NotOnOrAfter`; the end, if there is one.
fn within(element: &Element, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, Refused> {
    let begin = time(element, "NotBefore")?;
    let end = time(element, "NotOnOrAfter")?;
    if begin.is_some_and(|begin| now + SKEW < begin) || end.is_some_and(|end| now >= end + SKEW) {
        return Err(Refused::Time);
    }
    Ok(end)
}

/// Attributes with their values as text. A value that holds elements is none of ours and left out.
fn attributes(assertion: &Element) -> BTreeMap<String, Vec<String>> {
    let mut read: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for statement in assertion.children_named(ASSERTION, "AttributeStatement") {
        for attribute in statement.children_named(ASSERTION, "Attribute") {
            let Some(name) = attribute.attribute("Name") else {
                continue;
            };
            let values =
                attribute.children_named(ASSERTION, "AttributeValue").filter_map(Element::plain_text);
            read.entry(name.to_owned()).or_default().extend(values.map(str::to_owned));
        }
    }
    read
}
