//! A person, as an assertion describes them.

use crate::sso::model::SsoConnection;
use sallyport_oidc::{Identity, MAX_GROUPS, Profile};
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

/// Who somebody of Entra is for ever; the name of a person there is what they sign in with, which may be another
/// person's one day.
const TENANT: &str = "http://schemas.microsoft.com/identity/claims/tenantid";
const OBJECT: &str = "http://schemas.microsoft.com/identity/claims/objectidentifier";
/// In the place of groups, where there are too many of them.
const GROUPS_ELSEWHERE: &str = "http://schemas.microsoft.com/claims/groups.link";

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
    let subject = match connection.profile {
        Profile::Entra => match (first(&[TENANT]), first(&[OBJECT])) {
            (Some(tenant), Some(object)) => format!("{tenant}:{object}"),
            _ => {
                return Err(
                    "The tenant and the object of the person are missing (tenantid, objectidentifier).",
                );
            }
        },
        _ => assertion.name_id.clone(),
    };
    let groups = assertion.attributes.get(&connection.groups_claim).into_iter().flatten();
    Ok(Identity {
        subject,
        email: first(EMAIL).or_else(|| assertion.name_id.contains('@').then(|| assertion.name_id.clone())),
        // The provider is the organization's own directory, and has no word for this; the domain counts.
        email_verified: true,
        first_name: first(FIRST_NAME),
        last_name: first(LAST_NAME),
        groups: groups.filter(|group| !group.is_empty()).take(MAX_GROUPS).cloned().collect(),
        groups_elsewhere: assertion.attributes.contains_key(GROUPS_ELSEWHERE),
        session: assertion.session_index.clone(),
        claims: assertion.attributes.keys().cloned().collect(),
    })
}
