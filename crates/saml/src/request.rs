//! Sends somebody to the identity provider, and judges what they come back with.

use crate::claims::{self, Assertion};
use crate::metadata::Provider;
use crate::names::{ASSERTION, POST, PROTOCOL};
use crate::own::ServiceProvider;
use crate::refused::Refused;
use crate::xml::{self, Comments};
use crate::{Expected, LARGEST_ANSWER, answer, library, redirect, sign};
use aws_lc_rs::rand;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, SecondsFormat, Utc};

/// A sign-in on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Started {
    /// What the answer has to name: 160 random bits.
    pub request_id: String,
    /// How the browser gets there.
    pub binding: Binding,
}

/// How a browser carries a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Binding {
    /// To this address, with the message in it.
    Redirect(String),
    /// By a form that is sent to this address.
    Post {
        /// Where it is sent.
        url: String,
        /// Its fields.
        fields: Vec<(String, String)>,
    },
}

impl ServiceProvider {
    /// Begins a sign-in. The request is signed in either binding; redirect is preferred.
    ///
    /// `relay_state` comes back with the answer and may have 80 bytes.
    pub fn start(
        &self,
        provider: &Provider,
        relay_state: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<Started, Refused> {
        self.ask(provider, relay_state, "", now)
    }

    /// The same for a proof anew: somebody who is signed in there has to prove once more who they are. Look at
    /// [`Assertion::authenticated_at`] when they come back: not every identity provider does as it is told.
    pub fn start_anew(
        &self,
        provider: &Provider,
        relay_state: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<Started, Refused> {
        self.ask(provider, relay_state, " ForceAuthn=\"true\"", now)
    }

    fn ask(
        &self,
        provider: &Provider,
        relay_state: Option<&str>,
        force: &str,
        now: DateTime<Utc>,
    ) -> Result<Started, Refused> {
        if relay_state.is_some_and(|state| state.len() > 80) {
            return Err(Refused::Unusable("the relay state is longer than 80 bytes".to_owned()));
        }
        if let Some(problem) = provider.problems(now).first() {
            return Err(Refused::Unusable(problem.to_string()));
        }
        let request_id = new_id()?;
        let redirect = provider.sso_redirect.as_deref();
        let to = redirect.or(provider.sso_post.as_deref());
        let to = to.ok_or_else(|| Refused::Unusable("the provider has no address".to_owned()))?;
        // In canonical form, see `sign`.
        let request = format!(
            "<samlp:AuthnRequest xmlns:samlp=\"{PROTOCOL}\" AssertionConsumerServiceURL=\"{}\" Destination=\"{}\"{force} \
             ID=\"{request_id}\" IssueInstant=\"{}\" ProtocolBinding=\"{POST}\" Version=\"2.0\"><saml:Issuer \
             xmlns:saml=\"{ASSERTION}\">{}</saml:Issuer><samlp:NameIDPolicy AllowCreate=\"true\">\
             </samlp:NameIDPolicy></samlp:AuthnRequest>",
            xml::escaped(self.acs_url()),
            xml::escaped(to),
            instant(now),
            xml::escaped(self.entity_id()),
        );
        let binding = if redirect.is_some() {
            let address = redirect::address(to, "SAMLRequest", &request, relay_state, self.key());
            Binding::Redirect(address.ok_or_else(not_signed)?)
        } else {
            let signed = sign::envelope(&request, &request_id, self.key()).ok_or_else(not_signed)?;
            let mut fields = vec![("SAMLRequest".to_owned(), STANDARD.encode(signed))];
            fields.extend(relay_state.map(|state| ("RelayState".to_owned(), state.to_owned())));
            Binding::Post { url: to.to_owned(), fields }
        };
        Ok(Started { request_id, binding })
    }

    /// Judges a posted answer: the field `SAMLResponse`, in base64 as it came.
    pub fn finish(
        &self,
        provider: &Provider,
        posted: &[u8],
        expected: &Expected,
    ) -> Result<Assertion, Refused> {
        if let Some(problem) = provider.lasting_problems().first() {
            return Err(Refused::Unusable(problem.to_string()));
        }
        let xml = decoded(posted)?;
        let root = xml::read(&xml, LARGEST_ANSWER, Comments::Refused).map_err(Refused::Xml)?;
        let answer = answer::judge(&root)?;
        let text = std::str::from_utf8(&xml).map_err(|_| Refused::Xml("it is not UTF-8"))?;
        let read = library::verify_answer(self, provider, text, &answer, expected)?;
        let assertion = claims::read(&answer, self, provider, expected)?;
        if read.name_id != assertion.name_id || read.assertion_id != assertion.assertion_id {
            return Err(Refused::ReadTwoWays);
        }
        Ok(assertion)
    }
}

/// What a form's field holds. White space is what forms and people put between lines.
pub(crate) fn decoded(posted: &[u8]) -> Result<Vec<u8>, Refused> {
    // Before anything is copied: four characters carry three bytes, and lines have ends.
    if posted.len() > LARGEST_ANSWER / 2 * 3 {
        return Err(Refused::TooLarge(LARGEST_ANSWER));
    }
    let text: Vec<u8> = posted.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let xml = STANDARD.decode(text).map_err(|_| Refused::Xml("it is not base64"))?;
    if xml.len() > LARGEST_ANSWER { Err(Refused::TooLarge(LARGEST_ANSWER)) } else { Ok(xml) }
}

pub(crate) fn new_id() -> Result<String, Refused> {
    let mut bytes = [0; 20];
    rand::fill(&mut bytes).map_err(|_| Refused::Unusable("there is no randomness".to_owned()))?;
    // A name in XML begins with no digit.
    Ok(format!("_{}", hex::encode(bytes)))
}

pub(crate) fn instant(now: DateTime<Utc>) -> String {
    now.to_rfc3339_opts(SecondsFormat::Secs, true)
}

pub(crate) fn not_signed() -> Refused {
    Refused::Unusable("the message could not be signed".to_owned())
}
