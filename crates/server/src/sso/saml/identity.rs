//! A person, as an assertion describes them.

use crate::sso::model::SsoConnection;
use sallyport_oidc::{Identity, MAX_GROUPS};
use sallyport_saml::Assertion;

const TRANSIENT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient";
/// What the makers of identity providers call an address: plainly, Entra and AD FS, and by its OID (RFC 4524).
const EMAIL: &[&str] = &[
    "email",
    "mail",
    "emailAddress",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
    "urn:oid:0.9.2342.19200300.100.1.3",
];
const FIRST_NAME: &[&str] = &[
    "firstName",
    "givenName",
    "given_name",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname",
    "urn:oid:2.5.4.42",
];
const LAST_NAME: &[&str] = &[
    "lastName",
    "sn",
    "surname",
    "family_name",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname",
    "urn:oid:2.5.4.4",
];

/// Reads what was proven. Otherwise why nobody could be known by it.
pub(super) fn read(connection: &SsoConnection, assertion: &Assertion) -> Result<Identity, &'static str> {
    if assertion.name_id_format.as_deref() == Some(TRANSIENT) {
        return Err(
            "The identity provider gives the person another name at each sign-in (a transient name ID). Choose a \
             persistent one, or the address, there.",
        );
    }
    if assertion.name_id.len() > 600 {
        return Err("The name of the person is longer than 600 bytes.");
    }
    let first = |names: &[&str]| {
        let values = names.iter().filter_map(|name| assertion.attributes.get(*name)).flatten();
        values.map(|value| value.trim()).find(|value| !value.is_empty()).map(str::to_owned)
    };
    let groups = assertion.attributes.get(&connection.groups_claim).into_iter().flatten();
    Ok(Identity {
        subject: assertion.name_id.clone(),
        email: first(EMAIL).or_else(|| assertion.name_id.contains('@').then(|| assertion.name_id.clone())),
        // The provider is the organization's own directory, and has no word for this; the domain counts.
        email_verified: true,
        first_name: first(FIRST_NAME),
        last_name: first(LAST_NAME),
        groups: groups.filter(|group| !group.is_empty()).take(MAX_GROUPS).cloned().collect(),
        session: assertion.session_index.clone(),
        claims: assertion.attributes.keys().cloned().collect(),
    })
}
