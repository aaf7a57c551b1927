//! The rules of grants and roles once more, as plain code, against the policies on random questions: two
//! spellings by which a slip in one shows.

use super::table::person;
use super::{Action, Facts, GrantFacts, OrganizationKind, Policies, Resource, Role};
use crate::clock::Clock;
use crate::ids::{GrantId, OrganizationId};
use chrono::TimeDelta;
use proptest::prelude::*;
use proptest::sample::select;

const ACTIONS: &[Action] = &[
    Action::SessionStart,
    Action::SessionControl,
    Action::SessionWatch,
    Action::GrantUse,
    Action::GrantRead,
    Action::GrantCreate,
    Action::GrantRevoke,
    Action::GrantReview,
    Action::GrantHandOff,
    Action::GrantAssign,
    Action::GrantBulkRevoke,
    Action::GrantUndo,
    Action::EmergencyStart,
    Action::EmergencyEnd,
    Action::EmergencyReview,
    Action::AccessRequestCreate,
    Action::AccessRequestApprove,
    Action::AccessRequestRefuse,
    Action::AccessProposalCreate,
    Action::AccessProposalApprove,
    Action::AccessProposalWithdraw,
    Action::AssetRead,
    Action::CredentialRead,
    Action::UserCreate,
    Action::UserRoleUpdate,
    Action::UserDelete,
    Action::UserRestore,
];

#[derive(Clone, Debug)]
struct Case {
    role: Role,
    action: Action,
    home: bool,
    kind: OrganizationKind,
    active: bool,
    own: bool,
    given_role: Option<Role>,
    account_level: &'static str,
    grant: Option<Grant>,
}

#[derive(Clone, Debug)]
struct Grant {
    level: &'static str,
    /// Minutes from now.
    starts: Option<i64>,
    expires: Option<i64>,
    revoked: bool,
    address_allowed: bool,
    open: bool,
    services: Vec<&'static str>,
}

impl Grant {
    fn holds(&self) -> bool {
        !self.revoked && self.starts.is_none_or(|at| at <= 0) && self.expires.is_none_or(|at| at > 0)
    }

    fn covers(&self, level: &str) -> bool {
        (self.services.is_empty() || self.services.contains(&"ssh")) && self.level == level
    }
}

/// What the rules say.
fn allowed(case: &Case) -> bool {
    use Action as A;
    use Role as R;
    let customer = case.kind == OrganizationKind::Customer;
    let manager = matches!(case.role, R::SuperAdmin | R::AccountManager);
    let office = manager || case.role == R::SecurityAnalyst;
    let admin_here = case.role == R::Admin && case.home;
    let technician = case.role == R::Technician;
    let grant = case.grant.as_ref().filter(|grant| technician && grant.holds());
    let from_here = grant.filter(|grant| grant.address_allowed);
    let open = from_here.filter(|grant| grant.open);
    let fits = case.given_role.is_none_or(|role| role.kind() == case.kind);
    let at_suspended = matches!(
        case.action,
        A::EmergencyEnd
            | A::EmergencyReview
            | A::GrantRead
            | A::GrantRevoke
            | A::GrantReview
            | A::AccessRequestRefuse
            | A::AssetRead
            | A::CredentialRead
    );
    (case.active || at_suspended)
        && match case.action {
            A::SessionStart => customer && open.is_some_and(|grant| grant.covers(case.account_level)),
            A::SessionControl => {
                case.own && customer && open.is_some_and(|grant| grant.covers(case.account_level))
            }
            A::SessionWatch => open.is_some() || case.role == R::SuperAdmin,
            A::GrantUse => case.own && open.is_some(),
            A::GrantRead => office || admin_here || (technician && case.own),
            A::GrantCreate | A::GrantRevoke => manager && customer,
            A::GrantHandOff | A::GrantAssign | A::AccessProposalCreate => manager && case.home,
            A::AccessProposalWithdraw => manager && case.home && case.own,
            A::GrantBulkRevoke | A::AccessProposalApprove => case.role == R::SuperAdmin && case.home,
            A::GrantUndo => {
                case.home && (case.role == R::SuperAdmin || (case.role == R::AccountManager && case.own))
            }
            A::EmergencyStart => customer && (manager || (case.own && from_here.is_some())),
            A::EmergencyEnd => (manager && customer) || admin_here || (technician && case.own),
            A::EmergencyReview => office && !case.own,
            A::AccessRequestCreate => technician && case.own,
            A::AccessRequestApprove | A::AccessRequestRefuse => {
                !case.own && ((manager && customer) || admin_here)
            }
            A::AssetRead => office || admin_here || grant.is_some(),
            A::CredentialRead | A::GrantReview => manager || admin_here,
            A::UserCreate => {
                fits && (case.role == R::SuperAdmin
                    || admin_here
                    || (case.role == R::AccountManager
                        && (customer || case.given_role == Some(R::Technician))))
            }
            A::UserRoleUpdate => {
                fits && !case.own
                    && (case.role == R::SuperAdmin
                        || admin_here
                        || (case.role == R::AccountManager && customer))
            }
            A::UserDelete | A::UserRestore => !case.own && (case.role == R::SuperAdmin || admin_here),
            other => unreachable!("{other:?}"),
        }
}

fn grant() -> impl Strategy<Value = Grant> {
    let level = select(vec!["read_only", "full_access", "emergency"]);
    let moment = || proptest::option::of(select(vec![-90_i64, -1, 1, 90]));
    let services = select(vec![vec![], vec!["ssh"], vec!["rdp"], vec!["rdp", "ssh"]]);
    // Mostly good ones, or nothing would ever be allowed.
    let good = || prop::bool::weighted(0.85);
    (level, moment(), moment(), prop::bool::weighted(0.15), good(), good(), services).prop_map(
        |(level, starts, expires, revoked, address_allowed, open, services)| Grant {
            level,
            starts,
            expires,
            revoked,
            address_allowed,
            open,
            services,
        },
    )
}

fn case() -> impl Strategy<Value = Case> {
    let role = prop_oneof![Just(Role::Technician), select(Role::ALL.to_vec())];
    let level = select(vec!["read_only", "full_access"]);
    let given = proptest::option::of(select(Role::ALL.to_vec()));
    let kind = select(OrganizationKind::ALL.to_vec());
    let flags = (prop::bool::ANY, prop::bool::weighted(0.85), prop::bool::ANY);
    (role, select(ACTIONS.to_vec()), flags, kind, given, level, proptest::option::of(grant())).prop_map(
        |(role, action, (home, active, own), kind, given_role, account_level, grant)| {
            let kind = if home { role.kind() } else { kind };
            Case { role, action, home, kind, active, own, given_role, account_level, grant }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, ..ProptestConfig::default() })]

    #[test]
    fn i26_policies_and_plain_rules_agree(case in case()) {
        static POLICIES: std::sync::LazyLock<Policies> = std::sync::LazyLock::new(|| Policies::load().unwrap());
        let clock = Clock::default();
        let (now, caller) = (clock.now(), person(case.role, &clock));
        let org_id = if case.home { caller.org_id } else { OrganizationId::new(&clock) };
        let resource = Resource { org_id, kind: case.kind, active: case.active };
        let at = |minutes: Option<i64>| minutes.map(|minutes| now + TimeDelta::minutes(minutes));
        let facts = Facts {
            own: case.own,
            grant: case.grant.as_ref().map(|grant| GrantFacts {
                id: GrantId::new(&clock),
                level: grant.level.to_owned(),
                starts_at: at(grant.starts),
                expires_at: at(grant.expires),
                revoked: grant.revoked,
                address_allowed: grant.address_allowed,
                services: grant.services.iter().map(|service| (*service).to_owned()).collect(),
                closed: (!grant.open).then(|| "It is closed.".to_owned()),
            }),
            service: Some("ssh".to_owned()),
            account_level: Some(case.account_level.to_owned()),
            given_role: case.given_role.map(|role| role.as_str().to_owned()),
        };
        let verdict = POLICIES.may(&caller, case.action, &resource, &facts, now);
        prop_assert_eq!(verdict.is_ok(), allowed(&case), "{:?}", verdict);
    }
}
