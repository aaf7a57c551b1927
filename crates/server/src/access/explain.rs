//! Why not. Cedar gives no reason for "nothing permitted it"; this says which condition a person can act on.
//! It only words a refusal that has been decided already.

use super::{Action, Caller, Facts, OrganizationKind, Resource, Role};
use chrono::{DateTime, Utc};

/// A stable reason and a sentence.
pub(super) fn explain(
    caller: &Caller,
    action: Action,
    resource: &Resource,
    facts: &Facts,
    now: DateTime<Utc>,
) -> (&'static str, String) {
    // Whatever became of the customer, it is reviewed.
    if facts.own && action == Action::EmergencyReview && caller.is_provider() {
        let other = "Nobody reviews emergency access that they held or started. Ask somebody else who may.";
        return ("own_emergency", other.to_owned());
    }
    if !resource.active {
        let help = if caller.role == Role::SuperAdmin { "Resume it first." } else { "Ask a super admin." };
        return ("organization_suspended", format!("This organization is suspended. {help}"));
    }
    if matches!(
        action,
        Action::GrantCreate | Action::EmergencyStart | Action::AssetCreate | Action::CredentialCreate
    ) && resource.kind == OrganizationKind::MssProvider
    {
        return ("not_a_customer", "This is the provider's own organization, and no customer.".to_owned());
    }
    if matches!(
        action,
        Action::EmergencyStart
            | Action::SessionStart
            | Action::SessionControl
            | Action::GrantUse
            | Action::SessionWatch
    ) && let Some(refusal) = explain_grant(action, facts, now)
        && caller.role == Role::Technician
    {
        return refusal;
    }
    if facts.own
        && matches!(
            action,
            Action::UserRoleUpdate
                | Action::UserDisable
                | Action::UserEnable
                | Action::UserDelete
                | Action::UserRestore
                | Action::FactorReset
        )
    {
        let other = "Nobody changes their own role, removes themselves or resets their own second factors. Ask \
                     another admin.";
        return ("own_account", other.to_owned());
    }
    if facts.own && matches!(action, Action::AccessRequestApprove | Action::AccessRequestRefuse) {
        let other = "Nobody decides on what they asked for themselves. Ask somebody else who may.";
        return ("own_request", other.to_owned());
    }
    if !facts.own
        && action == Action::AccessProposalWithdraw
        && matches!(caller.role, Role::SuperAdmin | Role::AccountManager)
    {
        return ("not_your_proposal", "A proposal is withdrawn by whoever made it.".to_owned());
    }
    if let Some(role) = &facts.given_role
        && role.parse::<Role>().is_ok_and(|role| role.kind() != resource.kind)
    {
        return ("role_unfit", "This role does not exist at this kind of organization.".to_owned());
    }
    if let Some(role) = &facts.given_role {
        let whom = if action == Action::UserRoleUpdate { "this person" } else { "somebody" };
        return ("role", format!("Your role ({}) may not make {whom} {role}.", caller.role.words()));
    }
    ("role", format!("Your role ({}) may not {}.", caller.role.words(), action.words()))
}

fn explain_grant(action: Action, facts: &Facts, now: DateTime<Utc>) -> Option<(&'static str, String)> {
    let manager = "Ask an account manager.";
    let Some(grant) = &facts.grant else {
        return Some(("grant_missing", format!("You hold no grant for this customer. {manager}")));
    };
    if grant.revoked {
        return Some(("grant_revoked", format!("Your access to this customer was revoked. {manager}")));
    }
    if grant.expires_at.is_some_and(|at| at <= now) {
        return Some(("grant_expired", format!("Your access to this customer has expired. {manager}")));
    }
    if let Some(at) = grant.starts_at.filter(|at| *at > now) {
        return Some((
            "grant_not_yet",
            format!("Your access to this customer begins at {}.", at.to_rfc3339()),
        ));
    }
    // Whoever starts an emergency does not wait for the hours.
    if let Some(why) = grant.closed.as_ref().filter(|_| action != Action::EmergencyStart) {
        return Some(("outside_hours", why.clone()));
    }
    if !grant.address_allowed {
        return Some((
            "address_not_allowed",
            format!("Your grant does not allow the address that you come from. {manager}"),
        ));
    }
    if let Some(service) =
        facts.service.as_ref().filter(|s| !grant.services.is_empty() && !grant.services.contains(s))
    {
        return Some((
            "service_not_granted",
            format!("Your grant does not cover {service} at this customer. {manager}"),
        ));
    }
    if facts.account_level.as_ref().is_some_and(|level| *level != grant.level) {
        return Some((
            "level_not_granted",
            format!(
                "Your grant is {}; this account is for another level. {manager}",
                grant.level.replace('_', " ")
            ),
        ));
    }
    None
}
