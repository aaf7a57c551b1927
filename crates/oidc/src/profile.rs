//! What is peculiar to one maker of identity providers. Everything else is the standard.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// Whose identity provider it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SsoProfile)]
pub enum Profile {
    /// Microsoft Entra ID (once Azure Active Directory).
    Entra,
    /// Google Workspace.
    Google,
    /// Okta.
    Okta,
    /// Keycloak.
    Keycloak,
    /// Auth0.
    Auth0,
    /// Any other that keeps to the standard.
    Generic,
}

/// Names in place of a tenant with which Entra lets people of any tenant sign in.
const EVERY_TENANT: &[&str] = &["common", "organizations", "consumers"];

impl Profile {
    /// The issuer as the provider writes it itself, for the address that somebody entered. Otherwise what is wrong with it.
    pub fn issuer(self, entered: &str) -> Result<String, &'static str> {
        let path = entered.split_once("://").and_then(|(_, rest)| rest.split_once('/')).map(|(_, path)| path);
        let tenant = path.unwrap_or_default().split('/').next().unwrap_or_default();
        match self {
            Self::Entra if EVERY_TENANT.contains(&tenant) => {
                Err("name your own tenant in it by its id: this address lets people of every tenant in")
            }
            // Auth0 ends its own with a slash.
            Self::Auth0 if path.is_none() => Ok(format!("{entered}/")),
            _ => Ok(entered.to_owned()),
        }
    }

    /// What is asked for, of what the provider says that it offers.
    pub(crate) fn scopes(self, offered: &[&str]) -> Vec<&'static str> {
        let mut scopes = vec!["email", "profile"];
        // Okta gives groups only to who asks for them, and refuses who asks an authorization server that has no such
        // scope.
        if self == Self::Okta && offered.contains(&"groups") {
            scopes.push("groups");
        }
        scopes
    }

    /// The claim that lists groups, when the connection names no other.
    pub fn groups_claim(self) -> &'static str {
        "groups"
    }

    /// The same of SAML: the attribute.
    pub fn groups_attribute(self) -> &'static str {
        match self {
            Self::Entra => "http://schemas.microsoft.com/ws/2008/06/identity/claims/groups",
            _ => "groups",
        }
    }

    /// Under which name the claim of this name stands. Auth0 lets nobody add claims of plain names: `groups` stands in
    /// some namespace of the tenant's own there, and in one alone.
    pub(crate) fn name_of<'c>(self, claim: &'c str, claims: &'c Map<String, Value>) -> &'c str {
        if self != Self::Auth0 || claims.contains_key(claim) {
            return claim;
        }
        let in_namespace = |name: &&String| {
            let address = name.starts_with("https://") || name.starts_with("http://");
            address && name.rsplit_once('/').is_some_and(|(_, last)| last == claim)
        };
        let mut found = claims.keys().filter(in_namespace);
        match (found.next(), found.next()) {
            (Some(only), None) => only,
            _ => claim,
        }
    }

    /// Whether the claims prove the person's address. Entra lets an administrator of any tenant write any address into
    /// any account, and has no such claim. Google answers for addresses of the organizations that it hosts (`hd`);
    /// others were verified once, by whoever had them then.
    pub(crate) fn proves_email(self, claims: &Map<String, Value>) -> bool {
        let verified = claims.get("email_verified") == Some(&Value::Bool(true));
        match self {
            Self::Entra => false,
            Self::Google => {
                verified && claims.get("hd").and_then(Value::as_str).is_some_and(|hd| !hd.is_empty())
            }
            _ => verified,
        }
    }
}
