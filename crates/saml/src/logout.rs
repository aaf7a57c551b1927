//! The identity provider says that a session is over.

use crate::answer::{judge_encryption, judge_identifiers, judge_signature};
use crate::claims::{fresh, from, name_of, time};
use crate::library::{self, LogoutInput};
use crate::metadata::Provider;
use crate::names::{ASSERTION, DSIG, PROTOCOL, RSA_SHA256, RSA_SHA384, RSA_SHA512, SUCCESS};
use crate::own::ServiceProvider;
use crate::refused::Refused;
use crate::request::{Binding, decoded, instant, new_id, not_signed};
use crate::xml::{self, Comments, Element};
use crate::{AGE, LARGEST_ANSWER, LARGEST_REDIRECT, SKEW, redirect, sign};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};

/// A logout request as it came.
#[derive(Debug, Clone, Copy)]
pub enum LogoutMessage<'m> {
    /// The query of the address, undecoded: the signature is over its very bytes.
    Redirect(&'m str),
    /// The field `SAMLRequest` of a form.
    Post(&'m [u8]),
}

/// Who is to be signed out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logout {
    /// The request's id: it may be used once, and the answer names it.
    pub request_id: String,
    /// Whom it is about.
    pub name_id: String,
    /// Which of their sessions; all if none is named.
    pub session_indexes: Vec<String>,
    /// Until when its id has to be remembered: later, the request is refused for its age.
    pub not_on_or_after: DateTime<Utc>,
}

impl ServiceProvider {
    /// Judges a logout request. It has to be signed in either binding.
    pub fn logout_request(
        &self,
        provider: &Provider,
        message: LogoutMessage<'_>,
        now: DateTime<Utc>,
    ) -> Result<Logout, Refused> {
        let slo_url = self.slo_url().ok_or_else(|| Refused::Unusable("single logout is off".to_owned()))?;
        if let Some(problem) = provider.lasting_problems().first() {
            return Err(Refused::Unusable(problem.to_string()));
        }
        let (xml, limit) = match message {
            LogoutMessage::Redirect(query) => (inflated(query)?, LARGEST_REDIRECT),
            LogoutMessage::Post(field) => (decoded(field)?, LARGEST_ANSWER),
        };
        let root = xml::read(&xml, limit, Comments::Refused).map_err(Refused::Xml)?;
        judge(&root, matches!(message, LogoutMessage::Post(_)))?;
        let text = std::str::from_utf8(&xml).map_err(|_| Refused::Xml("it is not UTF-8"))?;
        let input = match message {
            LogoutMessage::Redirect(query) => LogoutInput::Query(query),
            LogoutMessage::Post(_) => LogoutInput::Xml(text),
        };
        let name = library::verify_logout(self, provider, &input, now)?;
        let read = read_logout(provider, &root, slo_url, now)?;
        if read.name_id == name { Ok(read) } else { Err(Refused::ReadTwoWays) }
    }

    /// Tells the identity provider that the person is signed out here. None if it named no address for that.
    pub fn logout_response(
        &self,
        provider: &Provider,
        logout: &Logout,
        relay_state: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<Option<Binding>, Refused> {
        let redirect = provider.slo_redirect.as_deref();
        let Some(to) = redirect.or(provider.slo_post.as_deref()) else {
            return Ok(None);
        };
        let id = new_id()?;
        // In canonical form, see `sign`.
        let response = format!(
            "<samlp:LogoutResponse xmlns:samlp=\"{PROTOCOL}\" Destination=\"{}\" ID=\"{id}\" InResponseTo=\"{}\" \
             IssueInstant=\"{}\" Version=\"2.0\"><saml:Issuer xmlns:saml=\"{ASSERTION}\">{}</saml:Issuer>\
             <samlp:Status><samlp:StatusCode Value=\"{SUCCESS}\"></samlp:StatusCode></samlp:Status>\
             </samlp:LogoutResponse>",
            xml::escaped(to),
            xml::escaped(&logout.request_id),
            instant(now),
            xml::escaped(self.entity_id()),
        );
        if redirect.is_some() {
            let address = redirect::address(to, "SAMLResponse", &response, relay_state, self.key());
            return Ok(Some(Binding::Redirect(address.ok_or_else(not_signed)?)));
        }
        let signed = sign::envelope(&response, &id, self.key()).ok_or_else(not_signed)?;
        let mut fields = vec![("SAMLResponse".to_owned(), STANDARD.encode(signed))];
        fields.extend(relay_state.map(|state| ("RelayState".to_owned(), state.to_owned())));
        Ok(Some(Binding::Post { url: to.to_owned(), fields }))
    }
}

fn read_logout(
    provider: &Provider,
    root: &Element,
    slo_url: &str,
    now: DateTime<Utc>,
) -> Result<Logout, Refused> {
    fresh(root, now)?;
    from(root, provider, true)?;
    if root.attribute("Destination") != Some(slo_url) {
        return Err(Refused::Destination);
    }
    if time(root, "NotOnOrAfter")?.is_some_and(|end| now >= end + SKEW) {
        return Err(Refused::Time);
    }
    let name = root.only_child(ASSERTION, "NameID").ok_or(Refused::Subject("it has not one name"))?;
    let indexes = root.children_named(PROTOCOL, "SessionIndex").map(|index| {
        index.plain_text().map(str::to_owned).ok_or(Refused::Shape("a session index holds elements"))
    });
    Ok(Logout {
        request_id: root.attribute("ID").unwrap_or_default().to_owned(),
        name_id: name_of(name)?.to_owned(),
        session_indexes: indexes.collect::<Result<_, _>>()?,
        // Its issue lies within this of now, on either side.
        not_on_or_after: now + AGE + AGE,
    })
}

/// The message in a query that is signed, by an algorithm that is allowed, and not too large once inflated.
fn inflated(query: &str) -> Result<Vec<u8>, Refused> {
    if query.len() > LARGEST_ANSWER {
        return Err(Refused::TooLarge(LARGEST_REDIRECT));
    }
    let parameter = |name| redirect::parameter(query, name);
    if parameter("Signature").is_none() {
        return Err(Refused::NotSigned);
    }
    let allowed = [RSA_SHA256, RSA_SHA384, RSA_SHA512];
    if !parameter("SigAlg").is_some_and(|algorithm| allowed.contains(&algorithm.as_str())) {
        return Err(Refused::Algorithm);
    }
    let message = parameter("SAMLRequest").ok_or(Refused::Shape("it is not one logout request"))?;
    redirect::inflate(&message, LARGEST_REDIRECT).ok_or(Refused::TooLarge(LARGEST_REDIRECT))
}

/// The form of a logout request; inside a form it carries its signature itself, inside an address it must not.
fn judge(root: &Element, signed_inside: bool) -> Result<(), Refused> {
    if !root.is(PROTOCOL, "LogoutRequest") || root.attribute("Version") != Some("2.0") {
        return Err(Refused::Shape("it is not a SAML 2.0 logout request"));
    }
    judge_identifiers(root)?;
    judge_encryption(root)?;
    let signed = judge_signature(root)?;
    let mut signatures = 0;
    root.walk(&mut |element| {
        signatures +=
            usize::from(matches!(element.name.as_str(), "Signature" | "Assertion" | "LogoutRequest"));
    });
    if signatures != 1 + usize::from(signed) {
        return Err(Refused::Wrapped);
    }
    if signed != signed_inside {
        return Err(if signed { Refused::Shape("it is signed twice") } else { Refused::NotSigned });
    }
    let parts = [(ASSERTION, "Issuer"), (DSIG, "Signature"), (PROTOCOL, "Extensions"), (ASSERTION, "NameID")];
    let indexes = root.children.iter().filter(|child| child.is(PROTOCOL, "SessionIndex")).count();
    let others = root.children.len() - indexes;
    let known = parts.iter().filter(|(namespace, name)| root.only_child(namespace, name).is_some()).count();
    if known != others || !root.has_no_text() {
        return Err(Refused::Shape("it has a part that does not belong there, or one twice"));
    }
    Ok(())
}
