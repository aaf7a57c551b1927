//! An identity provider, as its metadata describes it.

use crate::certificate::Certificate;
use crate::names::{DSIG, METADATA, POST, PROTOCOL, REDIRECT};
use crate::xml::{self, Comments, Element};
use crate::{LARGEST_METADATA, names};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use url::{Host, Url};

/// An identity provider with the certificates that were pinned when its metadata was imported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provider {
    /// Its name, as it stands in what it sends.
    pub entity_id: String,
    /// Where people are sent by redirect.
    pub sso_redirect: Option<String>,
    /// Where people are sent by a form.
    pub sso_post: Option<String>,
    /// Where the answer to a logout request goes by redirect.
    pub slo_redirect: Option<String>,
    /// Where the answer to a logout request goes by a form.
    pub slo_post: Option<String>,
    /// What it signs with: several while it changes from one to the next.
    pub certificates: Vec<Certificate>,
    /// Whether it takes signed requests only. Ours are always signed.
    pub wants_signed_requests: bool,
    /// How many keys the metadata names without saying what for. They are not trusted.
    pub keys_without_use: usize,
}

/// What metadata may say.
#[derive(Debug, Clone, Copy, Default)]
pub struct Rules {
    /// Lets addresses begin with `http://` if they are of this very machine, for development.
    pub allow_loopback_http: bool,
}

/// Why metadata was not imported.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MetadataRefused {
    /// Larger than [`LARGEST_METADATA`].
    #[error(
        "The metadata is larger than {LARGEST_METADATA} bytes. Import the identity provider's own, not a federation's."
    )]
    TooLarge,
    /// Not the XML that metadata is.
    #[error("The metadata cannot be read: {0}.")]
    Xml(&'static str),
    /// XML, but something else.
    #[error("This is XML, but not the metadata of a SAML 2.0 identity provider.")]
    NotAProvider,
    /// Several identity providers.
    #[error("The metadata describes {0} identity providers. Import that of one.")]
    Several(usize),
    /// A name that cannot be compared safely.
    #[error("The entity ID is empty, longer than 1024 characters, or holds characters that no address has.")]
    EntityId,
    /// An address that people must not be sent to.
    #[error("The address {0} does not begin with https://.")]
    Address(String),
    /// Something that claims to be a certificate.
    #[error("A signing certificate in the metadata cannot be read.")]
    Certificate,
}

/// What keeps a connection to this provider from being switched on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// Nothing to verify a signature with.
    #[error(
        "The metadata has no signing certificate, so nothing that the identity provider says could be believed."
    )]
    NoCertificate,
    /// A key of unknown purpose.
    #[error(
        "The metadata names a key without saying that it is for signing (a KeyDescriptor without `use`)."
    )]
    KeyWithoutUse,
    /// Keys of a kind that is not verified here.
    #[error("No signing certificate has an RSA key of at least 2048 bits.")]
    UnsupportedKey,
    /// All are past their time.
    #[error("The signing certificate has expired or is not valid yet.")]
    Expired,
    /// Nowhere to send people.
    #[error("The metadata names no address for sign-in by redirect or form.")]
    NoAddress,
}

impl Provider {
    /// What keeps a connection to this provider from being used; empty if nothing does.
    pub fn problems(&self, now: DateTime<Utc>) -> Vec<Problem> {
        let mut problems = self.lasting_problems();
        if !problems.contains(&Problem::NoCertificate)
            && !problems.contains(&Problem::UnsupportedKey)
            && self.certificates_at(now).is_empty()
        {
            problems.push(Problem::Expired);
        }
        problems
    }

    /// Those that time does not bring.
    pub(crate) fn lasting_problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        // First: what can be mended there. Without such keys there may be none at all.
        if self.keys_without_use > 0 {
            problems.push(Problem::KeyWithoutUse);
        }
        if self.certificates.is_empty() {
            problems.push(Problem::NoCertificate);
        } else if !self.certificates.iter().any(|certificate| certificate.supported) {
            problems.push(Problem::UnsupportedKey);
        }
        if self.sso_redirect.is_none() && self.sso_post.is_none() {
            problems.push(Problem::NoAddress);
        }
        problems
    }

    /// The certificates that may sign at this moment.
    pub fn certificates_at(&self, now: DateTime<Utc>) -> Vec<&Certificate> {
        self.certificates
            .iter()
            .filter(|certificate| certificate.supported && certificate.is_valid(now))
            .collect()
    }
}

/// Reads the metadata of one identity provider.
pub fn read(metadata: &[u8], rules: Rules) -> Result<Provider, MetadataRefused> {
    if metadata.len() > LARGEST_METADATA {
        return Err(MetadataRefused::TooLarge);
    }
    // Those who write metadata by hand leave comments and begin with a mark of byte order.
    let metadata = metadata.strip_prefix(b"\xef\xbb\xbf").unwrap_or(metadata);
    let root = xml::read(metadata, LARGEST_METADATA, Comments::Allowed).map_err(MetadataRefused::Xml)?;
    let (entity, descriptor) = only_provider(&root)?;
    let entity_id = entity.attribute("entityID").unwrap_or_default();
    if !is_name(entity_id) {
        return Err(MetadataRefused::EntityId);
    }
    let mut provider = Provider {
        entity_id: entity_id.to_owned(),
        sso_redirect: endpoint(descriptor, "SingleSignOnService", REDIRECT, rules)?,
        sso_post: endpoint(descriptor, "SingleSignOnService", POST, rules)?,
        slo_redirect: endpoint(descriptor, "SingleLogoutService", REDIRECT, rules)?,
        slo_post: endpoint(descriptor, "SingleLogoutService", POST, rules)?,
        certificates: Vec::new(),
        wants_signed_requests: matches!(descriptor.attribute("WantAuthnRequestsSigned"), Some("true" | "1")),
        keys_without_use: 0,
    };
    for key in descriptor.children_named(METADATA, "KeyDescriptor") {
        match key.attribute("use") {
            Some("signing") => pin(key, &mut provider.certificates)?,
            Some("encryption") => {}
            _ => provider.keys_without_use += 1,
        }
    }
    Ok(provider)
}

/// The one entity that is an identity provider, and where it says so.
fn only_provider(root: &Element) -> Result<(&Element, &Element), MetadataRefused> {
    let entities: Vec<&Element> = if root.is(METADATA, "EntitiesDescriptor") {
        root.children_named(METADATA, "EntityDescriptor").collect()
    } else {
        Some(root).filter(|root| root.is(METADATA, "EntityDescriptor")).into_iter().collect()
    };
    let speaks_saml2 = |descriptor: &&Element| {
        descriptor
            .attribute("protocolSupportEnumeration")
            .is_some_and(|protocols| protocols.split_ascii_whitespace().any(|protocol| protocol == PROTOCOL))
    };
    let mut found = entities.into_iter().flat_map(|entity| {
        entity
            .children_named(METADATA, "IDPSSODescriptor")
            .filter(speaks_saml2)
            .map(move |descriptor| (entity, descriptor))
    });
    match (found.next(), found.count()) {
        (None, _) => Err(MetadataRefused::NotAProvider),
        (Some(only), 0) => Ok(only),
        (Some(_), more) => Err(MetadataRefused::Several(more + 1)),
    }
}

fn endpoint(
    descriptor: &Element,
    service: &str,
    binding: &str,
    rules: Rules,
) -> Result<Option<String>, MetadataRefused> {
    let mut services = descriptor.children.iter().filter(|child| child.is(METADATA, service));
    let found = services.find(|service| service.attribute("Binding") == Some(binding));
    let Some(location) = found.and_then(|service| service.attribute("Location")) else {
        return Ok(None);
    };
    if is_address(location, rules) {
        return Ok(Some(location.to_owned()));
    }
    Err(MetadataRefused::Address(location.chars().take(200).collect()))
}

fn pin(key: &Element, certificates: &mut Vec<Certificate>) -> Result<(), MetadataRefused> {
    let mut texts = Vec::new();
    key.walk(&mut |element| {
        if element.is(DSIG, "X509Certificate") {
            texts.push(element.text.clone());
        }
    });
    for text in texts {
        let certificate = Certificate::read_base64(&text).ok_or(MetadataRefused::Certificate)?;
        if !certificates.contains(&certificate) {
            certificates.push(certificate);
        }
    }
    Ok(())
}

/// A name of which every reader makes the same: no white space, nothing that XML would have to escape but `&`.
pub(crate) fn is_name(name: &str) -> bool {
    let plain = |c: char| !c.is_control() && !c.is_whitespace() && !matches!(c, '<' | '>' | '"');
    !name.is_empty() && name.len() <= 1024 && name.chars().all(plain)
}

/// Whether people may be sent to this address: by TLS, or to this very machine where the rules say so.
pub(crate) fn is_address(address: &str, rules: Rules) -> bool {
    let Ok(url) = Url::parse(address) else {
        return false;
    };
    let plain = is_name(address) && address.is_ascii() && !address.contains('\\') && url.fragment().is_none();
    let loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    let scheme = address.starts_with("https://")
        || (rules.allow_loopback_http && loopback && address.starts_with("http://"));
    plain && scheme && url.has_host() && url.username().is_empty() && url.password().is_none()
}

/// Metadata of a provider as the library needs it: the pinned facts alone, with these certificates.
pub(crate) fn of_provider(provider: &Provider, certificates: &[&Certificate]) -> String {
    let keys: String = certificates.iter().map(|certificate| key_descriptor(certificate)).collect();
    let service = |name: &str, binding: &str, location: &Option<String>| {
        location.as_ref().map_or_else(String::new, |location| {
            format!("<md:{name} Binding=\"{binding}\" Location=\"{}\"/>", xml::escaped(location))
        })
    };
    format!(
        "<md:EntityDescriptor xmlns:md=\"{METADATA}\" entityID=\"{}\"><md:IDPSSODescriptor \
         protocolSupportEnumeration=\"{PROTOCOL}\">{keys}{}{}{}{}</md:IDPSSODescriptor></md:EntityDescriptor>",
        xml::escaped(&provider.entity_id),
        service("SingleLogoutService", REDIRECT, &provider.slo_redirect),
        service("SingleLogoutService", POST, &provider.slo_post),
        service("SingleSignOnService", REDIRECT, &provider.sso_redirect),
        service("SingleSignOnService", POST, &provider.sso_post),
    )
}

pub(crate) fn key_descriptor(certificate: &Certificate) -> String {
    format!(
        "<md:KeyDescriptor use=\"signing\"><ds:KeyInfo xmlns:ds=\"{}\"><ds:X509Data><ds:X509Certificate>{}\
         </ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>",
        names::DSIG,
        certificate.to_base64()
    )
}
