//! What an identity provider says of a person, read strictly.

use crate::profile::Profile;
use crate::refused::Refused;
use serde_json::{Map, Value};

/// Groups of one person that are looked at.
pub const MAX_GROUPS: usize = 500;

/// A person, as one identity provider knows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Who, for ever: never given to another person there.
    pub subject: String,
    /// Their address, as the provider has it.
    pub email: Option<String>,
    /// Whether the provider says that it proved the address. Never enough to enter somebody's account.
    pub email_verified: bool,
    /// Given name.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// Groups they are in.
    pub groups: Vec<String>,
    /// Whether the provider tells the groups somewhere else only: who is in very many is in too many for its answer.
    pub groups_elsewhere: bool,
    /// Their sign-in there, for back-channel logout.
    pub session: Option<String>,
    /// The claims that were believed, by name alone; for the wizard.
    pub claims: Vec<String>,
}

impl Identity {
    /// Reads verified claims. `subject` is `sub`.
    pub(crate) fn read(
        profile: Profile,
        groups_claim: &str,
        subject: &str,
        claims: &Map<String, Value>,
    ) -> Result<Self, Refused> {
        let text = |name: &str| {
            claims
                .get(name)
                .and_then(Value::as_str)
                .map(str::trim)
                .filter(|text| !text.is_empty())
                .map(str::to_owned)
        };
        let subject = match profile {
            // `sub` differs for each application there; tenant and object do not (Microsoft identity platform,
            // "ID token claims reference").
            Profile::Entra => {
                let tenant = text("tid").ok_or(Refused::Claims("the tenant (tid) is missing"))?;
                let object = text("oid").ok_or(Refused::Claims("the object id (oid) is missing"))?;
                format!("{tenant}:{object}")
            }
            _ => subject.to_owned(),
        };
        if subject.is_empty() || subject.len() > 255 {
            return Err(Refused::Claims("the subject is empty or longer than 255 characters"));
        }
        let (first_name, last_name) = names(text("given_name"), text("family_name"), text("name"));
        Ok(Self {
            subject,
            email: text("email").or_else(|| entra_address(profile, &text)),
            email_verified: profile.proves_email(claims),
            first_name,
            last_name,
            groups: groups(claims.get(profile.name_of(groups_claim, claims))),
            groups_elsewhere: elsewhere(claims, groups_claim),
            session: text("sid"),
            claims: claims.keys().cloned().collect(),
        })
    }
}

/// Entra leaves `email` out for those who have no mailbox; what they sign in with reads as an address.
fn entra_address(profile: Profile, text: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    if profile != Profile::Entra {
        return None;
    }
    text("preferred_username").filter(|name| name.contains('@'))
}

fn names(
    first: Option<String>,
    last: Option<String>,
    whole: Option<String>,
) -> (Option<String>, Option<String>) {
    match (first, last, whole) {
        (None, None, Some(whole)) => match whole.split_once(' ') {
            Some((first, last)) => (Some(first.to_owned()), Some(last.trim().to_owned())),
            None => (Some(whole), None),
        },
        (first, last, _) => (first, last),
    }
}

/// Whether a claim is told as one that is to be had somewhere else (OpenID Connect Core 1.0, section 5.6.2).
fn elsewhere(claims: &Map<String, Value>, name: &str) -> bool {
    let named = |names: &Value| names.as_object().is_some_and(|names| names.contains_key(name));
    !claims.contains_key(name) && claims.get("_claim_names").is_some_and(named)
}

/// A list of names, or one name. Anything else is no group.
fn groups(claim: Option<&Value>) -> Vec<String> {
    let one = |value: &Value| value.as_str().filter(|name| !name.is_empty()).map(str::to_owned);
    match claim {
        Some(Value::Array(all)) => all.iter().filter_map(one).take(MAX_GROUPS).collect(),
        Some(value) => one(value).into_iter().collect(),
        None => Vec::new(),
    }
}
