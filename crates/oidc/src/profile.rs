//! What is peculiar to one maker of identity providers. Everything else is the standard.

use serde::{Deserialize, Serialize};
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

impl Profile {
    /// What is asked for.
    pub(crate) fn scopes(self) -> &'static [&'static str] {
        match self {
            // Okta gives groups only to who asks for them.
            Self::Okta => &["email", "profile", "groups"],
            _ => &["email", "profile"],
        }
    }

    /// The claim that lists groups, when the connection names no other.
    pub fn groups_claim(self) -> &'static str {
        "groups"
    }

    /// Whether `email_verified` says that the provider itself proved the address. Entra lets an administrator of any
    /// tenant write any address into any account, and has no such claim.
    pub(crate) fn tells_verified_email(self) -> bool {
        self != Self::Entra
    }
}
