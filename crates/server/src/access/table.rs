//! Who may do what, on one page: asks the policies every question there is and holds the answers to
//! `tests/access_table.txt`, which is reviewed like a contract. After a wanted change of a policy:
//! `UPDATE_ACCESS_TABLE=1 cargo test -p sallyport --lib access_table`, and read the difference.

use super::policies::CanValue;
use super::{Action, Caller, Facts, GrantFacts, OrganizationKind, Policies, Resource, Role};
use crate::clock::Clock;
use crate::http::request::Origin;
use crate::ids::{GrantId, OrganizationId, RequestId, UserId, UserSessionId};
use chrono::TimeDelta;
use std::collections::BTreeSet;
use std::fmt::Write as _;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/access_table.txt");

const HEAD: &str = "\
Who may do what. Made from policies/*.cedar by crates/server/src/access/table.rs; a test holds them together.

yes  permitted        -  refused        by: the policies that permit, as they stand in the audit log

Columns, for everybody:
  own org     a thing of one's own organization
  oneself     one's own account, sign-in, session, grant, of one's own organization
  customer    a thing of a customer that is not one's own, without a grant
  provider    a thing of the provider, for a customer's people
  suspended   a thing of a suspended customer: of one's own making and with a good grant, for a technician
Columns for technicians, with a grant of full access for ssh at the customer, on an account of full access:
  granted     somebody else's thing        own thing   one's own session or grant; the columns after it too, but
  not yet     the grant begins later       expired     its time is over         revoked     it was taken back
  address     from another address         service     for rdp only             level       read-only
  hours       outside its hours
Rows `… as role`: the role that a person would be given.
";

/// One column: its name, and the question.
struct Column {
    name: &'static str,
    resource: Resource,
    facts: Facts,
}

pub(super) fn person(role: Role, clock: &Clock) -> Caller {
    Caller {
        user_id: UserId::new(clock),
        org_id: OrganizationId::new(clock),
        org_name: "Home".to_owned(),
        org_kind: role.kind(),
        role,
        email: "somebody@home.example".to_owned(),
        display_name: "Somebody".to_owned(),
        user_session_id: UserSessionId::new(clock),
        authenticated_at: clock.now(),
        last_seen_at: clock.now(),
        machine: None,
        decided: super::Decided::default(),
        from_own_network: true,
        asked_at: clock.now(),
        expires_at: clock.now(),
        origin: Origin {
            request_id: RequestId::new(clock),
            client_ip: [10, 0, 0, 5].into(),
            user_agent: String::new(),
        },
    }
}

fn good_grant(clock: &Clock) -> GrantFacts {
    GrantFacts {
        id: GrantId::new(clock),
        level: "full_access".to_owned(),
        starts_at: Some(clock.now() - TimeDelta::hours(1)),
        expires_at: Some(clock.now() + TimeDelta::hours(1)),
        revoked: false,
        address_allowed: true,
        services: vec!["ssh".to_owned()],
        closed: None,
    }
}

fn columns(caller: &Caller, clock: &Clock) -> Vec<Column> {
    let elsewhere = |kind| Resource { org_id: OrganizationId::new(clock), kind, active: true };
    let customer = elsewhere(OrganizationKind::Customer);
    let suspended = Resource { active: false, ..customer.clone() };
    let bare = |own| Facts {
        own,
        service: Some("ssh".to_owned()),
        account_level: Some("full_access".to_owned()),
        ..Facts::default()
    };
    let granted = |own, change: fn(&mut GrantFacts)| {
        let mut grant = good_grant(clock);
        change(&mut grant);
        Facts { grant: Some(grant), ..bare(own) }
    };
    let column = |name, resource: &Resource, facts| Column { name, resource: resource.clone(), facts };
    let home = Resource::own(caller);
    let mut columns = vec![
        column("own org", &home, bare(false)),
        column("oneself", &home, bare(true)),
        column("customer", &customer, bare(false)),
    ];
    if caller.role.kind() == OrganizationKind::Customer {
        columns.push(column("provider", &elsewhere(OrganizationKind::MssProvider), bare(false)));
    }
    if caller.role == Role::Technician {
        columns.extend([
            column("suspended", &suspended, granted(true, |_| ())),
            column("granted", &customer, granted(false, |_| ())),
            column("own thing", &customer, granted(true, |_| ())),
            column("not yet", &customer, granted(true, |grant| grant.starts_at = grant.expires_at)),
            column("expired", &customer, granted(true, |grant| grant.expires_at = grant.starts_at)),
            column("revoked", &customer, granted(true, |grant| grant.revoked = true)),
            column("address", &customer, granted(true, |grant| grant.address_allowed = false)),
            column("service", &customer, granted(true, |grant| grant.services = vec!["rdp".to_owned()])),
            column("level", &customer, granted(true, |grant| "read_only".clone_into(&mut grant.level))),
            column(
                "hours",
                &customer,
                granted(true, |grant| grant.closed = Some("It is closed.".to_owned())),
            ),
        ]);
    } else {
        columns.push(column("suspended", &suspended, bare(false)));
    }
    columns
}

/// The rows: an action, and the role to be given where there is one.
fn rows() -> Vec<(String, Action, Option<Role>)> {
    let mut rows = Vec::new();
    for &action in Action::ALL {
        if matches!(action, Action::UserCreate | Action::UserRoleUpdate) {
            let given = [Role::SuperAdmin, Role::Technician, Role::Admin, Role::BasicUser];
            rows.extend(given.map(|role| (format!("{} as {role}", action.name()), action, Some(role))));
        } else {
            rows.push((action.name().to_owned(), action, None));
        }
    }
    rows
}

fn table() -> String {
    let (clock, policies) = (Clock::default(), Policies::load().unwrap());
    let mut text = HEAD.to_owned();
    for &role in Role::ALL {
        let caller = person(role, &clock);
        let columns = columns(&caller, &clock);
        write!(text, "\n== {} of {}\n{:<32}", role, article(role.kind()), "").unwrap();
        for column in &columns {
            write!(text, "{:<11}", column.name).unwrap();
        }
        text.push_str("by\n");
        for (name, action, given) in rows() {
            let mut by = BTreeSet::new();
            write!(text, "{name:<32}").unwrap();
            for column in &columns {
                let mut facts = column.facts.clone();
                facts.given_role = given.map(|role| role.as_str().to_owned());
                let verdict = policies.may(&caller, action, &column.resource, &facts, clock.now());
                write!(text, "{:<11}", if verdict.is_ok() { "yes" } else { "-" }).unwrap();
                by.extend(verdict.iter().flat_map(|permit| permit.policy_ids().to_vec()));
            }
            text.push_str(&Vec::from_iter(by).join(" "));
            text.truncate(text.trim_end().len());
            text.push('\n');
        }
    }
    text
}

fn article(kind: OrganizationKind) -> &'static str {
    match kind {
        OrganizationKind::Customer => "a customer",
        OrganizationKind::MssProvider => "the provider",
    }
}

#[test]
fn access_table_is_the_reviewed_one() {
    let table = table();
    if std::env::var_os("UPDATE_ACCESS_TABLE").is_some() {
        std::fs::write(FILE, &table).unwrap();
    }
    let reviewed = std::fs::read_to_string(FILE).unwrap_or_default();
    let differing: Vec<_> = table.lines().zip(reviewed.lines()).filter(|(now, then)| now != then).collect();
    assert!(
        table == reviewed,
        "the policies no longer say what tests/access_table.txt says (now, then): {differing:#?}\n\
         If that is wanted, run again with UPDATE_ACCESS_TABLE=1 and review the difference."
    );
}

#[test]
fn schema_and_code_know_the_same_actions() {
    let policies = Policies::load().unwrap();
    let schema: BTreeSet<String> = policies.schema_actions().into_iter().collect();
    let code: BTreeSet<String> = Action::ALL.iter().map(|action| action.name().to_owned()).collect();
    assert_eq!(schema, code);
    assert_eq!(code.len(), Action::ALL.len(), "two actions of one name");
}

/// A policy that could fail while it is asked never gets that far: the start refuses it.
#[test]
fn g16_a_policy_that_could_err_does_not_load() {
    let wrong = [
        (r"permit (principal, action, resource);", "has no @id"),
        (
            r#"@id("a") permit (principal, action, resource); @id("a") permit (principal, action, resource);"#,
            "one id",
        ),
        (
            r#"@id("a") permit (principal, action, resource) when { context.grant.revoked };"#,
            "optional attribute",
        ),
        (r#"@id("a") permit (principal, action, resource) when { resource.nothing };"#, "nothing"),
        (
            r#"@id("a") permit (principal in Role::"admin", action == Action::"grant.fly", resource);"#,
            "grant.fly",
        ),
        (r#"@id("a") permit (principal, action, resource"#, "does not parse"),
    ];
    for (text, why) in wrong {
        let error = format!("{:#}", Policies::parse(&[text]).unwrap_err());
        assert!(error.contains(why), "{text}: {error}");
    }
}

/// No policy permits anything: everything is refused.
#[test]
fn g16_what_nothing_permits_is_refused() {
    let (clock, none) = (Clock::default(), Policies::parse(&[]).unwrap());
    for &role in Role::ALL {
        let caller = person(role, &clock);
        for &action in Action::ALL {
            let refusal = none
                .may(&caller, action, &Resource::own(&caller), &Facts::default(), clock.now())
                .unwrap_err();
            assert_eq!(refusal.code, "forbidden");
        }
    }
}

/// What [`Policies::can`] keeps of an answer would be wrong if a policy meant one person or organization.
#[test]
fn policies_name_roles_and_actions_but_nobody() {
    for text in super::policies::POLICIES {
        assert!(!text.contains("User::") && !text.contains("Organization::"), "{text}");
        assert!(!text.contains("principal ==") && !text.contains("resource =="), "{text}");
    }
}

/// The kept answer is the fresh one.
#[test]
fn advice_is_what_the_policies_say() {
    let (clock, policies) = (Clock::default(), Policies::load().unwrap());
    for &role in Role::ALL {
        for caller in [person(role, &clock), person(role, &clock)] {
            for column in columns(&caller, &clock) {
                let can = policies.can(&caller, Action::ALL, &column.resource, &column.facts, clock.now());
                for &action in Action::ALL {
                    let fresh = policies.may(&caller, action, &column.resource, &column.facts, clock.now());
                    let kept = can.0.get(action.name()).unwrap();
                    let same = match (&fresh, kept) {
                        (Ok(_), CanValue::Yes(true)) => true,
                        (Err(refusal), CanValue::Not(why)) => refusal.message == *why,
                        _ => false,
                    };
                    assert!(same, "{role} {} {}: {fresh:?}, kept {kept:?}", action.name(), column.name);
                }
            }
        }
    }
}
