//! What a token can be made for: acts that need no person. Not among them is whatever asks for a fresh proof of who one
//! is, one's own account (passwords, factors, sign-ins, other tokens), inviting people (an invitation is a sign-in to
//! be), terminals, and what a person has to have looked at themselves (host keys).

use crate::access::Action;
use crate::error::{ApiError, Result};
use serde::Serialize;
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// In the order in which they are shown.
const SCOPES: &[Action] = &[
    Action::OrganizationRead,
    Action::OrganizationCreate,
    Action::OrganizationUpdate,
    Action::OrganizationSuspend,
    Action::UserList,
    Action::MemberList,
    Action::UserRead,
    Action::UserUpdate,
    Action::UserDisable,
    Action::GrantRead,
    Action::GrantReview,
    Action::GrantRevoke,
    Action::AssetRead,
    Action::AssetCreate,
    Action::AssetUpdate,
    Action::AssetDelete,
    Action::CredentialRead,
    Action::SessionRead,
    Action::SessionEnd,
    Action::RecordingRead,
    Action::RecordingPlay,
    Action::AuditRead,
    Action::ActivityRead,
    Action::UserActivityRead,
];

/// One thing that a token can be made for.
#[derive(Debug, Serialize, ToSchema)]
pub struct Scope {
    /// `noun.verb`, as in `can`.
    pub scope: &'static str,
    /// For a person: "see machines".
    pub words: &'static str,
}

/// All of them.
pub(super) fn all() -> Vec<Scope> {
    SCOPES.iter().map(|action| Scope { scope: action.name(), words: action.words() }).collect()
}

/// The scopes of these names; doubles dropped.
pub(super) fn check(names: &[String]) -> Result<Vec<&'static str>> {
    if names.is_empty() {
        return Err(ApiError::invalid("scopes", "choose at least one thing that the token is for"));
    }
    let mut found = BTreeSet::new();
    for name in names {
        let scope = SCOPES.iter().find(|action| action.name() == name.as_str()).ok_or_else(|| {
            let shown: String = name.chars().filter(|c| !c.is_control()).take(60).collect();
            ApiError::invalid("scopes", format!("{shown:?} is nothing that a token can be made for"))
        })?;
        found.insert(scope.name());
    }
    Ok(found.into_iter().collect())
}

/// The acts of stored scopes. One that is no longer offered opens nothing.
pub(super) fn actions(names: &[String]) -> Vec<Action> {
    SCOPES.iter().copied().filter(|action| names.iter().any(|name| name == action.name())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_token_is_made_for_what_asks_for_a_fresh_proof_or_is_ones_own_account() {
        let everyone = include_str!("../../../../policies/everyone.cedar");
        for id in ["everyone.fresh-authentication", "everyone.own-account"] {
            let rule = everyone.split(&format!("@id(\"{id}\")")).nth(1).unwrap();
            let acts = rule.split('[').nth(1).unwrap().split(']').next().unwrap();
            for scope in all() {
                // One may see oneself, as one may see others.
                let named = acts.contains(&format!("\"{}\"", scope.scope));
                assert!(
                    !named || scope.scope == "user.read" || scope.scope == "user_activity.read",
                    "{} stands in {id}",
                    scope.scope
                );
            }
        }
        assert!(all().len() > 20);
    }

    #[test]
    fn unknown_scopes_are_refused() {
        assert_eq!(check(&["asset.read".into(), "asset.read".into()]).unwrap(), ["asset.read"]);
        for wrong in ["", "*", "asset.*", "Asset.read", "session.start", "api_token.create", "user.create"] {
            assert!(check(&["asset.read".into(), wrong.into()]).is_err(), "{wrong}");
        }
        assert!(check(&[]).is_err());
        assert_eq!(actions(&["asset.read".into(), "session.start".into()]), [Action::AssetRead]);
    }
}
